package roster

import (
	"strings"
	"unicode"

	"contactsync/internal/normal"
	"contactsync/internal/selector"
	"contactsync/transform"
)

// accepts reads a text that names one person, if it does, and how.
type accepts func(text string) (Kind, bool)

func isOptOut(text string) (Kind, bool) {
	if _, ok := transform.OptOut(text); !ok {
		return "", false
	}
	if _, ok := normal.Hash(text); ok {
		return Hash, true
	}
	if _, ok := normal.AnyEmail(text); ok {
		return Address, true
	}
	return Profile, true
}

func isPerson(text string) (Kind, bool) {
	switch s, ok := selector.Parse(text); {
	case !ok:
	case strings.ContainsFunc(text, unicode.IsSpace) && s.Identifiers == nil: // several, with blanks between
		return "", false
	case s.Contact != "":
		return Contact, true
	case s.Record.ID != "":
		return Record, true
	}
	return isOptOut(text)
}

// found is a text that names somebody.
type found struct {
	text string
	kind Kind
}

// unread is what a cell holds beside those whom it names.
type unread struct {
	like  bool // something that is like an address, a hash or a profile
	words int  // anything else
}

// parts reads all whom a cell names, which may be several.
func (l *reading) parts(text string) (all []found, rest unread) {
	for _, part := range l.split(text) {
		part = strings.TrimSpace(part)
		switch f, ok := l.one(part); {
		case isNothing(part):
		case ok:
			all = append(all, f)
		case looksLikeSomebody(part):
			rest.like = true
		default:
			rest.words++
		}
	}
	return all, rest
}

// split cuts a cell at what separates people: where it names one, not at all; else at
// separators, between addresses, and at the blanks between what is no address.
func (l *reading) split(text string) (parts []string) {
	if f, ok := l.one(text); ok && (!strings.ContainsAny(text, separators) || f.kind == Record && l.namesOne(text)) {
		return []string{text}
	}
	if isAddressLike(text) {
		for _, part := range normal.Emails([]string{text}) {
			parts = append(parts, l.words(part)...)
		}
		return parts
	}
	for _, part := range normal.Split([]string{text}, normal.Separators) {
		parts = append(parts, l.words(part)...)
	}
	return parts
}

// namesOne reports whether of a record whose id holds a separator the rest of it names
// nobody else.
func (l *reading) namesOne(text string) bool {
	for _, part := range normal.Split([]string{text}, separators)[1:] {
		if _, ok := l.one(part); ok || looksLikeSomebody(part) {
			return false
		}
	}
	return true
}

// separators stand between people in a cell.
const separators = normal.Separators + "\t\n"

// words cuts a part at its blanks, if that helps.
func (l *reading) words(part string) []string {
	if _, ok := l.one(part); ok || isAddressLike(part) {
		return []string{part}
	}
	words := strings.Fields(part)
	for _, word := range words {
		if _, ok := l.one(word); ok {
			return words
		}
	}
	return []string{part}
}

// one reads a text that names one person. A hash loses what says how it was made.
func (l *reading) one(text string) (found, bool) {
	text = strings.Trim(text, "\ufeff")
	if hash, ok := labelledHash(text); ok {
		text = hash
	}
	kind, ok := l.accepts(text)
	return found{text, kind}, ok
}

// labelledHash is the hash of a text that says how it was made: SHA256:0a.., md5=0a..,
// {SHA}0a.., email_sha1 0a... It is none where the two do not agree.
func labelledHash(text string) (hash string, ok bool) {
	text = normal.Unwrap(text)
	at := strings.LastIndexAny(text, ":=}]) ")
	if at < 0 {
		hash, ok = strings.CutPrefix(strings.ToLower(text), "0x")
		return hash, ok && isHash(hash)
	}
	hash = strings.TrimPrefix(strings.ToLower(strings.Trim(text[at+1:], `"'`)), "0x")
	label := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text[:at])
	if !isHash(hash) {
		return "", false
	}
	for algorithm, digits := range map[string]int{"md5": 32, "sha1": 40, "sha256": 64} {
		if strings.Contains(label, algorithm) {
			return hash, len(hash) == digits
		}
	}
	return hash, hashLabels[label]
}

var hashLabels = map[string]bool{
	"hash": true, "hem": true, "sha": true, "emailhash": true, "hashedemail": true, "email": true, "mail": true,
}

func isHash(s string) bool {
	return (len(s) == 32 || len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// isNothing reports whether a cell is empty, or holds a word for nothing.
func isNothing(text string) bool { return normal.IsNull(normal.Text(text)) }

// looksLikeSomebody reports whether a text is like an address, a hash or a profile, so
// that passing over it may lose somebody.
func looksLikeSomebody(text string) bool {
	lower := strings.ToLower(text)
	return isAddressLike(text) || strings.Contains(lower, "linkedin.com/in/") ||
		strings.Contains(lower, "linkedin.com/pub/") || hasHexRun(lower)
}

// isAddressLike reports whether there may be an address in a text; @ann alone is a handle.
func isAddressLike(text string) bool {
	text = strings.TrimSpace(text)
	if at := strings.LastIndexAny(text, "@＠"); at > 0 {
		return true
	}
	lower := strings.ToLower(text)
	for _, at := range []string{"(at)", "[at]", "{at}", "%40", "&#64", "&commat", `\u0040`} {
		if strings.Contains(lower, at) {
			return true
		}
	}
	return false
}

// hasHexRun reports whether there is what may be a hash, or one that lost some digits.
func hasHexRun(lower string) bool {
	run := 0
	for i := range len(lower) {
		switch c := lower[i]; {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f':
			run++
		default:
			run = 0
		}
		if run >= shortestHex {
			return true
		}
	}
	return false
}

// shortestHex is the length of a run of hex digits that hardly anything but a hash has.
const shortestHex = 30
