package transform

import (
	_ "embed"
	"strings"
)

// The lists are plain text, a line each, # for comments, so that anybody can
// read and extend them.
var (
	//go:embed lists/freemail.txt
	freemailText string
	//go:embed lists/roles.txt
	rolesText string

	freemail = words(freemailText)
	roles    = words(rolesText)
)

// words is the set of lines of an embedded list.
func words(text string) map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			set[line] = true
		}
	}
	return set
}

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
