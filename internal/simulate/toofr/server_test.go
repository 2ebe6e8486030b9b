package toofr

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

func TestToofrChargesForTheRowsOfAPage(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	websites := firstWebsites(3)
	before := balanceOf(c.Sim)
	seen := map[string]bool{}
	rows := 0
	for page := 1; ; page++ {
		var got answerPage
		c.Get(searchPath(strconv.Itoa(page), websites...), &got)
		require.Len(t, got.Prospects, got.Total)
		require.Equal(t, "Succeeded.", got.Status)
		for _, p := range got.Prospects {
			require.Regexp(t, `^\d+$`, string(p["id"]))
			require.False(t, seen[p.Text("id")])
			seen[p.Text("id")] = true
		}
		rows += got.Total
		if got.NextPage == nil {
			require.Equal(t, got.TotalPages, page)
			break
		}
		require.Equal(t, page+1, *got.NextPage)
		require.Equal(t, 10, got.Total)
	}
	require.Greater(t, rows, 30)
	require.Equal(t, before-rows, balanceOf(c.Sim))
	var balance struct{ Credits int }
	c.Get("/api/v1/credits/balance", &balance)
	require.Equal(t, before-rows, balance.Credits)

	charged := 0
	for _, r := range c.Sim.Log() {
		charged += r.Credits
		require.NotContains(t, r.Query, "key")
	}
	require.Equal(t, rows, charged)
}

func TestToofrWantsAKey(t *testing.T) {
	c := start(t, api.Options{})
	r := c.Request(http.MethodGet, "/api/v1/credits/balance", "")
	r.URL.RawQuery = ""
	response, body, err := c.Do(r)
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, response.StatusCode)
	require.JSONEq(t, `{"message":"There was a problem with your API key."}`, string(body))
}

func TestToofrSearchesTheInternetFirst(t *testing.T) {
	c := start(t, api.Options{Warmup: 2})
	for range 2 {
		var waiting answerPage
		c.Ask(http.StatusAccepted, http.MethodGet, searchPath("1", firstWebsites(1)[0]), "", &waiting)
		require.NotEmpty(t, waiting.Status)
		require.Empty(t, waiting.Prospects)
	}
	var found answerPage
	c.Get(searchPath("1", firstWebsites(1)[0]), &found)
	require.NotZero(t, found.Total)
}

func TestToofrIgnoresIndustriesBesideWebsites(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	site := firstWebsites(1)[0]
	var alone, both, industry, none answerPage
	c.Get(searchPath("1", site), &alone)
	c.Get(searchPath("1", "https://www."+site+"/about")+"&industries=retail", &both)
	c.Get("/api/v1/audiences?industries="+world.Code(world.NewCompany(0).Industry.Label), &industry)
	c.Get(searchPath("1", "unknown.example"), &none)
	require.Equal(t, alone, both)
	require.GreaterOrEqual(t, industry.TotalPages, alone.TotalPages)
	require.Zero(t, none.Total)
}

func TestToofrFiltersByTitle(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	var all, chiefs answerPage
	c.Get(searchPath("1", firstWebsites(20)...), &all)
	c.Get(searchPath("1", firstWebsites(20)...)+"&titles=ceo,cto", &chiefs)
	require.Less(t, chiefs.TotalPages, all.TotalPages)
	for _, p := range chiefs.Prospects {
		require.Contains(t, []string{"CEO", "Founder & CEO", "Chief Technology Officer"}, p.Text("title"))
	}
}

func TestToofrSortsAnewOverNight(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	path := searchPath("1", firstWebsites(20)...)
	var before, again, after answerPage
	c.Get(path, &before)
	c.Get(path, &again)
	c.Sim.Advance(1)
	c.Get(path, &after)
	require.Equal(t, before, again)
	require.NotEqual(t, before.Prospects, after.Prospects)
}

func TestWebsitesFindSoManyProspects(t *testing.T) {
	c := start(t, api.Options{Warmup: -1, People: 5000})
	websites := Websites(c.Sim.Universe, 300)
	found := search{websites: websites}.people(Vendor().People(c.Sim.Universe), 0)
	require.GreaterOrEqual(t, len(found), 300)
	require.Less(t, len(found), 300+world.CompanyPeople)
}
