package normal

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"contactsync/internal/escape"

	"golang.org/x/text/encoding/charmap"
)

// Repair is [Text] for what people read, names, titles, companies and places, with the
// damage undone that programs do to it on its way: UTF-8 read in another encoding
// (JosÃ©), HTML entities and tags, escapes (Jos\u00e9, O\'Brien, Jane%20Doe), full-width and
// mathematical letters, joiners between letters that do not join, quotes around the
// whole. repaired says whether there was any. Repairing again changes nothing; of what
// takes more steps than any real damage nothing is left.
func Repair(s string) (text string, repaired bool) {
	if IsPlain(s) && !mayHide(s) {
		return s, false
	}
	cleaned := Text(s)
	if len(cleaned) > maxValue {
		return cleaned, false
	}
	if len(s) > maxValue {
		s = cleaned
	}
	for range maxWraps {
		next := Text(repairOnce(s))
		if next == s {
			return s, s != cleaned
		}
		s = next
	}
	return "", true
}

// mayHide reports whether there may be something to repair in a text of plain ASCII.
func mayHide(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case '&', '\\', '%', '<':
			return true
		}
	}
	return s != "" && (s[0] == '"' || s[0] == '\'' || s[0] == '=')
}

func repairOnce(s string) string {
	s = decoded(s) // before all that could take a byte of it for a blank or a control character
	s = escape.Entities(s)
	s = escape.Rewritten(s, '\\', escapedLetter)
	if strings.IndexByte(s, '%') >= 0 && !strings.Contains(s, " ") {
		s = escape.Percent(s)
	}
	if !IsASCII(s) {
		s = unstyled(s)
	}
	s = untagged(s)
	return unquotedWhole(s)
}

// misreadings are the encodings in which programs read UTF-8 by mistake: Windows',
// with Latin-1, whose control characters stand where it has none; the Mac's, in which
// Excel there writes CSV; those of DOS.
var misreadings = []*charmap.Charmap{charmap.Windows1252, charmap.Macintosh, charmap.CodePage850, charmap.CodePage437}

// decoded undoes the misreading of UTF-8, word by word. A word counts as misread where
// all its characters, written in the wrong encoding, are valid UTF-8 of ordinary letters
// and punctuation: hardly a text is by chance, for a letter with an accent (JOÃO, Ângela)
// would have to come before a sign.
func decoded(s string) string {
	if IsASCII(s) {
		return s
	}
	words, changed := strings.Split(s, " "), false
	for i, word := range words {
		if IsASCII(word) {
			continue
		}
		if text := decodedWord(word); text != word {
			words[i], changed = text, true
		}
		if base, found := strings.CutSuffix(words[i], "Â"); found && len(words) > 1 && (base == "" || endsInSmall(base)) {
			words[i], changed = base, true // the second byte was a blank that does not break
		}
	}
	if !changed {
		return s
	}
	return strings.Join(words, " ")
}

func endsInSmall(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLower(last)
}

func decodedWord(word string) string {
	if strings.HasSuffix(word, "â€") {
		word += "\u009d" // a closing quote, of which programs drop the last byte
	}
	for _, encoding := range misreadings {
		if text, ok := decodedFrom(encoding, word); ok {
			return text
		}
	}
	return softI(word)
}

func decodedFrom(encoding *charmap.Charmap, word string) (string, bool) {
	encoded := make([]byte, 0, len(word))
	for _, r := range word {
		b, ok := encoding.EncodeRune(r)
		if !ok {
			if encoding != charmap.Windows1252 || r < 0x80 || r > 0x9F {
				return "", false
			}
			b = byte(r)
		}
		encoded = append(encoded, b)
	}
	if !utf8.Valid(encoded) {
		return "", false
	}
	text := string(encoded)
	return text, isOrdinary(text, encoding == charmap.Windows1252)
}

// softI repairs GarcÃa: the second byte of an í is a soft hyphen, which many programs
// drop. A capital Ã between small letters is nothing else.
func softI(word string) string {
	i := strings.Index(word, "Ã")
	if i <= 0 || strings.Count(word, "Ã") > 1 {
		return word
	}
	before, _ := utf8.DecodeLastRuneInString(word[:i])
	after, _ := utf8.DecodeRuneInString(word[i+len("Ã"):])
	if !unicode.IsLower(before) || !unicode.IsLower(after) {
		return word
	}
	return word[:i] + "í" + word[i+len("Ã"):]
}

