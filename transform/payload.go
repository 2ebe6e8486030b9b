package transform

import (
	"bytes"
	"errors"

	"contactsync/schema"

	"github.com/go-json-experiment/json/jsontext"
)

// object holds the members of one JSON object by name. Vendors send a scalar now
// as a string, now as a number, now as a list, so every accessor reads them all,
// and a value of an unexpected shape counts as absent: it survives in the payload.
type object map[string]jsontext.Value

// errNotObject says that a payload is valid JSON but not an object.
var errNotObject = errors.New("not a JSON object")

// A repeated name is no reason to lose a person: the last value that says
// something counts. Broken UTF-8 and lone surrogates are refused, since neither a
// VARCHAR nor DuckDB's JSON type can hold them.
var decoding = jsontext.AllowDuplicateNames(true)

// parseObject reads a payload; fold turns a name as sent into the documented one.
func parseObject(raw []byte, fold func(string) string) (object, error) {
	if !jsontext.Value(raw).IsValid(decoding) {
		return nil, errors.New("not valid JSON in UTF-8")
	}
	o := members(raw, fold)
	if o == nil {
		return nil, errNotObject
	}
	return o, nil
}

// members reads a JSON value as an object; anything else is nil.
func members(raw []byte, fold func(string) string) object {
	if jsontext.Value(raw).Kind() != '{' {
		return nil
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(raw), decoding)
	if _, err := d.ReadToken(); err != nil {
		return nil
	}
	o := make(object, 32)
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return nil
		}
		key := name.String()
		value, err := d.ReadValue()
		if err != nil {
			return nil
		}
		end := int(d.InputOffset())
		o.set(key, fold, raw[end-len(value):end])
	}
	return o
}

// set stores a member, unless it says nothing, which reads as absent. Of names
// that differ in their case alone the documented spelling wins, so that the result
// does not depend on the order of the members.
func (o object) set(name string, fold func(string) string, value jsontext.Value) {
	if kind := value.Kind(); kind == 'n' || kind == '"' && len(value) == 2 {
		return
	}
	key := name
	if fold != nil {
		key = fold(name)
	}
	if _, taken := o[key]; taken && key != name {
		return
	}
	o[key] = value
}

// within is the nested object of that name; nil, which reads as empty, where there is none.
func (o object) within(name string) object {
	return members(o[name], nil)
}

// list is the objects of a nested array, as in matchedTopics.
func (o object) list(name string) []object {
	var all []object
	for _, v := range elements(o[name]) {
		if m := members(v, nil); m != nil {
			all = append(all, m)
		}
	}
	return all
}

// text is the first of the named members that says something: a scalar, or the
// first scalar of a list.
func (o object) text(names ...string) string { return o.first(isNull, names) }

// name is text for the name of a person.
func (o object) name(names ...string) string { return o.first(isNullName, names) }

func (o object) first(absent func(string) bool, names []string) string {
	for _, name := range names {
		for _, s := range o.texts(name) {
			if s = clean(s); !absent(s) {
				return s
			}
		}
	}
	return ""
}

// texts is every scalar of a member as sent, "" for null, so that lists that
// belong together keep their positions.
func (o object) texts(name string) []string {
	raw := o[name]
	if raw.Kind() != '[' {
		if s, ok := scalar(raw); ok {
			return []string{s}
		}
		return nil
	}
	var all []string
	for _, v := range elements(raw) {
		s, _ := scalar(v)
		all = append(all, s)
	}
	return all
}

// elements is the values of a JSON array; nil for anything else.
func elements(raw jsontext.Value) []jsontext.Value {
	if raw.Kind() != '[' {
		return nil
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(raw), decoding)
	if _, err := d.ReadToken(); err != nil {
		return nil
	}
	var all []jsontext.Value
	for d.PeekKind() != ']' {
		v, err := d.ReadValue()
		if err != nil {
			return nil
		}
		end := int(d.InputOffset())
		all = append(all, raw[end-len(v):end])
	}
	return all
}

// scalar is the text of a string, number or boolean. Null, arrays and objects are none.
func scalar(raw jsontext.Value) (string, bool) {
	switch raw.Kind() {
	case '"':
		if !bytes.ContainsRune(raw, '\\') {
			return string(raw[1 : len(raw)-1]), true
		}
		s, err := jsontext.AppendUnquote(nil, raw)
		return string(s), err == nil
	case '0':
		return schema.NumberText(string(raw)), true
	case 't', 'f':
		return string(raw), true
	}
	return "", false
}
