// Package selector reads how people are named: on a command line, in a list of
// people to erase or to keep out, in identity.overrides. Texts that name nobody are
// reported by their place and never repeated, since they are personal data.
package selector

import (
	"fmt"
	"slices"
	"strings"

	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"
)

// Selector is what a text names: one of its three fields is set.
type Selector struct {
	Contact     string // a contact id
	Record      Record
	Identifiers []schema.Identifier // of an address, every hash of it; a role address has role kinds
}

// Record is a vendor's record, named as source:id.
type Record struct{ Source, ID string }

// Parse reads how a person is named: an e-mail address, the address of a LinkedIn
// profile, a contact id, or a record as source:id. ok is false where a text names
// nobody.
func Parse(text string) (s Selector, ok bool) {
	text = strings.TrimSpace(text)
	source, id, _ := strings.Cut(text, ":")
	switch {
	case strings.HasPrefix(text, "c_") && !strings.Contains(text, "@"):
		return Selector{Contact: text}, true
	case slices.Contains(schema.Sources, source) && id != "":
		return Selector{Record: Record{source, id}}, true
	}
	s.Identifiers, ok = transform.Selector(text)
	return s, ok
}

// IsRole reports whether a role address was named, which many people share, or one that
// is masked or a placeholder.
func (s Selector) IsRole() bool {
	return slices.ContainsFunc(s.Identifiers, func(i schema.Identifier) bool { return i.Kind != i.Kind.SuppressedAs() })
}

// Name is how somebody was named, and where: "argument 2", "line 7".
type Name struct{ Place, Text string }

// Error says why texts name nobody: each by its place, without the text,
// which is personal data.
type Error struct{ Problems []string }

// shownProblems is how many are told; a list of the wrong kind has one per line.
const shownProblems = 20

func (e *Error) Error() string {
	shown := e.Problems[:min(len(e.Problems), shownProblems)]
	text := strings.Join(shown, "\n")
	if more := len(e.Problems) - len(shown); more > 0 {
		text += fmt.Sprintf("\nand %d more", more)
	}
	return text
}

func (e *Error) add(place, problem string) {
	e.Problems = append(e.Problems, place+": "+problem)
}

// orNil is the error, if there is any problem.
func (e *Error) orNil() error {
	if len(e.Problems) == 0 {
		return nil
	}
	return e
}

// ParsePeople reads how people are named: an e-mail address or a hash of one, the address
// of a profile, a contact id, or a record as source:id. All that name nobody are reported
// at once, as a [*Error].
func ParsePeople(names []Name) ([]load.Request, error) {
	var requests []load.Request
	var problems Error
	for _, n := range names {
		request, problem := ParsePerson(n.Text)
		if problem != "" {
			problems.add(n.Place, problem)
			continue
		}
		requests = append(requests, request)
	}
	return requests, problems.orNil()
}

// ParsePerson reads how one person is named; else it says what is wrong with that.
func ParsePerson(text string) (r load.Request, problem string) {
	s, ok := Parse(text)
	switch {
	case !ok:
		return parseOptOut(text)
	case s.IsRole():
		return r, "a role address, or one that is masked or a placeholder, which names nobody in person: " +
			"name the person otherwise, or keep the address out, and all who carry it, with `sync suppress`"
	case s.Contact != "":
		return load.Request{Selector: schema.ByContact, Contact: s.Contact}, ""
	case s.Record.Source != "":
		return load.Request{Selector: schema.ByRecord, Keys: []schema.Identifier{{Kind: schema.VendorID(s.Record.Source), Value: s.Record.ID}}}, ""
	}
	r.Selector = schema.ByEmail
	for _, key := range s.Identifiers {
		if key.Kind == schema.LinkedIn {
			r.Selector = schema.ByLinkedIn
		}
		r.Keys = append(r.Keys, schema.Identifier{Kind: key.Kind, Value: key.Value})
	}
	return r, ""
}

// parseOptOut reads what else keeps a person out: a hash, or a profile elsewhere.
func parseOptOut(text string) (r load.Request, problem string) {
	keys, ok := transform.OptOut(text)
	if !ok {
		return r, "neither an e-mail address or a hash of one, nor a link to a profile, a contact id (c_...) or a record (source:id)"
	}
	r = load.Request{Selector: schema.ByProfile, Keys: keys}
	switch keys[0].Kind {
	case schema.EmailSHA256, schema.EmailSHA1, schema.EmailMD5:
		r.Selector = schema.ByHash
	case schema.LinkedIn:
		r.Selector = schema.ByLinkedIn
	}
	return r, ""
}
