package evidence

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"contactsync/internal/normal"

	"golang.org/x/text/unicode/norm"
)

// foldWords is the words of a name in small letters without marks, Cyrillic and Greek in
// Latin letters. Hyphens part words, apostrophes do not.
func foldWords(s string) []string {
	if s == "" {
		return nil
	}
	return strings.FieldsFunc(fold(s), func(r rune) bool { return r == ' ' })
}

// fold writes a text in letters, digits and blanks.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 4)
	if !normal.IsASCII(s) {
		s = norm.NFKD.String(s)
	}
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteByte(byte(r))
		case r >= 'A' && r <= 'Z':
			b.WriteByte(byte(r) + 'a' - 'A')
		case r == '\'' || r == '’' || r == '`' || unicode.IsMark(r):
		case r < utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			b.WriteByte(' ')
		default:
			r = unicode.ToLower(r)
			if latin, ok := latinLetters[r]; ok {
				b.WriteString(latin)
			} else {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// latinLetters spells letters as passports do, about: й, without its mark by now, as и.
var latinLetters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i",
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'ґ': "g", 'д': "d", 'е': "e", 'є': "ye", 'ж': "zh", 'з': "z", 'и': "i", 'і': "i",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh",
	'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
	'α': "a", 'β': "v", 'γ': "g", 'δ': "d", 'ε': "e", 'ζ': "z", 'η': "i", 'θ': "th", 'ι': "i", 'κ': "k", 'λ': "l", 'μ': "m",
	'ν': "n", 'ξ': "x", 'ο': "o", 'π': "p", 'ρ': "r", 'σ': "s", 'ς': "s", 'τ': "t", 'υ': "y", 'φ': "f",
	'χ': "ch", 'ψ': "ps", 'ω': "o",
}

// soundOf brings transliterations of one name together: Petroff and Petrov, Alexei and
// Aleksej, Schultz and Shults, Müller and Mueller. Of doubled letters one is left.
func soundOf(folded string) string {
	if !normal.IsASCII(folded) {
		return folded
	}
	s := sounds.Replace(folded)
	if t, ok := strings.CutSuffix(s, "f"); ok {
		s = t + "v"
	}
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		if len(b) == 0 || b[len(b)-1] != s[i] {
			b = append(b, s[i])
		}
	}
	return string(b)
}

var sounds = strings.NewReplacer(
	"shch", "s", "sch", "s", "tch", "c", "tsch", "c", "sh", "s", "ch", "c", "zh", "z", "kh", "h", "ph", "f", "th", "t", "ck", "k",
	"tz", "s", "ts", "s", "cz", "c", "sz", "s", "x", "ks", "ae", "a", "oe", "o", "ue", "u", "ie", "i", "ei", "i", "ey", "i", "iy", "i",
	"ij", "i", "yi", "i", "c", "k", "ou", "u", "oo", "u", "ee", "i", "w", "v", "y", "i", "j", "i", "q", "k",
)

// sameConsonants holds for names that are one but for vowels: Mohammed, Muhammad and Mohamed are mhmd.
func sameConsonants(a, b string) bool {
	const fewest = 4 // below, too many names are of one kind: Dana, Dean and Diana
	return countSameConsonants(a, b) >= fewest
}

// countSameConsonants counts the consonants of names that are one but for vowels, and is
// -1 for others.
func countSameConsonants(a, b string) int {
	i, j, n := 0, 0, 0
	for {
		for i < len(a) && isVowel(a[i]) {
			i++
		}
		for j < len(b) && isVowel(b[j]) {
			j++
		}
		switch {
		case i == len(a) && j == len(b):
			return n
		case i == len(a) || j == len(b) || a[i] != b[j]:
			return -1
		}
		i, j, n = i+1, j+1, n+1
	}
}

func isVowel(c byte) bool { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' }
