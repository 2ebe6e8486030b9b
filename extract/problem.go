package extract

import (
	"fmt"
	"slices"
	"strings"

	"contactsync/internal/suggest"
)

// Problem is something wrong in a definition that a user wrote, found before
// anything is sent. Path leads to it from the definition's root, as in
// "parameters[2].twitter_followers.cutoff".
type Problem struct {
	Path    string
	Message string
	Suggest string  // what was probably meant; "" = nothing near
	Unknown Unknown // set if the value is not on a closed list of the vendor
}

// Unknown is a value that is not on a closed list, for a caller who reports such
// values in words of its own. It is zero in any other problem.
type Unknown struct {
	What  string // is listed, as in "title"
	Value string
	Known []string
}

// Problems collects what is wrong with a definition, so that all of it is
// reported at once.
type Problems []Problem

// Add notes a problem.
func (p *Problems) Add(path, format string, args ...any) {
	*p = append(*p, Problem{Path: path, Message: fmt.Sprintf(format, args...)})
}

// OneOf requires a value of a closed list, and suggests the Nearest one.
func (p *Problems) OneOf(path, what, value string, allowed []string) {
	if slices.Contains(allowed, value) {
		return
	}
	message := fmt.Sprintf("%q is no %s; one of %s", value, what, strings.Join(allowed, ", "))
	if value == "" {
		message = fmt.Sprintf("the %s is missing; one of %s", what, strings.Join(allowed, ", "))
	}
	*p = append(*p, Problem{Path: path, Message: message, Suggest: suggest.Nearest(value, allowed)})
}

// Within requires lo <= value <= hi.
func (p *Problems) Within(path string, value, lo, hi int) {
	if value < lo || value > hi {
		p.Add(path, "%d is out of range; %d to %d", value, lo, hi)
	}
}

// Distinct refuses values that stand twice in a list.
func (p *Problems) Distinct(path string, values []string) {
	for i, v := range values {
		if slices.Contains(values[:i], v) {
			p.Add(fmt.Sprintf("%s[%d]", path, i), "%q stands here twice", v)
		}
	}
}
