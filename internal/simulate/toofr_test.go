package simulate

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestToofrChargesForTheRowsOfAPage(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	websites := Catalog().Websites[:3]
	before := c.sim.Credits()
	seen := map[string]bool{}
	rows := 0
	for page := 1; ; page++ {
		var got toofrPage
		c.get(Toofr, toofrPath(strconv.Itoa(page), websites...), &got)
		require.Len(t, got.Prospects, got.Total)
		require.Equal(t, "Succeeded.", got.Status)
		for _, p := range got.Prospects {
			require.Regexp(t, `^\d+$`, string(p["id"]))
			require.False(t, seen[p.text("id")])
			seen[p.text("id")] = true
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
	require.Equal(t, before-rows, c.sim.Credits())
	var balance struct{ Credits int }
	c.get(Toofr, "/api/v1/credits/balance", &balance)
	require.Equal(t, before-rows, balance.Credits)

	charged := 0
	for _, r := range c.sim.Log() {
		charged += r.Credits
		require.NotContains(t, r.Query, "key")
	}
	require.Equal(t, rows, charged)
}

func TestToofrWantsAKey(t *testing.T) {
	c := start(t, Options{})
	r := c.request(Toofr, http.MethodGet, "/api/v1/credits/balance", "")
	r.URL.RawQuery = ""
	response, body, err := c.do(r)
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, response.StatusCode)
	require.JSONEq(t, `{"message":"There was a problem with your API key."}`, string(body))
}

func TestToofrSearchesTheInternetFirst(t *testing.T) {
	c := start(t, Options{Warmup: 2})
	for range 2 {
		var waiting toofrPage
		c.ask(http.StatusAccepted, Toofr, http.MethodGet, toofrPath("1", Catalog().Websites[0]), "", &waiting)
		require.NotEmpty(t, waiting.Status)
		require.Empty(t, waiting.Prospects)
	}
	var found toofrPage
	c.get(Toofr, toofrPath("1", Catalog().Websites[0]), &found)
	require.NotZero(t, found.Total)
}

func TestToofrIgnoresIndustriesBesideWebsites(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	site := Catalog().Websites[0]
	var alone, both, industry, none toofrPage
	c.get(Toofr, toofrPath("1", site), &alone)
	c.get(Toofr, toofrPath("1", "https://www."+site+"/about")+"&industries=retail", &both)
	c.get(Toofr, "/api/v1/audiences?industries="+makeCompany(0).industry.toofr, &industry)
	c.get(Toofr, toofrPath("1", "unknown.example"), &none)
	require.Equal(t, alone, both)
	require.GreaterOrEqual(t, industry.TotalPages, alone.TotalPages)
	require.Zero(t, none.Total)
}

func TestToofrFiltersByTitle(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	var all, chiefs toofrPage
	c.get(Toofr, toofrPath("1", Catalog().Websites...), &all)
	c.get(Toofr, toofrPath("1", Catalog().Websites...)+"&titles=ceo,cto", &chiefs)
	require.Less(t, chiefs.TotalPages, all.TotalPages)
	for _, p := range chiefs.Prospects {
		require.Contains(t, []string{"CEO", "Founder & CEO", "Chief Technology Officer"}, p.text("title"))
	}
}

func TestToofrSortsAnewOverNight(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	path := toofrPath("1", Catalog().Websites...)
	var before, again, after toofrPage
	c.get(Toofr, path, &before)
	c.get(Toofr, path, &again)
	c.sim.Advance(1)
	c.get(Toofr, path, &after)
	require.Equal(t, before, again)
	require.NotEqual(t, before.Prospects, after.Prospects)
}

func TestWebsitesFindSoManyProspects(t *testing.T) {
	c := start(t, Options{Warmup: -1, People: 5000})
	websites := c.sim.Websites(300)
	found := c.sim.toofrFound(toofrSearch{websites: websites}, 0)
	require.GreaterOrEqual(t, len(found), 300)
	require.Less(t, len(found), 300+companyPeople)
}
