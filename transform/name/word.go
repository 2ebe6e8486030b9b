package name

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
)

//go:embed honorifics.txt
var honorificList string

//go:embed credentials.txt
var credentialList string

//go:embed particles.txt
var particleList string

// kind is what a word may be beside a name; the lists say what each kind means.
type kind uint32

const (
	courtesy kind = 1 << iota
	given
	office
	rank
	adjunct
	faculty
	initials

	generation
	degree
	doubtful
	post
	pronoun

	particle
	article
	foreign
	bridge
	noble
	conjunction
	couple
	bound
	binding
	maiden
)

var kindNames = map[string]kind{
	"courtesy": courtesy, "given": given | courtesy, "office": office, "rank": rank, "adjunct": adjunct, "faculty": faculty,
	"initials":   initials,
	"generation": generation, "degree": degree, "doubtful": doubtful | degree, "post": post, "pronoun": pronoun,
	"particle": particle, "article": article, "foreign": foreign, "bridge": bridge, "noble": noble,
	"conjunction": conjunction, "couple": couple, "bound": bound, "binding": binding, "maiden": maiden,
}

var kinds = lists.Flags(honorificList+credentialList+particleList, kindNames)

// shapes has, by the first byte of a word, a bit for each length that some word of the
// lists has: most names need not be looked up.
var shapes = func() (all [256]uint64) {
	for word := range kinds {
		all[word[0]] |= 1 << len(word)
	}
	return all
}()

// is reports whether a word is of one of some kinds.
func (k kind) is(some kind) bool { return k&some != 0 }

// longestKey bounds the words that are looked up; none of the lists is longer.
const longestKey = 32

// kindOf looks a word up, whatever its case and full stops are.
func kindOf(w string) kind {
	if len(w) > longestKey {
		return 0
	}
	var store [longestKey + utf8.UTFMax]byte
	key := store[:0]
	for _, r := range w {
		switch {
		case r < utf8.RuneSelf:
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			if r != '.' && r != ',' {
				key = append(key, byte(r))
			}
		default:
			key = utf8.AppendRune(key, foldRune(r))
		}
	}
	if len(key) == 0 || shapes[key[0]]>>len(key)&1 == 0 {
		return 0
	}
	return kinds[string(key)]
}

func foldRune(r rune) rune {
	if normal.IsApostrophe(r) || r == '‘' {
		return '\''
	}
	return unicode.ToLower(r)
}

// foldWord is the form in which the lists have a word.
func foldWord(w string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == ',' {
			return -1
		}
		return foldRune(r)
	}, w)
}

// all reports whether the parts of a word between some separators are all of some
// kinds: Magistrate-Judge, Lt.Gen., she/her.
func all(w, separators string, some kind) bool {
	if !strings.ContainsAny(w, separators) {
		return false
	}
	n := 0
	for part := range strings.FieldsFuncSeq(w, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		if !kindOf(part).is(some) {
			return false
		}
		n++
	}
	return n > 1
}

// dotted reports whether a word is written as an abbreviation.
func dotted(w string) bool { return len(w) > 2 && w[len(w)-1] == '.' }

// letters counts the letters of a word; capitals says whether they all are.
func letters(w string) (n int, capitals bool) {
	for _, r := range w {
		switch {
		case 'A' <= r && r <= 'Z':
			n++
		case r == '.' || r == '-' || r == '/' || r == '+' || '0' <= r && r <= '9':
		default:
			return 0, false
		}
	}
	return n, n > 0
}
