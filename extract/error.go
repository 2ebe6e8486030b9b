package extract

import (
	"fmt"
	"strings"
	"time"
)

// NotReadyError says that the vendor is still preparing the data: Toofr 202,
// intent 202 "materializing", StatSocial "running", AudienceLab "no data". It is
// never empty and never a deletion; the checkpoint stays where it was.
type NotReadyError struct {
	Source string
	What   string        // which search, audience or segment
	Status string        // what the vendor called it
	Waited time.Duration // how long the source polled before it gave up
}

func (e *NotReadyError) Error() string {
	return fmt.Sprintf("%s: %s is not ready (%s) after %s; the next run asks again", e.Source, e.What, e.Status, e.Waited.Round(time.Second))
}

// LimitError says that a limit which the user set ended the reading early. The
// state is kept, and the next run goes on.
type LimitError struct {
	Source string
	Limit  string // max_credits, max_credits_per_month, max_wait
	Detail string
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s: stopped by %s: %s", e.Source, e.Limit, e.Detail)
}

// APIError is an answer that could not be used. It holds no credential and no
// query string.
type APIError struct {
	Source     string
	Method     string
	Path       string // without query
	Page       int    // 0: not a page
	Status     int    // 0: no answer came
	RetryAfter time.Duration
	Body       string // up to 200 characters, addresses and secrets masked
	Credential string // for 401 and 403: which credential was refused, by its config key
	Err        error  // why there was no usable answer
}

func (e *APIError) Error() string {
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

func (e *APIError) Unwrap() error { return e.Err }

// Refused reports whether the vendor refuses the credential, which no retry mends.
func (e *APIError) Refused() bool { return e.Status == 401 || e.Status == 403 }

// Problem is something wrong in a definition that a user wrote, found before
// anything is sent. Path leads to it from the definition's root, as in
// "parameters[2].twitter_followers.cutoff".
type Problem struct {
	Path    string
	Message string
	Suggest string  // what was probably meant; "" = nothing near
	Unknown Unknown // set if the value is not a category of the vendor
}

// Unknown is a value that is not on a closed list, for a caller who reports such
// values in words of its own. It is zero in any other problem.
type Unknown struct {
	What  string // is listed, as in "title"
	Value string
	Known []string
}
