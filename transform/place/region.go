package place

import (
	_ "embed"
	"strings"
	"sync"

	"contactsync/internal/lists"
)

var (
	//go:embed states.txt
	stateList string
	//go:embed provinces.txt
	provinceList string
)

// state is a state or territory of the US or a province of Canada: its two-letter code
// and the country that it is filed under.
type state struct{ code, home string }

// states maps codes and folded names; made once, on first use.
var states = sync.OnceValue(func() map[string]state {
	known := make(map[string]state, 500)
	for _, list := range []struct{ text, home string }{{stateList, "US"}, {provinceList, "CA"}} {
		for _, t := range lists.Table(list.text) {
			home := list.home
			if isAssociated(t.Value) {
				home = t.Value
			}
			s := state{t.Value, home}
			known[t.Value], known[strings.ToLower(t.Value)] = s, s
			for _, name := range t.Phrases {
				known[fold(name)] = s
			}
		}
	}
	return known
})

// isTerritory holds for what ISO 3166-1 lists as a country and the USPS as a state: it is
// filed under the United States, whichever field names it.
func isTerritory(code string) bool {
	switch code {
	case "AS", "GU", "MP", "PR", "UM", "VI":
		return true
	}
	return false
}

// isAssociated holds for the states in free association with the US: countries of their
// own, for which the USPS has codes.
func isAssociated(code string) bool { return code == "FM" || code == "MH" || code == "PW" }

// isMailedByUSPS holds for countries with ZIP codes.
func isMailedByUSPS(country string) bool {
	return country == "US" || isTerritory(country) || isAssociated(country)
}

// stateNamed is the state that a folded text names, the zero value for none: by code
// or name, with its country (US-CA; Quebec, Canada), in two forms (CA - California),
// with what it is (State of Texas), with a direction (N. Carolina), or as mail to
// soldiers writes it (APO AE).
func stateNamed(name string) state {
	if s := states()[name]; s.code != "" || len(name) > longestState || strings.IndexByte(name, ' ') < 0 {
		return s
	}
	if s := stateAlone(name); s.code != "" {
		return s
	}
	for _, c := range stateCountries {
		if rest, ok := strings.CutPrefix(name, c.name+" "); ok {
			if s := stateAlone(rest); s.isIn(c.code) {
				return s
			}
		}
		if rest, ok := strings.CutSuffix(name, " "+c.name); ok {
			if s := stateAlone(rest); s.isIn(c.code) {
				return s
			}
		}
	}
	return state{}
}

// longestState is longer than anything that names a state and nothing else.
const longestState = 80

var stateCountries = []struct{ name, code string }{
	{"us", "US"}, {"usa", "US"}, {"united states", "US"}, {"united states america", "US"}, {"canada", "CA"}, {"can", "CA"}, {"ca", "CA"},
}

func (s state) isIn(country string) bool {
	return s.code != "" && (s.home == country || country == "US" && isAssociated(s.code))
}

// stateAlone is stateNamed without a country.
func stateAlone(name string) state {
	for _, read := range [...]func(string) state{stateDirected, stateTitled, stateTwice} {
		if s := read(name); s.code != "" {
			return s
		}
	}
	return state{}
}

// stateDirected reads a code or name, and one whose direction is short.
func stateDirected(name string) state {
	if s := states()[name]; s.code != "" {
		return s
	}
	return states()[directed(name, func(s string) string { return states()[s].code })]
}

// stateTitled reads what a state is called in full, and the military post offices.
func stateTitled(name string) state {
	first, rest, _ := strings.Cut(name, " ")
	if postOffices[first] {
		if s := states()[rest]; s.code == "AA" || s.code == "AE" || s.code == "AP" {
			return s
		}
		return state{}
	}
	if stateTitles[first] {
		return stateDirected(rest)
	}
	if i := strings.LastIndexByte(name, ' '); stateTitles[name[i+1:]] {
		return stateDirected(name[:max(i, 0)])
	}
	return state{}
}

var (
	stateTitles = lists.Set("state", "commonwealth", "province", "territory", "estado", "etat", "provincia")
	postOffices = lists.Set("apo", "fpo", "dpo")
)

// stateTwice reads a state in two forms.
func stateTwice(name string) state {
	for i := range len(name) {
		if name[i] != ' ' {
			continue
		}
		if one := states()[name[:i]]; one.code != "" && one == states()[name[i+1:]] {
			return one
		}
	}
	return state{}
}

//go:embed abroad.txt
var abroadList string

// abroad maps large cities to their country, where its code is that of a state, too.
var abroad = sync.OnceValue(func() map[string]string {
	known := map[string]string{}
	for _, t := range lists.Table(abroadList) {
		for _, city := range t.Phrases {
			known[fold(city)] = t.Value
		}
	}
	return known
})
