package normal

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"sync"

	"contactsync/schema"
)

// Hashes here identify, they do not protect: MD5 and SHA-1 are what the
// advertising trade hashes addresses with (vendors' README 2.3 and 4.8).

// SHA256, SHA1 and MD5 are the hashes of a text in hex.
func SHA256(s string) string {
	var room [maxAddress]byte
	h := sha256.Sum256(append(room[:0], s...))
	return inHex(h[:])
}

func SHA1(s string) string { h := sha1.Sum([]byte(s)); return inHex(h[:]) }

func MD5(s string) string {
	var room [maxAddress]byte
	h := md5.Sum(append(room[:0], s...))
	return inHex(h[:])
}

func inHex(sum []byte) string {
	var text [2 * sha256.Size]byte
	return string(text[:hex.Encode(text[:], sum)])
}

// Hash reads a vendor's hash: hex in any case, its kind told by its length
// (contract, part 4). The hash of nothing is refused, and that of a placeholder: a
// vendor that hashes empty columns would make one person of everybody without an address.
func Hash(s string) (schema.Identifier, bool) {
	if !isLowerHex(s) {
		if s = strings.ToLower(Unwrap(s)); !isLowerHex(s) {
			return schema.Identifier{}, false
		}
	}
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
	if strings.Trim(s, s[:1]) == "" || IsHashOfNothing(s) {
		return schema.Identifier{}, false
	}
	return h, true
}

func isLowerHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'f') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// IsHashOfNothing reports whether a hash, in lower case, is that of an empty address, or
// of a well-known placeholder for one.
func IsHashOfNothing(hash string) bool { return nothingHashes()[hash] }

// nothingHashes are the hashes of the spellings of nothing, and of what stands for no
// address.
var nothingHashes = sync.OnceValue(func() map[string]bool {
	words := append(slices.Collect(maps.Keys(nullWords)), "", " ", "NaN")
	for phrase, columns := range placeholders {
		if columns == everyColumn {
			words = append(words, phrase)
		}
	}
	hashes := map[string]bool{}
	for _, word := range words {
		for _, s := range []string{word, strings.ToUpper(word), Capitalise(word)} {
			for _, h := range []string{SHA256(s), SHA1(s), MD5(s)} {
				hashes[h] = true
			}
		}
	}
	maps.Copy(hashes, placeholderHashes())
	return hashes
})
