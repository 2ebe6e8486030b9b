package place

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
)

var (
	//go:embed iso3166.txt
	isoList string
	//go:embed names.txt
	nameList string
	//go:embed official.txt
	officialList string
	//go:embed aliases.txt
	aliasList string
	//go:embed parents.txt
	parentList string
)

// countryCode is the ISO 3166-1 alpha-2 code of a country by its code (alpha-2, alpha-3 or
// numeric) or by a name: ISO's short and official one, Unicode CLDR's in some twenty
// languages and the country's own, or a common other one; also turned around (Korea,
// South), with a remark (United States (US)), with a part of it (England, UK) or with
// what kind of state it is (Republic of Poland). What nothing knows is "": the column
// holds codes of countries that exist, and the payload keeps what was sent.
func countryCode(s string) string {
	if normal.IsNull(s) {
		return ""
	}
	if code := countries()[s]; code != "" { // codes in capitals and English names, as nearly always
		return code
	}
	if len(s) > longestPart {
		return ""
	}
	if code := flag(s); code != "" {
		return code
	}
	s = strings.TrimSuffix(s, ".0") // a spreadsheet's number
	name := fold(s)
	if len(name) <= 3 && !normal.IsASCII(s) && normal.IsASCII(name) {
		return "" // Bỉ is not Burundi
	}
	if code := countries()[name]; code != "" {
		return code
	}
	first, second, between := cutRemark(s)
	if between == 0 {
		return namedCountry(name)
	}
	return countryBeside(first, second, between)
}

// countries maps names, as ISO writes them and folded, and codes to codes; made once, on
// first use.
var countries = sync.OnceValue(readCountries)

func readCountries() map[string]string {
	known := make(map[string]string, 7000)
	for _, list := range []string{nameList, officialList} {
		for _, t := range lists.Table(list) {
			for _, name := range t.Phrases {
				known[name] = t.Value
			}
		}
	}
	for _, list := range []string{aliasList, isoList} {
		for _, t := range lists.Table(list) {
			for _, name := range t.Phrases {
				known[name], known[fold(name)] = t.Value, t.Value
			}
		}
	}
	for _, t := range lists.Table(isoList) {
		known[t.Value], known[strings.ToLower(t.Value)] = t.Value, t.Value
	}
	return known
}

// namedCountry is the code of a country by a folded name.
func namedCountry(name string) string {
	if code := countries()[name]; code != "" || strings.IndexByte(name, ' ') < 0 || len(name) > longestCountry {
		return code
	}
	for _, read := range [...]func(string) string{directedCountry, withoutForm, turned} {
		if code := read(name); code != "" {
			return code
		}
	}
	return ""
}

// longestCountry is longer than anything that names a country and nothing else.
const longestCountry = 120

// longName is the country of a name; two or three letters that are left of something
// longer are no code.
func longName(name string) string {
	if len(name) <= 3 {
		return ""
	}
	return countries()[name]
}

func directedCountry(name string) string { return directed(name, longName) }

// withoutForm is the country of a name that says what form of state it is, in English or
// another language, or has an article. A state, a commonwealth and a union are left:
// Georgia and Virginia are states, too. For the two pairs of states that only their
// form tells apart it counts.
func withoutForm(name string) string {
	democratic := false
	for {
		first, rest, several := strings.Cut(name, " ")
		if !several || !stateForms()[first] {
			break
		}
		democratic = democratic || isDemocratic(first)
		name = rest
		if code := longName(name); code != "" {
			return formed(code, democratic)
		}
	}
	for {
		i := strings.LastIndexByte(name, ' ')
		if i < 0 || !stateForms()[name[i+1:]] && name[i+1:] != "island" {
			return ""
		}
		democratic = democratic || isDemocratic(name[i+1:])
		name = name[:i]
		if code := longName(name); code != "" {
			return formed(code, democratic)
		}
	}
}

