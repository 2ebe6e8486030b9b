// Package normal knows the normal forms of what tells people apart: texts, e-mail
// addresses and their hashes, links to profiles. Rows are made of them, and so are
// the keys of records to which their vendor gave none, so extract and transform
// share them. It is pure and idempotent: what is in normal form stays as it is.
package normal

import (
	_ "embed"
	"net/mail"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// Limits of RFC 5321, section 4.5.3.1.
const (
	MaxLocalPart = 64 // of an address, in bytes
	maxAddress   = 254
)

// Email is an address in normal form: trimmed, lower case, its domain in
// IDNA's ASCII form (contract, part 4). It takes an address as people and mail
// programs write it: with a display name, in angle brackets, as a mailto: link.
// A plus tag stays, since the address with it is the one that the vendor knows.
//
// net/mail (RFC 5322) parses; it also accepts what no mail can be sent to or no
// two systems spell alike, so these are refused: a local part that is quoted or
// not ASCII, a domain without a dot, an address literal, a numeric or reserved
// top-level domain (RFC 2606, 6761, 6762), and lengths beyond RFC 5321.
func Email(s string) (string, bool) {
	s = bareAddress(s)
	if len(s) > 4*maxAddress {
		return "", false
	}
	parsed, err := mail.ParseAddress(s)
	if err != nil {
		return "", false
	}
	at := strings.LastIndexByte(parsed.Address, '@')
	if at < 0 {
		return "", false
	}
	local, domain := parsed.Address[:at], parsed.Address[at+1:]
	if !isDotAtom(local) || len(local) > MaxLocalPart {
		return "", false
	}
	domain, ok := Host(domain)
	if !ok {
		return "", false
	}
	address := strings.ToLower(local) + "@" + domain
	return address, len(address) <= maxAddress
}

// bareAddress strips what stands around an address.
func bareAddress(s string) string {
	s = Text(s)
	if i, j := strings.LastIndexByte(s, '<'), strings.LastIndexByte(s, '>'); i >= 0 && i < j {
		s = s[i+1 : j]
	}
	s = strings.Trim(s, wrapping)
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s, _, _ = strings.Cut(s[7:], "?")
		if unescaped, err := url.PathUnescape(s); err == nil {
			s = unescaped
		}
	}
	return strings.TrimRight(strings.Trim(s, wrapping), ".")
}

// wrapping is what spreadsheets and mail programs put around an address.
const wrapping = " \"'<>[]"

// isDotAtom is the dot-atom of RFC 5322, section 3.2.3.
func isDotAtom(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	return hasOnly(s, ".!#$%&'*+-/=?^_`{|}~")
}

// hasOnly reports whether a text has none but ASCII letters, digits and the given
// others.
func hasOnly(s, others string) bool {
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && strings.IndexByte(others, s[i]) < 0 {
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// hostNames is [idna.Lookup] with the lengths of the DNS.
var hostNames = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true))

// Host is a domain name that the public DNS can hold, in IDNA's ASCII form
// (RFC 5891, lookup protocol).
func Host(s string) (string, bool) {
	host, err := hostNames.ToASCII(strings.TrimSuffix(s, "."))
	if err != nil {
		return "", false
	}
	dot := strings.LastIndexByte(host, '.')
	top := host[dot+1:]
	if dot < 0 || len(top) < 2 || strings.Trim(top, "0123456789") == "" {
		return "", false
	}
	switch top {
	case "invalid", "localhost", "local": // RFC 2606, 6761, 6762
		return "", false
	}
	return host, true
}

// Emails is the addresses of a field, as sent. Where blanks alone stand
// between addresses, they separate; within a quoted display name nothing does.
func Emails(values []string) []string {
	var all []string
	for _, value := range values {
		if strings.Contains(value, `"`) {
			if list, err := mail.ParseAddressList(value); err == nil {
				for _, a := range list {
					all = append(all, a.Address)
				}
				continue
			}
		}
		for _, s := range Split([]string{value}, Separators) {
			if strings.Count(s, "@") > 1 && !strings.Contains(s, "<") {
				all = append(all, strings.Fields(s)...)
				continue
			}
			all = append(all, s)
		}
	}
	return all
}
