package name

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"contactsync/internal/normal"
)

// slogans are the marks that people put between their names and what they praise.
const slogans = "#|•·~★☆✦➤►▶»¦│/\\:"

// withoutSlogan ends a name at a mark, or at a dash between blanks.
func (r *reading) withoutSlogan(s string) string {
	named := false
	for i, c := range s {
		size := utf8.RuneLen(c)
		if size < 0 || i+size > len(s) {
			continue
		}
		named = named || unicode.IsLetter(c)
		spaced := i > 0 && s[i-1] == ' ' && i+size < len(s) && s[i+size] == ' '
		switch {
		case !named || unicode.IsLetter(c):
			continue
		case c == '/' && isPatronymic(s, i):
			continue
		case c == '·' && !spaced: // Gal·la, 让·保罗
			continue
		case c == '@' && !spaced: // an address
			r.lost |= Symbols
			return s[:strings.LastIndexByte(s[:i], ' ')+1]
		case strings.ContainsRune(slogans, c), c == '@', isMark(c) && wordCount(strings.TrimSpace(s[:i])) > 1 && hasName(s[i:]):
			r.lost |= Symbols
			return s[:i]
		case strings.ContainsRune("-‐–—", c) && spaced:
			if isHyphen(s[:i], s[i+size:]) {
				return r.withoutSlogan(s[:i-1] + "-" + s[i+size+1:])
			}
			r.lost |= Symbols
			return s[:i]
		}
	}
	return s
}

// isMark holds for a symbol that is more than an ornament of the word before it.
func isMark(c rune) bool {
	return unicode.In(c, unicode.So, unicode.Sm) && c != '®' && c != '™' && c != '©'
}

// isPatronymic holds for s/o and a/l, as names of India and Malaysia have them.
func isPatronymic(s string, slash int) bool {
	start := strings.LastIndexByte(s[:slash], ' ') + 1
	end := strings.IndexByte(s[slash:], ' ')
	return end > 0 && kindOf(s[start:slash+end]).is(particle)
}

// isHyphen holds for a hyphen with blanks around it: Jean - Luc.
func isHyphen(before, after string) bool {
	before, after = strings.TrimSpace(before), strings.TrimSpace(after)
	return hasName(after) && !strings.Contains(before, " ") && !strings.Contains(after, " ") && !kindOf(after).is(degree|post)
}

// withoutSymbols drops what is no letter, digit or mark of names.
func (r *reading) withoutSymbols(s string) string {
	var b strings.Builder
	var previous rune
	for i, c := range s {
		next, _ := utf8.DecodeRuneInString(s[i+runeSize(s[i:]):])
		switch {
		case c == '&':
			b.WriteString(" & ")
		case belongs(c, previous, next):
			b.WriteRune(c)
		case c == '®' || c == '™' || c == '©' || c == 0xFE0F || c == 0x200D:
			r.lost |= Symbols
		default:
			r.lost |= r.symbol(c)
			b.WriteByte(' ')
		}
		previous = c
	}
	return trimMarks(r.withoutNumbers(b.String()))
}

// withoutNumbers drops the words without a letter.
func (r *reading) withoutNumbers(s string) string {
	if !strings.ContainsFunc(s, unicode.IsDigit) {
		return s
	}
	words := strings.Fields(s)
	kept := slices.DeleteFunc(words, func(w string) bool { return !hasName(w) && w != "&" && w != "," })
	return strings.Join(kept, " ")
}

// symbol is the loss that a mark is: punctuation and blanks are none.
func (r *reading) symbol(c rune) Loss {
	if unicode.IsSpace(c) || unicode.IsPunct(c) {
		return 0
	}
	return Symbols
}

// belongs tells whether a mark is part of a name between its neighbours.
func belongs(c, previous, next rune) bool {
	switch {
	case c == 'ツ' && (previous == ' ' || previous == 0) && (next == ' ' || next == utf8.RuneError): // a smile
		return false
	case unicode.IsLetter(c), unicode.IsMark(c) && c < 0xFE00 && c&^0x1F != 0x20E0, unicode.IsDigit(c), c == ' ', c == ',', c == '.':
		return true
	case normal.IsApostrophe(c) || c == '‘':
		return unicode.IsLetter(previous) || unicode.IsLetter(next)
	case c == '-' || c == '‐' || c == '–' || c == '·':
		return (unicode.IsLetter(previous) || previous == '.') && (unicode.IsLetter(next) || next == '\'')
	case c == 0x200C || c == 0x200D:
		return unicode.In(previous, unicode.Letter, unicode.Mark) && unicode.In(next, unicode.Letter, unicode.Mark)
	case c == '_' || c == '+' || c == '"' || c == '|':
		return false
	}
	return (c < utf8.RuneSelf || unicode.Is(unicode.Sk, c)) && unicode.IsLetter(previous) && (unicode.IsLetter(next) || c == '/')
}

// trimMarks takes stray marks off both ends of a text.
func trimMarks(s string) string {
	return strings.TrimRight(strings.TrimLeft(s, " -,.&"), " -,&")
}
