package transform

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// personName is the parts of a name as a person would write them.
type personName struct{ first, last, full string }

// normalName cases the parts of a name where the vendor sends all upper or all
// lower case, and fills what is missing: the parts from the full name, the full
// name from its parts (contract, part 4). A full name that holds both parts may
// say more, such as a middle name, and stays. Mixed case stays as sent.
func normalName(first, last, full string) personName {
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
	shouting := isUpper(raised(first) + raised(last))
	n := personName{
		first: caseName(first, shouting, false),
		last:  caseName(last, shouting, true),
		full:  caseName(full, shouting, false),
	}
	if !holds(n.full, n.first) || !holds(n.full, n.last) {
		n.full = strings.TrimSpace(n.first + " " + n.last)
	}
	return n
}

// raised cases a part in small letters, so that a lone "j" is the initial it stands for.
func raised(part string) string {
	if isLower(part) {
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
	if !found || family == "" || strings.Contains(given, ",") || nameSuffixes[foldWord(given)] {
		return full
	}
	return given + " " + family
}

// splitName takes a full name apart: the first word, and the last one with its
// particles, without suffixes. What stands between belongs to neither.
func splitName(full string) (first, last string) {
	words := strings.Fields(strings.ReplaceAll(full, ",", " "))
	for len(words) > 1 && nameSuffixes[foldWord(words[len(words)-1])] {
		words = words[:len(words)-1]
	}
	if len(words) < 2 {
		return strings.Join(words, " "), ""
	}
	start := len(words) - 1
	for start > 1 && nameParticles[foldWord(words[start-1])] {
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
	shouted := isUpper(s) && (shouting || utf8.RuneCountInString(s) > 2)
	if !shouted && !isLower(s) {
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
	if nameParticles[fold] && i < n-1 && (family || i > 0) {
		return strings.ToLower(w)
	}
	return caseParts(w)
}

// caseParts capitalises what follows a hyphen, a full stop and, where a single
// letter stands before it, an apostrophe: Jean-Luc, J.P., O'Brien, but Sa'ad.
func caseParts(w string) string {
	var b strings.Builder
	start := 0
	for i, r := range w {
		size := utf8.RuneLen(r)
		boundary := r == '-' || r == '‐' || r == '.' || isApostrophe(r) && utf8.RuneCountInString(w[start:i]) == 1
		if size < 0 || !boundary {
			continue
		}
		b.WriteString(capitalise(w[start:i]))
		b.WriteRune(r)
		start = i + size
	}
	b.WriteString(capitalise(w[start:]))
	return b.String()
}

// capitalise is title case with the Scottish and Irish Mc. Mac is left alone:
// MacDonald and Macey look alike to a rule.
func capitalise(w string) string {
	if strings.ContainsFunc(w, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return cases.Title(language.Und).String(w)
	}
	w = strings.ToLower(w)
	if len(w) > 3 && w[:2] == "mc" {
		return "Mc" + strings.ToUpper(w[2:3]) + w[3:]
	}
	first := min(1, len(w))
	return strings.ToUpper(w[:first]) + w[first:]
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' || r == '`' }

// isUpper and isLower hold for a text with letters that all have that case; a
// script without cases is neither.
func isUpper(s string) bool { return allCased(s, unicode.IsUpper) }
func isLower(s string) bool { return allCased(s, unicode.IsLower) }

func allCased(s string, holds func(rune) bool) bool {
	some := false
	for _, r := range s {
		if !unicode.IsLetter(r) || unicode.Is(unicode.Lm, r) {
			continue
		}
		if !holds(r) {
			return false
		}
		some = true
	}
	return some
}

// nameParticles stay in lower case before a family name, as Dutch, German and
// the Romance languages write them. American bearers often don't; their names
// arrive in mixed case and stay so.
var nameParticles = set("van", "von", "vom", "der", "den", "ter", "ten", "zu", "zum", "zur",
	"de", "del", "dela", "della", "di", "da", "do", "dos", "das", "du", "des", "la", "las", "los", "y", "e")

// suffixSpelling is how what follows a name is written.
var suffixSpelling = map[string]string{
	"ii": "II", "iii": "III", "iv": "IV", "vi": "VI", "vii": "VII", "viii": "VIII",
	"jr": "Jr", "sr": "Sr", "esq": "Esq", "phd": "PhD", "ph.d": "Ph.D", "md": "MD", "m.d": "M.D", "dds": "DDS",
	"mba": "MBA", "cpa": "CPA", "rn": "RN", "jd": "JD", "pe": "PE",
}

// nameSuffixes are no part of a family name.
var nameSuffixes = set(append(slices.Collect(maps.Keys(suffixSpelling)), "v")...)

// isNullName is isNull for the names of people, of whom some are called Null,
// Nan or Nil: only a whole value in one case is taken for the missing-value
// word, beside the spellings NaN and None that Python writes.
func isNullName(s string) bool {
	return isNull(s) && (s == "NaN" || s == "None" || s == strings.ToLower(s) || s == strings.ToUpper(s))
}
