package normal

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"contactsync/internal/lists"
)

// Column is what a text is about, which decides what in its place says nothing: a
// firm may be called AAA, but nobody is.
type Column uint8

// The columns of texts; AnyColumn is all that have no words of their own.
const (
	AnyColumn     Column = 1 << iota
	NameColumn           // of people
	TitleColumn          // of jobs
	CompanyColumn        // of employers
	PlaceColumn          // cities, regions, postal codes
	everyColumn   Column = 1<<iota - 1
)

//go:embed placeholders.txt
var placeholderList string

// placeholders maps a folded phrase to the columns in which it says nothing.
var placeholders = lists.Flags(placeholderList, map[string]Column{
	"any": everyColumn, "other": AnyColumn, "name": NameColumn, "title": TitleColumn, "company": CompanyColumn, "place": PlaceColumn,
})

// longestPlaceholder is the greatest length of a phrase, in bytes; a test holds it.
const longestPlaceholder = 48

// IsPlaceholder reports whether a cleaned text stands for no value in a column: one of
// the phrases of placeholders.txt, punctuation alone, one letter again and again (xxxx),
// a merge field ({{first_name}}), a masked word (J***). It includes [IsNull] but where
// the column is of names, of which Null is one.
func IsPlaceholder(column Column, s string) bool {
	switch {
	case s == "", column != NameColumn && IsNull(s), isListed(column, s):
		return true
	case !IsAlphanumeric(s[0]):
		return !HasWord(s) || isRepeated(column, s) || isMergeField(s) || isSheetError(s) || eachSaysNothing(column, s)
	case s[0] <= '9' && (column == NameColumn || column == TitleColumn) && !strings.ContainsFunc(s, unicode.IsLetter):
		return true
	}
	return isRepeated(column, s) || isHidden(column, s) || saysNot(s) || eachSaysNothing(column, s) || column == NameColumn && isCounted(s)
}

// isListed looks a text up without punctuation around it; one in brackets both with
// and without them.
func isListed(column Column, s string) bool {
	if len(s) > longestPlaceholder+len("[[]]") || s == "" {
		return false
	}
	if IsAlphanumeric(s[0]) && IsAlphanumeric(s[len(s)-1]) {
		return placeholderColumns(s)&column != 0
	}
	s = strings.Trim(s, marksAround)
	first, n := utf8.DecodeRuneInString(s)
	last, m := utf8.DecodeLastRuneInString(s)
	if len(s) > n+m && strings.ContainsRune(openers, first) && strings.ContainsRune(closers, last) {
		s = strings.Trim(s, marksAround+openers+closers)
		if IsNull(s) || placeholderColumns("("+s+")")&column != 0 {
			return true
		}
	}
	return placeholderColumns(s)&column != 0 || column != NameColumn && IsNull(s)
}

// saysNot reports whether a text says that it is not there: "Not yet provided", "no
// longer available", "None recorded".
func saysNot(s string) bool {
	if s[0]|0x20 != 'n' {
		return false
	}
	end := strings.IndexAny(s, " -_")
	if end < 2 || end > len("never") || len(s) > longestPlaceholder || !lookUp(negations, s[:end]) {
		return false
	}
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ' ' || r == '-' || r == '_' })
	if len(words) < 2 || len(words) > 4 {
		return false
	}
	return absent[strings.TrimRight(words[len(words)-1], marksAround)]
}

var negations = lists.Set("not", "no", "none", "never")

// absent are the words for what a value that is not there is not.
var absent = lists.Set("answered", "applicable", "assigned", "available", "captured", "collected", "configured", "defined",
	"determined", "disclosed", "displayed", "entered", "established", "filled", "found", "given", "identified", "indicated",
	"known", "listed", "mentioned", "named", "obtained", "present", "provided", "public", "published", "recorded", "released",
	"reported", "returned", "selected", "set", "shared", "shown",
	"specified", "stated", "submitted", "supplied", "updated", "verified", "visible")

// isCounted reports whether a name is a placeholder with a number: User 123, test1.
func isCounted(s string) bool {
	base := strings.TrimRight(s, "0123456789")
	if len(base) == len(s) {
		return false
	}
	base = strings.TrimRight(base, " _-#")
	return strings.EqualFold(base, "test") || isListed(NameColumn, base)
}

const marksAround = " .!?-–—_*:;,'\"~…"

// placeholderColumns are the columns in which a text says nothing, whatever its case
// and with underscores and hyphens for blanks.
func placeholderColumns(s string) Column { return lookUp(placeholders, s) }

// lookUp finds a text in a list of lower-case phrases without making a copy of it,
// since nearly all texts are looked up in vain.
func lookUp[V any](list map[string]V, s string) (found V) {
	var folded [longestPlaceholder]byte
	if len(s) > len(folded) {
		return found
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			return list[strings.ToLower(s)]
		case c >= 'A' && c <= 'Z':
			c |= 0x20
		case c == '_', c == '-' && i > 0 && i < len(s)-1:
			c = ' '
		}
		folded[i] = c
	}
	return list[string(folded[:len(s)])]
}

