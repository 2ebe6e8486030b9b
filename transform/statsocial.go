package transform

import (
	"cmp"
	"strings"

	"contactsync/internal/normal"
	"contactsync/schema"
)

var statSocialRules = Rules{
	Source: schema.StatSocial, key: "ss_id or other id", person: statSocialPerson, CompareAudiences: compareBuilds,
}

// compareBuilds compares the numbers of audiences: StatSocial builds a definition
// anew under a greater one.
func compareBuilds(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// statSocialPerson reads a row of an audience's outputs: one object per ss_id
// with a member per type of id (statsocial-create-audience.txt, outputs; contract,
// part 2), a value or a list of values each:
//
//	{"ss_id":..,"md5":[..],"email_raw":..,"twitter_id":..,"twitter_user":..,"cint_id":..,"ma_id":..}
//
// A value that came without an ss_id is a record of its own with one member. That
// md5 is the MD5 of an address is a convention of the industry; the vendor doesn't say so.
func statSocialPerson(p *person, o object) {
	p.emails("email_raw", p.texts(o, "email_raw"), nil, nil)
	p.hashed("md5", p.texts(o, "md5"))
	p.handles(schema.SSID, "ss_id", p.texts(o, "ss_id"), opaqueID)
	p.handles(schema.TwitterID, "twitter_id", p.texts(o, "twitter_id"), normal.TwitterUserID)
	p.twitter("twitter_user", p.texts(o, "twitter_user"))
	p.handles(schema.CintID, "cint_id", p.texts(o, "cint_id"), opaqueID)
	p.handles(schema.MAID, "ma_id", p.texts(o, "ma_id"), mobileAdID)
}

// opaqueID is an id of a form that only the vendor knows: as sent, cleaned. A
// placeholder, or a zero, is the id of nobody.
func opaqueID(s string) (string, bool) {
	s = clean(s)
	return s, len(s) <= 200 && s != "0" && !isNothing(s)
}

// mobileAdID is an advertising id in lower case: Apple writes its UUIDs in upper
// case, Google in lower case. The id of a device that limits tracking is all zeros
// and identifies no device.
func mobileAdID(s string) (string, bool) {
	s = strings.ToLower(clean(s))
	return s, strings.Trim(s, "0-") != "" && len(s) <= 200 && !isNothing(s)
}
