// Package name knows how people write their names.
package name

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
)

// Name is the parts of a name as a person would write them.
type Name struct{ First, Last, Full string }

// Normal cases the parts of a name where the vendor sends all upper or all
// lower case, and fills what is missing: the parts from the full name, the full
// name from its parts (contract, part 4). A full name that holds both parts may
// say more, such as a middle name, and stays. Mixed case stays as sent.
func Normal(first, last, full string) Name {
	full = turned(full)
	if first == "" || last == "" {
		givenFirst, givenLast := splitName(full)
		if first == "" && (last == "" || strings.EqualFold(last, givenLast)) {
			first = givenFirst
		}
		if last == "" && (first == "" || strings.EqualFold(first, givenFirst)) {
			last = givenLast
		}
	}
	shouting := normal.IsUpper(raised(first) + raised(last))
	n := Name{
		First: caseName(first, shouting, false),
		Last:  caseName(last, shouting, true),
		Full:  caseName(full, shouting, false),
	}
	if !holds(n.Full, n.First) || !holds(n.Full, n.Last) {
		n.Full = strings.TrimSpace(n.First + " " + n.Last)
	}
	return n
}

// raised cases a part in small letters, so that a lone "j" is the initial it stands for.
func raised(part string) string {
	if normal.IsLower(part) {
		return caseName(part, false, false)
	}
	return part
}

func holds(full, part string) bool {
	return full != "" && strings.Contains(strings.ToLower(full), strings.ToLower(part))
}

// turned writes "Doe, Jane" as "Jane Doe"; "Jane Doe, MD" stays.
func turned(full string) string {
	family, given, found := strings.Cut(full, ", ")
	if !found || family == "" || strings.Contains(given, ",") || suffixes[foldWord(given)] {
		return full
	}
	return given + " " + family
}

// splitName takes a full name apart: the first word, and the last one with its
// particles, without suffixes. What stands between belongs to neither.
func splitName(full string) (first, last string) {
	words := strings.Fields(strings.ReplaceAll(full, ",", " "))
	for len(words) > 1 && suffixes[foldWord(words[len(words)-1])] {
		words = words[:len(words)-1]
	}
	if len(words) < 2 {
		return strings.Join(words, " "), ""
	}
	start := len(words) - 1
	for start > 1 && particles[foldWord(words[start-1])] {
		start--
	}
	return words[0], strings.Join(words[start:], " ")
}

func foldWord(s string) string {
	return strings.ToLower(strings.Trim(s, " .,"))
}

// caseName cases one part of a name. Two upper-case letters are initials, as in
// "AJ", unless the whole name is in capitals.
func caseName(s string, shouting, family bool) string {
	shouted := normal.IsUpper(s) && (shouting || utf8.RuneCountInString(s) > 2)
	if !shouted && !normal.IsLower(s) {
		return s
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		words[i] = caseWord(w, i, len(words), family)
	}
	return norm.NFC.String(strings.Join(words, " "))
}

func caseWord(w string, i, n int, family bool) string {
	fold := foldWord(w)
	if i > 0 {
		if spelling, ok := suffixSpelling[fold]; ok {
			return strings.Replace(strings.ToLower(w), fold, spelling, 1)
		}
	}
	if particles[fold] && i < n-1 && (family || i > 0) {
		return strings.ToLower(w)
	}
	return normal.Capitalise(w)
}

// particles stay in lower case before a family name, as Dutch, German and
// the Romance languages write them. American bearers often don't; their names
// arrive in mixed case and stay so.
var particles = lists.Set("van", "von", "vom", "der", "den", "ter", "ten", "zu", "zum", "zur",
	"de", "del", "dela", "della", "di", "da", "do", "dos", "das", "du", "des", "la", "las", "los", "y", "e")

// suffixSpelling is how what follows a name is written.
var suffixSpelling = map[string]string{
	"ii": "II", "iii": "III", "iv": "IV", "vi": "VI", "vii": "VII", "viii": "VIII",
	"jr": "Jr", "sr": "Sr", "esq": "Esq", "phd": "PhD", "ph.d": "Ph.D", "md": "MD", "m.d": "M.D", "dds": "DDS",
	"mba": "MBA", "cpa": "CPA", "rn": "RN", "jd": "JD", "pe": "PE",
}

// suffixes are no part of a family name.
var suffixes = lists.Set(append(slices.Collect(maps.Keys(suffixSpelling)), "v")...)

// IsNull is [normal.IsNull] for the names of people, of whom some are called Null,
// Nan or Nil: only a whole value in one case is taken for the missing-value
// word, beside the spellings NaN and None that Python writes.
func IsNull(s string) bool {
	return normal.IsNull(s) && (s == "NaN" || s == "None" || s == strings.ToLower(s) || s == strings.ToUpper(s))
}
