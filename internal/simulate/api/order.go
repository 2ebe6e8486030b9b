package api

import "slices"

// Order is work that a vendor took on, and that the real one bills. It counts from
// when the vendor has it, whether or not the answer arrives.
type Order struct {
	Vendor string
	Kind   OrderKind
	Name   string   // as the client named it
	People []string // who is asked for, each as the first of what was sent of them
}

// OrderKind says what is ordered.
type OrderKind string

// The kinds of orders.
const (
	AudienceOrder OrderKind = "audience" // to find the people of a definition
	JobOrder      OrderKind = "job"      // to enrich many people
	LookupOrder   OrderKind = "look-up"  // to enrich one person
)

// Orders lists the orders of a kind that a vendor has taken so far, oldest first.
func (s *Simulation) Orders(vendor string, kind OrderKind) []Order {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.orders), func(o Order) bool { return o.Vendor != vendor || o.Kind != kind })
}

// Asked counts how often each person was asked for, in jobs and look-ups.
func (s *Simulation) Asked(vendor string) map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := map[string]int{}
	for _, o := range s.orders {
		for _, person := range o.People {
			if o.Vendor == vendor {
				asked[person]++
			}
		}
	}
	return asked
}
