package statsocial

import (
	"strconv"

	"contactsync/internal/simulate/world"
)

// truth yields the members of the first audience.
func truth(u world.Universe, _ int, yield func(world.Record) bool) bool {
	known := people(u)
	b := firstBuilds()[Audience]
	w := known.Window(b.from, b.to, 0)
	for k := range w.Size {
		r := newRecord(known, known.Person(known.At(w.Rank(k)), b.night))
		for _, record := range r.truth() {
			record.Listing = strconv.Itoa(b.id)
			if !yield(record) {
				return false
			}
		}
	}
	return true
}

// truth is what the output files tell: a value without an ss_id stands alone.
func (r record) truth() []world.Record {
	record := func(id string, ids ...world.Identifier) world.Record {
		return world.Record{Vendor: Name, ID: id, Person: r.person.Index, Identifiers: ids}
	}
	var alone []world.Record
	if r.maID != "" {
		alone = append(alone, record("ma_id:"+r.maID, world.Own("ma_id", r.maID)))
	}
	if r.ssID == "" && len(r.md5) > 0 {
		return append(alone, record("md5:"+r.md5[0], world.Own("email_md5", r.md5[0])))
	}
	if r.ssID == "" {
		return append(alone, record("twitter_user:"+r.handle, world.Own("twitter_handle", r.handle)))
	}
	ids := []world.Identifier{world.Own("ss_id", r.ssID)}
	for _, sum := range r.md5 {
		ids = append(ids, world.Own("email_md5", sum))
	}
	ids = append(ids, world.EmailIdentifiers(world.NonEmpty(r.email), true)...)
	for _, id := range []world.Identifier{world.Own("twitter_id", r.twitterID), world.Own("twitter_handle", r.handle),
		world.Own("cint_id", r.cintID)} {
		if id.Value != "" {
			ids = append(ids, id)
		}
	}
	return append(alone, record(r.ssID, ids...))
}
