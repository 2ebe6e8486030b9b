package statsocial

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
)

func TestEveryLookupOfTheDocumentIsRead(t *testing.T) {
	mux := http.NewServeMux()
	for _, k := range LookupKinds {
		mux.HandleFunc(k.path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			body, err := os.ReadFile("testdata/lookup-" + k.Name + ".json")
			if err != nil || r.Header.Get("Authorization") == "" {
				w.WriteHeader(500)
			}
			_, _ = w.Write(body)
		})
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	env := vendortest.Env(t, Vendor(), server.Config.Handler, func(s *extract.Settings) { s.MaxAttempts = 1 })

	for kind, want := range map[string]Entry{
		"job-titles":    {ID: "Analyst, Senior Programmer", Name: "Analyst, Senior Programmer", Kind: "b2b_jobtitle", Followers: 14, CanAdd: true},
		"employers":     {ID: "StatSocial", Name: "StatSocial", Kind: "b2b_employer", Followers: 81, CanAdd: true},
		"personalities": {ID: "self-expression", Name: "self-expression", Kind: "personality", CanAdd: true},
		"cities":        {ID: "81905", Name: "West New York", Kind: "city", CanAdd: true},
		"countries":     {ID: "231", Name: "United States", Kind: "country", CanAdd: true},
		"dmas":          {ID: "622", Name: "New Orleans", Kind: "dma", CanAdd: true},
		"regions":       {ID: "3372", Name: "New York", Kind: "region", CanAdd: true},
	} {
		entries, err := Lookup(context.Background(), env, kind, map[string]string{"personalities": " Self-"}[kind])
		require.NoError(t, err, kind)
		require.Contains(t, entries, want, kind)
		if kind == "personalities" {
			require.Len(t, entries, 6)
		}
	}

	tree, err := Lookup(context.Background(), env, "affinities", "Lewandowski")
	require.NoError(t, err)
	require.Equal(t, []Entry{{ID: ".influencers.", Name: "Influencers", Kind: "affinity", Children: []Entry{
		{ID: "a197", Name: "Sports", Kind: "affinity", Followers: 238080000, CanAdd: true, Children: []Entry{
			{ID: "a759", Name: "Soccer", Kind: "affinity", Followers: 120750000, CanAdd: true, Children: []Entry{
				{ID: "a38802", Name: "Robert Lewandowski", Kind: "affinity", Followers: 420000, CanAdd: true},
			}},
		}},
	}}}, tree, "only the ways to what matches")

	_, err = Lookup(context.Background(), env, "affinity", "x")
	require.ErrorContains(t, err, "did you mean affinities?")
}

func TestLookupFollowsPages(t *testing.T) {
	const second = "/platform/v0/location/cities?query=new&page=2"
	for name, next := range map[string]string{"address": "https://api.example" + second, "path": second, "query": "query=new&page=2", "token": "page2"} {
		t.Run(name, func(t *testing.T) {
			var asked []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked = append(asked, r.URL.RawQuery)
				if len(asked) == 1 {
					vendortest.Answer(w, 200, fmt.Sprintf(`{"response":{"data":[{"id":1,"name":"New York"}],"has_next":true,"next":%q}}`, next))
					return
				}
				vendortest.Answer(w, 200, `{"response":{"data":[{"id":2,"name":"Newark"}],"has_next":false,"next":""}}`)
			}))
			t.Cleanup(server.Close)
			env := vendortest.Env(t, Vendor(), server.Config.Handler, func(s *extract.Settings) { s.MaxAttempts = 1 })
			entries, err := Lookup(context.Background(), env, "cities", "new")
			require.NoError(t, err)
			require.Len(t, entries, 2)
			want := "page=2&query=new"
			if name == "token" {
				want = "next=page2&query=new"
			}
			require.Equal(t, []string{"query=new", want}, asked)
		})
	}
}

func TestLookupThatDoesNotAdvanceIsAnError(t *testing.T) {
	for next, want := range map[string]string{"again": "was read before", "": "does not name it"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			vendortest.Answer(w, 200, fmt.Sprintf(`{"response":{"data":[],"has_next":true,"next":%q}}`, next))
		}))
		t.Cleanup(server.Close)
		env := vendortest.Env(t, Vendor(), server.Config.Handler, func(s *extract.Settings) { s.MaxAttempts = 1 })
		_, err := Lookup(context.Background(), env, "dmas", "")
		require.ErrorContains(t, err, want)
	}
}
