package api

import (
	"cmp"
	"net/http"
	"slices"
	"sync"
	"time"

	"contactsync/schema"
)

// refusalMemory is how long a refused credential is not sent again: long enough
// for all pipelines of a run, short enough for a daemon to notice that the vendor
// has let it in again.
const refusalMemory = 10 * time.Minute

// auth knows the vendor's way of authenticating and what became of it. A
// credential that was refused in every scheme before it ever worked is not sent
// again for a while.
type auth struct {
	credential  schema.Secret
	schemes     []Scheme
	perResource bool // a 403 may concern one resource only

	mu        sync.Mutex
	works     *int     // the scheme that does
	unknown   []*Error // the refusal of each scheme
	unknownAt time.Time
}

func newAuth(s Settings) *auth {
	schemes := s.Schemes
	if len(schemes) == 0 {
		schemes = []Scheme{{}}
	}
	return &auth{credential: s.Credential, schemes: schemes, perResource: s.ForbiddenIsLocal, unknown: make([]*Error, len(schemes))}
}

// schemeAttempts is what one request has tried of the schemes.
type schemeAttempts struct {
	tried     []bool
	forbidden *Error // the first 403
}

// next is the scheme for a request; -1 with an error when the credential is not
// to be sent at all.
func (a *auth) next(t *schemeAttempts) (int, *Error) {
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
	var refused *Error
	for i := range a.schemes {
		if a.unknown[i] == nil && !t.tried[i] {
			return i, nil
		}
		refused = cmp.Or(refused, a.unknown[i])
	}
	if !slices.Contains(t.tried, true) {
		refused = refused.unsent() // this request was never made
	}
	return -1, cmp.Or(t.forbidden, refused)
}

// sign puts the credential on a request.
func (a *auth) sign(r *http.Request, scheme int) {
	if !a.credential.IsZero() {
		a.schemes[scheme].sign(r, a.credential.Reveal())
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
func (a *auth) reject(scheme int, t *schemeAttempts, err *Error) (another bool) {
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
