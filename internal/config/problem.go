package config

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"contactsync/schema"
)

// Error is everything that is wrong with a config, in the order of the file.
type Error struct{ Problems []Problem }

// Error prints a line per problem.
func (e *Error) Error() string {
	return strings.Join(namesOf(e.Problems, Problem.String), "\n")
}

// namesOf returns what name says of each element of a list.
func namesOf[T any](list []T, name func(T) string) []string {
	names := make([]string, len(list))
	for i, element := range list {
		names[i] = name(element)
	}
	return names
}

// Problem is one thing that is wrong, and where it stands. It shows no
// credential, so it may be printed anywhere.
type Problem struct {
	File         string
	Line, Column int    // 1-based, in characters
	Path         string // from the root, as in "pipelines.saas-leaders.titles[1]"; "" = the file as a whole
	Message      string
	Suggestion   string // what was probably meant, or what to do; "" = nothing known
}

// String is the problem as compilers print one: file:line:column: path: message (suggestion).
func (p Problem) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: ", p.File, p.Line, p.Column)
	if p.Path != "" {
		fmt.Fprintf(&b, "%s: ", p.Path)
	}
	b.WriteString(p.Message)
	if p.Suggestion != "" {
		fmt.Fprintf(&b, " (%s)", p.Suggestion)
	}
	return b.String()
}

// hint is an error that knows what to do about it.
type hint struct {
	error
	suggestion string
}

// hinted adds a suggestion to a message.
func hinted(suggestion, format string, args ...any) error {
	return hint{fmt.Errorf(format, args...), suggestion}
}

// suggestionOf is what an error suggests, if it does.
func suggestionOf(err error) string {
	h, _ := errors.AsType[hint](err)
	return h.suggestion
}

// place is where something stands in the file.
type place struct{ line, column int }

// report collects problems and knows where every path of the config stands.
type report struct {
	file     string
	problems []Problem
	places   map[string]place
	secrets  []schema.Secret // not in Config, whose fields fmt prints
}

func newReport(file string) *report {
	return &report{file: file, places: map[string]place{"": {1, 1}}}
}

// problem notes what is wrong at a path: at the nearest part of it that the file has.
func (r *report) problem(path string, err error) {
	r.problemAt(r.place(path), path, err)
}

// problemAt notes what is wrong at a place of its own.
func (r *report) problemAt(at place, path string, err error) {
	r.problems = append(r.problems, r.found(at, path, err))
}

// found makes a problem of an error.
func (r *report) found(at place, path string, err error) Problem {
	return Problem{r.file, at.line, at.column, path, err.Error(), suggestionOf(err)}
}

// given reports whether the file has the path.
func (r *report) given(path string) bool {
	_, ok := r.places[path]
	return ok
}

// sound reports whether nothing is wrong so far at a path and below it.
func (r *report) sound(path string) bool {
	return !slices.ContainsFunc(r.problems, func(p Problem) bool { return within(p.Path, path) })
}

// place is where a path stands, or the nearest part of it that the file has.
func (r *report) place(path string) place {
	for {
		if at, ok := r.places[path]; ok {
			return at
		}
		path = parent(path)
	}
}

// err is everything noted, each problem once and in the order of the file; nil when all is well.
func (r *report) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	slices.SortFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column, cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	return &Error{slices.Compact(r.problems)}
}

// child is the path of a key below a path.
func child(path, key string) string {
	if !plainKey.MatchString(key) {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// item is the path of the i-th element of the list at a path.
func item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// plainKey is a key that can stand in a path as it is.
var plainKey = regexp.MustCompile(`^[-_0-9A-Za-z]+$`)

// parent is a path without its last step.
func parent(path string) string {
	return path[:max(0, strings.LastIndexAny(path, ".["))]
}

// within reports whether a path is another or lies below it.
func within(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && (rest == "" || outer == "" || rest[0] == '.' || rest[0] == '[')
}
