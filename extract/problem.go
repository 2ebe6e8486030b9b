package extract

import (
	"fmt"
	"slices"
	"strings"

	"contactsync/internal/suggest"
)

// problems collects what is wrong with a definition, so that all of it is
// reported at once.
type problems []Problem

func (p *problems) add(path, format string, args ...any) {
	*p = append(*p, Problem{Path: path, Message: fmt.Sprintf(format, args...)})
}

// oneOf requires a value of a closed list, and suggests the nearest one.
func (p *problems) oneOf(path, what, value string, allowed []string) {
	if slices.Contains(allowed, value) {
		return
	}
	message := fmt.Sprintf("%q is no %s; one of %s", value, what, strings.Join(allowed, ", "))
	if value == "" {
		message = fmt.Sprintf("the %s is missing; one of %s", what, strings.Join(allowed, ", "))
	}
	*p = append(*p, Problem{Path: path, Message: message, Suggest: suggest.Nearest(value, allowed)})
}

// within requires lo <= value <= hi.
func (p *problems) within(path string, value, lo, hi int) {
	if value < lo || value > hi {
		p.add(path, "%d is out of range; %d to %d", value, lo, hi)
	}
}

// distinct refuses values that stand twice in a list.
func (p *problems) distinct(path string, values []string) {
	for i, v := range values {
		if slices.Contains(values[:i], v) {
			p.add(fmt.Sprintf("%s[%d]", path, i), "%q stands here twice", v)
		}
	}
}
