// Package transform turns vendors' records into rows of the common schema. Its
// functions are pure: the same payload gives the same rows, on any machine, in
// any order, at any time.
//
// A record passes twice. When its page arrives, [Facts] checks that it can be
// used and takes out what it states beside the person: interests and events. When
// the run ends and all versions of the record are folded into one payload,
// [Contact] makes the person's profile and identifiers of it.
//
// A file per vendor reads that vendor's fields (toofr.go, intent.go,
// statsocial.go, audiencelab.go) into a person; a file per kind of field holds
// its rules (email.go, phone.go, name.go, ...); normal.go chooses and sorts. Every
// rule is idempotent: what it has brought into normal form it leaves alone. The
// rules and closed lists, with their sources, are in docs/normalising.md.
//
// Nothing here is lost for want of a rule: a field that cannot be read is left
// out and noted by its name, and the payload keeps it.
package transform

import (
	"encoding/json"
	"fmt"
	"strings"

	"contactsync/schema"
)

// Normal is a record in the common schema. Emails and Phones are unique, best
// first; Notes name fields, never values; Identifiers are unique and sorted by
// kind and value.
type Normal = schema.Normal

// FactRows is what a record states beside the person. Their RunID is left to the caller.
type FactRows struct {
	Matches []schema.Match
	Events  []schema.Event
}

// RejectError says why a record cannot be used. The reason holds no personal data.
type RejectError struct {
	Reason string
}

func (e *RejectError) Error() string { return "record rejected: " + e.Reason }

// Facts validates one record as served and returns what it states beside the
// person. The error is a [*RejectError] when the record cannot be used; Contact
// does not fail on the payload of a record that Facts accepted, nor on several
// of them folded into one object.
func Facts(r schema.Record, pipeline, audience string) (FactRows, error) {
	v, err := vendorOf(r.Source)
	if err != nil {
		return FactRows{}, err
	}
	o, err := parseObject(r.Raw, v.fold)
	if err != nil {
		return FactRows{}, &RejectError{err.Error()}
	}
	if isNull(clean(r.ID)) {
		return FactRows{}, &RejectError{"no " + v.key + ", so the record has no stable key"}
	}
	if _, value, _ := cutLast(":"+r.ID, ":"); nullHashes[strings.ToLower(value)] {
		return FactRows{}, &RejectError{"its key is the hash of an empty address, which many people share"}
	}
	if v.facts == nil {
		return FactRows{}, nil
	}
	return v.facts(r, o, pipeline, audience), nil
}

// Contact makes the profile and identifiers of a record from its payload, all
// versions folded.
func Contact(source, sourceID string, payload json.RawMessage) (Normal, error) {
	v, err := vendorOf(source)
	if err != nil {
		return Normal{}, err
	}
	o, err := parseObject(payload, v.fold)
	if err != nil {
		return Normal{}, fmt.Errorf("%s: payload of record: %w", source, err)
	}
	return v.person(o).normal(source, sourceID), nil
}

// vendor is how one vendor's records are read.
type vendor struct {
	key    string                 // the vendor's name of its stable key
	fold   func(string) string    // a member's name as documented; nil: names come as documented
	person func(o object) *person // the person of a record
	facts  func(r schema.Record, o object, pipeline, audience string) FactRows
}

func vendorOf(source string) (vendor, error) {
	switch source {
	case schema.Toofr:
		return vendor{key: "id", person: toofrPerson}, nil
	case schema.Intent:
		return vendor{key: "hem", person: intentPerson, facts: intentFacts}, nil
	case schema.StatSocial:
		return vendor{key: "ss_id or other id", person: statSocialPerson}, nil
	case schema.AudienceLab:
		return vendor{key: "UUID", fold: audienceLabName, person: audienceLabPerson, facts: audienceLabFacts}, nil
	}
	return vendor{}, fmt.Errorf("transform: unknown source %q", source)
}
