package evidence

import (
	"strings"

	"contactsync/schema"
)

// Reader makes the traits of many records. It remembers names, which are few, as it has
// made them ready, and no text of a record beyond them. It is not for concurrent use.
type Reader struct {
	given  memory[*name]
	family memory[surname]
	full   memory[fullName]
	ages   memory[ages]
}

// surname and fullName are names as they are taken apart.
type (
	surname struct {
		name   *name
		suffix suffix
	}
	fullName struct {
		first, last *name
		suffix      suffix
	}
)

// NewReader makes a reader that knows no name yet.
func NewReader() *Reader {
	return &Reader{memory[*name]{}, memory[surname]{}, memory[fullName]{}, memory[ages]{}}
}

// Of makes the traits of a record that is linked by the identifiers given, and by
// nothing else, though the contact may hold more. They are those of [Of], the
// identifiers' numbers standing for their values.
func (r *Reader) Of(c *schema.SourceContact, identifiers []Identifier) Traits {
	t := r.person(c)
	t.addNumbered(c, identifiers)
	return t
}

// person makes the traits but for the identifiers.
func (r *Reader) person(c *schema.SourceContact) Traits {
	t := Traits{
		gender: genderOf(c.Gender), domain: hashOf(c.CompanyDomain), key: hashOf(c.CompanyKey),
		postcode: hashOf(c.PostalCode), city: foldedHash(c.City), region: hashOf(c.Region), country: hashOf(c.Country), company: companyOf(c),
	}
	if born, ok := dateOf(c.AgeRange); ok { // where a vendor knows better than a range
		t.born = born
	} else if c.AgeRange != "" {
		t.age = r.ages.of(c.AgeRange, agesOf)
	}
	t.first, t.last, t.suffix = r.names(c)
	return t
}

// names are those of the two fields, or else of the full name, where a suffix may stand
// that the surname lacks.
func (r *Reader) names(c *schema.SourceContact) (first, last *name, suffix suffix) {
	if c.FirstName != "" {
		first = r.given.of(c.FirstName, func(s string) *name { return newGiven(foldWords(s)) })
	}
	if c.LastName != "" {
		family := r.family.of(c.LastName, surnameOf)
		last, suffix = family.name, family.suffix
	}
	switch {
	case first == nil && last == nil && c.FullName != "":
		full := r.full.of(c.FullName, fullNameOf)
		return full.first, full.last, full.suffix
	case suffix == 0 && mayEndInSuffix(c.FullName):
		_, suffix = cutSuffix(foldWords(c.FullName), 0)
	}
	return first, last, suffix
}

// memory is what texts were read as. A nil one remembers nothing.
type memory[T any] map[string]T

// The bounds of a memory: it forgets all when it holds the most, and never learns longer
// texts.
const (
	mostRemembered    = 1 << 15
	longestRemembered = 64
)

func (m memory[T]) of(text string, read func(string) T) T {
	if known, ok := m[text]; ok {
		return known
	}
	value := read(strings.Clone(text)) // the caller's may be overwritten
	if m == nil || len(text) > longestRemembered {
		return value
	}
	if len(m) >= mostRemembered {
		clear(m)
	}
	m[strings.Clone(text)] = value
	return value
}
