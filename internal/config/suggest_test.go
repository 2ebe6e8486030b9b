package config

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestTheNearestWordIsSuggested(t *testing.T) {
	known := []string{"max_credits", "max_credits_per_month", "websites", "titles", "ceo", "cto", "toofr.prospects"}
	for typed, want := range map[string]string{
		"max-credits": "max_credits", "maxCredits": "max_credits", "MAX CREDITS": "max_credits", "titels": "titles", "website": "websites",
		"ceo ": "ceo", "сео": "ceo", "cco": "ceo", "toofr": "toofr.prospects", "x": "", "": "", "colour": "", "cfx": "",
	} {
		require.Equal(t, want, nearest(typed, known), "%q", typed)
	}
}

func TestDistanceIsSymmetricAndZeroOnlyForTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[abc]{0,6}`)
		a, b := []rune(word.Draw(t, "a")), []rune(word.Draw(t, "b"))
		d := distance(a, b)
		if d != distance(b, a) || (d == 0) != (string(a) == string(b)) || d > max(len(a), len(b)) {
			t.Fatalf("%q %q: %d", string(a), string(b), d)
		}
	})
	require.Equal(t, 1, distance([]rune("titels"), []rune("titles")), "neighbours that changed places are one slip")
}
