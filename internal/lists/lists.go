// Package lists reads the word lists that rules are made of: plain text that
// anybody can read and extend, an entry a line, # for comments. In a table an entry
// is a value, a colon, and the phrases that lead to it with bars between them; a
// value may have several lines.
package lists

import "strings"

// Entries is the lines of a list that say something.
func Entries(text string) (entries []string) {
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			entries = append(entries, line)
		}
	}
	return entries
}

// Words is the set of the entries of a list.
func Words(text string) map[string]bool { return Set(Entries(text)...) }

// Set is the set of some values.
func Set(values ...string) map[string]bool {
	all := make(map[string]bool, len(values))
	for _, v := range values {
		all[v] = true
	}
	return all
}

// Term is a line of a table: one value and phrases that lead to it.
type Term struct {
	Value   string
	Phrases []string
}

// Table is the terms of a table, in its order.
func Table(text string) (terms []Term) {
	for _, entry := range Entries(text) {
		value, rest, _ := strings.Cut(entry, ":")
		t := Term{Value: value}
		if rest = strings.TrimSpace(rest); rest != "" {
			t.Phrases = strings.Split(rest, " | ")
		}
		terms = append(terms, t)
	}
	return terms
}

// Index maps every phrase of a table, and each value itself, to the value.
func Index(terms []Term) map[string]string {
	known := map[string]string{}
	for _, t := range terms {
		known[strings.ToLower(strings.ReplaceAll(t.Value, "_", " "))] = t.Value
		for _, phrase := range t.Phrases {
			known[phrase] = t.Value
		}
	}
	return known
}

// Flags maps every phrase of a table to what its lines say of it: the bits that names
// gives their values.
func Flags[F ~uint8 | ~uint32](text string, names map[string]F) map[string]F {
	all := map[string]F{}
	for _, t := range Table(text) {
		for _, phrase := range t.Phrases {
			all[phrase] |= names[t.Value]
		}
	}
	return all
}
