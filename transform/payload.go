package transform

import (
	"strings"

	"contactsync/schema"

	"github.com/go-json-experiment/json/jsontext"
)

// Vendors send a scalar now as a string, now as a number, now as a list, so every
// accessor reads them all, and a value of an unexpected shape counts as absent: it
// survives in the payload.

// value is one JSON value as sent, "" for none.
type value string

// kind is the value's kind as jsontext tells them, 0 for none.
func (v value) kind() jsontext.Kind { return jsontext.Value(v[:min(len(v), 1)]).Kind() }

// saysSomething is false of null and "", which read as absent.
func (v value) saysSomething() bool { return v != "" && v != `""` && v[0] != 'n' }

// object is the text of the JSON object that a value is, or that was sent as a text in
// its place, as proxies and webhooks do; "" for any other.
func (v value) object() string {
	switch v.kind() {
	case '{':
		return string(v)
	case '"':
		if s, ok := v.scalar(); ok && strings.HasPrefix(strings.TrimSpace(s), "{") {
			return s
		}
	}
	return ""
}

// typeName is the JSON type of a value that says something, "" for any other.
func (v value) typeName() string {
	if !v.saysSomething() {
		return ""
	}
	switch v.kind() {
	case '"':
		return "string"
	case '0':
		return "number"
	case 't', 'f':
		return "boolean"
	case '{':
		return "object"
	}
	return "array"
}

// scalar is the text of a string, number or boolean. Null, arrays and objects are none.
func (v value) scalar() (string, bool) {
	switch v.kind() {
	case '"':
		if strings.IndexByte(string(v), '\\') < 0 {
			return string(v[1 : len(v)-1]), true
		}
		s, err := jsontext.AppendUnquote(nil, v)
		return string(s), err == nil
	case '0':
		return schema.NumberText(string(v)), true
	case 't', 'f':
		return string(v), true
	}
	return "", false
}

// elements is the values of a JSON array; nil for anything else.
func (v value) elements() []value {
	if v.kind() != '[' {
		return nil
	}
	p := begin()
	defer p.end()
	d := p.decode(string(v))
	_, _ = d.ReadToken() // the bracket
	var all []value
	for d.PeekKind() != ']' {
		element, err := p.nextValue(string(v))
		if err != nil {
			return nil
		}
		all = append(all, element)
	}
	return all
}

// members is the members of an object; nil for anything else.
func (v value) members() object {
	if v.kind() != '{' {
		return object{}
	}
	o, _ := parseObject(string(v), nil) // nil where it cannot be read
	return o
}

// within is the nested object of that name; nil, which reads as empty, where there is none.
func (o object) within(name string) object { return o.get(name).members() }

// list is the objects of a nested array, as in matchedTopics.
func (o object) list(name string) []object {
	var all []object
	for _, v := range o.get(name).elements() {
		if m := v.members(); m.all != nil {
			all = append(all, m)
		}
	}
	return all
}

// text is the first of the named members that says something: a scalar, or the
// first scalar of a list. It is for what programs write, ids and times; what people
// write is read by [person.text].
func (o object) text(names ...string) string { return o.first(plainText, names) }

func plainText(_, sent string) string {
	if s := clean(sent); !isNull(s) {
		return s
	}
	return ""
}

// first is the first text that a function makes of a scalar of the named members, as sent.
func (o object) first(read func(name, sent string) string, names []string) string {
	for _, name := range names {
		v := o.get(name)
		if sent, ok := v.scalar(); ok {
			if s := read(name, sent); s != "" {
				return s
			}
			continue
		}
		for _, element := range v.elements() {
			sent, _ := element.scalar()
			if s := read(name, sent); s != "" {
				return s
			}
		}
	}
	return ""
}

// texts is every scalar of the named members as sent, "" for null, so that lists
// that belong together keep their positions.
func (o object) texts(names ...string) []string { return o.appendTexts(nil, names) }

func (o object) appendTexts(all, names []string) []string {
	for _, name := range names {
		v := o.get(name)
		if s, ok := v.scalar(); ok {
			all = append(all, s)
			continue
		}
		for _, element := range v.elements() {
			s, _ := element.scalar()
			all = append(all, s)
		}
	}
	return all
}
