package transform

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"contactsync/internal/plainjson"

	"github.com/go-json-experiment/json/jsontext"
)

// compose writes a document of these members, which it keeps: their names sorted,
// of values under one name the last. The text is that of [json.Marshal] of a map:
// warehouses hold such payloads and the hashes of them.
func (v *Rules) compose(id string, members []member) *Document {
	slices.SortFunc(members, func(a, b member) int {
		return cmp.Or(strings.Compare(a.name, b.name), cmp.Compare(a.position, b.position))
	})
	size := 2
	for _, m := range members {
		size += len(m.name) + len(m.value) + len(`"":,`)
	}
	var text strings.Builder
	text.Grow(size)
	text.WriteByte('{')
	kept := members[:0]
	for i, m := range members {
		if i+1 < len(members) && members[i+1].name == m.name {
			continue
		}
		if len(kept) > 0 {
			text.WriteByte(',')
		}
		writeName(&text, m.name)
		from := text.Len()
		writeValue(&text, m.value)
		m.value, m.position = value(text.String()[from:]), int32(len(kept))
		kept = append(kept, m)
	}
	text.WriteByte('}')
	if !slices.IsSortedFunc(kept, member.compare) {
		slices.SortFunc(kept, member.compare)
	}
	return &Document{rules: v, id: id, text: text.String(), members: object{kept, nil}}
}

// writeName writes a name as encoding/json does, and the colon after it.
func writeName(text *strings.Builder, name string) {
	if isPlainName(name) {
		text.WriteByte('"')
		text.WriteString(name)
		text.WriteString(`":`)
		return
	}
	quoted, _ := json.Marshal(name) // a string always has a JSON form
	text.Write(append(quoted, ':'))
}

// isPlainName reports whether a name is itself in JSON, whoever writes it: printable
// ASCII without quotes, backslashes and what HTML reads.
func isPlainName(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case c < ' ', c > '~', c == '"', c == '\\', c == '<', c == '>', c == '&':
			return false
		}
	}
	return true
}

// writeValue writes a value as encoding/json writes a [json.RawMessage]: without
// white space, and with what HTML or JavaScript would read escaped.
func writeValue(text *strings.Builder, v value) {
	plain := true
	for i := range len(v) {
		switch v[i] {
		case '<', '>', '&', 0xE2: // which begins U+2028 and U+2029
			plain = false
		case ' ', '\t', '\r', '\n':
			plain = plain && v[0] == '"'
		}
	}
	if plain {
		text.WriteString(string(v))
		return
	}
	compact, _ := json.Marshal(json.RawMessage(v)) // what was parsed can be written
	text.Write(compact)
}

// Canonical is the payload in the form in which it is hashed, since the order in
// which a vendor sends names says nothing: at every level the names sorted, no white
// space, and strings escaped no more than need be.
func (d *Document) Canonical() string {
	members, ok := d.canonical()
	if !ok {
		return formatted(value(d.text))
	}
	var text strings.Builder
	text.Grow(len(d.text))
	text.WriteByte('{')
	for i, m := range members {
		if i > 0 {
			text.WriteByte(',')
		}
		writeName(&text, m.name)
		text.WriteString(m.value.canonical())
	}
	text.WriteByte('}')
	return text.String()
}

// canonical is the members in the order in which they are hashed. It is not ok where one
// has a name that is not itself in JSON, or that another has, too.
func (d *Document) canonical() (members []member, ok bool) {
	members = d.members.all
	byName := func(a, b member) int { return strings.Compare(a.name, b.name) }
	if !slices.IsSortedFunc(members, byName) {
		members = slices.Clone(members)
		slices.SortFunc(members, byName)
	}
	for i := range members {
		if l := members[i].label; !l.plain || i > 0 && members[i-1].name == l.name {
			return nil, false
		}
	}
	return members, true
}

// AppendCanonical appends the canonical payload (see [Document.Canonical]) as [plainjson.AppendString]
// does. What stands for itself in JSON, as nearly all does, is not looked at again.
func (d *Document) AppendCanonical(text []byte) []byte {
	members, ok := d.canonical()
	if !ok {
		return plainjson.AppendString(text, d.Canonical())
	}
	text = append(text, '"', '{')
	for i := range members {
		m := &members[i]
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(text, '\\', '"'), m.name...)
		text = append(text, '\\', '"', ':')
		if m.plain {
			text = append(append(text, '\\'), m.value[:len(m.value)-1]...)
			text = append(text, '\\', '"')
			continue
		}
		text = plainjson.AppendWithin(text, m.value.canonical())
	}
	return append(text, '}', '"')
}

// canonical is the value in the form in which it is hashed.
func (v value) canonical() string {
	if kind := v.kind(); kind == '{' || kind == '[' || kind == '"' && !plainjson.IsMinimal(string(v)) {
		return formatted(v)
	}
	return string(v)
}

func formatted(v value) string {
	text := jsontext.Value(v)
	_ = text.Format(jsontext.ReorderRawObjects(true), decoding) // what was parsed can be formatted
	return string(text)
}
