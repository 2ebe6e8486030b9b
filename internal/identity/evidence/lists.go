package evidence

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"contactsync/internal/lists"
)

var (
	//go:embed given.txt
	givenText string
	//go:embed surnames.txt
	surnameText string
	//go:embed nicknames.txt
	nicknameText string
	//go:embed romanised.txt
	romanisedText string
)

// listed is what a list says of a name.
type listed struct {
	frequency float64
	sex       byte // m, f, or 0 for both
}

var (
	givenNames = sync.OnceValue(func() map[string]listed { return readNames(givenText) })
	surnames   = sync.OnceValue(func() map[string]listed { return readNames(surnameText) })
	nicknames  = sync.OnceValue(func() map[string][]uint16 { return readGroups(nicknameText) })

	romanisations = sync.OnceValue(func() map[string][]uint16 { return readGroups(romanisedText) })
)

// readNames reads lines of a name, its bearers per million, and for given names a sex.
func readNames(text string) map[string]listed {
	all := map[string]listed{}
	for _, line := range lists.Entries(text) {
		fields := strings.Fields(line)
		n, err := strconv.Atoi(fields[1])
		if err != nil {
			panic("evidence: " + line) // a list of our own: the tests load it
		}
		entry := listed{frequency: float64(n) / 1e6}
		if len(fields) > 2 && fields[2] != "b" {
			entry.sex = fields[2][0]
		}
		all[fields[0]] = entry
	}
	return all
}

// readGroups maps each name to the groups that it stands in.
func readGroups(text string) map[string][]uint16 {
	all := map[string][]uint16{}
	for i, line := range lists.Entries(text) {
		for _, name := range strings.Fields(line) {
			all[name] = append(all[name], uint16(i))
		}
	}
	return all
}