// isOrdinary reports whether a text has no characters but those that people write; of
// letters outside the Latin script only where a misreading of them is known to be
// common. Such a letter is not taken from one pair alone: É® would be one.
func isOrdinary(s string, anyScript bool) bool {
	pairs, foreign := 0, false
	for _, r := range s {
		switch {
		case r < 0x80, unicode.Is(ordinaryLatin, r):
		case !anyScript || unicode.Is(extraordinary, r):
			return false
		case unicode.IsLetter(r), unicode.IsMark(r):
			foreign = true
			pairs += utf8.RuneLen(r) - 1
		case !unicode.Is(signs, r):
			return false
		}
	}
	return !foreign || pairs > 1
}

// signs are emoji and the punctuation of East Asia.
var signs = &unicode.RangeTable{
	R16: []unicode.Range16{{0x200D, 0x200D, 1}, {0x2190, 0x27BF, 1}, {0x3000, 0x303F, 1}, {0xFE0F, 0xFE0F, 1}, {0xFF00, 0xFF5E, 1}},
	R32: []unicode.Range32{{0x1F000, 0x1FAFF, 1}},
}

// ordinaryLatin are the letters of European languages and of Vietnamese, accents that
// combine, and the signs of their typography.
var ordinaryLatin = &unicode.RangeTable{R16: []unicode.Range16{
	{0x00A0, 0x017F, 1}, {0x0192, 0x0192, 1}, {0x01A0, 0x01A1, 1}, {0x01AF, 0x01B0, 1}, {0x0218, 0x021B, 1},
	{0x02BB, 0x02BC, 1},
	{0x0300, 0x0304, 1}, {0x0306, 0x030C, 1}, {0x0323, 0x0323, 1}, {0x0327, 0x0328, 1}, {0x031B, 0x031B, 1},
	{0x1E00, 0x1EFF, 1}, {0x2009, 0x200B, 1}, {0x2010, 0x201F, 1}, {0x2020, 0x2022, 1}, {0x2026, 0x2026, 1},
	{0x202F, 0x2030, 1}, {0x2032, 0x2033, 1}, {0x2039, 0x203A, 1}, {0x2044, 0x2044, 1},
	{0x20AC, 0x20AC, 1}, {0x2116, 0x2116, 1}, {0x2122, 0x2122, 1}, {0xFB00, 0xFB06, 1}, {0xFEFF, 0xFEFF, 1},
}}

// extraordinary are letters that no name, title or company is written in, but that
// accented capitals before a sign would be: phonetic ones, and scripts of scholars.
var extraordinary = &unicode.RangeTable{R16: []unicode.Range16{
	{0x0180, 0x02FF, 1}, {0x0700, 0x074F, 1}, {0x07C0, 0x08FF, 1}, {0xA000, 0xABFF, 1}, {0xE000, 0xF8FF, 1},
}}

// escapedLetter reads the escapes that JSON and PHP write before what stands in names:
// \u00e9, \', \", \/. Any other backslash is as sent.
func escapedLetter(s string) (n int, text string) {
	switch {
	case len(s) > 1 && strings.IndexByte(`'"/&`, s[1]) >= 0:
		return 1, ""
	case len(s) >= 6 && s[1] == 'u':
		if _, err := strconv.ParseUint(s[2:6], 16, 16); err == nil {
			return escape.Backslash(s)
		}
	}
	return 1, `\`
}

// unquotedWhole takes off quotes around the whole, and a spreadsheet's ="..".
func unquotedWhole(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, `="`) {
		s = s[1:]
	}
	first, n := utf8.DecodeRuneInString(s)
	last, m := utf8.DecodeLastRuneInString(s)
	if len(s) <= n+m || !strings.ContainsRune(closingQuotes(first), last) {
		return s
	}
	inner := s[n : len(s)-m]
	if len(inner) > 2 && first == '"' && inner[0] == '"' && inner[len(inner)-1] == '"' {
		return inner // quoted twice
	}
	if strings.ContainsRune(strings.ReplaceAll(inner, `""`, ""), first) {
		return s // "Big" Jane "Ann"
	}
	return strings.ReplaceAll(inner, `""`, `"`)
}

// closingQuotes are those that close what a quote opens, "" where it is none.
func closingQuotes(open rune) string {
	switch open {
	case '"', '\'':
		return string(open)
	case '“', '”', '„':
		return "“”"
	case '«':
		return "»"
	case '»':
		return "«"
	}
	return ""
}
