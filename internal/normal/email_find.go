package normal

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"contactsync/internal/lists"
)

// plainAddress takes the common address apart, in which there is nothing to undo.
func plainAddress(s string) (local, domain string, ok bool) {
	at := strings.IndexByte(s, '@')
	if at < 1 || at == len(s)-1 || !hasOnly(s[:at], "._+-") || !hasOnly(s[at+1:], ".-") {
		return "", "", false
	}
	return s[:at], s[at+1:], IsAlphanumeric(s[0]) && IsAlphanumeric(s[len(s)-1])
}

// Atext is what a local part may hold beside letters and digits (RFC 5322, 3.2.3), and
// the dot.
const Atext = ".!#$%&'*+-/=?^_`{|}~"

// findAddress finds the only address of a text, and refuses it where what stands
// before or after might belong to it.
func findAddress(s string) (local, domain string, ok bool) {
	if s = Unwrap(s); len(s) > maxValue {
		return "", "", false
	}
	s = angled(s)
	if strings.IndexByte(s, '@') < 0 {
		s = spelled.Replace(s)
	}
	s = closedUp(s)
	at := strings.IndexByte(s, '@')
	if at < 0 || at != strings.LastIndexByte(s, '@') {
		return "", "", false
	}
	before, after := s[:at], s[at+1:]
	length := domainLength(after)
	domain, after = after[:length], after[length:]
	if trimmed := strings.TrimRight(domain, ".-"); after == "" || after[0] == ' ' {
		if strings.HasPrefix(domain[len(trimmed):], ".") && strings.IndexByte(trimmed, '.') < 0 {
			return "", "", false // jane@example. com
		}
		domain = trimmed
	}
	local, before = localPart(before)
	inURL := strings.HasPrefix(local, "//") // https://user@host
	return local, domain, !inURL && (mayStandBefore(before) || isDisplayName(before, local)) && mayStandAfter(after)
}

// spelled is how people keep an address from being gathered.
var spelled = strings.NewReplacer(" (at) ", "@", " [at] ", "@", " {at} ", "@", "(at)", "@", "[at]", "@", "{at}", "@",
	" [AT] ", "@", "[AT]", "@", " (dot) ", ".", " [dot] ", ".", "(dot)", ".", "[dot]", ".", "{dot}", ".", " [DOT] ", ".", "[DOT]", ".")

// angled is the address in angle brackets; what stands before is its display name.
func angled(s string) string {
	for {
		i, j := strings.LastIndexByte(s, '<'), strings.LastIndexByte(s, '>')
		if i < 0 || j < i || strings.IndexByte(s[i:j], '@') < 0 {
			return s
		}
		s = Unwrap(s[i+1 : j])
	}
}

// closedUp takes the blanks from "jane @ example.com". Capitals are how a sentence is
// written ("Jane @ Example.com"), so of those nothing is made.
func closedUp(s string) string {
	at := strings.IndexByte(s, '@')
	if at < 1 || at == len(s)-1 || s[at-1] != ' ' && s[at+1] != ' ' {
		return s
	}
	local, domain := strings.TrimSuffix(s[:at], " "), strings.TrimPrefix(s[at+1:], " ")
	if strings.Contains(local+domain, " ") || strings.ToLower(s) != s {
		return s
	}
	return local + "@" + domain
}

func domainLength(s string) int {
	return len(s) - len(strings.TrimLeftFunc(s, func(r rune) bool {
		return r == '.' || r == '-' || unicode.In(r, unicode.L, unicode.Nd, unicode.M) || r == '。' || r == '\u200c' || r == '\u200d'
	}))
}

// localPart is the local part that ends a text, and what stands before it. Quotes
// around what needs none are taken off.
func localPart(s string) (local, before string) {
	if inner, quoted := strings.CutSuffix(s, `"`); quoted {
		open := strings.LastIndexByte(inner, '"')
		return inner[open+1:], inner[:max(open, 0)]
	}
	start := len(s)
	for start > 0 && (IsAlphanumeric(s[start-1]) || strings.IndexByte(Atext, s[start-1]) >= 0) {
		start--
	}
	local, before = s[start:], s[:start]
	for {
		trimmed := strings.TrimLeft(local, "'`{|=?")
		label, rest, found := strings.Cut(trimmed, "=")
		if found && labels[strings.ToLower(strings.Trim(label, "?&"))] {
			trimmed = rest
		}
		if trimmed == local {
			break
		}
		local = trimmed
	}
	if lower := strings.ToLower(before); strings.HasSuffix(lower, "mailto:") || strings.HasSuffix(lower, "smtp:") {
		local = strings.TrimLeft(local, "/") // mailto://
	}
	return local, before
}

