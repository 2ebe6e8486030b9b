// Package transform turns vendors' records into rows of the common schema. Its
// functions are pure: the same payload gives the same rows, on any machine, in
// any order, at any time.
//
// A record that changed is parsed into a [Document] when its page arrives:
// [Document.Facts] checks that it can be used and takes out what it states beside
// the person: interests and events. The merge parses all versions of the record and
// lays them over each other ([Document.Over]); [Document.Contact] makes the person's
// profile and identifiers of that, and [Document.Canonical] what is hashed.
//
// A file per vendor has that vendor's [Rules], which read its fields into a person
// (toofr.go, intent.go, statsocial.go, audiencelab.go); normal.go chooses and sorts.
// A package per kind of field has its rules (name, title, phone, place, company;
// texts, addresses and links are in internal/normal, since keys are made of them,
// too). Every rule is idempotent: what it has brought into normal form it leaves
// alone. The rules and closed lists, with their sources, are in docs/normalising.md.
//
// Nothing here is lost for want of a rule: a field that cannot be read is left out, and
// noted by its name and a cause of [schema.Causes], and the payload keeps it.
package transform

import (
	"fmt"
	"strings"
	"time"

	"contactsync/internal/normal"
	"contactsync/schema"
)

// FactRows is what a record states beside the person. Their RunID is left to the caller.
type FactRows struct {
	Matches []schema.Match
	Events  []schema.Event
}

// RejectError says why a record cannot be used. The reason holds no personal data.
type RejectError struct{ Reason string }

func (e *RejectError) Error() string { return "record rejected: " + e.Reason }

// Rules is how one vendor's records are read, whichever stream or pipeline brought
// them: they hold for stored records whose pipeline is no longer in the config.
type Rules struct {
	Source string

	key      string                    // the vendor's name of its stable key
	spelling *spelling                 // of members' names
	person   func(p *person, o object) // gathers the person of a record
	nested   []string                  // where the person may stand within a record: documented names with dots between them
	facts    func(d *Document, asOf time.Time, pipeline, audience string) FactRows

	// Daily says that facts belong to the day that lists the record: one that is the
	// same as yesterday states them anew today.
	Daily bool

	// AudienceFields says that an audience's records have the fields that its owner
	// chose, so that those of another audience say nothing of what is usual in it.
	AudienceFields bool

	// CompareAudiences puts the older of two audiences first, of which one replaces
	// the other; nil: none is older.
	CompareAudiences func(a, b string) int
}

var vendors = []*Rules{&toofrRules, &intentRules, &statSocialRules, &audienceLabRules}

// RulesOf is the rules of a vendor.
func RulesOf(source string) (*Rules, error) {
	for _, v := range vendors {
		if v.Source == source {
			return v, nil
		}
	}
	return nil, fmt.Errorf("transform: unknown source %q", source)
}

// CheckKey returns a [*RejectError] when no record can be kept under a key.
func (v *Rules) CheckKey(id string) error {
	if isNothing(id) {
		return &RejectError{"no " + v.key + ", so the record has no stable key"}
	}
	if hash := id[strings.LastIndexByte(id, ':')+1:]; normal.IsHashOfNothing(strings.ToLower(hash)) {
		return &RejectError{"its key is the hash of an empty address or of a placeholder, which many people share"}
	}
	return nil
}
