package api

import (
	"maps"
	"net/url"
	"slices"
	"sync"
	"time"
)

// Request is one request that a vendor answered, or refused to.
type Request struct {
	Time    time.Time
	Vendor  string
	Method  string
	Path    string
	Query   string // without the key
	Page    string // page or offset, as asked for
	Cursor  string
	Date    string
	Status  int // 0: no answer was sent
	Fault   Fault
	Credits int // charged
}

// requestLog remembers the latest requests.
type requestLog struct {
	mu    sync.Mutex
	limit int
	list  []Request
}

func (l *requestLog) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.list) >= 2*l.limit {
		l.list = append(l.list[:0], l.list[len(l.list)-l.limit:]...)
	}
	l.list = append(l.list, r)
}

// Log lists the latest requests, oldest first.
func (s *Simulation) Log() []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Clone(s.log.list[max(0, len(s.log.list)-s.log.limit):])
}

// ResetLog forgets the requests so far.
func (s *Simulation) ResetLog() {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.log.list = nil
}

// withoutKey is a query without the credential that one vendor takes there.
func withoutKey(q url.Values) string {
	shown := maps.Clone(q)
	delete(shown, "key")
	return shown.Encode()
}
