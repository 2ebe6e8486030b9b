package transform

import (
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
	s, repaired := normal.Repair(sent)
	switch {
	case s == "", column == normal.NameColumn && name.IsNull(s), column != normal.NameColumn && isNull(s):
		return ""
	case column != normal.NameColumn && normal.IsPlaceholder(column, s):
		p.note(field, schema.CausePlaceholder)
		return ""
	case repaired:
		p.note(field, schema.CauseTextRepaired)
	}
	return s
}
