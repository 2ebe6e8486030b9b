package normal

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"contactsync/internal/lists"
)

// Addresses that identify nobody: those of a function, which many people read; those
// that somebody made unreadable; and those that stand where an address was demanded.
// They are kept as sent, but neither they nor their hashes tell who is one person.

// IsShared reports whether an address in normal form is of one of these kinds.
func IsShared(address string) bool { return IsRole(address) || IsNobodys(address) }

// IsNobodys reports whether an address in normal form is masked or a placeholder, so
// that no mail to it arrives at the person who is meant.
func IsNobodys(address string) bool {
	local, domain, _ := strings.Cut(address, "@")
	return isMaskedAddress(local, domain) || isPlaceholder(local, domain)
}

// roles is the local parts that belong to a function: a name a line.
//
//go:embed roles.txt
var roleList string

// qualifiers is what stands beside them, by kind.
//
//go:embed qualifiers.txt
var qualifierList string

// nobodys is addresses that stand for none, by kind.
//
//go:embed nobodys.txt
var nobodysList string

var (
	roles       = lists.Words(roleList)
	qualifiers  = kindsOf(qualifierList)
	nobodys     = kindsOf(nobodysList)
	roleEndings = byLastByte(phrasesOf(qualifierList, "end"))
)

// byLastByte sorts words by their last byte, since most words end in none of them.
func byLastByte(words []string) (sorted [256][]string) {
	for _, w := range words {
		end := w[len(w)-1]
		sorted[end] = append(sorted[end], w)
	}
	return sorted
}

// kind is what lists say of a word, a bit each.
type kind uint16

const (
	beside kind = 1 << iota
	behind
	place
	second
	atSite
	surname
	ending
	core
	placeholderLocal
	placeholderDomain
	placeholderLabel
	commonWord
	sameWord
	provider
)

var kindNames = map[string]kind{
	"beside": beside, "behind": behind, "place": place, "second": second, "site": atSite, "surname": surname, "end": ending, "core": core,
	"local": placeholderLocal, "domain": placeholderDomain, "label": placeholderLabel,
	"word": commonWord, "same": sameWord, "provider": provider,
}

// kindsOf is the kinds of the words of a table.
func kindsOf(table string) map[string]kind {
	words := map[string]kind{}
	for _, term := range lists.Table(table) {
		for _, word := range term.Phrases {
			words[word] |= kindNames[term.Value]
		}
	}
	return words
}

// phrasesOf is the words of one kind of a table.
func phrasesOf(table, kind string) (words []string) {
	for _, term := range lists.Table(table) {
		if term.Value == kind {
			words = append(words, term.Phrases...)
		}
	}
	return words
}

// IsRole reports whether an address in normal form belongs to a function rather than
// to a person, as info@ and sales@ do (RFC 2142 and common use), also in the qualified
// forms of bigger companies: info-uk@, sales1@, customer_service@, uk.support@. Every
// word of it must then be a function or what stands beside one, and none a name:
// sales.jane@ is Jane's. Tags don't matter.
func IsRole(address string) bool {
	local, _, _ := strings.Cut(address, "@")
	local, _, _ = strings.Cut(local, "+")
	if roles[local] {
		return true
	}
	var seen function
	for local != "" {
		end := strings.IndexAny(local, "._-")
		if end < 0 {
			end = len(local)
		}
		if !seen.takes(local[:end]) {
			return false
		}
		local = local[min(end+1, len(local)):]
	}
	return seen.found && (!seen.placed || seen.sited)
}

// function is what the words of a local part have said so far.
type function struct {
	found bool // one of them is a function
	sure  bool // and no surname
	words int

	placed, sited bool // a place stands before it, and one may
}

// takes reports whether a local part with the word may still be a function's.
func (f *function) takes(word string) bool {
	letters := strings.Trim(word, "0123456789")
	is := qualifiers[letters]
	f.words++
	switch {
	case letters == "":
		return true
	case roles[letters]:
		if len(letters) == 2 && len(word) > 3 { // initials and a year
			return false
		}
		f.found, f.sure, f.sited = true, f.sure || is&surname == 0, f.sited || is&atSite != 0
		return true
	case isCompound(letters), is&second != 0 && f.words > 1:
		f.found, f.sure = true, true
		return true
	}
	switch {
	case is&beside != 0:
		return true
	case !f.found:
		f.placed = true
		return is&(behind|place) != 0
	}
	return is&behind != 0 || f.sure && is&place != 0
}

