package transform

import "strings"

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
