package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"contactsync/extract"

	"go.yaml.in/yaml/v4"
)

// treeType is the type of values of any shape.
var treeType = reflect.TypeFor[extract.Tree]()

// tree decodes a node of any shape into JSON.
func (d *decoder) tree(n *yaml.Node, v reflect.Value, path string) {
	var out strings.Builder
	if d.grown(n, path) && d.branch(n, &out, path) {
		v.SetString(out.String())
	}
}

// branch writes a node as JSON, and reports whether all of it could be read.
func (d *decoder) branch(n *yaml.Node, out *strings.Builder, path string) bool {
	n = resolve(n)
	switch n.Kind {
	case yaml.MappingNode:
		return d.branches(out, "{}", d.entries(n, path), func(e entry) bool {
			at := child(path, e.key.Value)
			d.locate(e, at)
			out.Write(jsonText(e.key.Value))
			out.WriteByte(':')
			return d.branch(e.value, out, at)
		})
	case yaml.SequenceNode:
		items := make([]entry, len(n.Content))
		for i := range n.Content {
			items[i].value = n.Content[i]
		}
		i := -1
		return d.branches(out, "[]", items, func(e entry) bool {
			i++
			at := item(path, i)
			d.places[at] = placeOf(resolve(e.value))
			return d.branch(e.value, out, at)
		})
	}
	return d.leaf(n, out, path)
}

// branches writes several values between brackets.
func (d *decoder) branches(out *strings.Builder, brackets string, list []entry, each func(entry) bool) bool {
	whole := true
	out.WriteByte(brackets[0])
	for i, e := range list {
		if i > 0 {
			out.WriteByte(',')
		}
		whole = each(e) && whole
	}
	out.WriteByte(brackets[1])
	return whole
}

// leaf writes one word: a number or truth value as such, anything else as text.
func (d *decoder) leaf(n *yaml.Node, out *strings.Builder, path string) bool {
	text, expanded, err := d.expand(n.Value)
	if err != nil {
		d.problem(path, err)
		return false
	}
	switch tag := n.ShortTag(); {
	case isNull(n):
		out.WriteString("null")
	case !expanded && (tag == "!!int" || tag == "!!float"):
		if !json.Valid([]byte(text)) {
			d.problem(path, hinted("quote it if it is meant as text", "%q is no number that JSON has", text))
			return false
		}
		out.WriteString(text)
	case !expanded && tag == "!!bool":
		out.WriteString(strings.ToLower(text))
	case tag == "!!str", tag == "!!timestamp", expanded:
		out.Write(jsonText(text))
	default:
		d.problem(path, hinted("remove it", "the tag %s is not supported", tag))
		return false
	}
	return true
}

func jsonText(text string) []byte {
	b, _ := json.Marshal(text) // a text always encodes
	return b
}

// grown requires a mapping or a list.
func (d *decoder) grown(n *yaml.Node, path string) bool {
	if k := n.Kind; k != yaml.MappingNode && k != yaml.SequenceNode {
		d.problem(path, fmt.Errorf("want keys with values, or a list, not %s", kindOf(n)))
		return false
	}
	return true
}
