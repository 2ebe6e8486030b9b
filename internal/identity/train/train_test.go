package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/identity/evidence"
)

// madeUp is a table of so many couples, each person of which stands in it twice. In wrong
// of ten second records the given name has a typing error.
func madeUp(couples, wrong int) string {
	r := rand.New(rand.NewPCG(3, 4))
	word := func(syllables int) string {
		var b strings.Builder
		for range syllables {
			b.WriteByte("bdfghklmnprstvz"[r.IntN(15)])
			b.WriteByte("aeiou"[r.IntN(5)])
		}
		return b.String()
	}
	var b strings.Builder
	b.WriteString("first_name,last_name,gender,age_range,postal_code,household\n")
	for c := range couples {
		last := word(4)
		for _, gender := range []string{"Female", "Male"} {
			first, born := word(3), 19_400_101+10_000*r.IntN(60)+100*r.IntN(12)+r.IntN(28)
			for record := range 2 {
				if record == 1 && r.IntN(10) < wrong {
					first = first[:2] + "x" + first[3:]
				}
				fmt.Fprintf(&b, "%s,%s,%s,%d,%05d,h%d\n", first, last, gender, born, c, c)
			}
		}
	}
	return b.String()
}

func TestSharesOfErrorsAreFoundWithoutTheTruth(t *testing.T) {
	people, err := readPeople(strings.NewReader(madeUp(400, 3)))
	require.NoError(t, err)
	require.Len(t, people, 1_600)
	e := train(people)
	near := e.same.share(evidence.First, evidence.Similar) + e.same.share(evidence.First, evidence.Alike)
	require.InDelta(t, 0.3, near, 0.05)
	require.Greater(t, e.same.share(evidence.Last, evidence.Equal), 0.99)
	require.Greater(t, e.same.share(evidence.Born, evidence.Equal), 0.99)
	require.Greater(t, e.same.share(evidence.Gender, evidence.Equal), 0.99)
	require.Greater(t, e.same.share(evidence.Place, evidence.Postcode), 0.99)
	require.Greater(t, e.relative.share(evidence.Last, evidence.Equal), 0.99)
	require.Greater(t, e.relative.share(evidence.Gender, evidence.Different), 0.99, "couples")
	require.Less(t, e.stranger.share(evidence.Last, evidence.Equal), 0.02)
	require.InDelta(t, 0.5, e.stranger.share(evidence.Gender, evidence.Equal), 0.02)
}

func TestTheCommandWritesRowsOfTheFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	one, two := write("one.csv", madeUp(60, 1)), write("two.csv", madeUp(60, 5))
	var out, again strings.Builder
	require.NoError(t, run(&out, []string{one, two}))
	require.NoError(t, run(&again, []string{one, two}))
	require.Equal(t, out.String(), again.String())
	require.Contains(t, out.String(), "# trait     outcome         same relative stranger\nfirst       equal        0.")
	require.Contains(t, out.String(), "suffix      equal              -        -        -\n")
	require.NotContains(t, out.String(), "changed")

	require.ErrorIs(t, run(&out, []string{filepath.Join(dir, "none.csv")}), os.ErrNotExist)
	require.ErrorContains(t, run(&out, []string{write("bad.csv", "name\nAnn\n")}), "the header names no first_name")
	require.ErrorContains(t, run(&out, []string{write("row.csv", "first_name,last_name\nAnn\n")}), "line 2")
}

func TestLargeBlocksAreLeftOut(t *testing.T) {
	people := make([]person, largestBlock+3)
	for i := range people {
		people[i].household = "all"
	}
	people[0].household, people[1].household, people[2].household = "two", "two", ""
	n := 0
	for range pairsOf(people, func(p *person) string { return p.household }) {
		n++
	}
	require.Equal(t, largestBlock*(largestBlock-1)/2+1, n)
	people = append(people, person{household: "all"})
	n = 0
	for range pairsOf(people, func(p *person) string { return p.household }) {
		n++
	}
	require.Equal(t, 1, n)
}
