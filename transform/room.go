package transform

import (
	"slices"
	"sync"

	"contactsync/internal/normal"
)

// persons are those of records that are done with, whose room the next one takes.
var persons = sync.Pool{New: func() any { return new(person) }}

func newPerson() *person { return persons.Get().(*person) }

// mostKept is how much of anything a person may have had whose room is kept.
const mostKept = 256

// done gives the room of a person to another. Nothing of it may be in use.
func (p *person) done() {
	if max(cap(p.addresses), cap(p.phones), cap(p.hashes), cap(p.ids), cap(p.sent), cap(p.scratch), cap(p.made)) > mostKept {
		return
	}
	clear(p.addresses)
	clear(p.phones)
	clear(p.hashes)
	clear(p.ids)
	clear(p.scratch)
	clear(p.made)
	*p = person{
		addresses: p.addresses[:0], phones: p.phones[:0], hashes: p.hashes[:0], ids: p.ids[:0], sent: p.sent[:0], scratch: p.scratch[:0],
		made: p.made[:0], order: p.order[:0],
		addressAt: p.addressAt.emptied(), phoneAt: p.phoneAt.emptied(), hashAt: p.hashAt.emptied(), sentAt: p.sentAt.emptied(),
	}
	persons.Put(p)
}

// texts is [object.texts] in the person's room.
func (p *person) texts(o object, names ...string) []string {
	from := len(p.scratch)
	p.scratch = o.appendTexts(p.scratch, names)
	return slices.Clip(p.scratch[from:])
}

// split is [normal.Split] in the person's room.
func (p *person) split(values []string) []string {
	from := len(p.scratch)
	p.scratch = normal.AppendSplit(p.scratch, values, separators)
	return slices.Clip(p.scratch[from:])
}

// listed is [normal.Emails] in the person's room.
func (p *person) listed(values []string) []string {
	from := len(p.scratch)
	p.scratch = normal.AppendEmails(p.scratch, values)
	return slices.Clip(p.scratch[from:])
}
