// Package company knows what names an employer: its domain, and whose domains are
// no employer's.
package company

import (
	"strings"

	"contactsync/internal/normal"
)

// Domain is the registrable domain of what a vendor calls a domain or a
// website: a host name, a URL, an address (contract, part 4, by the public suffix
// list). The first usable one of a multi-valued field counts. A free-mail domain
// is the provider's, not the employer's, and IP addresses are nobody's.
func Domain(values []string) (domain string, ok bool) {
	for _, s := range normal.Split(values, ",;| ") {
		host, usable := normal.Host(hostOf(s))
		if !usable || IsFreemail(host) || IsDisposable(host) {
			continue
		}
		if domain, ok := Registrable(host); ok {
			return domain, true
		}
	}
	return "", false
}

// hostOf is the host within a URL or address, in whatever shape it came: no
// scheme, a port, credentials, a path (RFC 3986, section 3.2).
func hostOf(s string) string {
	s = normal.Text(s)
	if i := strings.Index(s, "//"); i >= 0 {
		s = s[i+2:]
	}
	if i := strings.IndexAny(s, `/\?#`); i >= 0 {
		s = s[:i]
	}
	s = s[strings.LastIndex(s, "@")+1:]
	s, _, _ = strings.Cut(s, ":")
	return s
}
