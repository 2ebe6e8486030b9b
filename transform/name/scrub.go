package name

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"contactsync/internal/normal"
)

// A name is no longer than this; what is, is a sentence.
const (
	longestName  = 100 // letters
	mostWords    = 14
	longestText  = 1000 // bytes, with all that stands around the name
	mostBrackets = 16   // and quotes
)

// isClean reports, for the common name, that nothing has to be taken off: letters,
// single blanks, and hyphens and apostrophes between letters.
func isClean(s string) bool {
	if len(s) > longestName {
		return false
	}
	previous := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			if previous == '.' && i > 2 && s[i-2] > '.' && s[i-3] > '.' { // example.com, perhaps
				return false
			}
		case c == ' ':
			if previous == '-' || previous == '\'' {
				return false
			}
		case c == '-' || c == '\'' || c == '.' || c == ',':
			if previous < 'A' && previous != '.' {
				return false
			}
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(s[i:])
			if !isPlainLetter(r) {
				return false
			}
			i += size - 1
			c = 'z'
		default:
			return false
		}
		previous = c
	}
	return previous != '-' && previous != '\'' && previous != ','
}

// isPlainLetter holds for the letters of living scripts, not for styled ones.
func isPlainLetter(r rune) bool {
	return (r < 0x2000 || r >= 0x3040 && r < 0xD7A4 && r != 'ツ') && unicode.IsLetter(r)
}

// scrub takes off what is no part of a name wherever it stands: brackets, quotes,
// pronouns, slogans, symbols.
func (r *reading) scrub(s string) string {
	if isClean(s) {
		return s
	}
	if len(s) > longestText || isForeign(s) {
		r.lost |= NotAName
		return ""
	}
	s = spaced(plainLetters(s))
	s = r.withoutPronouns(s)
	s = r.withoutBrackets(s)
	s = r.withoutQuotes(s)
	s = r.withoutSlogan(s)
	s = r.withoutSymbols(s)
	if s = normal.Text(s); utf8.RuneCountInString(s) > longestName || strings.Count(s, " ") >= mostWords {
		r.lost |= NotAName
		return ""
	}
	return s
}

// isForeign holds for what is no name but a link, an address or a number.
func isForeign(s string) bool {
	lower := strings.ToLower(s)
	if strings.Contains(lower, "://") || strings.HasPrefix(lower, "www.") {
		return true
	}
	if !strings.Contains(s, " ") {
		for _, end := range []string{".com", ".net", ".org", ".io", ".co.uk"} {
			if strings.HasSuffix(lower, end) || strings.Contains(lower, end+"/") {
				return true
			}
		}
	}
	return !strings.ContainsFunc(s, unicode.IsLetter) && strings.ContainsFunc(s, unicode.IsDigit)
}

// plainLetters writes the commas of other scripts as ours, and drops the dot that a Turkish
// İ leaves when it is lower-cased without regard to its language.
func plainLetters(s string) string {
	if normal.IsPlain(s) {
		return strings.ReplaceAll(s, ";", ",")
	}
	return foreignLetters.Replace(s)
}

var foreignLetters = strings.NewReplacer("i\u0307", "i", "،", ",", "、", ",", "，", ",", ";", ",")

// spaced puts the blank behind an honorific that was left out: Dr.Jane.
func spaced(s string) string {
	for i := 1; i < len(s)-1; i++ {
		start := strings.LastIndexByte(s[:i], ' ') + 1
		if s[i] == '.' && i > start && s[i+1] >= 'A' && s[i+1] <= 'Z' && kindOf(s[start:i]).is(courtesy) {
			s = s[:i+1] + " " + s[i+1:]
		}
	}
	return s
}

// withoutPronouns drops she/her and the like, with or without brackets and blanks.
func (r *reading) withoutPronouns(s string) string {
	if !strings.Contains(s, "/") {
		return s
	}
	words := strings.Fields(strings.ReplaceAll(s, " / ", "/"))
	kept := words[:0]
	for _, w := range words {
		if bare := strings.Trim(w, "()[]{}|,.*•·-–—"); all(bare, "/", pronoun) {
			r.lost |= Pronouns
			w = strings.Replace(w, bare, "", 1)
		}
		kept = append(kept, w)
	}
	return strings.Join(kept, " ")
}

