package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v4"
)

// document reads the one YAML document of a file. The root of an empty file is nil.
func (r *report) document(data []byte) *yaml.Node {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if at, err := unreadable(data); err != nil {
		r.problemAt(at, "", err)
		return nil
	}
	first, second := new(yaml.Node), new(yaml.Node)
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err == nil {
		err = loader.Load(first)
	}
	if err == nil {
		err = loader.Load(second)
	}
	switch {
	case err == nil:
		err := hinted("keep one and remove the line with ---", "a second document begins here, but a config is one document")
		r.problemAt(placeOf(second), "", err)
		return nil
	case !errors.Is(err, io.EOF):
		r.syntax(data, err)
		return nil
	case len(first.Content) == 0:
		return nil
	}
	return first.Content[0]
}

// placeOf is where a node stands.
func placeOf(n *yaml.Node) place { return place{max(1, n.Line), max(1, n.Column)} }

// resolve follows an alias to the node that its anchor names.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// entry is a key and its value.
type entry struct{ key, value *yaml.Node }

// entries lists a mapping in the order of the file, its merge keys (<<) worked
// in: what the mapping says itself goes before what it merges.
func (r *report) entries(n *yaml.Node, path string) []entry {
	return r.collect(n, path, map[string]*yaml.Node{}, map[*yaml.Node]bool{})
}

// collect adds the keys of a mapping that are not seen yet. Visited holds the
// mappings met so far: true while one is being collected, false when it is done.
func (r *report) collect(n *yaml.Node, path string, seen map[string]*yaml.Node, visited map[*yaml.Node]bool) []entry {
	visited[n] = true
	defer func() { visited[n] = false }()
	var list []entry
	var merged []*yaml.Node
	own := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := resolve(n.Content[i]), n.Content[i+1]
		switch {
		case key.ShortTag() == "!!merge":
			merged = append(merged, value)
		case key.Kind != yaml.ScalarNode:
			r.problemAt(placeOf(key), path, errors.New("a key must be plain text"))
		case own[key.Value]:
			first := fmt.Sprintf("the first is on line %d", seen[key.Value].Line)
			r.problemAt(placeOf(key), child(path, key.Value), hinted(first, "the key is there twice"))
		case seen[key.Value] == nil:
			own[key.Value], seen[key.Value] = true, key
			list = append(list, entry{key, value})
		}
	}
	for _, m := range merged {
		list = append(list, r.merge(m, path, seen, visited)...)
	}
	return list
}

// merge is what a merge key brings: one mapping, or a list of them.
func (r *report) merge(value *yaml.Node, path string, seen map[string]*yaml.Node, visited map[*yaml.Node]bool) []entry {
	n := resolve(value)
	parts := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		parts = n.Content
	}
	var list []entry
	for _, part := range parts {
		part = resolve(part)
		collecting, met := visited[part]
		switch {
		case part.Kind != yaml.MappingNode:
			r.problemAt(placeOf(value), path, hinted("<<: *name, where &name stands before a mapping", "only mappings can be merged"))
		case collecting:
			r.problemAt(placeOf(value), path, errors.New("a mapping cannot merge itself"))
		case !met:
			list = append(list, r.collect(part, path, seen, visited)...)
		}
	}
	return list
}
