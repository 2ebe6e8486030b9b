package api

import (
	"cmp"
	"net/http"
	"time"

	"contactsync/schema"
)

// Settings is how one vendor is reached. What the vendor's folder knows of it
// (base URL, schemes, whether a 403 concerns one resource) and what the user
// configured come together here. Durations and counts that are zero have a
// default, see [Settings.WithDefaults].
type Settings struct {
	Source        string // for messages
	BaseURL       string // scheme, host and perhaps a path prefix; the documented paths are appended
	Credential    schema.Secret
	CredentialKey string   // where the config has the credential, such as "sources.toofr.api_key", for messages
	Schemes       []Scheme // ways to send the credential, tried in order until one is accepted

	// ForbiddenIsLocal says that a 403 may concern one resource only, as where keys
	// and resources belong to workspaces. It then ends one request; elsewhere it is
	// the account that is refused.
	ForbiddenIsLocal bool

	Rate        float64 // requests per second; 0: no limit
	Concurrency int     // requests in flight
	Timeout     time.Duration
	MaxWait     time.Duration // the longest that a vendor may make us wait before the run ends limited
	MaxAttempts int

	Transport http.RoundTripper // nil: the network
	Backoff   Backoff           // waits between attempts; nil: growing ones with full jitter
}

// WithDefaults is s with every count and duration set that was left zero.
func (s Settings) WithDefaults() Settings {
	s.Concurrency = cmp.Or(s.Concurrency, 4)
	s.Timeout = cmp.Or(s.Timeout, 30*time.Second)
	s.MaxWait = cmp.Or(s.MaxWait, 15*time.Minute)
	s.MaxAttempts = cmp.Or(s.MaxAttempts, 6)
	return s
}

// Scheme is where a vendor looks for the credential: in a header or in the query.
// The zero scheme sends none.
type Scheme struct {
	Header string // name of the header
	Prefix string // before the credential, in the header
	Query  string // name of the query parameter
}

// The usual schemes.
var (
	Bearer = Scheme{Header: "Authorization", Prefix: "Bearer "}
	APIKey = Scheme{Header: "X-Api-Key"}
)

// sign puts the credential where the vendor looks for it.
func (s Scheme) sign(r *http.Request, credential string) {
	if s.Header != "" {
		r.Header.Set(s.Header, s.Prefix+credential)
	}
	if s.Query != "" {
		q := r.URL.Query()
		q.Set(s.Query, credential)
		r.URL.RawQuery = q.Encode()
	}
}
