package transform

import (
	"errors"
	"iter"
	"strings"
	"sync/atomic"
	"time"

	"contactsync/schema"
)

// Document is the payload of one record, parsed once: whatever the pipeline asks
// of a record (is it of somebody who must stay out, what does it state, which
// fields does it have, what is the person's profile, what is its hash) it asks the
// document. A document never changes; [Document.Over] and [Document.Without] make
// new ones. It is not safe for concurrent use, since it keeps its profile.
type Document struct {
	rules   *Rules
	id      string
	text    string
	members object
	normal  *schema.Normal
}

var (
	// errNotJSON says that a payload cannot be stored: neither a VARCHAR nor
	// DuckDB's JSON type can hold broken UTF-8 or lone surrogates.
	errNotJSON   = errors.New("not valid JSON in UTF-8")
	errNotObject = errors.New("not a JSON object")
)

var parses atomic.Int64

// Parses is the number of documents that this process has parsed: what tests hold
// the pipeline to, which parses no record that did not change.
func Parses() int64 { return parses.Load() }

// Parse reads the payload of the record with this id. The error is a [*RejectError].
// A payload may be part of a whole page: whatever is kept of it longer than the
// document, as in a cache, has to be cloned.
func (v *Rules) Parse(id, payload string) (*Document, error) {
	parses.Add(1)
	members, err := parseObject(payload, v.spelling)
	if err != nil {
		return nil, &RejectError{err.Error()}
	}
	return &Document{rules: v, id: id, text: payload, members: members}, nil
}

// Payload is the record's text as it was parsed.
func (d *Document) Payload() string { return d.text }

// Contact makes the record's profile and identifiers. Callers must not change its
// slices: the next call returns them again.
func (d *Document) Contact() schema.Normal {
	if d.normal == nil {
		p := newPerson()
		defer p.done()
		d.rules.person(p, d.members)
		p.keyed(d.id)
		normal := p.normal(d.rules.Source, d.id)
		d.normal = &normal
	}
	return *d.normal
}

// Facts is what the record, dated asOf by its vendor, states beside the person. The
// error is a [*RejectError] when the record cannot be used; a record that can be
// used has a contact, and so have several of them laid over each other.
func (d *Document) Facts(asOf time.Time, pipeline, audience string) (FactRows, error) {
	if err := d.rules.CheckKey(d.id); err != nil {
		return FactRows{}, err
	}
	if d.rules.facts == nil {
		return FactRows{}, nil
	}
	return d.rules.facts(d, asOf, pipeline, audience), nil
}

// Fields yields the record's members, and those of the person within it: the
// documented spelling of the name, and the JSON type of the value, "" where it says nothing. A field that was
// sent twice comes twice.
func (d *Document) Fields() iter.Seq2[string, string] {
	return func(yield func(field, kind string) bool) { _ = d.rules.eachField(d.members, "", yield) }
}

// Damaged yields the fields that hold the replacement character, by their documented
// spelling: their text lost something on its way, here or at the vendor's.
func (d *Document) Damaged() iter.Seq[string] {
	return func(yield func(field string) bool) {
		if !hasReplacement(d.text) {
			return
		}
		for _, m := range d.members.all {
			if hasReplacement(string(m.value)) && !yield(m.field) {
				return
			}
		}
	}
}

func hasReplacement(s string) bool {
	return strings.Contains(s, "\uFFFD") || strings.Contains(s, `\ufffd`) || strings.Contains(s, `\uFFFD`)
}

// Over lays the document over an older one of the same record: a field that the
// newer one has wins, empty or not, and a field that it lacks keeps its value. So a
// segment with few fields never erases what one with many brought, and laying the
// same payload over it again changes nothing (contract, part 3). Where a vendor
// sends one name in either case, both spellings are the same field. The person within
// a record is laid over the older one in the same way.
//
// Where the newer document has every field, it is returned as it is; else the
// payload of the result has its names sorted. An older document of nil has none.
func (d *Document) Over(older *Document) *Document {
	if older == nil || older.text == d.text {
		return d
	}
	members, changed := d.rules.laid(d.members, older.members, "")
	if !changed {
		return d
	}
	return d.rules.compose(d.id, members.all)
}

// lacks lists the members of another object whose field this one does not have.
func (o object) lacks(other object) (missing []member) {
	i := 0
	for _, m := range other.all {
		for i < len(o.all) && o.all[i].field < m.field {
			i++
		}
		if i < len(o.all) && o.all[i].field == m.field {
			continue
		}
		if missing == nil {
			missing = make([]member, 0, len(o.all)+len(other.all))
		}
		missing = append(missing, m)
	}
	return missing
}

// Without is the document without the members whose name, as sent, is to be
// dropped, its own and those of the person within it: itself where it has none of them.
func (d *Document) Without(dropped func(name string) bool) *Document {
	kept, changed := d.rules.pruned(d.members, dropped, "")
	if !changed {
		return d
	}
	return d.rules.compose(d.id, kept.all)
}
