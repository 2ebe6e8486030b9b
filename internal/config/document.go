package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

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

// syntax notes what the YAML parser refuses.
func (r *report) syntax(data []byte, err error) {
	load, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		r.problemAt(place{1, 1}, "", fmt.Errorf("not readable as YAML: %w", err))
		return
	}
	mark := load.Mark
	if mark.Line == 0 {
		mark = load.ContextMark
	}
	at := place{max(1, mark.Line), max(1, mark.Column)}
	suggestion := syntaxHint(data, at)
	if begin := load.ContextMark; suggestion == "" && begin.Line > 0 && begin.Line < at.line {
		suggestion = fmt.Sprintf("%s that begins at %d:%d", load.ContextMsg, begin.Line, begin.Column)
	}
	r.problemAt(at, "", hinted(suggestion, "not readable as YAML: %s", load.Message))
}

// syntaxHint guesses what went wrong from the line that the parser stopped at.
func syntaxHint(data []byte, at place) string {
	lines := strings.Split(string(data), "\n")
	if at.line > len(lines) {
		return ""
	}
	line := lines[at.line-1]
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	switch {
	case strings.Contains(indent, "\t"):
		return "indent with spaces; YAML allows no tabs there"
	case strings.Count(line, ": ") > 1:
		return "quote a value that holds a colon"
	}
	return ""
}

// unreadable finds the first byte that YAML does not allow in a file: what is
// not UTF-8, and control characters (YAML 1.2.2, section 5.1).
func unreadable(data []byte) (place, error) {
	at := place{1, 1}
	for len(data) > 0 {
		c, size := utf8.DecodeRune(data)
		switch {
		case c == utf8.RuneError && size == 1:
			return at, hinted("save the file as UTF-8", "the file is not UTF-8 text")
		case c < ' ' && c != '\t' && c != '\n' && c != '\r', c == 0x7f, c >= 0x80 && c < 0xa0 && c != 0x85, c == 0xfffe, c == 0xffff, c == 0xfeff:
			return at, hinted("remove it", "the character %U is not allowed in YAML", c)
		}
		data = data[size:]
		at.column++
		if c == '\n' {
			at = place{at.line + 1, 1}
		}
	}
	return at, nil
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
