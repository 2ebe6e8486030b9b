package company

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"contactsync/internal/lists"
	"contactsync/schema"
)

//go:embed platforms.txt
var platformList string

// platformSites are the sites on which others have pages.
//
// A brand stands in them with the dot after it: "facebook." for facebook.*.
type platformSites struct {
	pages map[string][]string     // the paths of members' pages, by domain or brand; none: all paths
	hosts map[string]bool         // below which customers have names
	own   map[string]bool         // names and paths that are the platform's own
	never map[string]schema.Cause // that never name an employer, and why
}

var platforms = sync.OnceValue(func() platformSites {
	p := platformSites{pages: map[string][]string{}, hosts: map[string]bool{}, own: map[string]bool{}, never: map[string]schema.Cause{}}
	for _, t := range lists.Table(platformList) {
		for _, site := range t.Phrases {
			site = strings.ReplaceAll(site, ".*", ".")
			switch t.Value {
			case "pages":
				domain, path, _ := strings.Cut(site, "/")
				if p.pages[domain] = append(p.pages[domain], path); path == "" {
					p.pages[domain] = []string{}
				}
			case "never":
				p.never[site] = schema.CausePlatformPage
			case "placeholder":
				p.never[site] = schema.CausePlaceholderDomain
			case "hosts":
				p.hosts[site] = true
			case "own":
				p.own[site] = true
			}
		}
	}
	return p
})

// notEmployer is why a site, whose registrable domain is given, names no employer; ""
// for most sites.
func notEmployer(host, domain, path string) schema.Cause {
	known := platforms()
	host = strings.TrimPrefix(host, "www.")
	if why := known.never[host]; why != "" {
		return why
	}
	if why := known.never[domain]; why != "" {
		return why
	}
	if len(path) > 1 && known.isPage(host, domain, path) {
		return schema.CausePlatformPage
	}
	return ""
}

// isPage reports whether a path leads to the page of a member.
func (p platformSites) isPage(host, domain, path string) bool {
	for _, site := range []string{host, domain, brandOf(domain)} {
		paths, known := p.pages[site]
		if !known {
			continue
		}
		first, rest := firstSegment(path)
		if len(paths) > 0 {
			return slices.Contains(paths, first)
		}
		return first != "" && (rest || !p.own[first])
	}
	return false
}

// brandOf is the first name of a domain, with the dot after it.
func brandOf(domain string) string { return domain[:strings.IndexByte(domain, '.')+1] }

// firstSegment is the first segment of a path, in lower case, and whether more
// follows. A query makes no path, but the address of a page within one (#!/acme) does.
func firstSegment(path string) (first string, more bool) {
	path, fragment, _ := strings.Cut(path, "#")
	path, _, _ = strings.Cut(path, "?")
	if page, bang := strings.CutPrefix(fragment, "!"); bang && strings.Trim(path, `/\`) == "" {
		path = page
	}
	path = strings.Trim(strings.ReplaceAll(path, `\`, "/"), "/. ")
	first, rest, _ := strings.Cut(path, "/")
	return strings.ToLower(first), rest != ""
}

// customersOwn is the host of a customer of a platform: acme.wordpress.com for
// www.acme.wordpress.com, and wordpress.com for what the platform itself has below it.
func customersOwn(host, platform string) string {
	if len(host) == len(platform) || !platforms().hosts[platform] && !platforms().hosts[brandOf(platform)] {
		return platform
	}
	rest := strings.TrimSuffix(host[:len(host)-len(platform)], ".")
	for rest != "" {
		dot := strings.LastIndexByte(rest, '.')
		if name := rest[dot+1:]; !platforms().own[name] {
			return host[dot+1:]
		}
		rest = rest[:max(dot, 0)]
	}
	return platform
}
