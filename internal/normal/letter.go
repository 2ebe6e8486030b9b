package normal

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Capitalise capitalises what follows a hyphen, a full stop and, where a single
// letter stands before it, an apostrophe: Jean-Luc, J.P., O'Brien, but Sa'ad.
func Capitalise(w string) string {
	var b strings.Builder
	start := 0
	for i, r := range w {
		size := utf8.RuneLen(r)
		boundary := r == '-' || r == '‐' || r == '.' || IsApostrophe(r) && utf8.RuneCountInString(w[start:i]) == 1
		if size < 0 || !boundary {
			continue
		}
		b.WriteString(titled(w[start:i]))
		b.WriteRune(r)
		start = i + size
	}
	b.WriteString(titled(w[start:]))
	return b.String()
}

// titled is title case with the Scottish and Irish Mc. Mac is left alone:
// MacDonald and Macey look alike to a rule.
func titled(w string) string {
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

// IsApostrophe reports whether a letter is one of the apostrophes of names.
func IsApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' || r == '`' }

// IsUpper and IsLower hold for a text with letters that all have that case; a
// script without cases is neither.
func IsUpper(s string) bool { return allCased(s, unicode.IsUpper) }
func IsLower(s string) bool { return allCased(s, unicode.IsLower) }

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

// Unaccented drops the accents of Latin letters: Québec is Quebec.
func Unaccented(s string) string {
	if IsPlain(s) {
		return s
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s)))
}
