package evidence

import (
	"strings"

	"contactsync/internal/normal"
)

// The hash is FNV-1a of 64 bits: two of a billion texts collide with odds of one in forty.
const (
	hashBasis = 14695981039346656037
	hashPrime = 1099511628211
)

// hashOf is the hash of a text, 0 where there is none.
func hashOf(s string) uint64 {
	if s == "" {
		return 0
	}
	hash := uint64(hashBasis)
	for i := range len(s) {
		hash = (hash ^ uint64(s[i])) * hashPrime
	}
	return max(hash, 1)
}

// foldedHash is the hash of a text's folded letters and digits, 0 where it has none.
func foldedHash(s string) uint64 {
	if !normal.IsASCII(s) {
		return hashOf(strings.Join(foldWords(s), ""))
	}
	hash := uint64(hashBasis)
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c < '0' || c > '9' && c < 'a' || c > 'z':
			continue
		}
		hash = (hash ^ uint64(c)) * hashPrime
	}
	if hash == hashBasis {
		return 0
	}
	return max(hash, 1)
}
