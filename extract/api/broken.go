package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

var errCut = errors.New("the answer is truncated or no JSON")

// brokenError is where and why a body that came whole is no JSON. It holds names
// of fields, and of values at most one character.
type brokenError struct {
	line    int   // 1-based
	offset  int64 // in bytes, from the beginning of the body
	pointer string
	reason  error
}

func (e *brokenError) Error() string {
	place := ""
	if e.pointer != "" {
		place = ", at " + e.pointer
	}
	return fmt.Sprintf("the answer came whole and is no JSON: line %d, byte %d%s: %v", e.line, e.offset, place, e.reason)
}

func (e *brokenError) Unwrap() error { return e.reason }

// broken says why a body is no JSON. One that merely ends too early may have been
// cut on its way, whatever its length was said to be.
func broken(body []byte, err error) error {
	syntax, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok || errors.Is(err, io.ErrUnexpectedEOF) || len(bytes.TrimSpace(body)) == 0 {
		return errCut
	}
	offset := min(max(syntax.ByteOffset, 0), int64(len(body)))
	return &brokenError{
		line: 1 + bytes.Count(body[:offset], []byte("\n")), offset: offset,
		pointer: string(syntax.JSONPointer), reason: syntax.Err,
	}
}
