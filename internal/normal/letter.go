package normal

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// Capitalise capitalises what follows a hyphen, a full stop and, where such a prefix
// stands before it, an apostrophe: Jean-Luc, J.P., O'Brien, Dell'Orto, but Sa'ad.
func Capitalise(w string) string { return CapitaliseIn(w, false) }

// CapitaliseIn is [Capitalise] that knows the two i of Turkish.
func CapitaliseIn(w string, turkish bool) string {
	var b strings.Builder
	start := 0
	for i, r := range w {
		size := utf8.RuneLen(r)
		boundary := r == '-' || r == '‐' || r == '–' || r == '.' || IsApostrophe(r) && isPrefix(w[start:i], w[i+max(size, 0):])
		if size < 0 || !boundary {
			continue
		}
		b.WriteString(titled(w[start:i], turkish))
		b.WriteRune(r)
		start = i + size
	}
	b.WriteString(titled(w[start:], turkish))
	return b.String()
}

// isPrefix reports whether a capital follows the apostrophe between two parts of a
// word: after a single letter (O'Brien), an Italian article (Dell'Orto), and what
// American given names begin with (De'Andre; La'Toya and Da'Quan, but Da'ud).
func isPrefix(before, after string) bool {
	if len(before) > len("quell") {
		return false
	}
	if len(before) < 2 || after == "" {
		return utf8.RuneCountInString(before) == 1
	}
	switch strings.ToLower(before) {
	case "dell", "dall", "nell", "sull", "coll", "sant", "quell", "de", "le":
		return true
	case "la", "da", "ta", "ke", "sha", "ja":
		return !strings.ContainsRune("aeiouAEIOUfFhH", rune(after[0])) && len(after) > 2
	}
	return utf8.RuneCountInString(before) == 1
}

// titled is title case with the Scottish and Irish Mc. Mac is left alone:
// MacDonald and Macey look alike to a rule.
func titled(w string, turkish bool) string {
	if turkish {
		return cases.Title(language.Turkish).String(w)
	}
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

// IsTurkish reports whether the parts of a name have a letter that only Turkish and
// Azeri use, or letters that no other language of theirs has together: ş without those
// of Romanian, which had it before its own ș, and ç beside ö or ü.
func IsTurkish(parts ...string) bool {
	var only, cedilla, c, umlaut, others bool
	for _, part := range parts {
		if IsPlain(part) {
			continue
		}
		for _, r := range part {
			switch r {
			case 'İ', 'ı', 'Ğ', 'ğ', 'Ə', 'ə':
				only = true
			case 'Ş', 'ş':
				cedilla = true
			case 'Ç', 'ç':
				c = true
			case 'Ö', 'ö', 'Ü', 'ü':
				umlaut = true
			default:
				others = others || r > 0xBF
			}
		}
	}
	return only || (cedilla || c && umlaut) && !others
}

// IsApostrophe reports whether a letter is one of the apostrophes of names.
func IsApostrophe(r rune) bool {
	return r == '\'' || r == '’' || r == 'ʼ' || r == '`' || r == '´' || r == '′'
}

// IsUpper and IsLower hold for a text with letters that all have that case; a
// script without cases is neither. GROß is in capitals: few keyboards have a capital ß.
func IsUpper(s string) bool { return allCased(s, isCapital) }
func IsLower(s string) bool { return allCased(s, unicode.IsLower) }

// isGeorgian holds for letters that Unicode gives a case, but no Georgian.
func isGeorgian(r rune) bool { return r >= 0x10D0 && r <= 0x10FF }

func isCapital(r rune) bool { return unicode.IsUpper(r) || r == 'ß' }

func allCased(s string, holds func(rune) bool) bool {
	some := false
	for _, r := range s {
		if !unicode.IsLetter(r) || unicode.Is(unicode.Lm, r) || isGeorgian(r) {
			continue
		}
		if !holds(r) {
			return false
		}
		some = true
	}
	return some
}

// BaseLetters writes the Latin letters of which Unicode has no decomposition as ASCII
// does: ø is o, ß is ss.
func BaseLetters(s string) string { return baseLetters.Replace(s) }

var baseLetters = strings.NewReplacer(
	"ß", "ss", "ẞ", "SS", "æ", "ae", "Æ", "AE", "œ", "oe", "Œ", "OE", "ø", "o", "Ø", "O", "đ", "d", "Đ", "D", "ð", "d", "Ð", "D",
	"ł", "l", "Ł", "L", "þ", "th", "Þ", "Th", "ı", "i", "ħ", "h", "Ħ", "H",
)
