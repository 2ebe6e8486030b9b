package audiencelab

import (
	"contactsync/internal/simulate/world"
)

func truth(u world.Universe, night int, yield func(world.Record) bool) bool {
	known := people(u)
	listings := segments()
	for n, a := range audienceList()[:2] {
		listings = append(listings, memberSegment(n, a))
	}
	for _, g := range listings {
		for _, i := range everListed(known, g, night) {
			r := newRecord(known, known.Person(i, night))
			if !yield(world.Record{Vendor: Name, Listing: g.id, ID: r.uuid, Person: i, Surname: r.last,
				Identifiers: r.identifiers(g.fields != nil)}) {
				return false
			}
		}
	}
	return true
}

// everListed are the people who were in a segment on any night so far.
func everListed(k world.Coverage, g segment, night int) []int {
	w := k.Window(g.from, g.to, 0)
	if g.pixel == noPixel && w.Size > 0 {
		w.Size = min(w.Size+night*w.Churn(), w.Total)
	}
	people := make([]int, w.Size)
	for position := range people {
		people[position] = k.At(w.Rank(position))
	}
	return people
}

func (r record) identifiers(basic bool) []world.Identifier {
	var ids []world.Identifier
	for _, address := range r.personal {
		ids = append(ids, world.EmailIdentifiers([]string{address}, address != r.person.Reused)...)
	}
	ids = append(ids, world.EmailIdentifiers(r.business, !r.role)...)
	if r.linkedIn != "" {
		ids = append(ids, world.Own("linkedin", r.person.Slug))
	}
	phones := r.mobile
	if !basic {
		phones = append(r.mobile[:len(r.mobile):len(r.mobile)], append(r.direct, r.person.HomeLine)...)
		if r.twitter {
			ids = append(ids, world.Own("twitter_handle", r.person.Handle))
		}
	}
	return append(ids, world.PhoneIdentifiers(phones)...)
}
