package suggest

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
		require.Equal(t, want, Nearest(typed, known), "%q", typed)
	}
}

func TestOneRuleServesEveryListOfWords(t *testing.T) {
	genders := []string{"female", "male", "unknown"}
	titles := []string{"ceo", "founder", "cmo", "cto", "account_management"}
	for _, test := range []struct {
		typed string
		known []string
		want  string
	}{
		{"coe", titles, "ceo"},
		{"CEOs", titles, "ceo"},
		{"account management", titles, "account_management"},
		{"acount-managment", titles, "account_management"},
		{"found", titles, "founder"},
		{"account", titles, "account_management"},
		{"mael", genders, "male"},
		{"Femal", genders, "female"},
		{"mаle", genders, "male"}, // with a Cyrillic a
		{"fmle", genders, "female"},
		{"man", genders, ""},
		{"m", []string{"f"}, ""},
		{"-", []string{"_", "x"}, ""},
	} {
		require.Equal(t, test.want, Nearest(test.typed, test.known), "%q", test.typed)
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