// isRepeated reports whether a text is one Latin letter, three times or more, with
// nothing but marks between. Firms are called AAA and BBB, but not XXX and not AAAA; in
// columns of no kind of their own ids stand, too, of which a long one may be anything.
func isRepeated(column Column, s string) bool {
	if column == AnyColumn && len(s) > 20 {
		return false
	}
	only, count := rune(0), 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			if r = unicode.ToLower(r); only != 0 && r != only || r > unicode.MaxLatin1 {
				return false
			}
			only = r
			count++
		case unicode.IsDigit(r):
			return false
		}
	}
	return count > 3 || count == 3 && (column != CompanyColumn || only == 'x')
}

// fieldMarks are what templates put around a field.
var fieldMarks = [][2]string{
	{"{{", "}}"}, {"${", "}"}, {"*|", "|*"}, {"%%", "%%"}, {"[[", "]]"}, {"<<", ">>"}, {"<%", "%>"}, {"#{", "}"}, {"{%", "%}"},
}

// isMergeField reports whether a text is the field of a template that nobody filled.
func isMergeField(s string) bool {
	for _, marks := range fieldMarks {
		if strings.HasPrefix(s, marks[0]) && strings.HasSuffix(s, marks[1]) {
			return true
		}
	}
	return len(s) > 2 && s[0] == '%' && s[len(s)-1] == '%' && !strings.Contains(s, " ")
}

// isSheetError reports whether a text is what a spreadsheet shows for a formula that
// failed: #REF!, #NAME?, #DIV/0!, #N/A.
func isSheetError(s string) bool {
	return s[0] == '#' && sheetErrors[strings.TrimRight(s[1:], "!?")]
}

var sheetErrors = lists.Set("REF", "VALUE", "NAME", "DIV/0", "NUM", "NULL", "N/A", "N/D", "ERROR", "SPILL", "CALC",
	"FIELD", "BLOCKED", "UNKNOWN", "CONNECT", "BUSY", "GETTING_DATA", "BEZUG", "WERT", "¡REF", "¡VALOR", "NOMBRE", "VALOR", "NOM")

// isHidden reports whether a text is, or begins with, a word of which all but the
// first letters are hidden: J***, Jo**** D****. Of other texts than names one letter
// must be left, since titles are decorated with stars.
func isHidden(column Column, s string) bool {
	word, _, _ := strings.Cut(s, " ")
	if len(word) < 3 || IsASCII(word) && hasOnly(word, "@'") {
		return false
	}
	if strings.IndexByte(word, '@') >= 0 {
		return false // an address has rules of its own
	}
	letters, stars, dots := 0, 0, 0
	for _, r := range word {
		switch {
		case strings.ContainsRune("*•●█▒░■✱∗⁎﹡＊", r):
			stars++
		case strings.ContainsRune("._-#…", r):
			dots++
		case stars == 0 && unicode.IsLetter(r):
			letters++
			dots = 0
		}
	}
	if column == NameColumn {
		return letters > 0 && (letters < 4 && stars > 1 || letters < 3 && dots > 2)
	}
	return letters == 1 && stars > 2
}

// isCapitalised holds for Null, which is a name, and neither for null and NULL nor for
// Python's None.
func isCapitalised(s string) bool {
	return s != "None" && s != strings.ToLower(s) && s != strings.ToUpper(s)
}

// eachSaysNothing reports whether all of several words do, as in "Unknown N/A".
func eachSaysNothing(column Column, s string) bool {
	for first := true; ; first = false {
		word, rest, more := strings.Cut(s, " ")
		if first && !more {
			return false
		}
		if word != "" && !IsAlphanumeric(word[len(word)-1]) {
			word = strings.Trim(word, ",;/")
		}
		nothing := isListed(column, word) || IsNull(word) && (column != NameColumn || !isCapitalised(word)) || !HasWord(word) ||
			!first && isRepeated(column, word)
		if !nothing {
			return false
		}
		if s = rest; !more {
			return true
		}
	}
}

// IsPlaceholderName reports whether first and last name together are a placeholder that was cut
// in two: LinkedIn | Member, No Name | Given.
func IsPlaceholderName(first, last string) bool {
	if first == "" || last == "" || len(first)+1+len(last) > longestPlaceholder {
		return false
	}
	var together [longestPlaceholder]byte
	whole := append(append(append(together[:0], first...), ' '), last...)
	for i, c := range whole {
		if c >= 'A' && c <= 'Z' {
			whole[i] = c | 0x20
		}
	}
	return placeholders[string(whole)]&NameColumn != 0
}

// TrimPlaceholder takes the words from the end of a full name that stand for a missing
// part of it: Jane Unknown, Jane D***.
func TrimPlaceholder(full string) string {
	for {
		i := strings.LastIndexByte(full, ' ')
		if i < 0 {
			return full
		}
		word := full[i+1:]
		if !isHidden(NameColumn, word) && placeholderColumns(word) != everyColumn && !strings.EqualFold(word, "lnu") {
			return full
		}
		full = strings.TrimRight(full[:i], " ,")
	}
}
