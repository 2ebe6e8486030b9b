package config

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// rules are what the jsonschema tag of a field says: the decoder checks the
// very words that the JSON Schema for editors is made of.
type rules struct {
	required bool
	enum     []string // of the value, or of each element of a list
	defaults []string // one, or the elements of a list
	example  string
	minimum  string // of a number or a duration
	maximum  string
	minItems int
	maxItems int
	unique   bool
	format   string // one of formats
}

// field is a key of a mapping and the struct field that takes it.
type field struct {
	key   string
	index []int
	doc   string
	rules
}

// fieldsOf lists the keys of a struct type, those of inlined structs among them.
func fieldsOf(t reflect.Type) []field {
	var list []field
	for f := range t.Fields() {
		tag := f.Tag.Get("yaml")
		key, options, _ := strings.Cut(tag, ",")
		switch {
		case key == "-" || !f.IsExported() || tag == "":
		case slices.Contains(strings.Split(options, ","), "inline"):
			for _, inner := range fieldsOf(f.Type) {
				inner.index = append([]int{f.Index[0]}, inner.index...)
				list = append(list, inner)
			}
		default:
			list = append(list, field{key, f.Index, f.Tag.Get("doc"), parseRules(f.Tag.Get("jsonschema"))})
		}
	}
	return list
}

// parseRules reads a tag such as "required,enum=query,enum=runs".
func parseRules(tag string) rules {
	var r rules
	for _, word := range strings.Split(tag, ",") {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "required":
			r.required = true
		case "enum":
			r.enum = append(r.enum, value)
		case "default":
			r.defaults = append(r.defaults, value)
		case "example":
			r.example = value
		case "minimum":
			r.minimum = value
		case "maximum":
			r.maximum = value
		case "minItems":
			r.minItems, _ = strconv.Atoi(value)
		case "maxItems":
			r.maxItems, _ = strconv.Atoi(value)
		case "uniqueItems":
			r.unique = true
		case "format":
			r.format = value
		}
	}
	return r
}

// element are the rules that hold for each element of a list.
func (r rules) element() rules {
	return rules{enum: r.enum, minimum: r.minimum, maximum: r.maximum, format: r.format}
}

// suggestion shows how the key could be written.
func (f field) suggestion() string {
	switch {
	case f.example == "":
		return ""
	case strings.ContainsAny(f.example, "*{"):
		return fmt.Sprintf("such as %s: %q", f.key, f.example)
	}
	return fmt.Sprintf("such as %s: %s", f.key, f.example)
}
