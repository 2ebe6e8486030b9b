package transform

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"contactsync/schema"
)

// Hashes here identify, they do not protect: MD5 and SHA-1 are what the
// advertising trade hashes addresses with (vendors' README 2.3 and 4.8).

func sha256Hex(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
func sha1Hex(s string) string   { h := sha1.Sum([]byte(s)); return hex.EncodeToString(h[:]) }
func md5Hex(s string) string    { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }

// normalHash reads a vendor's hash: hex in any case, its kind told by its length
// (contract, part 4). The hash of nothing is refused: a vendor that hashes empty
// columns would make one person of everybody without an address.
func normalHash(s string) (schema.Identifier, bool) {
	s = strings.ToLower(clean(s))
	h := schema.Identifier{Value: s}
	switch len(s) {
	case md5.Size * 2:
		h.Kind = schema.EmailMD5
	case sha1.Size * 2:
		h.Kind = schema.EmailSHA1
	case sha256.Size * 2:
		h.Kind = schema.EmailSHA256
	default:
		return schema.Identifier{}, false
	}
	if strings.Trim(s, "0123456789abcdef") != "" || strings.Trim(s, s[:1]) == "" || nullHashes[s] {
		return schema.Identifier{}, false
	}
	return h, true
}

// nullHashes are the hashes of the spellings of nothing.
var nullHashes = func() map[string]bool {
	hashes := map[string]bool{}
	for _, word := range append(slices.Collect(maps.Keys(nullWords)), "", " ", "None", "NaN") {
		for _, s := range []string{word, strings.ToUpper(word)} {
			for _, h := range []string{sha256Hex(s), sha1Hex(s), md5Hex(s)} {
				hashes[h] = true
			}
		}
	}
	return hashes
}()
