package review

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"contactsync/internal/identity"

	"github.com/stretchr/testify/require"
)

// author writes files of overrides as different people lay them out, each comment another.
type author struct {
	*rand.Rand
	comments int
	pairs    int
	eol      string
}

// maybe is a comment that ends a line, or nothing.
func (a *author) maybe() string {
	if a.IntN(3) > 0 {
		return ""
	}
	a.comments++
	return fmt.Sprintf(" # c%d.", a.comments)
}

// between is what stands on lines of its own.
func (a *author) between(indent string) string {
	text := ""
	for range a.IntN(3) {
		a.comments++
		text += [...]string{a.eol, fmt.Sprintf("%s# c%d.", indent, a.comments) + a.eol, fmt.Sprintf("# c%d.", a.comments) + a.eol}[a.IntN(3)]
	}
	return text
}

func (a *author) selector() string {
	a.pairs++
	return [...]string{
		fmt.Sprintf("toofr:%d", a.pairs), fmt.Sprintf("'audiencelab:%d'", a.pairs), fmt.Sprintf("p%d@acme.example", a.pairs),
		fmt.Sprintf(`"https://www.linkedin.com/in/p%d"`, a.pairs),
	}[a.IntN(4)]
}

// item is a pair in a list of lines.
func (a *author) item(indent string) string {
	first, second := a.selector(), a.selector()
	switch a.IntN(4) {
	case 0:
		return indent + "- - " + first + a.maybe() + a.eol + indent + "  - " + second + a.maybe() + a.eol
	case 1:
		return indent + "- [" + first + "," + a.maybe() + a.eol + indent + "   " + second + a.eol + indent + "  ]" + a.maybe() + a.eol
	}
	return indent + "- [" + first + ", " + second + "]" + a.maybe() + a.eol
}

// list is the value of a key, from behind its colon.
func (a *author) list() string {
	switch a.IntN(6) {
	case 0:
		return a.maybe() + a.eol
	case 1:
		return [...]string{" []", " [ ]", " ~", " null"}[a.IntN(4)] + a.maybe() + a.eol
	case 2:
		return " [[" + a.selector() + ", " + a.selector() + "], [" + a.selector() + ", " + a.selector() + "]]" + a.maybe() + a.eol
	}
	text, indent := a.maybe()+a.eol, strings.Repeat(" ", a.IntN(3)*2)
	for range 1 + a.IntN(3) {
		text += a.between(indent) + a.item(indent)
	}
	return text
}

func (a *author) file() string {
	text := a.between("")
	if a.IntN(8) == 0 {
		text += "---" + a.eol
	}
	keys := []string{alwaysKey, neverKey}
	a.Shuffle(2, func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	for _, key := range keys[a.IntN(3)/2:] {
		text += a.between("") + key + ":" + a.list()
	}
	if text += a.between(""); a.IntN(4) == 0 {
		text = strings.TrimSuffix(text, a.eol)
	}
	return text
}

// TestFilesOfAnyLayoutKeepTheirCommentsAndPairs answers on pairs that stand in files, and
// on new ones.
func TestFilesOfAnyLayoutKeepTheirCommentsAndPairs(t *testing.T) {
	turned := 0
	for seed := range uint64(3000) {
		a := author{Rand: rand.New(rand.NewPCG(seed, 1)), eol: []string{"\n", "\r\n"}[seed%2]}
		text := a.file()
		before, err := identity.ParseOverrides("f", []byte(text))
		require.NoError(t, err, text)
		decisions := []Decision{decision("intent:new", "toofr:new", a.IntN(2) == 0)}
		for i, p := range slices.Concat(before.Always, before.Never) {
			was := i < len(before.Always)
			x, okX := parseRecord(p.A)
			y, okY := parseRecord(p.B)
			if okX && okY {
				decisions = append(decisions, Decision{y, x, !was})
				turned++
			}
		}
		got, w, err := edited("f", []byte(text), decisions)
		require.NoError(t, err, text)
		require.Equal(t, Written{New: 1, Replaced: len(decisions) - 1}, w)
		after, err := identity.ParseOverrides("f", got)
		require.NoError(t, err, text)
		require.Len(t, slices.Concat(after.Always, after.Never), len(before.Always)+len(before.Never)+1)
		for _, d := range decisions {
			list := map[bool][]identity.Pair{true: after.Always, false: after.Never}[d.Same]
			require.True(t, slices.ContainsFunc(list, func(p identity.Pair) bool { return p.Key() == d.pair().Key() }), text)
		}
		for c := range a.comments {
			comment := fmt.Sprintf("# c%d.", c+1)
			require.Equal(t, strings.Count(text, comment), strings.Count(string(got), comment), "%s in\n%s\nwhich became\n%s", comment, text, got)
		}
	}
	require.Greater(t, turned, 300)
}
