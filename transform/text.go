package transform

import (
	"contactsync/internal/memo"
	"contactsync/internal/normal"
	"contactsync/schema"
	"contactsync/transform/name"
)

// The normal forms of texts, addresses and links are in internal/normal, since the
// keys of some records are made of them, too. These have short names here, where
// nearly every rule begins with them.

const separators = normal.Separators

func clean(s string) string { return normal.Text(s) }

func isNull(s string) bool { return normal.IsNull(s) }

func split(values []string, separators string) []string { return normal.Split(values, separators) }

// isNothing reports whether a value as sent stands for none in a field of any kind.
func isNothing(s string) bool { return normal.IsPlaceholder(normal.AnyColumn, clean(s)) }

// unlessNothing notes that a value could not be taken, if there is one.
func (p *person) unlessNothing(s, field string, cause schema.Cause) {
	if !isNothing(s) {
		p.note(field, cause)
	}
}

// text is the first of the named members that says something in a column of what
// people write: repaired, and no placeholder. What was repaired or dropped is noted.
func (p *person) text(column normal.Column, o object, names ...string) string {
	return o.first(func(field, sent string) string { return p.read(column, field, sent) }, names)
}

// name is text for the name of a person, of which a part alone does not yet tell that
// it is a placeholder.
func (p *person) name(o object, names ...string) string {
	return p.text(normal.NameColumn, o, names...)
}

// withoutPlaceholders drops names that stand for none, each or all together.
func (p *person) withoutPlaceholders(first, last, full string) (string, string, string) {
	if normal.IsPlaceholderName(first, last) {
		p.note("name", schema.CausePlaceholder)
		first, last = "", ""
	}
	full = normal.TrimPlaceholder(full)
	for _, part := range []*string{&first, &last, &full} {
		if *part != "" && normal.IsPlaceholder(normal.NameColumn, *part) {
			p.note("name", schema.CausePlaceholder)
			*part = ""
		}
	}
	return first, last, full
}

// read makes the text of a column of a value as sent. Of the text of a list it is the
// first item that says something.
func (p *person) read(column normal.Column, field, sent string) string {
	if items, ok := normal.QuotedList(sent); ok {
		for _, item := range items {
			if s := p.read(column, field, item); s != "" {
				return s
			}
		}
		return ""
	}
	var r reading
	switch column {
	case normal.NameColumn: // hardly two people have the same
		r = readText(column, sent)
	case normal.TitleColumn:
		r = titles.Of(sent)
	case normal.CompanyColumn:
		r = companies.Of(sent)
	case normal.PlaceColumn:
		r = places.Of(sent)
	default:
		r = others.Of(sent)
	}
	if r.cause != "" {
		p.note(field, r.cause)
	}
	return r.text
}

// reading is what a text says, and what became of it.
type reading struct {
	text  string
	cause schema.Cause
}

func readText(column normal.Column, sent string) reading {
	s, repaired := normal.Repair(sent)
	switch {
	case s == "", column == normal.NameColumn && name.IsNull(s), column != normal.NameColumn && isNull(s):
		return reading{}
	case column != normal.NameColumn && normal.IsPlaceholder(column, s):
		return reading{cause: schema.CausePlaceholder}
	case repaired:
		return reading{s, schema.CauseTextRepaired}
	}
	return reading{text: s}
}

// readings remembers the texts of a column that many people have.
func readings(column normal.Column) *memo.Memo[reading] {
	return memo.New(memo.Places, func(sent string) reading { return readText(column, sent) })
}

var (
	titles, companies = readings(normal.TitleColumn), readings(normal.CompanyColumn)
	places, others    = readings(normal.PlaceColumn), readings(normal.AnyColumn)
)
