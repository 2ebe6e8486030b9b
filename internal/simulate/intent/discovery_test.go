package intent

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
)

// The fields that the vendor's own OpenAPI file requires.
var (
	topicFields = []string{"topicId", "topicName", "type", "industry", "category"}
	reachFields = []string{"date", "uniqueAudience", "totalSignals", "avgScore", "highAudience", "mediumAudience", "lowAudience"}
)

func requireFields(t testing.TB, rows []apitest.Row, fields ...string) {
	t.Helper()
	require.NotEmpty(t, rows)
	for _, r := range rows {
		for _, f := range fields {
			require.Contains(t, r, f)
		}
	}
}

func TestTopicRoutesAnswerAsTheirSchemaSays(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	var facets struct {
		Data struct{ Types, Industries, Categories []apitest.Row }
	}
	c.Get("/v1/intent/topics/facets", &facets)
	requireFields(t, append(append(facets.Data.Types, facets.Data.Industries...), facets.Data.Categories...), "value", "count")

	var list struct{ Data []apitest.Row }
	c.Get("/v1/intent/topics/101/trend", &list)
	requireFields(t, list.Data, reachFields...)
	require.Equal(t, "2026-11-14", list.Data[0].Text("date"))
	require.Equal(t, "2026-11-20", list.Data[len(list.Data)-1].Text("date"))

	ups, downs := list, list
	c.Get("/v1/intent/topics/movers?limit=50", &ups)
	c.Get("/v1/intent/topics/movers?limit=50&direction=down", &downs)
	requireFields(t, append(ups.Data, downs.Data...), topicFields[:4]...)
	requireFields(t, append(ups.Data, downs.Data...), "todayAudience", "yesterdayAudience", "pctChange")
	require.Len(t, append(ups.Data, downs.Data...), len(topics))

	c.Ask(http.StatusOK, http.MethodPost, "/v1/intent/topics/compare", `{"topicIds":[101,104]}`, &list)
	require.Len(t, list.Data, 2)
	requireFields(t, list.Data, "topicId", "topicName", "data")

	var site struct {
		Data struct {
			Keywords []string
			Topics   []apitest.Row
		}
	}
	c.Ask(http.StatusOK, http.MethodPost, "/v1/intent/topics/analyze", `{"url":"https://snowflake.com"}`, &site)
	requireFields(t, site.Data.Topics, append(topicFields, "similarity", "matchedKeyword")...)

	for path, body := range map[string]string{"compare": `{"topicIds":[]}`, "analyze": `{"url":"snowflake"}`} {
		c.Ask(http.StatusBadRequest, http.MethodPost, "/v1/intent/topics/"+path, body, &apitest.Row{})
	}
	c.Ask(http.StatusNotFound, http.MethodGet, "/v1/intent/topics/1/trend", "", &apitest.Row{})
}

func TestAnAudienceIsMadeChangedAndRemoved(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	body := `{"name":"Payroll","config":{"topicIds":[106],"minScore":50,"filters":{"isB2b":"y"}}}`
	var made struct{ Data apitest.Row }
	c.Ask(http.StatusOK, http.MethodPost, "/v1/intent/audiences/validate", `{"config":{"topicIds":[106]}}`, &made)
	require.Empty(t, c.Sim.Orders(Name))
	c.Ask(http.StatusCreated, http.MethodPost, "/v1/intent/audiences", body, &made)
	requireFields(t, []apitest.Row{made.Data}, "id", "name", "status", "config", "audienceSize", "lastRefreshedAt", "createdAt")
	require.Len(t, c.Sim.Orders(Name).Of(api.AudienceOrder), 1)
	path := "/v1/intent/audiences/" + made.Data.Text("id")
	var people queryAnswer
	c.Ask(http.StatusOK, http.MethodPost, queryPath, `{"audienceId":"`+made.Data.Text("id")+`"}`, &people)
	require.NotEmpty(t, people.Data)
	c.Ask(http.StatusOK, http.MethodPatch, path, `{"status":"paused"}`, &made)
	require.Equal(t, "paused", made.Data.Text("status"))
	require.Equal(t, "Payroll", made.Data.Text("name"))
	c.Ask(http.StatusBadRequest, http.MethodPatch, path, `{"status":"asleep"}`, &apitest.Row{})
	for _, nothing := range []string{`{}`, `{"name":"x"}`, `{"name":"x","config":{"topicIds":[106],"minScore":0}}`} {
		c.Ask(http.StatusBadRequest, http.MethodPost, "/v1/intent/audiences", nothing, &apitest.Row{})
	}
	c.Ask(http.StatusOK, http.MethodDelete, path, "", &apitest.Row{})
	c.Ask(http.StatusNotFound, http.MethodGet, path, "", &apitest.Row{})
}

func TestStatsAndExportsAreOfARun(t *testing.T) {
	c := start(t, api.Options{Warmup: 1})
	path := "/v1/intent/audiences/" + AudienceCRM
	c.Ask(http.StatusNotFound, http.MethodGet, path+"/stats?date=2026-11-19", "", &apitest.Row{})
	var stats struct {
		Data struct {
			Total    int
			DataDate string
			Fields   map[string]float64
		}
	}
	c.Get(path+"/stats?date=2026-11-19", &stats)
	require.Equal(t, "2026-11-19", stats.Data.DataDate)
	require.Equal(t, 1.0, stats.Data.Fields["hem"])
	require.Greater(t, stats.Data.Fields["linkedinUrl"], 0.1)
	require.Less(t, stats.Data.Fields["linkedinUrl"], 0.9)

	var export struct {
		Data struct {
			DownloadURL, FileName, DataDate, ExpiresIn string
			Rows                                       int
		}
	}
	c.Ask(http.StatusOK, http.MethodPost, path+"/export?date=2026-11-19", "", &export)
	require.Equal(t, stats.Data.Total, export.Data.Rows)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, export.Data.DownloadURL, nil)
	require.NoError(t, err)
	response, body, err := c.Do(r)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode)
	table, err := csv.NewReader(strings.NewReader(string(body))).ReadAll()
	require.NoError(t, err)
	require.Len(t, table, export.Data.Rows+1)
	require.Equal(t, "hem", table[0][0])
}
