package evidence

import "strings"

// fewestOfStem is how many letters a pet form has in common with its name; with fewer,
// too many names begin alike, and those that do are for the list of nicknames.
const fewestOfStem = 4

// petEndings are those of pet forms that may stand for any other end of a name, Slavic,
// German, Dutch, and English: Krzysiek and Krzysztof, Hannchen and Hannah. Those of
// plainEndings stand only after a name but for its last vowel: Marcelino and Marcelo.
var (
	petEndings = strings.Fields(`ek iek ik siek szek ka ska sia zia cia ko sko us cio ciu usz
		usha yusha iusha ushka enka yenka ienka echka ochka ichka unia unya ulya ulia asha yasha uska usia eczek iczek inka
		chen lein erl je tje pje ke eke y ie ey`)
	plainEndings = strings.Fields(`ito ita cito cita ino ina inho inha zinho zinha illo illa ico ica uccio uccia ello ella
		etto etta ette ot on oula akis itsa aki cik cim`)
)

// isPetForm holds for a pet form that no list has.
func isPetForm(pet, name *name) bool {
	stem := commonPrefix(pet.whole, name.whole)
	if stem < fewestOfStem || stem == len(pet.whole) {
		return false
	}
	if endsAsAny(pet.whole, stem, petEndings) {
		return true
	}
	left := name.whole[stem:]
	return (left == "" || len(left) == 1 && isVowel(left[0])) && endsAsAny(pet.whole, stem, plainEndings)
}

// endsAsAny holds for a word that is its stem and one of the endings.
func endsAsAny(word string, stem int, endings []string) bool {
	for _, ending := range endings {
		if len(word)-len(ending) == stem && strings.HasSuffix(word, ending) {
			return true
		}
	}
	return false
}

// beginAlike holds for first names of which one may be a short form of the other, though
// neither list nor ending tells. It takes more to believe it than that: an address of the
// one full name, say, that both have.
func beginAlike(a, b *name) bool {
	const fewest = 3
	return commonPrefix(a.whole, b.whole) >= fewest && !areHisAndHers(a, b) && !areTwo(a, b)
}

func areHisAndHers(a, b *name) bool {
	return a.sex != 0 && b.sex != 0 && a.sex != b.sex || isHers(a, b) || isHers(b, a)
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
