package extract

import (
	"net/http"
	"sync"
	"time"

	"contactsync/schema"
)

// How AudienceLab may be authenticated: its reference says Bearer, every client
// that works sends X-Api-Key. Auto tries the header first, then Bearer, and
// keeps what worked.
const (
	AuthAuto   = "auto"
	AuthAPIKey = "api_key"
	AuthBearer = "bearer"
)

// A scheme puts the credential where the vendor looks for it.
type scheme func(r *http.Request, credential string)

func keyParameter(r *http.Request, credential string) {
	q := r.URL.Query()
	q.Set("key", credential)
	r.URL.RawQuery = q.Encode()
}

func apiKeyHeader(r *http.Request, credential string) { r.Header.Set("X-Api-Key", credential) }

func bearer(r *http.Request, credential string) {
	r.Header.Set("Authorization", "Bearer "+credential)
}

func schemes(s Settings) []scheme {
	switch s.Source {
	case schema.Toofr:
		return []scheme{keyParameter}
	case schema.StatSocial:
		return []scheme{bearer}
	case schema.AudienceLab:
		switch s.Auth {
		case AuthBearer:
			return []scheme{bearer}
		case AuthAPIKey:
			return []scheme{apiKeyHeader}
		}
		return []scheme{apiKeyHeader, bearer}
	}
	// Leadpipe: "do not send sk_ keys as Bearer tokens".
	return []scheme{apiKeyHeader}
}

// refusalMemory is how long a refused credential is not sent again: long enough
// for all pipelines of a run, short enough for a daemon to notice that the vendor
// has let it in again.
const refusalMemory = 10 * time.Minute

// auth knows the vendor's way of authenticating and what became of it. A
// credential that was refused in every scheme before it ever worked is not sent
// again for a while. Later refusals concern one resource, or end one pipeline.
type auth struct {
	credential schema.Secret
	all        []scheme

	mu        sync.Mutex
	schemes   []scheme // those left to try; the first is in use
	works     bool
	refused   *APIError
	refusedAt time.Time
}

func newAuth(s Settings) *auth {
	all := schemes(s)
	return &auth{credential: s.Credential, all: all, schemes: all}
}

// sign puts the credential on a request.
func (a *auth) sign(r *http.Request) {
	if a.credential.IsZero() {
		return
	}
	a.mu.Lock()
	put := a.schemes[0]
	a.mu.Unlock()
	put(r, a.credential.Reveal())
}

// accepted notes that the vendor knows the credential.
func (a *auth) accepted() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.works = true
}

// settled reports whether the credential is known to work.
func (a *auth) settled() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.works
}

// refusal is why the credential is not to be sent again; nil when it is.
func (a *auth) refusal() *APIError {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.refused != nil && time.Since(a.refusedAt) > refusalMemory {
		a.refused, a.schemes = nil, a.all
	}
	return a.refused
}

// reject notes a refusal and reports whether another scheme is left to try.
func (a *auth) reject(err *APIError) (another bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.works {
		return false
	}
	if len(a.schemes) > 1 {
		a.schemes = a.schemes[1:]
		return true
	}
	a.refused, a.refusedAt = err, time.Now()
	return false
}
