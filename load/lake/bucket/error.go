package bucket

import (
	"errors"
	"fmt"
)

// What a caller acts on, by errors.Is.
var (
	ErrNotExist = errors.New("there is no such object")
	ErrExists   = errors.New("there is an object of this name already")
)

// kindError is an error of a store that is also one of the kinds above.
type kindError struct {
	message   string
	kind, err error
}

func (e *kindError) Error() string   { return e.message }
func (e *kindError) Unwrap() []error { return []error{e.kind, e.err} }

// of is the error of a place in our words, with its kind.
func of(place, what, key string, kind, err error) error {
	return &kindError{message: fmt.Sprintf("%s: %s %s: %s", place, what, key, kind), kind: kind, err: err}
}
