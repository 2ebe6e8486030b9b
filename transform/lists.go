package transform

import (
	"embed"
	"strings"
)

// The lists are plain text, so that anybody can read and extend them: an entry a
// line, # for comments. In a table an entry is a value, a colon, and the phrases
// that lead to it with bars between them; a value may have several lines.
//
//go:embed lists known
var files embed.FS

// entries is the lines of an embedded file that say something.
func entries(name string) (lines []string) {
	text, _ := files.ReadFile(name) // a file that is missing fails the tests
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// words is the set of the entries of a list.
func words(name string) map[string]bool { return set(entries(name)...) }

func set(values ...string) map[string]bool {
	all := make(map[string]bool, len(values))
	for _, v := range values {
		all[v] = true
	}
	return all
}

// term is a line of a table: one value and phrases that lead to it.
type term struct {
	value   string
	phrases []string
}

func table(name string) (terms []term) {
	for _, entry := range entries(name) {
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
