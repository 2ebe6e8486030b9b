package simulate

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

func joined(list []string) string { return strings.Join(list, ", ") }

// nonEmpty is the list of a value that may be missing.
func nonEmpty(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

func each(list []string, f func(string) string) []string {
	changed := make([]string, len(list))
	for i, v := range list {
		changed[i] = f(v)
	}
	return changed
}

// distinct sorts a list and drops what occurs twice.
func distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// The hashes of an address: of its lower-case form, unsalted, in hex.
func sha256Hex(address string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(address)))
	return hex.EncodeToString(sum[:])
}

func sha1Hex(address string) string {
	sum := sha1.Sum([]byte(strings.ToLower(address)))
	return hex.EncodeToString(sum[:])
}

func md5Hex(address string) string {
	sum := md5.Sum([]byte(strings.ToLower(address)))
	return hex.EncodeToString(sum[:])
}
