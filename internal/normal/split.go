package normal

import (
	"strings"
	"unicode/utf8"

	"contactsync/internal/escape"
)

// Separators stand between the values of a field (contract, part 4; vendors' README
// 2.3 and 4.8). White space and slashes, though seen in hand-kept lists, are not among
// them: they occur within display names. A comma within a number ("555-0100,,12", a
// dialling pause) is not told apart.
const Separators = ",;|"

// Split cuts every value at the given separators, and at tabs and line ends: a cell of
// a spreadsheet, and rows of another, pasted into one field. The text of a list
// of JSON, Python or Postgres (["a","b"], ['a', 'b'], {a,"b"}) is that list. Positions
// are kept: nothing between two separators is "", so that lists that belong together
// stay aligned.
func Split(values []string, separators string) []string {
	return AppendSplit(make([]string, 0, len(values)), values, separators)
}

// AppendSplit appends what [Split] returns.
func AppendSplit(all, values []string, separators string) []string {
	for _, v := range values {
		all = appendSplit(all, v, separators, escape.MaxNesting)
	}
	return all
}

// appendSplit appends what one value holds; lists may stand within each other as deep
// as nesting says.
func appendSplit(all []string, v, separators string, nesting int) []string {
	if separators == Separators && isWord(v) {
		return append(all, v)
	}
	if strings.IndexByte(v, '&') >= 0 { // the semicolon of an entity separates nothing
		v = escape.Entities(v)
	}
	v = strings.TrimSpace(v)
	if items, ok := listItems(v); ok && nesting > 0 {
		for _, item := range items {
			all = appendSplit(all, item, separators, nesting-1)
		}
		return all
	}
	for {
		i, n := nextSeparator(v, separators)
		if n == 0 {
			return append(all, strings.TrimSpace(v))
		}
		all = append(all, strings.TrimSpace(v[:i]))
		v = v[i+n:]
	}
}

// isWord reports whether a value has nothing but letters, digits and what stands within
// addresses and numbers, as most have that are no lists.
func isWord(s string) bool {
	for i := range len(s) {
		if !inWord[s[i]] {
			return false
		}
	}
	return true
}

var inWord = func() (is [256]bool) {
	for c := range is {
		is[c] = IsAlphanumeric(byte(c)) || c < utf8.RuneSelf && strings.IndexByte("@.+-_", byte(c)) >= 0
	}
	return is
}()

// nextSeparator is where the next separator stands and how long it is, 0 for none.
func nextSeparator(s, separators string) (at, length int) {
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= '@' && c <= 'Z' || c == '.': // most of them
		case c == '\r' && strings.HasPrefix(s[i:], "\r\n"):
			return i, 2
		case c >= '\t' && c <= '\r', c < utf8.RuneSelf && strings.IndexByte(separators, c) >= 0:
			return i, 1
		case strings.HasPrefix(s[i:], "\u2028"), strings.HasPrefix(s[i:], "\u2029"):
			return i, len("\u2028")
		}
	}
	return len(s), 0
}

// listItems takes the text of a list apart, ok where a value is one from end to end.
// Round brackets make a list only of quoted items: (212) is a number's.
func listItems(s string) (items []string, ok bool) {
	if len(s) < 2 {
		return nil, false
	}
	switch s[0] {
	case '[', '{':
	case '(':
		if inner := strings.TrimLeft(s[1:], " "); inner == "" || inner[0] != '\'' && inner[0] != '"' {
			return nil, false
		}
	default:
		return nil, false
	}
	if rune(s[len(s)-1]) != closer(rune(s[0])) || closedWithin(s) {
		return nil, false
	}
	for rest, more := s[1:len(s)-1], true; more; {
		var item string
		item, rest, more = nextItem(rest)
		items = append(items, item)
	}
	if n := len(items); n > 1 && s[len(s)-2] == ',' && s[0] == '(' { // Python's ('a',)
		items = items[:n-1]
	}
	return items, true
}

// QuotedList is the items of the text of a list whose first item is in quotes: in what
// people write, brackets around the whole may be theirs.
func QuotedList(s string) (items []string, ok bool) {
	if s = strings.TrimSpace(s); len(s) < 4 || IsAlphanumeric(s[0]) || len(s) > maxValue {
		return nil, false
	}
	if inner := strings.TrimLeft(s[1:], " "); inner == "" || inner[0] != '"' && inner[0] != '\'' {
		return nil, false
	}
	return listItems(s)
}

// nextItem reads an item of a list; more says whether another follows. The name of a
// JSON member is no item, its value is.
func nextItem(s string) (item, rest string, more bool) {
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		if len(s) > 1 && (s[0] == 'u' || s[0] == 'b') && (s[1] == '\'' || s[1] == '"') { // Python's u'a', b'a'
			s = s[1:]
		}
		end := closingQuote(s)
		if end < 0 {
			return bareItem(s)
		}
		after := strings.TrimLeft(s[end+1:], " \t\r\n")
		if after == "" {
			return unquoted(s[1:end], s[0]), "", false
		}
		if after[0] == ',' {
			return unquoted(s[1:end], s[0]), after[1:], true
		}
		s = after[1:] // behind the colon
	}
}

// closingQuote is where the quote that begins a text is closed; -1 for nowhere, and
// where none begins it. Before
// it stands no backslash, and after it the item ends: 'o'hara@example.com' is one.
func closingQuote(s string) int {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return -1
	}
	for i := 1; i < min(len(s), longestItem); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			if endsItem(s[i+1:]) {
				return i
			}
		}
	}
	return -1
}

// longestItem is the length in bytes beyond which a quote that opens is none.
const longestItem = 1000

// endsItem reports whether an item of a list is over before a text.
func endsItem(rest string) bool {
	if rest != "" && rest[0] <= ' ' {
		rest = strings.TrimLeft(rest, " \t\r\n")
	}
	return rest == "" || rest[0] == ',' || rest[0] == ':'
}

func unquoted(item string, quote byte) string {
	if strings.IndexByte(item, '\\') < 0 {
		return item
	}
	return strings.NewReplacer(`\`+string(quote), string(quote), `\\`, `\`, `\/`, `/`, `\n`, "\n", `\t`, "\t", `\r`, "\r").Replace(item)
}

// bareItem reads an item without quotes, to the next comma that stands in no brackets.
func bareItem(s string) (item, rest string, more bool) {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '[', '{', '(', '<':
			depth++
		case ']', '}', ')', '>':
			depth--
		case ',':
			if depth <= 0 {
				return nothing(s[:i]), s[i+1:], true
			}
		}
	}
	return nothing(s), "", false
}

// nothing keeps the position of a list's word for nothing, without the word.
func nothing(item string) string {
	item = strings.TrimSpace(item)
	if IsNull(item) {
		return ""
	}
	return item
}
