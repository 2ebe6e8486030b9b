// Package company knows what names an employer: its domain, whose domains are no
// employer's, and the key under which spellings of a name group.
package company

import (
	"strings"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
	"contactsync/schema"
)

// Domain is the registrable domain of what a vendor calls a domain or a
// website: a host name, a URL, an address (contract, part 4, by the public suffix
// list). The first usable one of a multi-valued field counts. A free-mail domain
// is the provider's, not the employer's, a page on a platform is not the platform's
// people's, and IP addresses are nobody's. Without one, why says what the last
// value was instead.
func Domain(values []string) (domain string, why schema.Cause) {
	if len(values) != 1 {
		return readDomain(values)
	}
	s := sites.Of(values[0])
	return s.domain, s.why
}

func readDomain(values []string) (domain string, why schema.Cause) {
	why = schema.CauseUnusableDomain
	for _, value := range normal.Split(values, normal.Separators) {
		s := normal.Unwrap(slashed(value))
		if len(s) > longestSite {
			continue
		}
		for s != "" {
			var first string
			first, s, _ = strings.Cut(s, " ")
			if host, path := siteOf(first); host != "" {
				if domain, why = employerAt(host, path); domain != "" {
					return domain, ""
				}
			}
		}
	}
	return misspelt(values, why)
}

// longestSite is the length in bytes beyond which a text is no website.
const longestSite = 4096

// misspelt reads the values that are a domain once their dots are put right. why is
// what there is to say of them as they are.
func misspelt(values []string, why schema.Cause) (string, schema.Cause) {
	for _, value := range values {
		value = strings.TrimSpace(value)
		if len(value) > 300 {
			continue
		}
		dotted := dots.Replace(value)
		if name, top, ok := strings.Cut(dotted, ","); ok && isPlain(name+"."+strings.ToLower(top)) { // acme,com
			dotted = name + "." + top
		}
		if dotted == value || strings.Count(value, " .")+strings.Count(value, ". ") > 1 {
			continue
		}
		host, path := siteOf(normal.Unwrap(dotted))
		if domain, _ := employerAt(host, path); domain != "" {
			return domain, ""
		}
	}
	return "", why
}

// dots are how those write a dot who tear a domain apart, or want no link made of it.
var dots = strings.NewReplacer(" .", ".", ". ", ".", "[.]", ".", "(.)", ".", "{.}", ".",
	"[dot]", ".", "(dot)", ".", " dot ", ".", "(punkt)", ".", "[punkt]", ".")

// Mailbox is who gives out the mailboxes at a host: anybody can have one, or throws it
// away after use, or an employer does, if any.
type Mailbox struct {
	Personal, Disposable bool
	Employer             string // its domain; "" for none
}

// MailboxAt tells who gives out the mailboxes at a host.
func MailboxAt(host string) Mailbox { return mailboxes.Of(host) }

func readMailbox(host string) Mailbox {
	employer, why := employerAt(host, "")
	return Mailbox{Personal: why == schema.CauseFreemailDomain, Disposable: why == schema.CauseDisposableDomain, Employer: employer}
}

// employerAt is the domain of whose site a host and a path are.
func employerAt(host, path string) (domain string, why schema.Cause) {
	domain, ok := registrable(host)
	switch {
	case freemail().provide(host, domain):
		return "", schema.CauseFreemailDomain
	case isDisposable(host):
		return "", schema.CauseDisposableDomain
	case !ok:
		return "", schema.CauseUnusableDomain
	}
	if why := notEmployer(host, domain, path); why != "" {
		return "", why
	}
	return domain, ""
}

// siteOf is the host, in normal form, and the path within a URL or address, in whatever
// shape it came: no scheme, or two, a port, credentials (RFC 3986, section 3.2). Without
// a usable host it is "".
func siteOf(s string) (host, path string) {
	s = withoutSchemes(s)
	if i := strings.IndexAny(s, `/\?#`); i >= 0 {
		s, path = s[:i], s[i:]
	}
	s = s[strings.LastIndexByte(s, '@')+1:]
	before, after, ported := strings.Cut(s, ":")
	if s = before; ported && !strings.Contains(before, ".") {
		s = after // Website:acme.com
	}
	if host, ok := normal.Host(s); ok {
		return host, path
	}
	return repairedHost(s), path
}

// slashed turns the backslashes of those who mean a path (acme.com\about) the right
// way; what escapes a letter (\n, \u0040) or a mark stays, for unwrapping to see.
func slashed(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := []byte(strings.ReplaceAll(s, `\\`, "//"))
	for i := range len(b) - 1 {
		if b[i] == '\\' && isLetter(b[i+1]) && strings.IndexByte("nrtu", b[i+1]) < 0 {
			b[i] = '/'
		}
	}
	return string(b)
}

// withoutSchemes takes off what stands before a host: schemes, also misspelt, doubled
// or with too few or too many slashes.
func withoutSchemes(s string) string {
	for {
		rest := strings.TrimLeft(s, `/\:`)
		if len(rest) > 4 && strings.EqualFold(rest[:4], "www.") { // http://www.http://acme.com
			if inner := withoutSchemes(rest[4:]); inner != rest[4:] {
				return inner
			}
		}
		end := 0
		for end < len(rest) && isLetter(rest[end]) {
			end++
		}
		marks := strings.TrimLeft(rest[end:], `:;/\`)
		n := len(rest) - end - len(marks)
		if n == 0 || marks == "" || !isScheme(rest[:end], rest[end:end+n]) {
			return rest
		}
		s = marks
	}
}

// isScheme tells http:// in its many spellings (htp:/, hhtps//, http;//) from a name
// before a port or path. What is no misspelt http needs its slashes.
func isScheme(word, marks string) bool {
	return schemes[strings.ToLower(word)] || strings.HasPrefix(marks, ":/") && len(marks) > 2
}

// schemes are what stands for http: misspelt, disarmed (hxxp), or said in words.
var schemes = lists.Set("http", "https", "htp", "htps", "htt", "htttp", "htttps", "httpp", "httpps", "httpss", "hhttp", "hhttps",
	"hppt", "hppts", "hptt", "ttp", "ttps", "httos", "httpa", "hxxp", "hxxps", "url", "web")

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// mostLabels is how many labels stand before a host's usual ones.
const mostLabels = 8

// repairedHost is the host in which names have signs that only the DNS of machines
// knows (my_sub.acme.com, *.acme.com), or the dots are too many.
func repairedHost(s string) string {
	for strings.Contains(s, "..") {
		s = strings.ReplaceAll(s, "..", ".")
	}
	s = strings.Trim(s, ".,;!'\"()[]{}<>*-_")
	for n := 0; n < mostLabels && strings.Contains(s, "."); n++ {
		if host, ok := normal.Host(s); ok {
			return host
		}
		first, rest, _ := strings.Cut(s, ".")
		if !strings.ContainsAny(first, "_*") && strings.Trim(first, "-") == first {
			return ""
		}
		s = rest
	}
	return ""
}
