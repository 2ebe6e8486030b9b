package toofr

import (
	"strconv"

	"contactsync/internal/simulate/world"
)

func truth(u world.Universe, night int, yield func(world.Record) bool) bool {
	known := people(u)
	for rank := range known.Size() {
		r := newRecord(u, u.Person(known.At(rank), night))
		ids := world.EmailIdentifiers(world.NonEmpty(r.email), !r.role)
		if r.linkedIn != "" {
			ids = append(ids, world.Own("linkedin", r.person.Slug))
		}
		if !yield(world.Record{Vendor: Name, Listing: "prospects", ID: strconv.Itoa(r.id), Person: r.person.Index, Surname: r.last,
			Identifiers: ids}) {
			return false
		}
	}
	return true
}
