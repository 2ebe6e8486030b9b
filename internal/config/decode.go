package config

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// decoder fills the config's types from YAML nodes. It goes on after every
// problem, so that all are reported at once.
type decoder struct {
	*report
	surroundings
	forms    map[reflect.Type]form
	missing  []Missing
	warnings []string
	written  []string // paths of secrets that are written out
}

// A nodeDecoder reads its own node, because its keys depend on what stands there.
type nodeDecoder interface {
	decodeNode(d *decoder, n *yaml.Node, path string)
}

// A plainList is a struct that may be written as a list of words instead of keys.
type plainList interface{ PlainList() *[]string }

// plainListRules hold for such a list.
var plainListRules = rules{minItems: 1, unique: true}

// named is an element of a mapping whose keys are names.
type named interface{ setName(name string) }

// value decodes a node into v.
func (d *decoder) value(n *yaml.Node, v reflect.Value, path string, r rules) {
	n = resolve(n)
	if _, ok := d.forms[v.Type()]; ok {
		d.scalar(n, v, path, r)
		return
	}
	if own, ok := v.Addr().Interface().(nodeDecoder); ok {
		own.decodeNode(d, n, path)
		return
	}
	if either, ok := v.Addr().Interface().(plainList); ok && n.Kind != yaml.MappingNode {
		d.list(n, reflect.ValueOf(either.PlainList()).Elem(), path, plainListRules)
		return
	}
	if v.Type() == treeType {
		d.tree(n, v, path)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), path, r)
	case reflect.Struct:
		d.mapping(n, path, nil, v)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Struct && reflect.PointerTo(v.Type().Elem()).Implements(reflect.TypeFor[named]()) {
			d.names(n, v, path)
			return
		}
		d.list(n, v, path, r)
	default:
		d.scalar(n, v, path, r)
	}
}

// mapping decodes a mapping into structs that share its keys; a key that several of
// them have is the last one's. A nil node, like an empty one, leaves the defaults.
// Foreign says what an unknown key is; nil = a
// misspelling.
func (d *decoder) mapping(n *yaml.Node, path string, foreign func(key string) error, into ...reflect.Value) {
	var entries []entry
	switch {
	case n == nil || isNull(n):
	case n.Kind != yaml.MappingNode:
		d.problem(path, fmt.Errorf("want keys with values, not %s", kindOf(n)))
		return
	default:
		entries = d.entries(n, path)
	}
	targets := map[string]reflect.Value{}
	var fields []field
	for _, v := range into {
		for _, f := range fieldsOf(v.Type()) {
			if i := slices.IndexFunc(fields, func(other field) bool { return other.key == f.key }); i >= 0 {
				fields = slices.Delete(fields, i, i+1)
			}
			targets[f.key] = v.FieldByIndex(f.index)
			fields = append(fields, f)
		}
	}
	for _, e := range entries {
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == e.key.Value })
		if i < 0 {
			d.unknownKey(e, path, fields, foreign)
			continue
		}
		at := child(path, e.key.Value)
		d.locate(e, at)
		d.value(e.value, targets[e.key.Value], at, fields[i].rules)
	}
	for _, f := range fields {
		if at := child(path, f.key); !d.given(at) {
			d.absent(targets[f.key], at, f)
		}
	}
}

// absent gives a field that the file does not have its default.
func (d *decoder) absent(v reflect.Value, path string, f field) {
	_, oneWord := d.forms[v.Type()]
	switch {
	case f.required:
		d.problem(path, hinted(f.suggestion(), "is required"))
	case len(f.defaults) > 0 && v.Kind() == reflect.Slice:
		for _, text := range f.defaults {
			element := reflect.New(v.Type().Elem()).Elem()
			d.set(element, path, place{}, word{text: text}, f.rules.element())
			v.Set(reflect.Append(v, element))
		}
	case len(f.defaults) > 0:
		d.set(v, path, place{}, word{text: f.defaults[0]}, f.rules)
	case v.Kind() == reflect.Struct && !oneWord:
		_, own := v.Addr().Interface().(nodeDecoder)
		_, either := v.Addr().Interface().(plainList)
		if !own && !either {
			d.mapping(nil, path, nil, v)
		}
	}
}