// mayStandBefore reports whether a text can stand before an address and not belong to
// it: nothing, a label with its colon, a remark in brackets, a word that announces an
// address. Of any other word it is not known that it is no part of the local part.
func mayStandBefore(s string) bool {
	text := strings.TrimRight(s, " ")
	last, n := utf8.DecodeLastRuneInString(text)
	switch {
	case !HasWord(text), strings.Trim(text, "#0123456789.)") == "" && len(text) < len(s):
		return true
	case len(text) == len(s) && strings.ContainsRune(")]}>\"”»", last):
		return standsApart(text[:len(text)-n], last)
	case strings.ContainsRune(":;,|()[]{}<>\"“”«»→", last):
		return !strings.Contains(text[strings.LastIndexByte(text, ' ')+1:], "://") // ftp://user:password@host
	case len(text) == len(s): // no blank between
		return false
	case unicode.IsLetter(last), unicode.IsDigit(last):
		word := text[strings.LastIndexByte(text, ' ')+1:]
		return len(word) > 1 && labels[strings.ToLower(word)] // of one letter with their colon alone
	}
	return strings.ContainsRune("-–—/*=•·&+", last) && strings.HasSuffix(text[:len(text)-n], " ")
}

// standsApart reports whether what a bracket or quote closes, right before an address,
// begins a text or a word of it: in test(remark)test@example.com both halves may be the
// local part's.
func standsApart(s string, shut rune) bool {
	open := -1
	switch shut {
	case '"':
		if s == "" || s[len(s)-1] == ' ' { // it opens
			return true
		}
		open = strings.LastIndexByte(s, '"')
	case '”', '»':
		open = strings.LastIndexAny(s, "“„«")
	default:
		open = openedAt(s, byte(opener(shut)), byte(shut))
	}
	if open < 0 {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(s[:open])
	return open == 0 || last < utf8.RuneSelf && !IsAlphanumeric(last) && !strings.ContainsRune(Atext, last)
}

// openedAt is where the bracket stands that is still open at the end of a text, -1 for
// nowhere.
func openedAt(s string, open, shut byte) int {
	depth := 1
	for i := len(s) - 1; i >= 0; i-- {
		switch s[i] {
		case open:
			depth--
		case shut:
			depth++
		}
		if depth == 0 {
			return i
		}
	}
	return -1
}

// isDisplayName reports whether words before an address, without brackets around it, are
// whose it is: all have capitals and it has none, or it has one of them.
func isDisplayName(s, local string) bool {
	if !strings.HasSuffix(s, " ") {
		return false
	}
	words, capitals, held := strings.Fields(s), strings.ToLower(local) == local, false
	for _, word := range words {
		first, _ := utf8.DecodeRuneInString(word)
		if !unicode.IsLetter(first) {
			return false
		}
		capitals = capitals && unicode.IsUpper(first)
		held = held || len(word) > 2 && hasOnly(word, "") && indexFold(local, strings.ToLower(word)) >= 0
	}
	return held || capitals && len(words) > 1
}

// mayStandAfter reports whether a text can stand after an address and not belong to
// its domain. Two letters after a blank may be the country of one.
func mayStandAfter(s string) bool {
	first, n := utf8.DecodeRuneInString(s)
	switch {
	case s == "":
		return true
	case first == ' ':
		word := strings.TrimLeftFunc(s, func(r rune) bool { return r == ' ' })
		rest := strings.TrimLeftFunc(word, unicode.IsLetter)
		return len(rest) == len(word) && word[0] != '.' || len(word)-len(rest) > 2
	case first == '\'' || first == '’':
		next, _ := utf8.DecodeRuneInString(s[n:])
		return !unicode.IsLetter(next)
	}
	return strings.ContainsRune(`,;:|?!*/()[]{}<>"&#…“”«»–—`, first)
}

// labels announce an address, or join two.
var labels = lists.Set("e-mail", "email", "emails", "mail", "mailto", "e-mails", "e", "m", "smtp", "sip", "address",
	"to", "cc", "bcc", "from", "work", "home", "business", "personal", "private", "office", "company", "corporate",
	"primary", "secondary", "main", "other",
	"alternate", "alt", "contact", "new", "old", "is", "and", "or", "und", "oder", "et", "ou", "y", "o",
	"correo", "courriel", "adresse", "e-mailadresse", "indirizzo", "mel", "mél", "邮箱", "电子邮件", "メール")

// Emails is the addresses of a field, as sent: those of lists (see [Split]) in their
// positions, and after them those that share the position of another. Within a quoted
// display name nothing separates.
func Emails(values []string) []string { return AppendEmails(nil, values) }

// AppendEmails appends what [Emails] returns.
func AppendEmails(all, values []string) []string {
	var more, item []string
	for _, value := range values {
		if n := len(all); strings.IndexByte(value, ',') > 0 {
			if all = appendPlainList(all, value); len(all) > n {
				continue
			}
		}
		if _, _, plain := plainAddress(value); plain {
			all = append(all, value)
			continue
		}
		if list, err := addressList(value); err == nil {
			for _, a := range list {
				all = append(all, a.Address)
			}
			continue
		}
		for _, s := range Split([]string{value}, Separators) {
			item = appendAddresses(item[:0], s)
			all, more = append(all, item[:1]...), append(more, item[1:]...)
		}
	}
	return append(all, more...)
}

// appendPlainList appends the addresses of the common list, in which nothing is to be undone:
// none of any other.
func appendPlainList(all []string, list string) []string {
	n := len(all)
	for rest, more := list, true; more; {
		var item string
		item, rest, more = strings.Cut(rest, ",")
		item = strings.Trim(item, " ")
		if _, _, plain := plainAddress(item); !plain {
			return all[:n]
		}
		all = append(all, item)
	}
	return all
}

var errNoList = errors.New("no list of addresses")

// addressList reads a list whose display names are quoted, as mail programs write it.
func addressList(value string) ([]*mail.Address, error) {
	if !strings.Contains(value, `"`) || !strings.Contains(value, "<") || len(value) > maxValue {
		return nil, errNoList
	}
	return mail.ParseAddressList(value)
}

// appendAddresses appends what an item of a list holds, at least one text. Where blanks
// alone stand between addresses, they separate.
func appendAddresses(all []string, s string) []string {
	if _, _, plain := plainAddress(s); plain {
		return append(all, s)
	}
	bare := Unwrap(s)
	if bare != s && strings.ContainsAny(bare, Separators) && strings.Count(bare, "@") > 1 { // what separates was encoded
		for _, item := range Split([]string{bare}, Separators) {
			all = appendAddresses(all, item)
		}
		return all
	}
	if strings.Count(bare, "@") < 2 || glued(bare) {
		return append(all, bare)
	}
	return appendTold(all, bare)
}

// glued reports whether an address ends where another begins (a@b.com@c.com): it is
// not to be told what belongs to which.
func glued(s string) bool {
	for {
		_, after, found := strings.Cut(s, "@")
		if !found {
			return false
		}
		n := domainLength(after)
		if n < len(after) && after[n] == '@' {
			return true
		}
		s = after
	}
}

// appendTold tells several addresses in one text apart: each ends with its domain, or
// the bracket around it, and begins after the last blank.
func appendTold(all []string, s string) []string {
	for at := strings.IndexByte(s, '@'); at >= 0; at = strings.IndexByte(s, '@') {
		end := at + 1 + domainLength(s[at+1:])
		open := strings.IndexByte(s[:at], '<')
		if rest := strings.TrimLeft(s[end:], " "); open < 0 && strings.HasPrefix(rest, "<") {
			open = len(s) - len(rest)
		}
		if shut := strings.IndexByte(s[:min(len(s), end+maxValue)], '>'); open >= 0 && shut > open && strings.IndexByte(s[open:shut], '@') >= 0 {
			all = append(all, s[open:shut+1])
			s = s[shut+1:]
			continue
		}
		item := s[strings.LastIndexByte(s[:at], ' ')+1 : end]
		all = append(all, strings.TrimLeft(item, "/&+-([{<"))
		s = s[end:]
	}
	return all
}
