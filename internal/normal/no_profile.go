package normal

import (
	_ "embed"
	"strings"

	"contactsync/internal/lists"
)

// What stands where a name should and names nobody: the words of forms and flags, the
// pages of a site, numbers typed for want of one, and names that were masked.

// noProfileList is a table of such words: the site on which they name nobody, or any.
//
//go:embed no-profile.txt
var noProfileList string

// site is one of the sites whose names are read.
type site uint8

const (
	linkedInSite site = 1 << iota
	twitterSite
	facebookSite
	anySite = linkedInSite | twitterSite | facebookSite
)

// noProfile is the sites on which a word, without its punctuation, names nobody.
var noProfile = lists.Flags(noProfileList, map[string]site{
	"any": anySite, "linkedin": linkedInSite, "twitter": twitterSite, "facebook": facebookSite,
})

// longestNoProfile is the length of the longest of these words.
var longestNoProfile = func() (longest int) {
	for word := range noProfile {
		longest = max(longest, len(word))
	}
	return longest
}()

// isNoProfile reports whether a name in lower case names nobody on a site. Punctuation
// within it does not matter: your-name is yourname.
func isNoProfile(s string, on site) bool {
	var letters [64]byte
	n := squash(&letters, s)
	if n > longestNoProfile {
		return false
	}
	return n == 0 || noProfile[string(letters[:n])]&on != 0 || isRun(letters[:n])
}

// squash is the length of what it puts into letters: a name without its punctuation,
// or as much of it as there is room for.
func squash(letters *[64]byte, s string) (n int) {
	for i := 0; i < len(s) && n < len(letters); i++ {
		switch c := s[i]; c {
		case '-', '_', '.', '\'', '~':
		default:
			letters[n] = c
			n++
		}
	}
	return n
}

// isRun reports whether a name of three letters or more is one letter again and again.
func isRun(s []byte) bool {
	for _, c := range s {
		if c != s[0] {
			return false
		}
	}
	return len(s) >= 3 || len(s) == 1 && s[0] < 0x80
}

// isMasked reports whether a name was made unreadable: j***, j•••, jxxxx. The letter x
// masks where four stand together, which no name has.
func isMasked(s string) bool {
	return strings.ContainsAny(s, "*•●█■∗＊") ||
		strings.Contains(s, "xxxx") || strings.Contains(s, "##") || strings.Contains(s, "??")
}

// isFiller reports whether a number was typed or left where an id should be: one digit
// again and again, the keys in their order, the greatest number that a machine can hold.
func isFiller(digits string) bool {
	switch digits {
	case "2147483647", "4294967295", "9223372036854775807", "18446744073709551615", "9007199254740991", "9007199254740992":
		return true
	}
	return strings.Trim(digits, digits[:1]) == "" || len(digits) >= 3 && strings.HasPrefix("1234567890", digits) ||
		len(digits) >= 5 && strings.HasPrefix("9876543210", digits)
}
