package transform

import (
	"encoding/json"
	"slices"
	"strings"
)

// Over lays the document over an older one of the same record: a field that the
// newer one has wins, empty or not, and a field that it lacks keeps its value. So a
// segment with few fields never erases what one with many brought, and laying the
// same payload over it again changes nothing (contract, part 3). Where a vendor
// sends one name in either case, both spellings are the same field.
//
// Where the newer document has every field, it is returned as it is; else the
// payload of the result has its names sorted. An older document of nil has none.
func (d *Document) Over(older *Document) *Document {
	if older == nil || older.text == d.text {
		return d
	}
	kept := d.lacks(older)
	if len(kept) == 0 {
		return d
	}
	return d.rules.compose(d.id, append(kept, d.members...))
}

// lacks lists the members of another document whose field this one does not have.
func (d *Document) lacks(other *Document) (missing []member) {
	i := 0
	for _, m := range other.members {
		for i < len(d.members) && d.members[i].field < m.field {
			i++
		}
		if i < len(d.members) && d.members[i].field == m.field {
			continue
		}
		if missing == nil {
			missing = make([]member, 0, len(d.members)+len(other.members))
		}
		missing = append(missing, m)
	}
	return missing
}

// Without is the document without the members whose name, as sent, is to be
// dropped: itself where it has none of them.
func (d *Document) Without(dropped func(name string) bool) *Document {
	kept := slices.DeleteFunc(slices.Clone(d.members), func(m member) bool { return dropped(m.name) })
	if len(kept) == len(d.members) {
		return d
	}
	return d.rules.compose(d.id, kept)
}

// compose writes a document of these members, which it keeps: their names sorted,
// of values under one name the last. The text is that of [json.Marshal] of a map:
// warehouses hold such payloads and the hashes of them.
func (v *Rules) compose(id string, members []member) *Document {
	slices.SortFunc(members, func(a, b member) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return a.position - b.position
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
		text.WriteByte(':')
		from := text.Len()
		writeCompact(&text, m.value)
		m.value, m.position = value(text.String()[from:]), len(kept)
		kept = append(kept, m)
	}
	text.WriteByte('}')
	if !slices.IsSortedFunc(kept, member.compare) {
		slices.SortFunc(kept, member.compare)
	}
	return &Document{rules: v, id: id, text: text.String(), members: kept}
}

// writeName writes a name as encoding/json does.
func writeName(text *strings.Builder, name string) {
	if isPlainName(name) {
		text.WriteByte('"')
		text.WriteString(name)
		text.WriteByte('"')
		return
	}
	quoted, _ := json.Marshal(name) // a string always has a JSON form
	text.Write(quoted)
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

// writeCompact writes a value as encoding/json writes a [json.RawMessage]: without
// white space, and with what HTML or JavaScript would read escaped.
func writeCompact(text *strings.Builder, v value) {
	const hex = "0123456789abcdef"
	written, quoted := 0, false
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\': // stands in a string, before a character that is no quote
			i++
		case !quoted && (c == ' ' || c == '\t' || c == '\r' || c == '\n'):
			text.WriteString(string(v[written:i]))
			written = i + 1
		case c == '<' || c == '>' || c == '&':
			text.WriteString(string(v[written:i]))
			text.WriteString(`\u00`)
			text.WriteByte(hex[c>>4])
			text.WriteByte(hex[c&15])
			written = i + 1
		case c == 0xE2 && i+2 < len(v) && v[i+1] == 0x80 && v[i+2]&^1 == 0xA8: // U+2028, U+2029
			text.WriteString(string(v[written:i]))
			text.WriteString(`\u202`)
			text.WriteByte(hex[v[i+2]&15])
			written = i + 3
		}
	}
	text.WriteString(string(v[written:]))
}
