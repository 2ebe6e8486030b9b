package statsocial

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
)

type buildAnswer struct {
	Response struct {
		ID      int
		Status  string
		Size    int
		Outputs []struct {
			Type, URL string
			Count     int
		}
	}
	Information struct{ Version string }
}

const gophers = `{"audience":{"name":"Gophers","description":"made up"},"outputs":["md5"],
	"parameters":[{"operation":"OR","bio_search":{"search_in_twitter":true,"phrases":["golang"]}}]}`

func TestABuildTakesACreditAndThenTime(t *testing.T) {
	c := start(t, api.Options{Warmup: 2})
	var created, polled buildAnswer
	c.Ask(http.StatusOK, http.MethodPost, "/platform/v0/audiences", gophers, &created)
	require.Equal(t, "running", created.Response.Status)
	require.Equal(t, "0.0.1", created.Information.Version)
	require.Equal(t, Audience+1, created.Response.ID)
	for _, status := range []string{"running", "running", "complete"} {
		c.Get("/platform/v0/audiences/67455", &polled)
		require.Equal(t, status, polled.Response.Status)
	}
	require.Len(t, polled.Response.Outputs, 2) // ss_id is always present
	var credits struct {
		Response struct{ Builds, Insights int }
	}
	c.Get("/platform/v0/credits", &credits)
	require.Equal(t, firstCredits-1, credits.Response.Builds)
	require.Equal(t, -1, credits.Response.Insights)

	var again buildAnswer
	c.Ask(http.StatusOK, http.MethodPost, "/platform/v0/audiences/67455/regenerate", "", &again)
	require.Equal(t, Audience+2, again.Response.ID)
	var text struct{ Response string }
	c.Ask(http.StatusOK, http.MethodPost, "/platform/v0/audiences/67454/universe", "", &text)
	require.Contains(t, text.Response, "enqueued")
}

func TestOutputFilesHoldWhatTheAnswerCounts(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	var done buildAnswer
	c.Get("/platform/v0/audiences/67454", &done)
	require.Len(t, done.Response.Outputs, len(Outputs))
	for _, o := range done.Response.Outputs {
		require.True(t, strings.HasPrefix(o.URL, c.URL+"/"), o.URL)
		_, body, err := c.Do(c.Request(http.MethodGet, strings.TrimPrefix(o.URL, c.URL), ""))
		require.NoError(t, err)
		if strings.HasSuffix(o.URL, ".gz") {
			r, err := gzip.NewReader(bytes.NewReader(body))
			require.NoError(t, err)
			body, err = io.ReadAll(r)
			require.NoError(t, err)
		}
		lines := bytes.Count(body, []byte("\n"))
		if strings.Contains(o.URL, ".csv") {
			table, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
			require.NoError(t, err)
			require.Contains(t, table[0], "ss_id")
			require.Contains(t, table[0], o.Type)
			lines = len(table) - 1
		}
		require.Equal(t, o.Count, lines, o.Type)
		require.NotZero(t, lines, o.Type)
	}
}

func TestStatSocialRefuses(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	var got struct{ Response string }
	for _, body := range []string{"", "{}", `{"audience":{"name":"x"}}`, strings.ReplaceAll(gophers, `"OR"`, `"AND"`),
		strings.ReplaceAll(gophers, `"md5"`, `"sha512"`)} {
		c.Ask(http.StatusBadRequest, http.MethodPost, "/platform/v0/audiences", body, &got)
		require.NotEmpty(t, got.Response)
	}
	c.Ask(http.StatusNotFound, http.MethodGet, "/platform/v0/audiences/1", "", &got)
	r := c.Request(http.MethodGet, "/platform/v0/credits", "")
	r.Header.Set("Authorization", Vendor().DefaultKey) // not Bearer
	response, _, err := c.Do(r)
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, response.StatusCode)
}

func TestBuildsRunOut(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	var got map[string]any
	for range firstCredits {
		c.Ask(http.StatusOK, http.MethodPost, "/platform/v0/audiences", gophers, &got)
	}
	c.Ask(http.StatusForbidden, http.MethodPost, "/platform/v0/audiences", gophers, &got)
}

func TestLookups(t *testing.T) {
	c := start(t, api.Options{})
	type entry struct{ ID, Name, Kind, Term string }
	var found struct {
		Response struct {
			Data          []entry
			Personalities []entry
			HasNext       *bool `json:"has_next"`
		}
	}
	for path, want := range map[string]entry{
		"location/cities?query=new%20york":   {Name: "New York", Kind: "city"},
		"location/countries?query=united":    {ID: "231", Name: "United States", Kind: "country"},
		"location/dmas?query=orleans":        {Name: "New Orleans", Kind: "dma"},
		"location/regions?query=new%20york":  {Name: "New York", Kind: "region"},
		"b2b/job-titles?query=data%20analys": {ID: "Data Analyst", Name: "Data Analyst", Kind: "b2b_jobtitle"},
		"b2b/employers?query=northwind":      {Name: "Northwind Labs", Kind: "b2b_employer"},
	} {
		c.Get("/platform/v0/"+path, &found)
		last := found.Response.Data[len(found.Response.Data)-1]
		require.Equal(t, want.Name, last.Name)
		require.Equal(t, want.Kind, last.Kind)
		require.NotEmpty(t, last.ID)
	}
	c.Get("/platform/v0/personality-types", &found)
	require.Len(t, found.Response.Personalities, 52)
	var tree struct{ Response []apitest.Row }
	c.Get("/platform/v0/affinities?query=gopher", &tree)
	require.Len(t, tree.Response, 7)
	require.Contains(t, string(tree.Response[2]["children"]), `"is_match":true`)
	c.Ask(http.StatusNotFound, http.MethodGet, "/platform/v0/location/planets", "", &apitest.Row{})
}
