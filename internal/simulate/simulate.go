// Package simulate serves the four vendor APIs on the loopback interface, as
// the vendor documents say they really behave: paging, credits, waiting for
// data that is not ready, odd values, and faults on demand.
//
// The people behind them are made up: a universe that follows from a seed and a
// size alone, of which each vendor knows a part. [Simulator.Truth] says which
// vendor record is which person, so that identity resolution can be measured.
//
// Addresses end in .example or carry a number that shows them made up; telephone
// numbers come from the range 555-0100 to 555-0199 that is kept for fiction.
package simulate

import (
	"net/http"
	"sync"
	"time"
)

// The vendors.
const (
	Toofr       = "toofr"
	Intent      = "intent"
	StatSocial  = "statsocial"
	AudienceLab = "audiencelab"
)

// Vendors lists the vendors in the order in which their servers start.
var Vendors = []string{Toofr, Intent, StatSocial, AudienceLab}

// Options shape a simulator. The zero value is a good one.
type Options struct {
	Seed         uint64            // another seed, other people
	People       int               // size of the universe; default 5,000
	Faults       float64           // share of requests that meet a transient fault, 0 to 1
	FaultKinds   []Fault           // which; nil: all transient ones but LostAnswer. Lasting ones are on throughout
	Latency      time.Duration     // of every answer
	SlowLatency  time.Duration     // of an answer that meets the fault Slow; default 2s
	Today        time.Time         // the simulated day; default today, in UTC
	Warmup       int               // how many answers of each job, search or day say not ready first; default 1, -1: none
	AcceptKeys   map[string]string // credential by vendor; default [DefaultKey]
	AcceptBearer bool              // AudienceLab takes the key as a bearer token, too
	ToofrCredits int               // opening balance; default 10,000. It may go below zero, as the vendor's does
	LogLimit     int               // requests that Log remembers; default 100,000
}

// DefaultKey is the credential that a vendor takes unless Options say otherwise.
func DefaultKey(vendor string) string {
	switch vendor {
	case Intent, AudienceLab:
		return "sk_sim_" + vendor
	default:
		return "sim-" + vendor + "-key"
	}
}

// Simulator is the four vendors over one universe. It is safe for concurrent use.
type Simulator struct {
	options  Options
	universe universe
	handlers map[string]http.Handler
	servers  servers
	log      requestLog

	mu       sync.Mutex
	night    int                // how often Advance was called
	share    float64            // of requests that meet a transient fault
	kinds    []Fault            // transient faults to draw from
	lasting  map[Fault]bool     // faults that are on throughout
	attempts map[string]int     // faults in a row, by request
	asked    map[string]int     // answers given, by job, search or day
	refused  map[uint64]bool    // queries of which a cursor was refused as expired
	lists    map[string][]int32 // people found, by search
	credits  int                // Toofr's balance
	builds   map[int]build      // StatSocial's audiences
	newest   int                // id of StatSocial's newest audience
	budget   int                // StatSocial's build credits
	domains  map[string]int     // company by domain
}

// New makes a simulator. It serves nothing until Start or Handler is used.
func New(o Options) *Simulator {
	s := &Simulator{options: o.withDefaults()}
	s.universe = universe{s.options.Seed, s.options.People}
	s.log.limit = s.options.LogLimit
	s.attempts = map[string]int{}
	s.asked = map[string]int{}
	s.refused = map[uint64]bool{}
	s.lists = map[string][]int32{}
	s.credits = s.options.ToofrCredits
	s.builds = firstBuilds()
	s.newest = StatSocialAudience
	s.budget = statSocialBuilds
	s.SetFaults(o.Faults, o.FaultKinds...)
	s.handlers = map[string]http.Handler{
		Toofr:       s.toofr(),
		Intent:      s.intent(),
		StatSocial:  s.statSocial(),
		AudienceLab: s.audienceLab(),
	}
	return s
}

func (o Options) withDefaults() Options {
	if o.People <= 0 {
		o.People = 5000
	}
	if o.Today.IsZero() {
		o.Today = time.Now()
	}
	o.Today = o.Today.UTC().Truncate(24 * time.Hour)
	if o.Warmup == 0 {
		o.Warmup = 1
	}
	if o.SlowLatency == 0 {
		o.SlowLatency = 2 * time.Second
	}
	if o.ToofrCredits == 0 {
		o.ToofrCredits = 10_000
	}
	if o.LogLimit <= 0 {
		o.LogLimit = 100_000
	}
	keys := map[string]string{}
	for _, v := range Vendors {
		keys[v] = DefaultKey(v)
		if k, ok := o.AcceptKeys[v]; ok {
			keys[v] = k
		}
	}
	o.AcceptKeys = keys
	return o
}

// Handler is one vendor's API with the documented paths at the root.
func (s *Simulator) Handler(vendor string) http.Handler {
	if h, ok := s.handlers[vendor]; ok {
		return h
	}
	return http.NotFoundHandler()
}

// Advance lets so many nights pass: a few people change jobs, audiences lose
// and gain members, visitors come, and the intent vendor has new days.
func (s *Simulator) Advance(nights int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.night += nights
	clear(s.lists)
	clear(s.attempts)
}

// Today is the simulated day.
func (s *Simulator) Today() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.today()
}

func (s *Simulator) today() time.Time { return s.options.Today.AddDate(0, 0, s.night) }

// Credits is Toofr's balance.
func (s *Simulator) Credits() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.credits
}

// ready reports whether a job, search or day has said not ready often enough,
// and counts the answer when it is delivered.
func (s *Simulator) ready(c *call, key string) (ready bool, count func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ready = s.asked[key] >= s.options.Warmup && !c.lasting(NotReady)
	return ready, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked[key]++
	}
}

// maxLists bounds the remembered searches; forgotten ones are computed again.
const maxLists = 64

// list returns the people that a search finds, computed at most once a night.
func (s *Simulator) list(key string, find func() []int32) []int32 {
	s.mu.Lock()
	found, ok := s.lists[key]
	s.mu.Unlock()
	if ok {
		return found
	}
	found = find()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.lists) >= maxLists {
		clear(s.lists)
	}
	s.lists[key] = found
	return found
}
