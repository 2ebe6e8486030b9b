package intent

import (
	"contactsync/internal/simulate/world"
)

// truth yields a person once for every employer so far, since a business
// address may be the key.
func truth(u world.Universe, night int, yield func(world.Record) bool) bool {
	known := people(u)
	for rank := range known.Size() {
		i := known.At(rank)
		for moves := range u.Moves(i, night) + 1 {
			r := newRecord(known, u.PersonAfter(i, moves))
			if !yield(world.Record{Vendor: Name, Listing: "matches", ID: r.hem, Person: i, Surname: r.surname(), Identifiers: r.identifiers()}) {
				return false
			}
		}
	}
	return true
}

func (r record) surname() string {
	if r.md5Only {
		return ""
	}
	return r.person.Surname
}

func (r record) identifiers() []world.Identifier {
	if r.md5Only {
		return []world.Identifier{world.Own("email_md5", r.hem)}
	}
	ids := world.EmailIdentifiers(r.emails(), true)
	if r.linkedIn != "" {
		ids = append(ids, world.Own("linkedin", r.person.Slug))
	}
	return append(ids, world.PhoneIdentifiers(r.phones)...)
}
