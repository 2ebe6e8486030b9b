package evidence

import (
	"strconv"
	"strings"

	"contactsync/schema"
)

// Traits is what a record tells of its person, made ready for comparison. The zero
// value tells nothing. Texts that are only ever equal or not are kept as their hashes.
type Traits struct {
	first, last *name // nil where they are not known
	suffix      suffix
	gender      gender
	age         ages
	born        date
	domain, key uint64 // of the employer
	postcode    uint64
	city        uint64 // with region, as far as it is known
	region      uint64
	country     uint64
	company     [3]uint64 // the names of its own handles
	identifiers []identifier
}

// Columns are those of a contact of which traits are made, beside its identifiers.
var Columns = []string{
	"full_name", "first_name", "last_name", "gender", "age_range", "city", "region", "postal_code", "country",
	"company_name", "company_domain", "company_key", "email", "business_email", "personal_email", "email_last_seen_at", "emails",
	"linkedin_url", "twitter_handle", "as_of",
}

// gender is of those that are told apart; others than these two are in the way of neither.
type gender uint64

const (
	male gender = iota + 1
	female
)

func genderOf(s string) gender {
	switch s {
	case "":
		return 0
	case "male":
		return male
	case "female":
		return female
	}
	return gender(hashOf(s)) | 1<<8
}

// ages is a range of years; the zero value is not known.
type ages struct{ from, to int16 }

// Of makes the traits of a record. Where its identifiers are given, those are all that
// link it: what the contact has beside is refused, being shared, say. Without them they
// are those of the contact. Traits of Of and those of a [Reader] are not to be compared
// with each other: they know identifiers by their values, and by their numbers.
func Of(c schema.SourceContact, identifiers ...schema.Identifier) Traits {
	var r Reader
	t := r.person(&c)
	t.addContact(&c)
	for _, id := range identifiers {
		t.add(&c, id.Kind, id.Value, "", handleOf(id))
	}
	if len(identifiers) > 0 {
		t.keep(identifiers)
	}
	return t
}

// Named reports whether both names are told, the first by more than its initial.
func (t *Traits) Named() bool { return t.first != nil && len(t.first.whole) > 1 && t.last != nil }

// Tells reports whether any name is told.
func (t *Traits) Tells() bool { return t.first != nil || t.last != nil }

// isMan holds where the record says so, or, if it says nothing, the given name.
func (t *Traits) isMan() bool {
	if t.gender != 0 {
		return t.gender == male
	}
	return t.first != nil && t.first.sex == 'm'
}

// agesOf reads "25-34", "65 and older", "65+" and "under 18".
func agesOf(s string) (a ages) {
	var numbers []int16
	for _, digits := range strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		if n, err := strconv.Atoi(digits); err == nil && n < 130 {
			numbers = append(numbers, int16(n))
		}
	}
	const oldest = 130
	switch lower := strings.ToLower(s); {
	case len(numbers) == 2 && numbers[0] <= numbers[1]:
		return ages{from: numbers[0], to: numbers[1]}
	case len(numbers) != 1:
		return ages{}
	case strings.Contains(lower, "+") || strings.Contains(lower, "older") || strings.Contains(lower, "over"):
		return ages{from: numbers[0], to: oldest}
	case strings.Contains(lower, "under") || strings.Contains(lower, "younger") || strings.Contains(lower, "<"):
		return ages{to: numbers[0]}
	}
	return ages{from: numbers[0], to: numbers[0]}
}
