package transform

import (
	"cmp"
	"strings"

	"contactsync/internal/normal"
)

// A flag is what a vendor says of a number; nil: it does not say.

// normalFlag reads Y/N and true/false, in any case, with 1/0 beside them
// (vendors' README 4.8); anything else says nothing.
func normalFlag(s string) *bool {
	switch s { // as nearly always
	case "":
		return nil
	case "Y":
		return &yes
	case "N":
		return &no
	}
	switch strings.ToLower(normal.Unwrap(s)) {
	case "y", "yes", "true", "t", "1":
		return &yes
	case "n", "no", "false", "f", "0":
		return &no
	}
	return nil
}

// yes and no are what flags point to while they are read.
var yes, no = true, false

// flagAt reads the i-th of some flags; own holds where it says nothing.
func flagAt(flags []string, i int, own *bool) *bool {
	if i < len(flags) {
		return cmp.Or(normalFlag(flags[i]), own)
	}
	return own
}

// says reports whether a flag is known and has the value.
func says(flag *bool, value bool) bool { return flag != nil && *flag == value }

// outweighed is what two flags of one thing come to: the first that is known, but a
// yes whoever says it.
func outweighed(known, added *bool) *bool {
	if known == nil || says(added, true) {
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
