package transform

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Canonical is the payload in the form in which it is hashed, since the order in
// which a vendor sends names says nothing: at every level the names sorted, no white
// space, and strings escaped no more than need be.
func (d *Document) Canonical() string {
	members := d.members
	byName := func(a, b member) int { return strings.Compare(a.name, b.name) }
	if !slices.IsSortedFunc(members, byName) {
		members = slices.Clone(members)
		slices.SortFunc(members, byName)
	}
	var text strings.Builder
	text.Grow(len(d.text))
	text.WriteByte('{')
	for i, m := range members {
		if !isPlainName(m.name) || i > 0 && members[i-1].name == m.name {
			return canonical(value(d.text))
		}
		if i > 0 {
			text.WriteByte(',')
		}
		writeName(&text, m.name)
		text.WriteByte(':')
		text.WriteString(m.value.canonical())
	}
	text.WriteByte('}')
	return text.String()
}

// canonical is the value in the form in which it is hashed.
func (v value) canonical() string {
	switch v.kind() {
	case '{', '[':
		return canonical(v)
	case '"':
		if strings.IndexByte(string(v), '\\') >= 0 {
			return canonical(v)
		}
	}
	return string(v)
}

func canonical(v value) string {
	formatted := jsontext.Value(v)
	_ = formatted.Format(jsontext.ReorderRawObjects(true), decoding) // what was parsed can be formatted
	return string(formatted)
}
