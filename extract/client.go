package extract

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"sync/atomic"
	"time"

	"contactsync/schema"
)

// Settings is how one vendor is reached. The zero value of every field but
// Source and Credential has a default, see [Settings.WithDefaults].
type Settings struct {
	Source        string
	BaseURL       string // scheme, host and perhaps a path prefix; the documented paths are appended
	Credential    schema.Secret
	CredentialKey string  // where the config has the credential, such as "sources.toofr.api_key", for messages
	Auth          string  // AudienceLab: auto, api_key or bearer
	Rate          float64 // requests per second; 0: no limit
	Concurrency   int     // requests in flight
	Timeout       time.Duration
	MaxWait       time.Duration // the longest that a vendor may make us wait before the run ends limited
	PollInterval  time.Duration
	PollTimeout   time.Duration
	MaxAttempts   int
	PageSize      int
}

var baseURLs = map[string]string{
	schema.Toofr:       "https://www.toofr.com",
	schema.Intent:      "https://api.aws53.cloud",
	schema.StatSocial:  "https://api.statsocial.com",
	schema.AudienceLab: "https://api.audiencelab.io",
}

// WithDefaults is s with every field set that was left zero.
func (s Settings) WithDefaults() Settings {
	if s.BaseURL == "" {
		s.BaseURL = baseURLs[s.Source]
	}
	if s.Auth == "" {
		s.Auth = AuthAuto
	}
	if s.Concurrency == 0 {
		s.Concurrency = 4
		// Every Toofr page is money, and StatSocial documents no parallel use.
		if s.Source == schema.Toofr || s.Source == schema.StatSocial {
			s.Concurrency = 1
		}
	}
	setDefault(&s.Timeout, 30*time.Second)
	setDefault(&s.MaxWait, 15*time.Minute)
	setDefault(&s.PollInterval, time.Minute)
	setDefault(&s.PollTimeout, time.Hour)
	setDefault(&s.MaxAttempts, 6)
	setDefault(&s.PageSize, 100)
	return s
}

func setDefault[T int | time.Duration](v *T, to T) {
	if *v == 0 {
		*v = to
	}
}

// Client sends requests to one vendor. All pipelines of a source share one
// Client, so that its rate, its pauses and its credential are the source's own.
// It is safe for concurrent use.
type Client struct {
	settings Settings
	turns    *turns
	auth     *auth
	secret   *regexp.Regexp // the credential in any disguise; nil: there is none
	api      *http.Client   // never leaves the vendor's host
	files    *http.Client   // follows to other hosts, without the credential
	retry    retryPolicy
	answers  answers
}

// NewClient makes the client of one vendor.
func NewClient(s Settings) *Client {
	s = s.WithDefaults()
	transport := newTransport(s)
	return &Client{
		settings: s,
		turns:    newTurns(s),
		auth:     newAuth(s),
		secret:   disguised(s.Credential.Reveal()),
		api:      &http.Client{Transport: transport, CheckRedirect: stayHome},
		files:    &http.Client{Transport: transport, CheckRedirect: leaveCredentials},
		retry:    fullJitter,
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
	Status int
	Header http.Header
	Body   []byte
}

// Do sends a request until it is answered. It keeps to the source's rate,
// concurrency and pauses, and retries what may pass: 429, 5xx, resets, timeouts,
// and bodies that are truncated, no JSON, or of the wrong content type. Any
// other refusal is an [*APIError] at once. A [*LimitError] says that the vendor
// asks for more patience than max_wait.
func (c *Client) Do(ctx context.Context, env Env, r Request) (Response, error) {
	var answer Response
	err := c.persist(ctx, env.withDefaults(), r, func(ctx context.Context, scheme int) *failure {
		var f *failure
		answer, f = c.attempt(ctx, env.withDefaults(), r, scheme)
		return f
	})
	if err != nil {
		return Response{}, err
	}
	return answer, nil
}

// Answers is how often the vendor answered with each status; 0 counts requests
// without an answer.
func (c *Client) Answers() map[int]int64 { return c.answers.counts() }

// answers counts by status; index 0 is no answer.
type answers [600]atomic.Int64

func (a *answers) add(status int) {
	if status >= 0 && status < len(a) {
		a[status].Add(1)
	}
}

func (a *answers) counts() map[int]int64 {
	counts := map[int]int64{}
	for status := range a {
		if n := a[status].Load(); n > 0 {
			counts[status] = n
		}
	}
	return counts
}
