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

// Orders are what a vendor has taken on, oldest first.
type Orders []Order

// Orders lists what a vendor has taken on so far.
func (s *Simulation) Orders(vendor string) Orders {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.orders), func(o Order) bool { return o.Vendor != vendor })
}

// Of are the orders of a kind.
func (all Orders) Of(kind OrderKind) Orders {
	return slices.DeleteFunc(slices.Clone(all), func(o Order) bool { return o.Kind != kind })
}

// Asked counts how often each person was asked for.
func (all Orders) Asked() map[string]int {
	asked := map[string]int{}
	for _, o := range all {
		for _, person := range o.People {
			asked[person]++
		}
	}
	return asked
}
