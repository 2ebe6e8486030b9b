package api

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Error is an answer that could not be used. It holds no credential and no
// query string.
type Error struct {
	Source     string
	Method     string
	Path       string // without query
	Page       int    // 0: not a page
	Status     int    // 0: no answer came
	RetryAfter time.Duration
	Body       string // up to 200 characters, addresses and secrets masked
	Limited    bool   // the vendor wants fewer requests, whatever its status says
	Credential string // for 401 and 403: which credential was refused, by its config key
	Unsent     bool   // nothing was asked: the credential has been refused just before
	Err        error  // why there was no usable answer
}

func (e *Error) Error() string {
	if e.Unsent {
		return fmt.Sprintf("%s: nothing was asked: the vendor refuses the credential in %s (status %d to another request)",
			e.Source, cmp.Or(e.Credential, "sources."+e.Source), e.Status)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: ", e.Source)
	if e.Page > 0 {
		fmt.Fprintf(&b, "page %d: ", e.Page)
	}
	fmt.Fprintf(&b, "%s %s", e.Method, e.Path)
	if e.Status > 0 {
		fmt.Fprintf(&b, ": status %d", e.Status)
	}
	if e.Credential != "" {
		fmt.Fprintf(&b, ": the vendor refuses the credential in %s", e.Credential)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Body != "" {
		fmt.Fprintf(&b, ": %s", e.Body)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Refused reports whether the vendor refuses the credential, which no retry mends.
func (e *Error) Refused() bool {
	return !e.Limited && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden)
}

// unsent is the refusal as it concerns a request that was not made for its sake.
func (e *Error) unsent() *Error {
	return &Error{Source: e.Source, Status: e.Status, Credential: e.Credential, Unsent: true}
}

// reason is the failure in a few words, for the display.
func (e *Error) reason() string {
	if e.Status > 0 {
		return fmt.Sprintf("status %d", e.Status)
	}
	return e.Err.Error()
}

// NotFound reports whether the vendor answered that there is no such thing.
func NotFound(err error) bool {
	refusal, ok := errors.AsType[*Error](err)
	return ok && refusal.Status == http.StatusNotFound
}

// LimitError says that a limit which the user set ended the reading early. The
// state is kept, and the next run goes on.
type LimitError struct {
	Source string
	Limit  string // max_credits, max_credits_per_month, max_wait, max_records
	List   string // the one search, day, segment or audience that it ends; "": the whole run
	Detail string
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s: stopped by %s: %s", e.Source, e.Limit, e.Detail)
}
