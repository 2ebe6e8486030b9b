// Package api is what the servers of all simulated vendors share. A [Simulation]
// holds the universe, the night, the faults and the log; a [Vendor] describes one
// vendor; its [Endpoint]s turn a [Call] into an [Answer], with credentials,
// faults and the log around them.
package api

import (
	"iter"
	"maps"
	"net/http"
	"sync"
	"time"

	"contactsync/internal/simulate/world"
)

// Options shape a simulator. The zero value is a good one.
type Options struct {
	Seed        uint64            // another seed, other people
	People      int               // size of the universe; default 5,000
	Faults      float64           // share of requests hit by a transient fault, 0 to 1
	FaultKinds  []Fault           // which; nil: all transient ones that are drawn. Lasting ones are on throughout
	InARow      int               // how many transient faults hit the same request before it gets through; default 3
	Latency     time.Duration     // of every answer
	SlowLatency time.Duration     // of an answer hit by the fault Slow; default 2s
	Today       time.Time         // the simulated day; default today, in UTC
	Warmup      int               // how many answers of each build, search or day say not ready first; default 1, -1: none
	AcceptKeys  map[string]string // credential by vendor; default the DefaultKey of each
	Credits     map[string]int    // opening balance by vendor; default the Credits of each
	LogLimit    int               // requests that Log remembers; default 100,000
}

// Simulation is what the vendors share: the universe, the night that it is, what
// goes wrong, and the log. It is safe for concurrent use.
type Simulation struct {
	Universe world.Universe
	Options  Options
	vendors  []Vendor
	handlers map[string]http.Handler
	log      requestLog

	mu       sync.Mutex
	night    int                // how often Advance was called
	share    float64            // of requests hit by a transient fault
	kinds    []Fault            // transient faults to draw from
	lasting  map[Fault]bool     // faults that are on throughout
	attempts map[string]int     // faults in a row, by request
	asked    map[string]int     // answers given, by build, search or day
	lists    map[string][]int32 // people found, by search
	charged  map[string]int     // credits so far, by vendor
	orders   Orders             // so far
}

// New lets vendors serve one universe.
func New(o Options, vendors ...Vendor) *Simulation {
	o = o.withDefaults(vendors)
	s := &Simulation{
		Universe: world.Universe{Seed: o.Seed, People: o.People}, Options: o, vendors: vendors, handlers: map[string]http.Handler{},
		attempts: map[string]int{}, asked: map[string]int{}, lists: map[string][]int32{}, charged: map[string]int{},
	}
	s.log.limit = o.LogLimit
	s.SetFaults(o.Faults, o.FaultKinds...)
	for _, v := range vendors {
		s.handlers[v.Name] = s.handler(v)
	}
	return s
}

func (o Options) withDefaults(vendors []Vendor) Options {
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
	if o.InARow == 0 {
		o.InARow = 3
	}
	if o.SlowLatency == 0 {
		o.SlowLatency = 2 * time.Second
	}
	if o.LogLimit <= 0 {
		o.LogLimit = 100_000
	}
	keys, credits := map[string]string{}, map[string]int{}
	for _, v := range vendors {
		keys[v.Name], credits[v.Name] = v.DefaultKey, v.Credits
	}
	maps.Copy(keys, o.AcceptKeys)
	maps.Copy(credits, o.Credits)
	o.AcceptKeys, o.Credits = keys, credits
	return o
}

// Handler is one vendor's API with the documented paths at the root.
func (s *Simulation) Handler(vendor string) http.Handler {
	if h, ok := s.handlers[vendor]; ok {
		return h
	}
	return http.NotFoundHandler()
}

// Advance lets so many nights pass: a few people change jobs, audiences lose
// and gain members, visitors come, and the intent vendor has new days.
func (s *Simulation) Advance(nights int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.night += nights
	clear(s.lists)
	clear(s.attempts)
}

// Night is how many nights have passed.
func (s *Simulation) Night() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.night
}

// Today is the simulated day.
func (s *Simulation) Today() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.today()
}

func (s *Simulation) today() time.Time { return s.Options.Today.AddDate(0, 0, s.night) }

// Balance is the credits left at a vendor.
func (s *Simulation) Balance(vendor string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Options.Credits[vendor] - s.charged[vendor]
}

// Truth yields the truth about every record that the vendors have served up to
// the present night, or would on asking. Nothing is stored.
func (s *Simulation) Truth() iter.Seq[world.Record] {
	night := s.Night()
	return func(yield func(world.Record) bool) {
		for _, v := range s.vendors {
			for _, l := range v.Listings(v.People(s.Universe), night) {
				for k := range l.Size {
					for _, r := range l.At(k) {
						r.Vendor, r.Listing = v.Name, l.ID
						if !yield(r) {
							return
						}
					}
				}
			}
		}
	}
}