// isCompound reports whether a word is a function and what qualifies it, in one:
// salesteam, hrdept, infouk, uksupport.
func isCompound(word string) bool {
	if len(word) < 6 {
		return false
	}
	for _, end := range roleEndings[word[len(word)-1]] {
		before, found := strings.CutSuffix(word, end)
		switch {
		case !found:
		case isAbroad(before) && qualifiers[end]&core != 0:
			return true
		case roles[before] && (len(before) > 2 || len(end) > 4 || end == "team" || end == "dept" || end == "desk"):
			return true
		}
	}
	before, code := word[:len(word)-2], word[len(word)-2:]
	return qualifiers[before]&core != 0 && qualifiers[code]&beside != 0
}

// isAbroad reports whether a word is a region that begins no surname: "desales" is one.
func isAbroad(word string) bool {
	switch word {
	case "uk", "us", "usa", "eu", "emea", "apac", "latam":
		return true
	}
	return false
}

// isMaskedAddress reports whether an address was made unreadable: j***@, xxxx@, ***@.
func isMaskedAddress(local, domain string) bool {
	signs, xs := 0, 0
	for i := range len(local) {
		switch c := local[i]; {
		case c == '*':
			return true
		case c == 'x':
			xs++
		case !isAlphanumeric(c):
			signs++
		}
	}
	switch n := len(local); {
	case signs == n, signs >= 3 && n-signs <= 2, xs == n && n > 1:
		return true
	case xs > 3 || signs > 1:
		return isMasked(local)
	}
	return strings.Contains(domain, "xxxx")
}

// isPlaceholder reports whether an address stands for none.
func isPlaceholder(local, domain string) bool {
	local, _, _ = strings.Cut(local, "+")
	label, _, _ := strings.Cut(domain, ".")
	switch is := nobodys[domain]; {
	case is&placeholderDomain != 0, nobodys[label]&placeholderLabel != 0:
		return true
	case strings.IndexByte(label, '-') >= 0 && nobodys[strings.ReplaceAll(label, "-", "")]&placeholderLabel != 0:
		return true
	}
	word := strings.Trim(local, "0123456789")
	if word == "" {
		return len(local) > 2 && isFiller(local) || local == label
	}
	if len(word) < 4 { // initials and a year
		word = local
	}
	is := nobodys[word] & (placeholderLocal | commonWord | sameWord)
	if is == 0 && strings.ContainsAny(word, "._-") {
		var letters [64]byte
		if n := squash(&letters, word); n > 4 {
			is = nobodys[string(letters[:n])]
			if isRun(letters[:n]) {
				return true
			}
		}
	}
	switch {
	case is&placeholderLocal != 0, len(word) > 2 && isRun([]byte(word)):
		return true
	case word == label && (is&(commonWord|sameWord) != 0 || len(word) == 1):
		return true
	}
	return is&commonWord != 0 && (nobodys[domain]&provider != 0 || len(label) > 2 && nobodys[label]&(commonWord|placeholderLocal) != 0)
}

// placeholderHashes are the hashes of the placeholders that are sent most: some
// vendors send nothing else of an address. It is made when first asked for.
var placeholderHashes = sync.OnceValue(func() map[string]bool {
	hashes := map[string]bool{}
	for _, local := range hashedLocals {
		for _, domain := range slices.Concat(hashedDomains, []string{local + ".com"}) {
			for _, h := range []string{SHA256(local + "@" + domain), SHA1(local + "@" + domain), MD5(local + "@" + domain)} {
				hashes[h] = true
			}
		}
	}
	return hashes
})

var (
	hashedLocals = []string{
		"noemail", "no-email", "no_email", "no.email", "nomail", "none", "na", "n/a", "null", "nan", "undefined", "nobody", "noone", "unknown",
		"notavailable", "notprovided", "declined", "refused", "test", "test1", "test123", "testing", "tester", "fake", "dummy", "example", "asdf",
		"abc", "123", "xxx",
	}
	hashedDomains = []string{
		"gmail.com", "yahoo.com", "hotmail.com", "aol.com", "outlook.com", "email.com", "mail.com", "example.com", "test.com",
		"noemail.com", "none.com", "na.com", "no.com", "domain.com", "company.com", "unknown.com", "null.com",
	}
)
