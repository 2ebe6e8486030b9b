package world

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// Each is what a function says of every element of a list.
func Each[T any](list []T, f func(T) string) []string {
	changed := make([]string, len(list))
	for i, v := range list {
		changed[i] = f(v)
	}
	return changed
}

// Distinct sorts a list and drops what occurs twice.
func Distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// SHA256Hex is the hash of an address: of its lower-case form, unsalted, in hex.
func SHA256Hex(address string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.ToLower(address))))
}

// SHA1Hex is like SHA256Hex.
func SHA1Hex(address string) string {
	return fmt.Sprintf("%x", sha1.Sum([]byte(strings.ToLower(address))))
}

// MD5Hex is like SHA256Hex.
func MD5Hex(address string) string {
	return fmt.Sprintf("%x", md5.Sum([]byte(strings.ToLower(address))))
}

// Code is a label as vendors write it in a query: human_resources.
func Code(label string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(label), " & ", "_"), " ", "_")
}

// UUID is a version 4 UUID of two hashes, RFC 9562.
func UUID(a, b uint64) string {
	a = a&^0xf000 | 0x4000
	b = b&^(3<<62) | 2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", a>>32, a>>16&0xffff, a&0xffff, b>>48, b&0xffffffffffff)
}
