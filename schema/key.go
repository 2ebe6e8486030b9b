package schema

import "strings"

// The prefixes of a derived key: the key of a record to which its vendor gave none,
// an identifier of the person in its place.
const (
	HashKey    = "hem:" // before the hex SHA-256 of the person's first address
	ProfileKey = "li:"  // before the slug of the person's LinkedIn profile
)

// DerivedKey is what a derived key is made of; ok is false of a vendor's own key.
func DerivedKey(id string) (named Identifier, ok bool) {
	if hash, ok := strings.CutPrefix(id, HashKey); ok {
		return Identifier{Kind: EmailSHA256, Value: hash}, true
	}
	if slug, ok := strings.CutPrefix(id, ProfileKey); ok {
		return Identifier{Kind: LinkedIn, Value: slug}, true
	}
	return Identifier{}, false
}
