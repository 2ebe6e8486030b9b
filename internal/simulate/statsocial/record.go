package statsocial

import (
	"contactsync/internal/simulate/world"
)

// record is what StatSocial knows of a person; "" is not known.
type record struct {
	person    world.Person
	ssID      string
	twitterID string
	handle    string
	md5       []string
	hashed    []string // the addresses behind md5
	email     string
	cintID    string
	maID      string
}

// newRecord has a few people by their MD5 or their Twitter account
// alone, without an ss_id.
func newRecord(k world.Coverage, p world.Person) record {
	i := p.Index
	r := record{person: p, ssID: p.SSID}
	if k.Chance(i, 75, world.SaltField, 60) {
		r.hashed = p.Personal[:1]
		if k.Chance(i, 6, world.SaltField, 61) { // whether one ss_id maps to many md5 is not documented
			r.hashed = p.Personal
		}
		r.md5 = world.Each(r.hashed, world.MD5Hex)
	}
	if k.Chance(i, 60, world.SaltField, 62) {
		r.twitterID, r.handle = p.Twitter, p.Handle
	}
	if k.Chance(i, 30, world.SaltField, 63) {
		r.email = p.Personal[0]
	}
	if k.Chance(i, 20, world.SaltField, 64) {
		r.cintID = world.UUID(k.About(i, world.SaltID, 65), k.About(i, world.SaltID, 66))
	}
	if k.Chance(i, 5, world.SaltField, 67) {
		r.maID = world.UUID(k.About(i, world.SaltID, 68), k.About(i, world.SaltID, 69))
	}
	switch {
	case k.Chance(i, 3, world.SaltField, 70):
		return record{person: p, md5: world.NonEmpty(world.MD5Hex(p.Personal[0])), hashed: p.Personal[:1]}
	case k.Chance(i, 3, world.SaltField, 71):
		return record{person: p, handle: p.Handle}
	}
	return r
}
