package extract

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"contactsync/schema"
)

func TestToofrProblems(t *testing.T) {
	require.Empty(t, ToofrProspects{Websites: []string{"example.com", "https://www.example.org:8080/x?y"}, Titles: ToofrTitles}.Problems())
	require.Empty(t, ToofrProspects{Industries: ToofrIndustries}.Problems())
	require.Equal(t, []Problem{
		{Path: "industries", Message: "websites and industries are both given, and Toofr would ignore the industries; keep one of them, or make two pipelines"},
		{Path: "websites[0]", Message: `"not a site" is no website; a domain such as example.com, or its URL`},
		{Path: "websites[2]", Message: `"a.example,b.example" is no website; a domain such as example.com, or its URL`},
		{Path: "industries[1]", Message: `"Computer Software" is no industry category of Toofr, which must match exactly`, Suggest: "computer_software",
			Unknown: Unknown{"industry", "Computer Software", ToofrIndustries}},
		{Path: "titles[0]", Message: `"CEO" is no title category of Toofr, which must match exactly`, Suggest: "ceo",
			Unknown: Unknown{"title", "CEO", ToofrTitles}},
		{Path: "titles[1]", Message: `"wizard" is no title category of Toofr, which must match exactly`,
			Unknown: Unknown{"title", "wizard", ToofrTitles}},
	}, ToofrProspects{
		Websites:   []string{"not a site", "example.com", "a.example,b.example"},
		Industries: []string{"internet", "Computer Software"},
		Titles:     []string{"CEO", "wizard"},
	}.Problems())
	require.Equal(t, "websites", ToofrProspects{}.Problems()[0].Path)
	require.Equal(t, "batch", ToofrProspects{Websites: []string{"a.example"}, Batch: -1}.Problems()[0].Path)
}

func TestWebsiteIsTheBareDomain(t *testing.T) {
	for in, want := range map[string]string{
		"google.com": "google.com", "https://www.google.com": "google.com", "HTTP://Google.com:80/a?b#c": "google.com",
		" www.google.com. ": "google.com", "user@google.com": "google.com", "münchen.example": "xn--mnchen-3ya.example",
		"": "", "localhost": "", "a b.com": "", "http://": "", "a,b.com": "",
	} {
		got, ok := Website(in)
		require.Equal(t, want, got, "%q", in)
		require.Equal(t, want != "", ok, "%q", in)
	}
}

func TestASearchIsNamedByWhatItAsksFor(t *testing.T) {
	one := ToofrProspects{Websites: []string{"b.example", "https://www.a.example/", "B.example"}, Titles: []string{"cto", "ceo"}}.wanted()
	other := ToofrProspects{Websites: []string{"A.EXAMPLE", "b.example"}, Titles: []string{"ceo", "cto", "ceo"}}.wanted()
	require.Equal(t, one.id(), other.id())
	require.NotEqual(t, one.id(), toofrSearch{Websites: one.Websites}.id())
	require.Equal(t, "a.example, b.example × ceo, cto", one.name())
	require.Equal(t, "a, b, c and 2 more", toofrSearch{Industries: []string{"a", "b", "c", "d", "e"}}.name())
}

func TestToofrPlanSaysWhatANightCanCost(t *testing.T) {
	now := time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC)
	p := ToofrProspects{Websites: []string{"a.example", "b.example", "c.example"}, Batch: 1, MaxCredits: 500, MonthCreditsLeft: -1, Refresh: 30 * 24 * time.Hour}
	site := func(s string) toofrSearch { return toofrSearch{Websites: []string{s}} }
	state := State{
		site("a.example").id(): toofrPosition{toofrSearch: site("a.example"), Sweep: now.Add(-time.Hour), DoneAt: now.Add(-time.Hour)}.checkpoint(),
		site("b.example").id(): toofrPosition{toofrSearch: site("b.example"), Sweep: now.Add(-time.Hour), Page: 3, TotalPages: 7}.checkpoint(),
	}
	plan, err := p.Plan(state, now)
	require.NoError(t, err)
	require.Equal(t, []PlannedSearch{
		{ID: site("b.example").id(), Name: "b.example", Websites: []string{"b.example"}, Page: 3, Pages: 5, MaxCredits: 50},
		{ID: site("c.example").id(), Name: "c.example", Websites: []string{"c.example"}, Page: 1, MaxCredits: -1},
		{ID: site("a.example").id(), Name: "a.example", Websites: []string{"a.example"}, Rests: now.Add(-time.Hour).Add(30 * 24 * time.Hour)},
	}, plan)
	require.EqualValues(t, 500, p.MaxCost(plan))
	p.MonthCreditsLeft = 120
	require.EqualValues(t, 120, p.MaxCost(plan))
	p.MonthCreditsLeft = 9
	require.EqualValues(t, 0, p.MaxCost(plan))
	p.MaxCredits, p.MonthCreditsLeft = -1, -1
	require.EqualValues(t, -1, p.MaxCost(plan))
	require.EqualValues(t, 50, p.MaxCost(plan[:1]))
	require.EqualValues(t, 0, p.MaxCost(plan[2:]))
}

