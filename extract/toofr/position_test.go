package toofr

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"contactsync/extract"
	"contactsync/extract/vendortest"
	"contactsync/schema"
)

func TestASearchIsNamedByWhatItAsksFor(t *testing.T) {
	one := order{websites: []string{"b.example", "https://www.a.example/", "B.example"}, titles: []string{"cto", "ceo"}}.wanted()
	other := order{websites: []string{"A.EXAMPLE", "b.example"}, titles: []string{"ceo", "cto", "ceo"}}.wanted()
	require.Equal(t, one.id(), other.id())
	require.NotEqual(t, one.id(), search{Websites: one.Websites}.id())
	require.Equal(t, "a.example, b.example × ceo, cto", one.name())
	require.Equal(t, "a, b, c and 2 more", search{Industries: []string{"a", "b", "c", "d", "e"}}.name())
}

func TestToofrPlanSaysWhatANightCanCost(t *testing.T) {
	now := time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC)
	p := order{websites: []string{"a.example", "b.example", "c.example"}, batch: 1, maxCredits: 500, monthCreditsLeft: -1, refresh: 30 * 24 * time.Hour}
	site := func(s string) search { return search{Websites: []string{s}} }
	state := extract.State{
		site("a.example").id(): extract.Encode(position{search: site("a.example"), Sweep: now.Add(-time.Hour), DoneAt: now.Add(-time.Hour)}),
		site("b.example").id(): extract.Encode(position{search: site("b.example"), Sweep: now.Add(-time.Hour), Page: 3, TotalPages: 7}),
	}
	plan, err := p.plan(state, now)
	require.NoError(t, err)
	require.Equal(t, []extract.PlannedSearch{
		{ID: site("b.example").id(), Name: "b.example", Websites: []string{"b.example"}, Page: 3, Pages: 5, MaxCredits: 50},
		{ID: site("c.example").id(), Name: "c.example", Websites: []string{"c.example"}, Page: 1, MaxCredits: -1},
		{ID: site("a.example").id(), Name: "a.example", Websites: []string{"a.example"}, Rests: now.Add(-time.Hour).Add(30 * 24 * time.Hour)},
	}, plan)
	require.EqualValues(t, 500, p.maxCost(plan))
	p.monthCreditsLeft = 120
	require.EqualValues(t, 120, p.maxCost(plan))
	p.monthCreditsLeft = 9
	require.EqualValues(t, 0, p.maxCost(plan))
	p.maxCredits, p.monthCreditsLeft = -1, -1
	require.EqualValues(t, -1, p.maxCost(plan))
	require.EqualValues(t, 50, p.maxCost(plan[:1]))
	require.EqualValues(t, 0, p.maxCost(plan[2:]))
}

func TestALongerListBuysOnlyWhatIsNew(t *testing.T) {
	fake := &fakeToofr{t: t, prospects: 3}
	env := vendortest.Env(t, Vendor(), fake)
	p := unlimited(order{websites: []string{"b.example", "c.example", "d.example"}, batch: 2})
	_, state := vendortest.Read(t, p.source(env), nil, -1)
	require.EqualValues(t, 9, fake.charged.Load())

	p.websites = append(p.websites, "a.example")
	pages, state := vendortest.Read(t, p.source(env), state, -1)
	require.Equal(t, toofrIDs("a.example", 3), vendortest.IDs(pages))

	p.websites = p.websites[1:]
	pages, _ = vendortest.Read(t, p.source(env), state, -1)
	require.Empty(t, pages, "a shorter one nothing")

	p.titles = []string{"ceo"}
	pages, _ = vendortest.Read(t, p.source(env), state, -1)
	require.Len(t, vendortest.IDs(pages), 9, "other titles are another search")
}

func TestAPositionThatCannotBeReadIsAnError(t *testing.T) {
	p := unlimited(order{websites: []string{"a.example"}})
	for _, text := range []string{"", "{", "[]", `{"page":"x"}`, `{}`} {
		_, err := p.plan(extract.State{"search_1": schema.Checkpoint(text)}, time.Now())
		require.ErrorContains(t, err, "the position of search search_1 cannot be read", text)
	}
}

// Whatever was bought before, a plan asks for every website exactly once, unless
// a resting search answers it.
func TestAPlanCoversEveryWebsiteOnce(t *testing.T) {
	now := time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		sites := rapid.SliceOfDistinct(rapid.Map(rapid.IntRange(0, 30), func(n int) string { return fmt.Sprintf("w%d.example", n) }), rapid.ID)
		state := extract.State{}
		for range rapid.IntRange(0, 5).Draw(t, "known") {
			at := position{search: search{Websites: sortedSet(sites.Draw(t, "bought"))}, Sweep: now}
			if at.Page = rapid.IntRange(0, 5).Draw(t, "page"); at.Page == 0 {
				at.DoneAt = now.Add(-time.Duration(rapid.IntRange(0, 60).Draw(t, "days")) * 24 * time.Hour)
			}
			state[at.id()] = extract.Encode(at)
		}
		p := unlimited(order{websites: sites.Draw(t, "wanted"), batch: rapid.IntRange(1, 4).Draw(t, "batch")})
		plan, err := p.plan(state, now)
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
		for _, w := range p.websites {
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
