// Package api sends requests to a vendor's HTTP API, with what every vendor
// needs around a request: turns (rate, concurrency, pauses that the vendor asks
// for), authentication, retries, and errors that hold no secret and no personal
// data. It knows neither pages nor pipelines, and no vendor: what differs
// between vendors comes in by [Settings].
//
// A [Client] belongs to one source and is shared by all its pipelines. What a
// run adds, its meter, log and display, is bound to it by [Client.With]; the
// [Session] that this makes sends the requests.
package api

import (
	"net/http"
	"net/url"
	"regexp"
	"sync/atomic"

	"contactsync/internal/mask"
	"time"
)

// Client sends requests to one vendor. All pipelines of a source share one
// Client, so that its rate, its pauses and its credential are the source's own.
// It is safe for concurrent use.
type Client struct {
	settings Settings
	turns    *turns
	auth     *auth
	secret   *regexp.Regexp    // the credential in any disguise; nil: there is none
	secrets  *mask.Secrets     // the credential, for what the vendor sends
	api      *http.Client      // never leaves the vendor's host
	files    *http.Client      // follows to other hosts, without the credential
	answers  [600]atomic.Int64 // by status; 0: no answer
}

// NewClient makes the client of one vendor.
func NewClient(s Settings) *Client {
	s = s.WithDefaults()
	if s.Transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = s.Concurrency
		s.Transport = t
	}
	if s.Backoff == nil {
		s.Backoff = fullJitter
	}
	return &Client{
		settings: s,
		turns:    newTurns(s),
		auth:     newAuth(s),
		secret:   mask.Disguised(s.Credential.Reveal()),
		secrets:  mask.NewSecrets(s.Credential.Reveal()),
		api:      &http.Client{Transport: s.Transport, CheckRedirect: stayHome},
		files:    &http.Client{Transport: s.Transport, CheckRedirect: leaveCredentials},
	}
}

// Settings is what the client was made with, defaults filled in.
func (c *Client) Settings() Settings { return c.settings }

// Request is one call of a vendor's API. POSTs here only read, so they are
// retried like GETs unless Once says otherwise.
type Request struct {
	Method string
	Path   string // as documented, appended to the base URL
	Query  url.Values
	Body   []byte // JSON
	Page   int    // for messages; 0: not a page
	Once   bool   // creates something that costs: never sent again once it may have been processed
	Lost   int64  // credits to count when an answer is lost after the request was sent

	// Before is asked before every attempt, the first included; its error ends
	// the request. A budget is kept by it, since a lost attempt costs too.
	Before func() error

	foreign bool // a file elsewhere: its host neither gets nor judges the credential
}

// Response is a usable answer: status 2xx and a body of valid JSON. A 202 or 204
// without a JSON body has the body null.
type Response struct {
	Status     int
	Header     http.Header
	Body       []byte
	RetryAfter time.Duration // how long the vendor asks to wait before the next question; 0: it does not say
}

// Answers is how often the vendor answered with each status; 0 counts requests
// without an answer.
func (c *Client) Answers() map[int]int64 {
	counts := map[int]int64{}
	for status := range c.answers {
		if n := c.answers[status].Load(); n > 0 {
			counts[status] = n
		}
	}
	return counts
}

// Unusable is the error for an answer that is JSON and yet not what was asked for.
func (c *Client) Unusable(r Request, answer Response, err error) *Error {
	e := c.apiError(r, answer.Status, err)
	e.Body = c.ExcerptOfPage(answer.Body)
	return e
}
