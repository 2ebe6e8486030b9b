package transform

import (
	"strings"

	"contactsync/schema"
)

// Selector reads how people name a person on a command line or in a file, an
// e-mail address or the address of a LinkedIn profile, as the identifiers that
// records of that person carry. Those of a role address (see
// [schema.RoleEmail]) stand for whoever reads it. It is not ok where the text is
// neither.
func Selector(text string) (ids []schema.Identifier, ok bool) {
	if strings.Contains(strings.ToLower(text), "linkedin.com/") {
		slug, ok := linkedInSlug(text)
		return []schema.Identifier{{Kind: schema.LinkedIn, Value: slug}}, ok
	}
	value, ok := normalEmail(text)
	if !ok {
		return nil, false
	}
	a := address{value: value, sha256: sha256Hex(value), md5: md5Hex(value), role: isRole(value)}
	all := a.identities()
	if !a.role { // a vendor may know the address by this hash alone
		all = append(all, identity{kind: schema.EmailSHA1, value: sha1Hex(value), address: a.sha256})
	}
	for _, id := range all {
		ids = append(ids, schema.Identifier{Kind: id.kind, Value: id.value, Address: id.address})
	}
	return ids, true
}
