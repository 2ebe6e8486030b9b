package statsocial

import (
	"slices"

	"contactsync/internal/simulate/world"
)

// record is what StatSocial knows of a person; "" is not known.
type record struct {
	person    world.Person
	ssID      string
	twitterID string
	handle    string
	md5       []string
	email     string
	cintID    string
	maID      string
}

// newRecord has a few people by their MD5 or their Twitter account
// alone, without an ss_id.
func newRecord(k world.Coverage, p world.Person) record {
	i := p.Index
	id := func(a, b uint64) string {
		return world.UUID(k.World.About(i, world.SaltID, a), k.World.About(i, world.SaltID, b))
	}
	switch {
	case k.World.Chance(i, 3, world.SaltField, 70):
		return record{person: p, md5: []string{world.MD5Hex(p.Personal[0])}}
	case k.World.Chance(i, 3, world.SaltField, 71):
		return record{person: p, handle: p.Handle}
	}
	r := record{
		person: p, ssID: p.SSID, twitterID: k.World.Field(i, 60, 62, p.Twitter), handle: k.World.Field(i, 60, 62, p.Handle),
		email: k.World.Field(i, 30, 63, p.Personal[0]), cintID: k.World.Field(i, 20, 64, id(65, 66)), maID: k.World.Field(i, 5, 67, id(68, 69)),
	}
	if k.World.Chance(i, 75, world.SaltField, 60) {
		r.md5 = world.Each(p.Personal, world.MD5Hex)
		if !k.World.Chance(i, 6, world.SaltField, 61) { // whether one ss_id maps to many md5 is not documented
			r.md5 = r.md5[:1]
		}
	}
	return r
}

// truth is what the output files tell: a value without an ss_id stands alone.
func (r record) truth() []world.Record {
	record := func(id string, ids []world.Identifier) world.Record {
		return world.Record{ID: id, Person: r.person.Index, Identifiers: ids}
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
	ids := world.Own("ss_id", r.ssID)
	for _, sum := range r.md5 {
		ids = append(ids, world.Own("email_md5", sum)...)
	}
	return append(alone, record(r.ssID, slices.Concat(ids, world.EmailIdentifiers(true, r.email), world.Own("twitter_id", r.twitterID),
		world.Own("twitter_handle", r.handle), world.Own("cint_id", r.cintID))))
}
