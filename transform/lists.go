package transform

import (
	"embed"
	"iter"
	"strings"
)

// The lists are plain text, so that anybody can read and extend them: an entry a
// line, # for comments. In a table an entry is a value, a colon, and the phrases
// that lead to it with bars between them; a value may have several lines.
//
//go:embed lists known
var files embed.FS

// entries yields the lines of an embedded file that say something.
func entries(name string) iter.Seq[string] {
	text, _ := files.ReadFile(name) // a file that is missing fails the tests
	return func(yield func(string) bool) {
		for line := range strings.Lines(string(text)) {
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line != "" && !yield(line) {
				return
			}
		}
	}
}

// words is the set of the entries of a list.
func words(name string) map[string]bool {
	set := map[string]bool{}
	for entry := range entries(name) {
		set[entry] = true
	}
	return set
}

// term is a line of a table: one value and phrases that lead to it.
type term struct {
	value   string
	phrases []string
}

func table(name string) (terms []term) {
	for entry := range entries(name) {
		value, rest, _ := strings.Cut(entry, ":")
		t := term{value: value}
		if rest = strings.TrimSpace(rest); rest != "" {
			t.phrases = strings.Split(rest, " | ")
		}
		terms = append(terms, t)
	}
	return terms
}

// index maps every phrase of a table, and each value itself, to the value.
func index(terms []term) map[string]string {
	known := map[string]string{}
	for _, t := range terms {
		known[strings.ToLower(strings.ReplaceAll(t.value, "_", " "))] = t.value
		for _, phrase := range t.phrases {
			known[phrase] = t.value
		}
	}
	return known
}
