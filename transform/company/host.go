package company

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/publicsuffix"

	"contactsync/internal/lists"
)

// registrable is the part of a host that somebody registered, by the
// public suffix list: example.co.uk for mail.example.co.uk. A host in the list's
// private section, whose owner lets others have names below it (gitbook.io), is
// the owner's own; so are names of customers below other platforms (platforms.txt).
func registrable(host string) (string, bool) {
	host = withoutWWW(host)
	if isPlain(host) {
		return host, true
	}
	if suffix, byICANN := publicsuffix.PublicSuffix(host); suffix == host && !byICANN {
		_, parent, _ := strings.Cut(host, ".")
		if suffix, _ := publicsuffix.PublicSuffix(parent); suffix == parent {
			if !strings.Contains(host, ".") {
				return "", false
			}
			return host, true
		}
		return registrable(parent)
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil || withoutWWW(domain) != domain {
		return "", false
	}
	return customersOwn(host, domain), true
}

// withoutWWW takes off the name of web servers, unless it is one that somebody
// registered (www.ck).
func withoutWWW(host string) string {
	for strings.HasPrefix(host, "www.") {
		rest := host[len("www."):]
		if _, byICANN := publicsuffix.PublicSuffix(host); byICANN && !strings.Contains(rest, ".") {
			break
		}
		host = rest
	}
	return host
}

// isPlain tells the usual host, a name right below a top-level domain where anybody can
// register one, without the public suffix list.
func isPlain(host string) bool {
	name, top, _ := strings.Cut(host, ".")
	return name != "" && (top == "com" || top == "net" || top == "org")
}

//go:embed freemail.txt
var freemailList string

//go:embed freemail-public.txt
var freemailPublic string

// mailProviders are those who give mailboxes to anybody, by domain and by brand.
type mailProviders struct{ domains, brands map[string]bool }

// freemail is read when first asked for, since it takes a while. The .com of a brand
// is found without the public suffix list.
var freemail = sync.OnceValue(func() mailProviders {
	p := mailProviders{domains: lists.Words(freemailList + freemailPublic), brands: map[string]bool{}}
	for entry := range p.domains {
		if brand, ok := strings.CutSuffix(entry, ".*"); ok {
			delete(p.domains, entry)
			p.brands[brand], p.domains[brand+".com"] = true, true
		}
	}
	return p
})

// provide reports whether anybody can have an address at a host, by its registrable
// domain, "" for none. A list entry "yahoo.*" stands for the brand under every public
// suffix.
func (p mailProviders) provide(host, domain string) bool {
	brand, _, _ := strings.Cut(domain, ".")
	return p.domains[host] || p.domains[domain] || p.brands[brand] && !isDisposable(domain)
}

//go:embed disposable.txt
var disposableList string

// disposables are domains of mailboxes that are thrown away, and words in their names.
type disposables struct {
	domains map[string]bool
	words   []string
}

// disposable is read when first asked for: reading ten thousand names takes a
// millisecond, which commands that normalise nothing need not wait for.
var disposable = sync.OnceValue(func() disposables {
	d := disposables{domains: lists.Words(disposableList)}
	for entry := range d.domains {
		if word, ok := strings.CutPrefix(entry, "*"); ok {
			delete(d.domains, entry)
			d.words = append(d.words, strings.TrimSuffix(word, "*"))
		}
	}
	return d
})

// isDisposable reports whether mailboxes at the host, or at one above it, are thrown
// away after use: they are no employer's and nobody's own.
func isDisposable(host string) bool {
	known := disposable()
	if strings.Contains(host, "mail") && slices.ContainsFunc(known.words, func(w string) bool { return strings.Contains(host, w) }) {
		return true
	}
	for more := true; more; _, host, more = strings.Cut(host, ".") {
		if known.domains[host] {
			return true
		}
	}
	return false
}
