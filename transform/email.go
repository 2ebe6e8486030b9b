package transform

import (
	"net/mail"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// Limits of RFC 5321, section 4.5.3.1.
const (
	maxLocalPart = 64
	maxAddress   = 254
)

// normalEmail is an address in normal form: trimmed, lower case, its domain in
// IDNA's ASCII form (contract, part 4). It takes an address as people and mail
// programs write it: with a display name, in angle brackets, as a mailto: link.
// A plus tag stays, since the address with it is the one that the vendor knows.
//
// net/mail (RFC 5322) parses; it also accepts what no mail can be sent to or no
// two systems spell alike, so these are refused: a local part that is quoted or
// not ASCII, a domain without a dot, an address literal, a numeric or reserved
// top-level domain (RFC 2606, 6761, 6762), and lengths beyond RFC 5321.
func normalEmail(s string) (string, bool) {
	s = bareAddress(s)
	if len(s) > 4*maxAddress {
		return "", false
	}
	parsed, err := mail.ParseAddress(s)
	if err != nil {
		return "", false
	}
	local, domain, ok := cutLast(parsed.Address, "@")
	if !ok || !isDotAtom(local) || len(local) > maxLocalPart {
		return "", false
	}
	domain, ok = normalHost(domain)
	if !ok {
		return "", false
	}
	address := strings.ToLower(local) + "@" + domain
	return address, len(address) <= maxAddress
}

// bareAddress strips what stands around an address.
func bareAddress(s string) string {
	s = clean(s)
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

func isAlphanumeric[C byte | rune](c C) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// hostNames is [idna.Lookup] with the lengths of the DNS.
var hostNames = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true))

// normalHost is a domain name that the public DNS can hold, in IDNA's ASCII form
// (RFC 5891, lookup protocol).
func normalHost(s string) (string, bool) {
	host, err := hostNames.ToASCII(strings.TrimSuffix(s, "."))
	if err != nil {
		return "", false
	}
	_, top, dotted := cutLast(host, ".")
	if !dotted || len(top) < 2 || strings.Trim(top, "0123456789") == "" {
		return "", false
	}
	switch top {
	case "invalid", "localhost", "local": // RFC 2606, 6761, 6762
		return "", false
	}
	return host, true
}

// registrableDomain is the part of a host that somebody registered, by the
// public suffix list: example.co.uk for mail.example.co.uk. A host in the list's
// private section, whose owner lets others have names below it (gitbook.io), is
// the owner's own.
func registrableDomain(host string) (string, bool) {
	host = strings.TrimPrefix(host, "www.")
	if suffix, byICANN := publicsuffix.PublicSuffix(host); suffix == host && !byICANN {
		_, parent, _ := strings.Cut(host, ".")
		if suffix, _ := publicsuffix.PublicSuffix(parent); suffix == parent {
			return host, strings.Contains(host, ".")
		}
		return registrableDomain(parent)
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	return domain, err == nil
}

// splitEmails is the addresses of a field, as sent. Where blanks alone stand
// between addresses, they separate; within a quoted display name nothing does.
func splitEmails(values []string) []string {
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
		for _, s := range split([]string{value}, separators) {
			if strings.Count(s, "@") > 1 && !strings.Contains(s, "<") {
				all = append(all, strings.Fields(s)...)
				continue
			}
			all = append(all, s)
		}
	}
	return all
}

func cutLast(s, separator string) (before, after string, found bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
}

var (
	freemail = words("lists/freemail.txt")
	roles    = words("lists/roles.txt")
)

// isFreemail reports whether anybody can have an address at the host. A list
// entry "yahoo.*" stands for the brand under every public suffix.
func isFreemail(host string) bool {
	if freemail[host] {
		return true
	}
	domain, ok := registrableDomain(host)
	if !ok {
		return false
	}
	brand, _, _ := strings.Cut(domain, ".")
	return freemail[domain] || freemail[brand+".*"]
}

// isRole reports whether the address belongs to a function rather than to a
// person, as info@ and sales@ do (RFC 2142 and common use). Tags don't matter.
func isRole(address string) bool {
	local, _, _ := strings.Cut(address, "@")
	local, _, _ = strings.Cut(local, "+")
	return roles[local]
}