func TestALongerListBuysOnlyWhatIsNew(t *testing.T) {
	fake := &fakeToofr{t: t, prospects: 3}
	env := newTestEnv(t, schema.Toofr, fake)
	p := unlimited(ToofrProspects{Websites: []string{"b.example", "c.example", "d.example"}, Batch: 2})
	_, state := readPages(t, p.Source(env), nil, -1)
	require.EqualValues(t, 9, fake.charged.Load())

	p.Websites = append(p.Websites, "a.example")
	pages, state := readPages(t, p.Source(env), state, -1)
	require.Equal(t, toofrIDs("a.example", 3), idsOf(pages))

	p.Websites = p.Websites[1:]
	pages, _ = readPages(t, p.Source(env), state, -1)
	require.Empty(t, pages, "a shorter one nothing")

	p.Titles = []string{"ceo"}
	pages, _ = readPages(t, p.Source(env), state, -1)
	require.Len(t, idsOf(pages), 9, "other titles are another search")
}

func TestAPositionThatCannotBeReadIsAnError(t *testing.T) {
	p := unlimited(ToofrProspects{Websites: []string{"a.example"}})
	for _, text := range []string{"", "{", "[]", `{"page":"x"}`, `{}`} {
		_, err := p.Plan(State{"search_1": schema.Checkpoint(text)}, time.Now())
		require.ErrorContains(t, err, "the position of search search_1 cannot be read", text)
	}
}

// Whatever was bought before, a plan asks for every website exactly once, unless
// a resting search answers it.
func TestAPlanCoversEveryWebsiteOnce(t *testing.T) {
	now := time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		sites := rapid.SliceOfDistinct(rapid.Map(rapid.IntRange(0, 30), func(n int) string { return fmt.Sprintf("w%d.example", n) }), rapid.ID)
		state := State{}
		for range rapid.IntRange(0, 5).Draw(t, "known") {
			at := toofrPosition{toofrSearch: toofrSearch{Websites: sortedSet(sites.Draw(t, "bought"))}, Sweep: now}
			if at.Page = rapid.IntRange(0, 5).Draw(t, "page"); at.Page == 0 {
				at.DoneAt = now.Add(-time.Duration(rapid.IntRange(0, 60).Draw(t, "days")) * 24 * time.Hour)
			}
			state[at.id()] = at.checkpoint()
		}
		p := unlimited(ToofrProspects{Websites: sites.Draw(t, "wanted"), Batch: rapid.IntRange(1, 4).Draw(t, "batch")})
		plan, err := p.Plan(state, now)
		if err != nil {
			t.Fatal(err)
		}
		asked, resting := map[string]int{}, map[string]bool{}
		for _, s := range plan {
			for _, w := range s.Websites {
				if s.Page > 0 {
					asked[w]++
				} else {
					resting[w] = true
				}
			}
		}
		for _, w := range p.Websites {
			if asked[w] > 1 || asked[w] == 0 && !resting[w] || asked[w] == 1 && resting[w] {
				t.Fatalf("%s: asked for %d times, resting %v", w, asked[w], resting[w])
			}
			delete(asked, w)
		}
		if len(asked) > 0 {
			t.Fatalf("not wanted: %v", asked)
		}
	})
}
