package simulate

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/intent"
	"contactsync/internal/simulate/statsocial"
	"contactsync/internal/simulate/toofr"
	"contactsync/internal/simulate/world"
)

// listing is a request of a vendor that brings rows, and where they stand.
type listing struct{ vendor, method, path, body, rows, word string }

func listings() []listing {
	return []listing{
		{toofr.Name, "GET", "/api/v1/audiences?page=1&websites=" + world.NewCompany(0).Domain, "", "prospects", "status"},
		{intent.Name, "POST", "/v1/intent/audiences/query", `{"audienceId":"` + intent.AudienceCRM + `"}`, "data", "meta.status"},
		{statsocial.Name, "GET", fmt.Sprint("/platform/v0/audiences/", statsocial.Audience), "", "response", "response.status"},
		{audiencelab.Name, "GET", "/segments/" + audiencelab.SegmentLeads, "", "data", "status"},
		{audiencelab.Name, "GET", "/audiences/" + audiencelab.AudienceVIP, "", "data", "status"},
		{audiencelab.Name, "GET", "/pixels/" + audiencelab.PixelID + "/v4", "", "events", "status"},
		{audiencelab.Name, "GET", "/enrichments", "", "data", "status"},
	}
}

// at is what stands at a path of an answer.
func at(t testing.TB, answer apitest.Row, path string) string {
	t.Helper()
	name, rest, more := strings.Cut(path, ".")
	if !more {
		return answer.Text(name)
	}
	var inner apitest.Row
	require.NoError(t, json.Unmarshal(answer[name], &inner))
	return at(t, inner, rest)
}

func TestALieLooksLikeASuccess(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	for _, l := range listings() {
		t.Run(l.vendor+" "+l.path, func(t *testing.T) {
			ask := func(f Fault) apitest.Row {
				response, body, err := c.at(l.vendor).DoFaulty(f, l.method, l.path, l.body)
				require.NoError(t, err)
				require.Equal(t, http.StatusOK, response.StatusCode)
				var got apitest.Row
				require.NoError(t, json.Unmarshal(body, &got), string(body))
				return got
			}
			honest := ask("")
			for fault, rows := range map[Fault]string{
				api.ErrorBesideEmpty: "[]", api.ErrorBesideNull: "null", api.ErrorsList: "[]", api.ErrorInMeta: "[]",
				api.NoSuccess: "[]", api.DataObject: "{}", api.DataText: `"upstream timeout"`,
			} {
				require.Equal(t, rows, string(ask(fault)[l.rows]), fault)
			}
			require.Contains(t, ask(api.ErrorBesideEmpty), "error")
			require.Equal(t, "upstream timeout", ask(api.ErrorBesideNull).Text("error"))
			require.Contains(t, ask(api.ErrorsList), "errors")
			require.Equal(t, "false", ask(api.NoSuccess).Text("success"))
			beside := ask(api.ErrorBesideRows)
			require.Equal(t, honest[l.rows], beside[l.rows])
			require.Contains(t, beside, "error")
			meta := ask(api.ErrorInMeta)
			require.Contains(t, string(meta["meta"])+string(meta["information"]), `"error":"upstream timeout"`)
			require.Equal(t, "Failed.", at(t, ask(api.FailedWord), l.word))
			require.Equal(t, "hibernating", at(t, ask(api.UnknownWord), l.word))
			if l.vendor != statsocial.Name { // its word stands where others have rows
				require.Equal(t, "[]", string(ask(api.UnknownWord)[l.rows]))
			}
		})
	}
}

func TestALieCostsNothingAndDoesNothing(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	before := c.sim.Credits()
	_, _, err := c.at(toofr.Name).DoFaulty(api.ErrorBesideRows, http.MethodGet, listings()[0].path, "")
	require.NoError(t, err)
	job := `{"name":"x","columns":["EMAIL"],"records":[{"email":"a@b.example"}]}`
	_, _, err = c.at(audiencelab.Name).DoFaulty(api.ErrorBesideEmpty, http.MethodPost, "/enrichments", job)
	require.NoError(t, err)
	require.Equal(t, before, c.sim.Credits())
	require.Empty(t, c.sim.Orders(audiencelab.Name))
}

func TestAnotherCharsetHoldsTheSameText(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	path := "/segments/" + audiencelab.SegmentEveryone + "?page_size=1000"
	_, plain, err := c.at(audiencelab.Name).Do(c.at(audiencelab.Name).Request(http.MethodGet, path, ""))
	require.NoError(t, err)
	response, body, err := c.at(audiencelab.Name).DoFaulty(api.Latin1, http.MethodGet, path, "")
	require.NoError(t, err)
	require.Equal(t, "application/json; charset=ISO-8859-1", response.Header.Get("Content-Type"))
	decoded := make([]rune, len(body))
	foreign := 0
	for k, b := range body {
		decoded[k] = rune(b)
		if b >= 0x80 {
			foreign++
		}
	}
	require.Positive(t, foreign)
	require.JSONEq(t, string(plain), string(decoded))
}

