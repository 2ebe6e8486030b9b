package toofr

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
	"contactsync/internal/simulate/world"
)

// start serves a small universe without waiting, unless the options say otherwise.
func start(t testing.TB, o api.Options) apitest.Client {
	t.Helper()
	return apitest.Serve(t, Vendor(), sign, o)
}

func sign(r *http.Request) {
	q := r.URL.Query()
	q.Set("key", Vendor().DefaultKey)
	r.URL.RawQuery = q.Encode()
}

// firstWebsites are the companies that hold for every seed.
func firstWebsites(n int) []string {
	var websites []string
	for k := range n {
		websites = append(websites, world.NewCompany(k).Domain)
	}
	return websites
}

func balanceOf(s *api.Simulation) int { return s.Balance(Name) }

// answerPage is Toofr's answer.
type answerPage struct {
	Total      int
	Prospects  []apitest.Row
	NextPage   *int `json:"next_page"`
	TotalPages int  `json:"total_pages"`
	Status     string
	Message    string
}

func searchPath(page string, websites ...string) string {
	return "/api/v1/audiences?" + url.Values{"websites": {strings.Join(websites, ",")}, "page": {page}}.Encode()
}
