package identity

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// SurnameHash is the FNV-1a hash of the folded surname for [Graph], 0 where
// there is none.
func SurnameHash(last, full string) uint64 {
	folded := FoldSurname(last, full)
	if folded == "" {
		return 0
	}
	hash := uint64(14695981039346656037)
	for i := range len(folded) {
		hash = (hash ^ uint64(folded[i])) * 1099511628211
	}
	return max(hash, 1)
}

// FoldSurname brings spellings of one surname to one form, in which people who
// share an identifier are compared: lower-case letters and digits without marks, spaces,
// hyphens and apostrophes; suffixes and degrees dropped. Where the vendor gives
// no last name it is taken from the full name, unless that is a single word,
// which is as likely a given name. A lone initial is no surname.
func FoldSurname(last, full string) string {
	before, _, _ := strings.Cut(last, ",")
	if folded := strings.Join(dropSuffixes(foldWords(before)), ""); len(folded) > 1 {
		return folded
	}
	if folded := strings.Join(surnameOf(full), ""); len(folded) > 1 {
		return folded
	}
	return ""
}

// surnameOf finds the surname in a full name: "Ludwig van der Berg, PhD" or
// "van der Berg, Ludwig".
func surnameOf(full string) []string {
	before, after, _ := strings.Cut(full, ",")
	words := dropSuffixes(foldWords(before))
	if given := dropSuffixes(foldWords(after)); len(given) > 0 && !isSuffix(given[0]) {
		// Only a surname can be one word or begin with a particle; after
		// anything else a comma leads to a degree we do not know.
		if len(words) == 1 || len(words) > 1 && isParticle(words[0]) {
			return words
		}
	}
	if len(words) < 2 {
		return nil
	}
	start := len(words) - 1
	for start > 1 && isParticle(words[start-1]) {
		start--
	}
	return words[start:]
}

// foldWords folds each word of a name and leaves out those of signs only.
func foldWords(name string) []string {
	var words []string
	for _, word := range strings.Fields(name) {
		if folded := foldWord(word); folded != "" {
			words = append(words, folded)
		}
	}
	return words
}

// foldWord decomposes (NFKD), lower-cases, and keeps letters and digits: no
// surname has a digit, but where a vendor sends some, Doe 1 is not Doe 2.
func foldWord(word string) string {
	folded := make([]byte, 0, len(word)+8)
	for _, r := range norm.NFKD.String(word) { // returns ASCII as it is
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		r = unicode.ToLower(r)
		if plain, ok := plainLetters[r]; ok {
			folded = append(folded, plain...)
		} else {
			folded = utf8.AppendRune(folded, r)
		}
	}
	return string(folded)
}

// plainLetters spells the Latin letters that Unicode treats as letters of their
// own, the way their bearers do in plain ASCII.
var plainLetters = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i"}

// dropSuffixes drops trailing suffixes and degrees, but never the only word:
// Ii is also a surname.
func dropSuffixes(words []string) []string {
	for len(words) > 1 && isSuffix(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return words
}

func isSuffix(word string) bool { return slices.Contains(suffixes, word) }

// isParticle knows the words that belong to the surname after them.
func isParticle(word string) bool { return slices.Contains(particles, word) }

var (
	suffixes  = []string{"jr", "sr", "ii", "iii", "iv", "phd", "md", "dds", "dvm", "jd", "esq", "mba", "cpa"}
	particles = []string{
		"van", "von", "vom", "zu", "zur", "de", "der", "den", "del", "della", "di", "da", "dos", "das", "do", "du", "des",
		"la", "le", "el", "al", "bin", "ibn", "ter", "ten", "st", "san", "santa", "mac", "mc", "o",
	}
)
