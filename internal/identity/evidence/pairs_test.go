package evidence

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/lists"
	"contactsync/schema"
)

// pair is two made-up records of which it is known whether they are one person's.
type pair struct {
	kind, line string
	one        bool
	a, b       Traits
}

// readPairs reads testdata/pairs.txt.
func readPairs(t testing.TB) (pairs []pair) {
	text, err := os.ReadFile("testdata/pairs.txt")
	require.NoError(t, err)
	for _, line := range lists.Entries(string(text)) {
		fields := strings.Split(line, " | ")
		require.Len(t, fields, 4, line)
		pairs = append(pairs, pair{fields[0], line, fields[1] == "one", Of(readContact(t, fields[2])), Of(readContact(t, fields[3]))})
	}
	return pairs
}

func readContact(t testing.TB, text string) (c schema.SourceContact) {
	parts := strings.Split(text, "; ")
	first, last, _ := strings.Cut(parts[0], "/")
	c.FirstName, c.LastName = strings.TrimSpace(first), strings.TrimSpace(last)
	for _, part := range parts[1:] {
		key, value, _ := strings.Cut(part, " ")
		switch key {
		case "b":
			c.BusinessEmail, c.Emails = value, append(c.Emails, value)
		case "p":
			c.PersonalEmail, c.Emails = value, append(c.Emails, value)
		case "d":
			c.CompanyDomain = value
		case "l":
			c.LinkedInURL = "https://www.linkedin.com/in/" + value
		case "t":
			c.TwitterHandle = value
		case "g":
			c.Gender = value
		case "a":
			c.AgeRange = value
		case "z":
			c.PostalCode = value
		default:
			require.Fail(t, "no such field", text)
		}
	}
	return c
}

// leastRight is the share of the pairs of a kind that are to be judged right, where that
// is not all of them.
var leastRight = map[string]float64{"transliterations": 0.95} // Zhukova and Joukova

// TestPairsAreJudgedByKind measures the verdicts over all kinds of pairs.
func TestPairsAreJudgedByKind(t *testing.T) {
	pairs := readPairs(t)
	require.Greater(t, len(pairs), 150)
	right, all := map[string]int{}, map[string]int{}
	var kinds []string
	for _, p := range pairs {
		v := Compare(p.a, p.b)
		if all[p.kind]++; all[p.kind] == 1 {
			kinds = append(kinds, p.kind)
		}
		if p.one == (v.Bits > 0) {
			right[p.kind]++
		} else {
			t.Logf("wrong: %s: %s", p.line, v.Sentence(""))
		}
	}
	for _, kind := range kinds {
		least, ok := leastRight[kind]
		if !ok {
			least = 1
		}
		share := float64(right[kind]) / float64(all[kind])
		t.Logf("%-24s %3d of %3d right", kind, right[kind], all[kind])
		require.GreaterOrEqual(t, share, least, kind)
	}
}
