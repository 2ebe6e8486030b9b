package normal

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"contactsync/internal/lists"
)

// noAddressList is a table of addresses that stand for none, by kind.
//
//go:embed no-address.txt
var noAddressList string

// standIn is what no-address.txt says of a word, a bit each; the kinds are described there.
type standIn uint8

const (
	placeholderLocal standIn = 1 << iota
	placeholderDomain
	placeholderLabel
	commonWord
	sameWord
	provider
)

var noAddress = lists.Flags(noAddressList, map[string]standIn{
	"local": placeholderLocal, "domain": placeholderDomain, "label": placeholderLabel,
	"word": commonWord, "same": sameWord, "provider": provider,
})

// IsPlaceholderAddress reports whether an address in normal form was made unreadable, or
// stands where one was demanded, so that mail to it does not reach the person meant.
func IsPlaceholderAddress(address string) bool {
	local, domain, _ := strings.Cut(address, "@")
	return isMaskedAddress(local, domain) || isPlaceholder(local, domain)
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
		case !IsAlphanumeric(c):
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
	switch is := noAddress[domain]; {
	case is&placeholderDomain != 0, noAddress[label]&placeholderLabel != 0:
		return true
	case strings.IndexByte(label, '-') >= 0 && noAddress[strings.ReplaceAll(label, "-", "")]&placeholderLabel != 0:
		return true
	}
	word := strings.Trim(local, "0123456789")
	if word == "" {
		return len(local) > 2 && isFiller(local) || local == label
	}
	if len(word) < 4 { // initials and a year
		word = local
	}
	is := noAddress[word] & (placeholderLocal | commonWord | sameWord)
	if is == 0 && strings.ContainsAny(word, "._-") {
		var letters [64]byte
		if n := squash(&letters, word); n > 4 {
			is = noAddress[string(letters[:n])]
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
	return is&commonWord != 0 && (noAddress[domain]&provider != 0 || len(label) > 2 && noAddress[label]&(commonWord|placeholderLocal) != 0)
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
