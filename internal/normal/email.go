package normal

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Limits of RFC 5321, section 4.5.3.1.
const (
	MaxLocalPart = 64 // of an address, in bytes
	maxAddress   = 254
)

// Email is an address in normal form: trimmed, lower case, its domain in
// IDNA's ASCII form (contract, part 4). It takes an address as people and programs
// write it (see [Unwrap]), with what they put beside it: a display name, a label, a
// remark. A plus tag stays, since the address with it is the one that the vendor knows.
//
// Refused is what no mail can be sent to or no two systems spell alike: a local part
// that is no dot-atom of RFC 5322 (quoted, not ASCII), a domain without a dot, an
// address literal, a numeric or reserved top-level domain (RFC 2606, 6761, 6762),
// lengths beyond RFC 5321; and a text of which it is not plain where the address
// begins and ends, so that none is made up.
func Email(s string) (string, bool) {
	local, domain, ok := plainAddress(s)
	if !ok {
		local, domain, ok = findAddress(s)
	}
	if !ok || !isDotAtom(local) || len(local) > MaxLocalPart {
		return "", false
	}
	domain, ok = Host(domain)
	if !ok {
		return "", false
	}
	if at := len(local); len(s) == at+1+len(domain) && s[:at] == strings.ToLower(local) && s[at+1:] == domain {
		return s, len(s) <= maxAddress // as nearly always
	}
	address := strings.ToLower(local) + "@" + domain
	return address, len(address) <= maxAddress
}

// AnyEmail is [Email] that also takes a local part in any script (RFC 6531, section 3.3):
// of such an address no column is made, for hardly a mail server takes it, but people may
// be kept out by one.
func AnyEmail(s string) (string, bool) {
	if address, ok := Email(s); ok || IsASCII(s) && !mayHide(s) {
		return address, ok
	}
	s = strings.TrimFunc(angled(Unwrap(s)), unicode.IsSpace)
	if len(s) > len("mailto:") && strings.EqualFold(s[:len("mailto:")], "mailto:") {
		s = strings.TrimLeft(s[len("mailto:"):], "/ ")
	}
	local, domain, found := strings.Cut(s, "@")
	local = strings.ToLower(local)
	if !found || IsASCII(local) || len(local) > MaxLocalPart || !isDotAtom(withoutLetters(local)) {
		return "", false
	}
	domain, ok := Host(domain)
	address := local + "@" + domain
	return address, ok && len(address) <= maxAddress
}

// withoutLetters writes an x for each letter and digit that is not ASCII.
func withoutLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf && r != utf8.RuneError && unicode.In(r, unicode.L, unicode.M, unicode.Nd) {
			return 'x'
		}
		return r
	}, s)
}

// isDotAtom is the dot-atom of RFC 5322, section 3.2.3.
func isDotAtom(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	return hasOnly(s, Atext)
}

// hasOnly reports whether a text has none but ASCII letters, digits and the given
// others.
func hasOnly(s, others string) bool {
	for i := range len(s) {
		if !IsAlphanumeric(s[i]) && strings.IndexByte(others, s[i]) < 0 {
			return false
		}
	}
	return true
}

// hostNames is [idna.Lookup] with the lengths of the DNS.
var hostNames = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true))

// isPlainHost reports whether a name is in IDNA's ASCII form already, and valid, as far as
// that is to be seen at a glance: letters in lower case and digits, in labels of a proper
// length, and no hyphens but single ones within them.
func isPlainHost(s string) bool {
	if len(s) > maxHost {
		return false
	}
	start := 0
	for i := 0; i <= len(s); i++ {
		if i == len(s) || s[i] == '.' {
			if n := i - start; n == 0 || n > maxLabel || s[i-1] == '-' {
				return false
			}
			start = i + 1
			continue
		}
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		case c != '-', i == start, s[i-1] == '-':
			return false
		}
	}
	return true
}

// Limits of RFC 1035, section 2.3.4, in bytes of text.
const (
	maxLabel = 63
	maxHost  = 253
)

// Host is a domain name that the public DNS can hold, in IDNA's ASCII form
// (RFC 5891, lookup protocol).
func Host(s string) (string, bool) {
	if len(s) > utf8.UTFMax*maxAddress {
		return "", false
	}
	host := strings.TrimSuffix(s, ".")
	if !isPlainHost(host) {
		var err error
		if host, err = hostNames.ToASCII(host); err != nil {
			return "", false
		}
	}
	dot := strings.LastIndexByte(host, '.')
	top := host[dot+1:]
	if dot < 0 || len(top) < 2 {
		return "", false
	}
	if !strings.HasPrefix(top, "xn--") && strings.ContainsAny(top, "-0123456789") {
		return "", false // as in example.com-old: no top-level domain has either
	}
	switch top {
	case "invalid", "localhost", "local", "onion", "arpa", "internal": // RFC 2606, 6761, 6762, 7686, 3172; ICANN 2024
		return "", false
	}
	return host, true
}
