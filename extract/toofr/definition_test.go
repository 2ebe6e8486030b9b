package toofr

import (
	"context"
	"testing"
	"time"

	"contactsync/extract"

	"github.com/stretchr/testify/require"
)

func TestWhatIsDueIsToldInWords(t *testing.T) {
	const month = 30 * 24 * time.Hour
	for want, told := range map[string]string{
		"1 search":   toBuy(1, 1, month),
		"3 searches": toBuy(3, 3, month),
		"no search: the only one rests until refresh (30d) has passed":        toBuy(0, 1, month),
		"0 of 2 searches; they rest until refresh (30d) has passed":           toBuy(0, 2, month),
		"1 of 2 searches; the other rests until refresh (36h) has passed":     toBuy(1, 2, 36*time.Hour),
		"1 of 3 searches; the others rest until refresh (1h30m0s) has passed": toBuy(1, 3, 90*time.Minute),
	} {
		require.Equal(t, want, told)
	}
}

func TestToofrProblems(t *testing.T) {
	require.Empty(t, (&Prospects{Websites: extract.Websites{List: []string{"example.com", "https://www.example.org:8080/x?y"}}, Titles: Titles}).Problems(nil))
	require.Empty(t, (&Prospects{Industries: Industries}).Problems(nil))
	require.Equal(t, []extract.Problem{
		{Path: "industries", Message: "websites and industries are both given, and Toofr would ignore the industries; keep one of them, or make two pipelines"},
		{Path: "websites[0]", Message: `"not a site" is no website; a domain such as example.com, or its URL`},
		{Path: "websites[2]", Message: `"a.example,b.example" is no website; a domain such as example.com, or its URL`},
		{Path: "industries[1]", Message: `"Computer Software" is no industry category of Toofr, which must match exactly`, Suggest: "computer_software",
			Unknown: extract.Unknown{What: "industry", Value: "Computer Software", Known: Industries}},
		{Path: "titles[0]", Message: `"CEO" is no title category of Toofr, which must match exactly`, Suggest: "ceo",
			Unknown: extract.Unknown{What: "title", Value: "CEO", Known: Titles}},
		{Path: "titles[1]", Message: `"wizard" is no title category of Toofr, which must match exactly`,
			Unknown: extract.Unknown{What: "title", Value: "wizard", Known: Titles}},
	}, (&Prospects{
		Websites:   extract.Websites{List: []string{"not a site", "example.com", "a.example,b.example"}},
		Industries: []string{"internet", "Computer Software"},
		Titles:     []string{"CEO", "wizard"},
	}).Problems(nil))
	require.Equal(t, "websites", (&Prospects{}).Problems(nil)[0].Path)
	require.Equal(t, "batch", (&Prospects{Websites: extract.Websites{List: []string{"a.example"}}, Batch: -1}).Problems(nil)[0].Path)
}

func TestAnOrderHasWhatIsLeftOfTheBudget(t *testing.T) {
	now := time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC)
	p := &Prospects{Websites: extract.Websites{List: []string{"a.example"}}}
	o, _, err := p.order(t.Context(), extract.Run{Now: now})
	require.NoError(t, err)
	require.EqualValues(t, -1, o.maxCredits, "no limit")
	require.EqualValues(t, -1, o.monthCreditsLeft)

	p.MaxCredits, p.MaxCreditsPerMonth = 50, 100
	for spent, left := range map[int64]int64{0: 100, 70: 30, 170: 0} {
		o, _, err := p.order(t.Context(), extract.Run{Now: now, Full: true, Spent: func(_ context.Context, since time.Time) (int64, error) {
			require.Equal(t, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), since)
			return spent, nil
		}})
		require.NoError(t, err)
		require.EqualValues(t, 50, o.maxCredits)
		require.Equal(t, left, o.monthCreditsLeft)
		require.True(t, o.full)
	}
}
