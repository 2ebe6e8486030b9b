package normal

import (
	"strings"
	"unicode/utf8"

	"contactsync/internal/escape"
)

// Unwrap takes off what programs put around, and into, ONE value on its way: HTML
// entities and percent-encoding (doubled, too), JSON's and Markdown's backslashes,
// full-width letters, the marks by which spreadsheets know a text (="02134", '02134),
// quotes and brackets around the whole, a Markdown or HTML link (its target counts),
// and the punctuation of a sentence at the end. It is for links, addresses, domains and
// numbers, of which none of it can be part; names and titles may hold all of it.
//
// What is left is cleaned as by [Text], and unwrapping it again changes nothing: steps
// are taken until none finds anything to take off. Nothing is left of what is wrapped
// more often than anybody does, nor of anything but its blanks of what is too long.
func Unwrap(s string) string {
	if isBare(s) {
		return s
	}
	if s = Text(s); len(s) > maxValue {
		return s
	}
	for range maxWraps {
		next := unwrapOnce(s)
		if next == s {
			return s
		}
		s = next
	}
	return ""
}

// isBare reports whether there is nothing to unwrap, for the common value of ASCII
// that begins and ends with a letter, a digit or what links and numbers begin with.
func isBare(s string) bool {
	if s == "" {
		return true
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c <= ' ' || c > '~':
			if c != ' ' || i > 0 && s[i-1] == ' ' {
				return false
			}
		case c == '&' || c == '%' || c == '\\' || c == '<' || c == '"':
			return false
		}
	}
	first, last := s[0], s[len(s)-1]
	return (IsAlphanumeric(first) || first == '+' || first == '@' || first == '/') && (IsAlphanumeric(last) || last == '/')
}

// Bounds, so that no value can hold up a run: the length in bytes beyond which a text
// is no link, address or number, and how many steps unwrap a value.
const (
	maxValue = 4096
	maxWraps = 24
	maxTag   = 500 // of HTML, with its attributes
)

func unwrapOnce(s string) string {
	s = narrow(Text(s))
	s = escape.Entities(s)
	s = escape.Percent(s)
	s = escape.Backslashes(s)
	s = strings.TrimSpace(s)
	s = linkTarget(s)
	s = untagged(s)
	s = bare(s)
	return s
}

// linkTarget is what a link of Markdown, HTML or a spreadsheet leads to.
func linkTarget(s string) string {
	if len(s) > 11 && strings.EqualFold(s[:11], "=HYPERLINK(") {
		return strings.TrimLeft(cutAny(strings.TrimLeft(s[11:], `"' `), `"',;)`), " ")
	}
	if i := indexFold(s, "href="); i >= 0 && strings.HasPrefix(s, "<") {
		target := strings.TrimLeft(s[i+len("href="):], " ")
		if target != "" && (target[0] == '"' || target[0] == '\'') {
			return cutAny(target[1:], target[:1])
		}
		return cutAny(target, " >")
	}
	return markdownTarget(s)
}

// markdownTarget is the target of [text](target "title"), or the text of a link without one.
func markdownTarget(s string) string {
	text, target, found := strings.Cut(strings.TrimPrefix(s, "!"), "](")
	if !found || !strings.HasPrefix(text, "[") {
		return s
	}
	end := strings.LastIndexByte(target, ')')
	if end < 0 {
		end = len(target)
	}
	if after := strings.Trim(target[end:], ")., ;"); after != "" {
		return s // more than a link
	}
	target, _, _ = strings.Cut(strings.TrimSpace(target[:end]), ` "`)
	if target == "" || target == "#" {
		return text[1:]
	}
	return target
}

func cutAny(s, chars string) string {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i]
	}
	return s
}

// indexFold is where a text in lower-case ASCII stands, in any case; -1 for nowhere.
func indexFold(s, lower string) int {
	for i := 0; i+len(lower) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(lower)], lower) {
			return i
		}
	}
	return -1
}

// untagged drops the tags of HTML; what is no known tag, as <jane@example.com>, stays.
func untagged(s string) string { return escape.Rewritten(s, '<', tag) }

// tag reads the tag with which a text begins; it stands for a blank.
func tag(s string) (n int, text string) {
	end := strings.IndexByte(s, '>')
	switch {
	case end < 0: // nor is any after it closed
		return len(s), s
	case isTag(s[1:end]):
		return end + 1, " "
	}
	return 1, "<"
}

func isTag(s string) bool {
	if len(s) > maxTag {
		return false
	}
	switch strings.ToLower(cutAny(strings.Trim(s, "/ "), " /")) {
	case "a", "abbr", "b", "big", "br", "code", "div", "em", "font", "h1", "h2", "h3", "hr", "i", "img", "li", "nobr", "ol", "p", "pre", "s",
		"small", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "tr", "tt", "u", "ul", "wbr":
		return true
	}
	return false
}

// Quotes and the brackets that stand around whole values, each with its partner.
const (
	quotes   = "\"'`´‘’‚‛“”„‟«»‹›′″〝〞「」『』"
	openers  = "<[({〈《【〔"
	closers  = ">])}〉》】〕"
	trailing = " ,;:!?…、。"
	bullets  = "•·▪‣◦●►–—-*"
)

// bare takes off the outermost quotes, brackets and marks.
func bare(s string) string {
	s = strings.TrimLeft(s, " =")
	s = strings.TrimRight(s, trailing)
	if t := strings.TrimRight(s, "."); !strings.HasSuffix(t, "/") { // a/.. is a path
		s = t
	}
	first, n := utf8.DecodeRuneInString(s)
	last, m := utf8.DecodeLastRuneInString(s)
	if s == "" || n == len(s) && !strings.ContainsRune(quotes+openers+closers, first) {
		return s
	}
	switch {
	case strings.ContainsRune(bullets, first) && n < len(s) && s[n] == ' ',
		first == '\'':
		return s[n:]
	case first == '*' && last == '*': // Markdown's emphasis
		return strings.Trim(s, "*")
	case strings.ContainsRune(quotes, first) && (strings.ContainsRune(quotes, last) || !containsQuote(s[n:])):
		return strings.TrimRightFunc(s[n:], isQuote)
	case strings.ContainsRune(quotes, last) && (last != '\'' && !containsQuote(s[:len(s)-m]) || last == '\''):
		return s[:len(s)-m]
	case strings.ContainsRune(openers, first) && !closedWithin(s):
		if last == closer(first) {
			return s[n : len(s)-m]
		}
		return s[n:]
	case strings.ContainsRune(closers, last) && !strings.ContainsRune(s, opener(last)):
		return s[:len(s)-m]
	}
	return s
}

func isQuote(r rune) bool { return strings.ContainsRune(quotes, r) }

func containsQuote(s string) bool { return strings.ContainsAny(s, "\"“”„«»") }

// closedWithin reports whether the bracket that begins a text is closed before its
// end, as in "(212) 555-0123".
func closedWithin(s string) bool {
	open, n := utf8.DecodeRuneInString(s)
	shut, depth := closer(open), 1
	for i, r := range s[n:] {
		switch r {
		case open:
			depth++
		case shut:
			depth--
		}
		if depth == 0 {
			return n+i+utf8.RuneLen(r) < len(s)
		}
	}
	return false
}

func closer(open rune) rune { return partner(open, openers, closers) }
func opener(shut rune) rune { return partner(shut, closers, openers) }

func partner(r rune, from, to string) rune {
	at := utf8.RuneCountInString(from[:strings.IndexRune(from, r)])
	for _, other := range to {
		if at == 0 {
			return other
		}
		at--
	}
	return utf8.RuneError
}
