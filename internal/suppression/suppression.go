// Package suppression knows who must stay out of the warehouse: people who were
// forgotten or have opted out, kept as hashes of their identifiers and vendor ids.
package suppression

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"contactsync/schema"
	"contactsync/transform"
)

// Set is what must stay out, as the warehouse keeps it: hashes of
// identifiers and vendor ids, and nothing that tells whose they are.
type Set map[string]bool

// Hash is how an identifier is kept among suppressions.
func Hash(kind schema.Kind, value string) string {
	sum := sha256.Sum256([]byte(string(kind.SuppressedAs()) + ":" + value))
	return hex.EncodeToString(sum[:])
}

// Kinds are the hashes of all that is somebody's own: identifiers and vendor ids, and
// addresses in normal form with all by which they are known. Each with the kind under which
// it is suppressed.
func Kinds(keys []schema.Identifier, addresses []string) map[string]schema.Kind {
	kinds := map[string]schema.Kind{}
	add := func(id schema.Identifier) { kinds[Hash(id.Kind, id.Value)] = id.Kind.SuppressedAs() }
	for _, key := range keys {
		add(key)
	}
	for _, address := range addresses {
		ids, _ := transform.OptOut(address)
		for _, id := range ids {
			add(id)
		}
	}
	return kinds
}

// SetOf is the set of these hashes.
func SetOf(kinds map[string]schema.Kind) Set {
	set := make(Set, len(kinds))
	for hash := range kinds {
		set[hash] = true
	}
	return set
}

// Has reports whether an identifier must stay out. Who was forgotten while a full stop
// behind a slug was taken for a part of it stays out: nobody has one there.
func (s Set) Has(kind schema.Kind, value string) bool {
	return s[Hash(kind, value)] || kind == schema.LinkedIn && s[Hash(kind, value+".")]
}

// wordKinds are the identifiers that stand in a text as bare words.
var wordKinds = []schema.Kind{
	schema.LinkedIn, schema.TwitterID, schema.TwitterHandle, schema.Facebook, schema.SSID, schema.CintID, schema.MAID,
}

// Mentions reports whether a text of a vendor names somebody who must stay out; with
// ids, also by a bare id or handle. It is the [load.Mentions] of what must stay out.
func (s Set) Mentions(source, text string, ids bool) bool {
	for id := range transform.Mentions(text) {
		if s.Has(id.Kind, id.Value) {
			return true
		}
	}
	if !ids {
		return false
	}
	for word := range transform.Words(text) {
		if s.Has(schema.VendorID(source), word) {
			return true
		}
		for _, kind := range wordKinds {
			if s.Has(kind, word) || s.Has(kind, strings.ToLower(word)) {
				return true
			}
		}
	}
	return false
}