// errIgnore lets a key pass that nothing takes.
var errIgnore = errors.New("ignored")

// unknownKey reports a key that nothing takes. Keys that begin with x- may
// stand at the top, to hold anchors.
func (d *decoder) unknownKey(e entry, path string, fields []field, foreign func(string) error) {
	key := e.key.Value
	if path == "" && strings.HasPrefix(key, "x-") {
		return
	}
	var err error
	if foreign != nil {
		err = foreign(key)
	}
	if errors.Is(err, errIgnore) {
		return
	}
	if err == nil {
		err = unknown("key", word{text: key}, namesOf(fields, func(f field) string { return f.key }))
	}
	d.problemAt(placeOf(e.key), path, err)
}

// locate notes where a key's value stands: a word at itself, anything larger at its key.
func (d *decoder) locate(e entry, path string) {
	at := placeOf(e.key)
	if v := resolve(e.value); v.Kind == yaml.ScalarNode && !isNull(v) {
		at = placeOf(v)
	}
	d.places[path] = at
}

// names decodes a mapping of names into a slice, in the order of the file.
func (d *decoder) names(n *yaml.Node, v reflect.Value, path string) {
	switch {
	case isNull(n):
		return
	case n.Kind != yaml.MappingNode:
		d.problem(path, fmt.Errorf("want names with their keys below, not %s", kindOf(n)))
		return
	}
	for _, e := range d.entries(n, path) {
		name := e.key.Value
		at := child(path, name)
		d.locate(e, at)
		if !nameForm.MatchString(name) {
			d.problemAt(placeOf(e.key), at, hinted(nameHint, "%q cannot be a name", name))
		}
		element := reflect.New(v.Type().Elem())
		element.Interface().(named).setName(name)
		d.value(e.value, element.Elem(), at, rules{})
		v.Set(reflect.Append(v, element.Elem()))
	}
}

// list decodes a sequence.
func (d *decoder) list(n *yaml.Node, v reflect.Value, path string, r rules) {
	if err := notList(n); err != nil {
		d.problem(path, err)
		return
	}
	seen := map[string]bool{}
	for i, node := range n.Content {
		node = resolve(node)
		at := item(path, i)
		d.places[at] = placeOf(node)
		if r.unique && node.Kind == yaml.ScalarNode && seen[node.Value] {
			d.problem(at, errors.New("is in the list twice"))
		}
		seen[node.Value] = true
		unset := len(d.missing)
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(node, element, at, r.element())
		if len(d.missing) == unset {
			v.Set(reflect.Append(v, element))
		}
	}
	switch count := len(n.Content); {
	case count < r.minItems && count == 0:
		d.problem(path, errors.New("is empty"))
	case count < r.minItems:
		d.problem(path, fmt.Errorf("want at least %d", r.minItems))
	case r.maxItems > 0 && count > r.maxItems:
		d.problem(path, fmt.Errorf("has %d entries, at most %d are allowed", count, r.maxItems))
	}
}

// notList says why a node is not a list; nil if it is.
func notList(n *yaml.Node) error {
	switch {
	case isNull(n):
		return hinted("give a list or remove the key", "is empty")
	case n.Kind == yaml.ScalarNode:
		return hinted("put it into brackets: [...]", "want a list, not %s", kindOf(n))
	case n.Kind != yaml.SequenceNode:
		return fmt.Errorf("want a list, not %s", kindOf(n))
	}
	return nil
}

// isNull reports whether a node is YAML's null: nothing at all, null or ~.
func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// kindOf names what stands there, never what it says.
func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "keys with values"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "nothing"
	case n.ShortTag() == "!!int" || n.ShortTag() == "!!float":
		return "a number"
	case n.ShortTag() == "!!bool":
		return "true or false"
	}
	return "text"
}
