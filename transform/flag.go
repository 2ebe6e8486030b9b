package transform

import (
	"cmp"
	"strings"
)

// A flag is what a vendor says of an address or a number; nil: it does not say.

// normalFlag reads Y/N and true/false, in any case, with 1/0 beside them
// (vendors' README 4.8); anything else says nothing.
func normalFlag(s string) *bool {
	switch strings.ToLower(clean(s)) {
	case "y", "yes", "true", "t", "1":
		return new(true)
	case "n", "no", "false", "f", "0":
		return new(false)
	}
	return nil
}

// validationStatus reads `Valid (esp)`, `Valid`, `Catch-all`, `Unknown` and
// `Invalid`, whose case varies (vendors' README 4.7).
func validationStatus(s string) *bool {
	switch strings.ToLower(clean(s)) {
	case "valid", "valid (esp)":
		return new(true)
	case "invalid":
		return new(false)
	}
	return nil
}

// flagAt reads the i-th of some flags; own holds where it says nothing.
func flagAt(flags []string, i int, read func(string) *bool, own *bool) *bool {
	if i < len(flags) {
		return cmp.Or(read(flags[i]), own)
	}
	return own
}

// says reports whether a flag is known and has the value.
func says(flag *bool, value bool) bool { return flag != nil && *flag == value }

// outweighed is what two flags of one thing come to: the first that is known, but
// the weighty value whoever says it.
func outweighed(known, added *bool, weighty bool) *bool {
	if known == nil || says(added, weighty) {
		return added
	}
	return known
}

// falseFirst compares for an order in which false comes before true.
func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