// formed tells Congo and Korea from the democratic republics of that name.
func formed(code string, democratic bool) string {
	switch {
	case democratic && code == "CG":
		return "CD"
	case democratic && code == "KR":
		return "KP"
	}
	return code
}

func isDemocratic(word string) bool {
	for _, root := range [...]string{"demokrat", "democrat", "ludow", "people", "popul", "popol", "volks", "folk"} {
		if strings.HasPrefix(word, root) {
			return true
		}
	}
	return false
}

var (
	//go:embed forms.txt
	formList string
	// stateForms are the words of what form a state has.
	stateForms = sync.OnceValue(func() map[string]bool {
		words := map[string]bool{}
		for _, line := range lists.Entries(formList) {
			for _, word := range strings.Fields(line) {
				words[word] = true
			}
		}
		return words
	})
)

// turned is the country of a name whose first words are put behind the others: Germany
// Federal Republic.
func turned(name string) string {
	for i := range len(name) {
		if name[i] != ' ' {
			continue
		}
		if code := countries()[name[i+1:]+" "+name[:i]]; code != "" {
			return code
		}
	}
	return ""
}

// countryBeside is the country that two texts mean, the second of which stands behind a
// comma, a dash or in a bracket: a name turned around, one with a remark or in two forms,
// a part of a country and the country, a dependency and whose it is.
func countryBeside(first, second string, between byte) string {
	first, second = fold(first), fold(second)
	for _, whole := range [2]string{second + " " + first, first + " " + second} {
		if code := countries()[strings.TrimSpace(whole)]; code != "" {
			return code
		}
	}
	if code := withoutForm(second + " " + first); code != "" && between != '-' && longName(second) == "" {
		return code // Congo, Democratic Republic of the
	}
	one, other := namedCountry(first), namedCountry(second)
	switch {
	case one == "MF" && other == "NL":
		return "SX"
	case one == "SX" && other == "FR":
		return "MF"
	case one == "" || one == other || belongs(other, one):
		return other
	case other == "" || belongs(one, other):
		return one
	case between == ',' || other == "US" && stateNamed(first) != (state{}):
		return other // Niger, Nigeria; Georgia (USA)
	case between == '(':
		return one
	}
	return ""
}

func belongs(code, parent string) bool { return parents()[code] == parent }

var parents = sync.OnceValue(func() map[string]string {
	known := map[string]string{}
	for _, t := range lists.Table(parentList) {
		for _, code := range t.Phrases {
			known[code] = t.Value
		}
	}
	return known
})

// cutRemark cuts a text at a dash between spaces, else before its bracket, else at its
// last comma, else at a colon, a slash or the hyphen behind a code (US-CA), and says where.
func cutRemark(s string) (first, second string, between byte) {
	for _, dash := range [...]string{" - ", " – ", " — "} {
		if first, second, ok := strings.Cut(s, dash); ok {
			return first, second, '-'
		}
	}
	if i := strings.IndexAny(s, "([{"); i > 0 {
		return s[:i], s[i+1:], '('
	}
	if i := strings.LastIndexAny(s, ",;"); i >= 0 {
		return s[:i], s[i+1:], ','
	}
	if i := strings.IndexAny(s, ":/|"); i >= 0 {
		return s[:i], s[i+1:], '/'
	}
	if len(s) > 3 && s[2] == '-' && len(s) <= 6 && normal.IsASCII(s) {
		return s[:2], "", '-'
	}
	return s, "", 0
}

// flag is the country of the flag, two regional indicators, that a text begins with.
func flag(s string) string {
	const a = '\U0001F1E6'
	one, size := utf8.DecodeRuneInString(s)
	if one < a || one > a+25 {
		return ""
	}
	two, _ := utf8.DecodeRuneInString(s[size:])
	if two < a || two > a+25 {
		return ""
	}
	return countries()[string([]byte{byte('A' + one - a), byte('A' + two - a)})]
}
