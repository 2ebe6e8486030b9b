package extract

import (
	"cmp"
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
// again for a while. Of AudienceLab no document tells what a 403 means, and keys
// and segments belong to workspaces: there it may concern one resource only, and
// ends one request, and with it one pipeline. Elsewhere it is the account that is
// refused (vendors' README, 2: "key revoked", "organization is expired").
type auth struct {
	credential  schema.Secret
	schemes     []scheme
	perResource bool // a 403 may concern one resource only

	mu        sync.Mutex
	works     *int        // the scheme that does
	unknown   []*APIError // the refusal of each scheme
	unknownAt time.Time
}

func newAuth(s Settings) *auth {
	all := schemes(s)
	return &auth{credential: s.Credential, schemes: all, perResource: s.Source == schema.AudienceLab, unknown: make([]*APIError, len(all))}
}

// schemeAttempts is what one request has tried of the schemes.
type schemeAttempts struct {
	tried     []bool
	forbidden *APIError // the first 403
}

// next is the scheme for a request; -1 with an error when the credential is not
// to be sent at all.
func (a *auth) next(t *schemeAttempts) (int, *APIError) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.works != nil {
		if t.tried != nil && t.tried[*a.works] && t.forbidden != nil {
			return -1, t.forbidden
		}
		return *a.works, nil
	}
	if time.Since(a.unknownAt) > refusalMemory {
		clear(a.unknown)
	}
	if t.tried == nil {
		t.tried = make([]bool, len(a.schemes))
	}
	var refused *APIError
	for i := range a.schemes {
		if a.unknown[i] == nil && !t.tried[i] {
			return i, nil
		}
		refused = cmp.Or(refused, a.unknown[i])
	}
	return -1, cmp.Or(t.forbidden, refused)
}

// sign puts the credential on a request.
func (a *auth) sign(r *http.Request, scheme int) {
	if !a.credential.IsZero() {
		a.schemes[scheme](r, a.credential.Reveal())
	}
}

// accepted notes that the vendor knows the credential.
func (a *auth) accepted(scheme int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.works == nil {
		a.works = &scheme
	}
}

// settled reports whether the credential is known to work.
func (a *auth) settled() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.works != nil
}

// reject notes a refusal and reports whether another scheme is left to try.
func (a *auth) reject(scheme int, t *schemeAttempts, err *APIError) (another bool) {
	a.mu.Lock()
	if a.works != nil {
		a.mu.Unlock()
		return false
	}
	t.tried[scheme] = true
	if err.Status == http.StatusForbidden && a.perResource {
		t.forbidden = cmp.Or(t.forbidden, err)
	} else {
		a.unknown[scheme], a.unknownAt = err, time.Now()
	}
	a.mu.Unlock()
	next, _ := a.next(t)
	return next >= 0
}