var brackets = map[rune]rune{
	'(': ')', '[': ']', '{': '}', '<': '>', '（': '）', '【': '】',
	'「': '」', '『': '』', '«': '»', '“': '”', '„': '“',
}

// withoutBrackets drops what stands in brackets, unless that is all there is.
func (r *reading) withoutBrackets(s string) string {
	for range mostBrackets {
		start := strings.IndexFunc(s, isBracket)
		if start < 0 {
			break
		}
		open, size := utf8.DecodeRuneInString(s[start:])
		end, after := closing(s, start+size, open)
		s = r.cut(s, start, after, s[start+size:end])
	}
	return strings.Map(func(r rune) rune {
		if isBracket(r) || strings.ContainsRune(")]}>）】」』»”", r) {
			return ' '
		}
		return r
	}, s)
}

func isBracket(r rune) bool { return brackets[r] != 0 }

// closing is where a bracket is closed, and where what follows begins; of one that
// stays open the end of the text.
func closing(s string, from int, open rune) (end, after int) {
	depth := 1
	for i, c := range s[from:] {
		switch {
		case c == brackets[open] || open == '“' && c == '"' || open == '„' && c == '”':
			if depth--; depth == 0 {
				return from + i, from + i + utf8.RuneLen(c)
			}
		case c == open:
			depth++
		}
	}
	return len(s), len(s)
}

// cut leaves out what was within; where nothing else says a name, only the brackets.
func (r *reading) cut(s string, start, after int, within string) string {
	rest := s[:start] + " " + s[after:]
	if !hasName(rest) {
		return s[:start] + " " + within + " " + s[after:]
	}
	switch {
	case hasName(within):
		r.lost |= Nickname
		r.nicknamed = r.nicknamed || !hasName(s[:start]) || onlyHonorifics(s[:start])
	case strings.TrimSpace(within) != "":
		r.lost |= Symbols
	}
	return rest
}

// onlyHonorifics holds where a nickname stands in the place of the given name.
func onlyHonorifics(s string) bool {
	for w := range strings.FieldsSeq(s) {
		if !kindOf(w).is(courtesy | office | rank | adjunct) {
			return false
		}
	}
	return true
}

func hasName(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

// withoutQuotes drops a nickname in quotes; single ones quote only where they
// stand before and behind a word, unlike those in O'Brien and van 't Hoff.
func (r *reading) withoutQuotes(s string) string {
	if strings.Contains(s, "''") || strings.Contains(s, "``") {
		s = strings.NewReplacer("''", `"`, "``", `"`).Replace(s)
	}
	for from := 0; from < len(s); {
		i := strings.IndexAny(s[from:], "\"'’‘`")
		if i < 0 {
			return s
		}
		start := from + i
		quote, size := utf8.DecodeRuneInString(s[start:])
		end := endOfQuote(s, start, quote)
		switch {
		case end >= 0:
			s = r.cut(s, start, end+runeSize(s[end:]), s[start+size:end])
			from = start
		case quote == '"':
			s = s[:start] + " " + s[start+size:]
			from = start
		default:
			from = start + size
		}
	}
	return s
}

func runeSize(s string) int {
	_, size := utf8.DecodeRuneInString(s)
	return size
}

// endOfQuote is where the quote that opens at start closes, -1 if it is none.
func endOfQuote(s string, start int, quote rune) int {
	from := start + utf8.RuneLen(quote)
	if quote == '"' {
		if end := strings.IndexAny(s[from:], `"”`); end >= 0 {
			return from + end
		}
		return -1
	}
	if start > 0 && s[start-1] != ' ' || from == len(s) || s[from] == ' ' || isArticle(s[from:]) {
		return -1
	}
	for i, c := range s[from:] {
		after := s[from+i+utf8.RuneLen(max(c, 0)):]
		if (c == quote || c == '’' || quote == '`' && c == '\'') && (after == "" || after[0] == ' ' || after[0] == ',') {
			return from + i
		}
	}
	return -1
}

// isArticle holds for the Dutch 't, 's and 'n.
func isArticle(s string) bool {
	word, _, _ := strings.Cut(s, " ")
	return strings.EqualFold(word, "t") || strings.EqualFold(word, "s") || strings.EqualFold(word, "n")
}
