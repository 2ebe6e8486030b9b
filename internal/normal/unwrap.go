package normal

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Unwrap takes off what programs put around, and into, ONE value on its way: HTML
// entities and percent-encoding (doubled, too), JSON's and Markdown's backslashes,
// full-width letters, spreadsheet text marks (="02134", '02134), quotes and brackets around the whole,
// a Markdown or HTML link (its target counts), and the punctuation of a sentence at
// the end. It is for links, addresses, domains and numbers, of which none of it can
// be part; names and titles may hold all of it.
//
// What is left is cleaned as by [Text], and unwrapping it again changes nothing: every
// step makes a value shorter, and steps are taken until none does.
func Unwrap(s string) string {
	if isBare(s) {
		return s
	}
	if s = Text(s); len(s) > maxValue {
		return s
	}
	for {
		next := unwrapOnce(s)
		if next == s {
			return s
		}
		s = next
	}
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
	return (isAlphanumeric(first) || first == '+' || first == '@' || first == '/') && (isAlphanumeric(last) || last == '/')
}

// maxValue is the length in bytes beyond which a text is no link, address or number.
const maxValue = 4096

func unwrapOnce(s string) string {
	s = narrow(Text(s))
	s = Entities(s)
	s = percentDecoded(s)
	s = unescaped(s)
	s = strings.TrimSpace(s)
	s = linkTarget(s)
	s = untagged(s)
	s = bare(s)
	return s
}

// Decoded is a text of any length with entities, percent-encoding and backslashes
// undone wherever they stand, for looking for something in it: what separates values
// is lost.
func Decoded(s string) string {
	for range maxNesting {
		next := Text(narrow(unescaped(percentDecoded(entitiesOnce(s)))))
		if next == s {
			break
		}
		s = next
	}
	return s
}

// Entities decodes HTML's character references. An ampersand may stand for itself,
// as in the query of a link (?a=1&copy=2), so names of entities need their semicolon;
// only those that every encoder writes are taken without it, before a blank.
func Entities(s string) string {
	for range maxNesting {
		next := entitiesOnce(s)
		if next == s {
			break
		}
		s = next
	}
	return s
}

// maxNesting is how often a value may be encoded before we stop decoding it.
const maxNesting = 8

func entitiesOnce(s string) string {
	at := strings.IndexByte(s, '&')
	if at < 0 {
		return s
	}
	var b strings.Builder
	for ; at >= 0; at = strings.IndexByte(s, '&') {
		b.WriteString(s[:at])
		n, text := entity(s[at:])
		b.WriteString(text)
		s = s[at+n:]
	}
	b.WriteString(s)
	return b.String()
}

// entity reads the reference with which a text begins: its length and what it
// stands for; an ampersand that begins none stands for itself.
func entity(s string) (n int, text string) {
	end := 1
	for end < len(s) && end < 34 && (isAlphanumeric(s[end]) || s[end] == '#' && end == 1) {
		end++
	}
	if end < len(s) && s[end] == ';' {
		if text := html.UnescapeString(s[:end+1]); text != s[:end+1] && !strings.HasSuffix(text, ";") || s[:end+1] == "&semi;" {
			return end + 1, text
		}
	}
	if text, known := bareEntities[s[1:end]]; known && (end == len(s) || s[end] == ' ') {
		return end, text
	}
	if n := numericLength(s); n > 0 {
		return n, html.UnescapeString(s[:n] + ";")
	}
	return 1, "&"
}

// numericLength is the length of a numeric reference without its semicolon, 0 for none.
func numericLength(s string) int {
	from, digits := 2, "0123456789"
	if len(s) < 3 || s[1] != '#' {
		return 0
	}
	if s[2] == 'x' || s[2] == 'X' {
		from, digits = 3, "0123456789abcdefABCDEF"
	}
	end := from
	for end < len(s) && end < from+6 && strings.IndexByte(digits, s[end]) >= 0 {
		end++
	}
	if end < from+2 {
		return 0 // A&#1 Roofing
	}
	return end
}

var bareEntities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'", "nbsp": " "}

// percentDecoded undoes percent-encoding as far as it is one: runs of %XX whose bytes
// are UTF-8. Any other % is itself.
func percentDecoded(s string) string {
	at := strings.IndexByte(s, '%')
	if at < 0 {
		return s
	}
	var b strings.Builder
	for ; at >= 0; at = strings.IndexByte(s, '%') {
		b.WriteString(s[:at])
		s = s[at:]
		var run []byte
		for len(s) >= 3*len(run)+3 && s[3*len(run)] == '%' {
			c, err := strconv.ParseUint(s[3*len(run)+1:3*len(run)+3], 16, 8)
			if err != nil {
				break
			}
			run = append(run, byte(c))
		}
		switch {
		case len(run) > 0 && utf8.Valid(run):
			b.Write(run)
			s = s[3*len(run):]
		default:
			n := max(1, 3*len(run))
			b.WriteString(s[:n])
			s = s[n:]
		}
	}
	b.WriteString(s)
	return b.String()
}

// unescaped undoes backslashes: those of JSON (\/, \", \u0040, \n) and those of
// Markdown before punctuation.
func unescaped(s string) string {
	at := strings.IndexByte(s, '\\')
	if at < 0 {
		return s
	}
	var b strings.Builder
	for ; at >= 0; at = strings.IndexByte(s, '\\') {
		b.WriteString(s[:at])
		n, text := escape(s[at:])
		b.WriteString(text)
		s = s[at+n:]
	}
	b.WriteString(s)
	return b.String()
}

// escape reads the escape with which a text begins. A backslash before anything
// else than it escapes, or at the end, is dropped.
func escape(s string) (n int, text string) {
	if len(s) < 2 {
		return 1, ""
	}
	switch c := s[1]; {
	case c == 'n' || c == 'r' || c == 't' || c == 'b' || c == 'f':
		return 2, " "
	case c == 'u' && len(s) >= 6:
		if r, err := strconv.ParseUint(s[2:6], 16, 16); err == nil && utf8.ValidRune(rune(r)) {
			return 6, string(rune(r))
		} else if err == nil && len(s) >= 12 && s[6:8] == `\u` {
			low, _ := strconv.ParseUint(s[8:12], 16, 16)
			return 12, string(utf16.DecodeRune(rune(r), rune(low)))
		}
	}
	return 1, ""
}

// narrow turns full-width ASCII, as East Asian keyboards write it, into ASCII.
func narrow(s string) string {
	if !strings.ContainsFunc(s, isWide) {
		return s
	}
	return Text(strings.Map(func(r rune) rune {
		if isWide(r) {
			return r - 0xFEE0
		}
		return r
	}, s))
}

func isWide(r rune) bool { return r >= 0xFF01 && r <= 0xFF5E }

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
func untagged(s string) string {
	at := strings.IndexByte(s, '<')
	if at < 0 {
		return s
	}
	var b strings.Builder
	for ; at >= 0; at = strings.IndexByte(s, '<') {
		b.WriteString(s[:at])
		s = s[at:]
		if end := strings.IndexByte(s, '>'); end > 0 && isTag(s[1:end]) {
			b.WriteByte(' ')
			s = s[end+1:]
			continue
		}
		b.WriteByte('<')
		s = s[1:]
	}
	b.WriteString(s)
	return b.String()
}

func isTag(s string) bool {
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

func closer(open rune) rune  { return partner(open, openers, closers) }
func opener(close rune) rune { return partner(close, closers, openers) }

func partner(r rune, from, to string) rune {
	i := utf8.RuneCountInString(from[:strings.IndexRune(from, r)])
	return []rune(to)[i]
}