// people are the keys of the people whom a segment shows, page by page, and what it declares.
func people(c client, size int) (shown []string, declared int) {
	c.Helper()
	for page := 1; ; page++ {
		var got struct {
			Data    []apitest.Row
			Total   int  `json:"total_records"`
			HasMore bool `json:"has_more"`
		}
		c.at(audiencelab.Name).Get(fmt.Sprintf("/segments/%s?page_size=%d&page=%d", audiencelab.SegmentLeads, size, page), &got)
		for _, r := range got.Data {
			shown = append(shown, r.Text("UUID"))
		}
		if !got.HasMore {
			return shown, got.Total
		}
	}
}

func TestListsThatContradictThemselves(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	honest, total := people(c, 50)
	require.Len(t, honest, total)
	different := func(list []string) int { return len(world.Distinct(append([]string{}, list...))) }

	c.sim.SetFaults(0, api.OverlappingPages)
	shown, declared := people(c, 50)
	require.Equal(t, total, declared)
	require.Less(t, different(shown), total)
	require.Less(t, different(shown), len(shown), "some are shown twice")
	require.Subset(t, honest, shown)

	c.sim.SetFaults(0, api.ShortPages)
	shown, declared = people(c, 50)
	require.Equal(t, total, declared)
	require.Less(t, len(shown), total)

	c.sim.SetFaults(0, api.PageTotal)
	_, declared = people(c, total-5)
	require.Equal(t, 5, declared, "that of the last page")

	c.sim.SetFaults(0, api.EmptyList)
	shown, declared = people(c, 50)
	require.Empty(t, shown)
	require.Zero(t, declared)
}

func TestABareListHasNothingBesideIt(t *testing.T) {
	c := start(t, Options{Warmup: -1, FaultKinds: []Fault{api.BareList}})
	for _, l := range listings() {
		var got apitest.Row
		c.at(l.vendor).Ask(http.StatusOK, l.method, l.path, l.body, &got)
		if l.vendor != statsocial.Name {
			require.Equal(t, apitest.Row{l.rows: json.RawMessage("[]")}, got)
		}
	}
}

func TestAnErrorThatSaysNothingStandsBesideRows(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	for _, l := range listings() {
		var honest, polite apitest.Row
		c.sim.SetFaults(0)
		c.at(l.vendor).Ask(http.StatusOK, l.method, l.path, l.body, &honest)
		c.sim.SetFaults(0, api.EmptyError)
		c.at(l.vendor).Ask(http.StatusOK, l.method, l.path, l.body, &polite)
		require.Equal(t, honest[l.rows], polite[l.rows])
		require.Equal(t, "null", string(polite["error"]))
	}
}

func TestNumbersThatJSONDoesNotHave(t *testing.T) {
	c := start(t, Options{Warmup: -1, FaultKinds: []Fault{api.NotANumber}})
	for _, l := range listings() {
		if l.rows == "response" || l.path == "/enrichments" {
			continue
		}
		_, body, err := c.at(l.vendor).Do(c.at(l.vendor).Request(l.method, l.path, l.body))
		require.NoError(t, err)
		require.Contains(t, string(body), `"simulated_rate":NaN`)
		require.Contains(t, string(body), `"simulated_rate":-Infinity`)
	}
}

func TestWhatIsNotReadySaysSoInUnknownWords(t *testing.T) {
	for _, l := range listings() {
		if l.path == "/enrichments" || strings.HasPrefix(l.path, "/segments") || strings.HasPrefix(l.path, "/pixels") {
			continue
		}
		for fault, word := range map[Fault]string{api.UnknownStatus: "marinating", api.FailedBuild: "failed"} {
			c := start(t, Options{Warmup: 1, FaultKinds: []Fault{fault, api.WaitAdvice}})
			response, body, err := c.at(l.vendor).Do(c.at(l.vendor).Request(l.method, l.path, l.body))
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, response.StatusCode)
			require.Equal(t, "1", response.Header.Get("Retry-After"))
			var got apitest.Row
			require.NoError(t, json.Unmarshal(body, &got))
			require.Equal(t, word, at(t, got, l.word))
		}
	}
}

func TestFiltersThatAreIgnoredFindEverybody(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	count := func(l listing) int {
		var got struct {
			Meta struct{ TotalCount int }
			Page int `json:"total_pages"`
		}
		c.at(l.vendor).Ask(http.StatusOK, l.method, l.path, l.body, &got)
		return got.Meta.TotalCount + got.Page
	}
	for _, l := range listings()[:2] {
		c.sim.SetFaults(0)
		honest := count(l)
		c.sim.SetFaults(0, api.IgnoredFilters)
		require.Greater(t, count(l), 2*honest, l.vendor)
	}
	c.sim.SetFaults(0, api.FarDate)
	var far struct{ Meta struct{ DataDate string } }
	c.at(intent.Name).Ask(http.StatusOK, "POST", "/v1/intent/audiences/query", listings()[1].body, &far)
	require.Equal(t, "2036-11-20", far.Meta.DataDate)
}

func TestTheDocumentNamesEveryFault(t *testing.T) {
	text, err := os.ReadFile("../../docs/simulator.md")
	require.NoError(t, err)
	for _, f := range Faults() {
		require.Contains(t, string(text), "`"+string(f)+"`")
	}
}
