package extract

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// anyID stands for one step of a documented path that differs from thing to thing.
const anyID = "{id}"

// homeOf is a base URL without what the documented paths, which are appended to it,
// begin with: people paste addresses that end in /v1, or whole ones. The longest such
// end is cut. The error says why one cannot be meant.
func homeOf(given, documented string, paths []string) (string, error) {
	u, err := url.Parse(given)
	if err != nil {
		return given, errors.New("is no address")
	}
	home, err := url.Parse(documented)
	if err != nil {
		return given, err
	}
	steps := slices.DeleteFunc(strings.Split(u.Path, "/"), func(step string) bool { return step == "" })
	kept, thing := cutPath(steps, paths)
	ofVendor := strings.EqualFold(u.Hostname(), home.Hostname())
	switch {
	case thing && !ofVendor:
		return given, fmt.Errorf("ends in /%s, the path of one thing of the vendor; give what is before it", strings.Join(steps[kept:], "/"))
	case kept > 0 && ofVendor:
		return given, fmt.Errorf("holds /%s, below which the vendor serves nothing; its base URL is %s", strings.Join(steps[:kept], "/"), documented)
	}
	u.Path, u.RawPath = "", ""
	if kept > 0 {
		u.Path = "/" + strings.Join(steps[:kept], "/")
	}
	return u.String(), nil
}

// cutPath is how many steps of a path are left before the longest end with which some
// documented path begins. It also reports whether that end names one thing.
func cutPath(steps []string, paths []string) (kept int, thing bool) {
	for kept = range steps {
		for _, path := range paths {
			if begins, ofThing := beginsWith(strings.Split(path[1:], "/"), steps[kept:]); begins {
				return kept, ofThing
			}
		}
	}
	return len(steps), false
}

func beginsWith(path, start []string) (begins, thing bool) {
	if len(start) > len(path) {
		return false, false
	}
	for i, step := range start {
		thing = thing || path[i] == anyID
		if path[i] != anyID && !strings.EqualFold(path[i], step) {
			return false, false
		}
	}
	return true, thing
}
