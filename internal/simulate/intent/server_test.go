package intent

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
	"contactsync/internal/simulate/world"
)

func TestIntentPagesByCursorToTheDeclaredTotal(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	seen := map[string]bool{}
	cursor := ""
	for {
		var got queryAnswer
		c.Ask(http.StatusOK, http.MethodPost, queryPath, queryBody("", cursor), &got)
		require.Len(t, got.Data, got.Meta.Count)
		require.Equal(t, "2026-11-20", got.Meta.DataDate)
		require.Equal(t, "ready", got.Meta.Status)
		for _, r := range got.Data {
			require.False(t, seen[r.Text("hem")])
			seen[r.Text("hem")] = true
			for _, required := range []string{"hem", "intentScore", "topicId", "email", "company", "jobTitle"} {
				require.Contains(t, r, required)
			}
		}
		require.Equal(t, got.Meta.HasMore, got.Meta.NextCursor != nil)
		if !got.Meta.HasMore {
			require.Len(t, seen, got.Meta.TotalCount)
			break
		}
		cursor = *got.Meta.NextCursor
	}
	require.Greater(t, len(seen), 40)
}

func TestIntentMaterialisesADayFirst(t *testing.T) {
	c := start(t, api.Options{Warmup: 2})
	var got queryAnswer
	for range 2 {
		c.Ask(http.StatusAccepted, http.MethodPost, queryPath, queryBody("", ""), &got)
		require.Equal(t, "materializing", got.Meta.Status)
		require.Empty(t, got.Data)
	}
	c.Ask(http.StatusOK, http.MethodPost, queryPath, queryBody("", ""), &got)
	c.Ask(http.StatusAccepted, http.MethodPost, queryPath, queryBody("2026-11-19", ""), &got)
}

func TestIntentKnowsOnlyItsDays(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	for date, status := range map[string]int{
		"2026-11-19": 200, "2026-11-14": 200, "2026-11-17": 404 /* the gap */, "2026-11-13": 404, "2026-11-21": 404, "yesterday": 400,
	} {
		var got map[string]any
		c.Ask(status, http.MethodPost, queryPath, queryBody(date, ""), &got)
	}
	c.Sim.Advance(1)
	var got queryAnswer
	c.Ask(http.StatusOK, http.MethodPost, queryPath, queryBody("", ""), &got)
	require.Equal(t, "2026-11-21", got.Meta.DataDate)
	var runs struct{ Data []apitest.Row }
	c.Get("/v1/intent/audiences/"+AudienceCRM+"/runs", &runs)
	require.Len(t, runs.Data, 7)
	require.Equal(t, got.Meta.CacheKey, runs.Data[0].Text("cacheKey"))
	for _, r := range runs.Data {
		require.NotEqual(t, "2026-11-17", r.Text("dataDate"))
	}
}

func TestADayOnceServedStaysTheSame(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	var before, after queryAnswer
	c.Ask(http.StatusOK, http.MethodPost, queryPath, queryBody("2026-11-20", ""), &before)
	c.Sim.Advance(5)
	c.Ask(http.StatusOK, http.MethodPost, queryPath, queryBody("2026-11-20", ""), &after)
	require.Equal(t, before, after)
}

func TestACursorBelongsToItsQuery(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	var got queryAnswer
	c.Ask(http.StatusOK, http.MethodPost, queryPath, queryBody("", ""), &got)
	var problem struct{ Error struct{ Message string } }
	c.Ask(http.StatusBadRequest, http.MethodPost, queryPath, queryBody("2026-11-19", *got.Meta.NextCursor), &problem)
	require.NotEmpty(t, problem.Error.Message)
}

func TestThePersonKeyIsTheSameInEveryGeneration(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	var saved, adHoc, results queryAnswer
	c.Ask(http.StatusOK, http.MethodPost, queryPath, `{"audienceId":"`+AudienceCRM+`","limit":100}`, &saved)
	c.Ask(http.StatusOK, http.MethodPost, queryPath, `{"topicIds":[101,102,104],"minScore":60,"limit":100}`, &adHoc)
	c.Get("/v1/intent/audiences/"+AudienceCRM+"/results?limit=100", &results)
	var nested struct {
		Data struct {
			Run     apitest.Row
			Results []apitest.Row
			Total   int
		}
	}
	c.Get("/v1/intent/audiences/"+AudienceCRM+"/runs/"+saved.Meta.CacheKey+"/results?limit=100", &nested)
	require.Equal(t, saved.Meta.TotalCount, nested.Data.Total)
	require.Equal(t, "completed", nested.Data.Run.Text("status"))
	require.Len(t, adHoc.Data, len(saved.Data))
	md5s := 0
	for k, r := range saved.Data {
		require.Equal(t, r.Text("hem"), nested.Data.Results[k].Text("hashedEmail"))
		require.NotContains(t, adHoc.Data[k], "hem")
		require.Contains(t, string(adHoc.Data[k]["emailHashes"]), r.Text("hem"))
		require.NotEmpty(t, results.Data[k].Text("personId"))
		if len(r.Text("hem")) == 32 {
			md5s++
			continue
		}
		require.Equal(t, world.SHA256Hex(r.Text("email")), r.Text("hem"))
	}
	require.Less(t, md5s, 10)
}

func TestIntentFilters(t *testing.T) {
	c := start(t, api.Options{Warmup: -1, People: 3000})
	var all, leaders queryAnswer
	c.Ask(http.StatusOK, http.MethodPost, queryPath, `{"topicIds":[101],"limit":100}`, &all)
	c.Ask(http.StatusOK, http.MethodPost, queryPath,
		`{"topicIds":[101],"limit":100,"filters":{"seniority":["c_suite"],"hasBusinessEmail":true}}`, &leaders)
	require.Less(t, leaders.Meta.TotalCount, all.Meta.TotalCount)
	require.NotEmpty(t, leaders.Data)
	for _, r := range leaders.Data {
		require.Equal(t, "c_suite", r.Text("seniority"))
		require.Contains(t, r.Text("businessEmail"), "@")
	}
}

func TestIntentRefusesImpossibleQueries(t *testing.T) {
	c := start(t, api.Options{Warmup: -1})
	for _, body := range []string{`{}`, `{"topicIds":[101],"minScore":0}`, `{"topicIds":[101],"limit":101}`,
		`{"topicIds":[1,2,3,4,5,6,7,8,9,10,11]}`, `not json`} {
		var got map[string]any
		c.Ask(http.StatusBadRequest, http.MethodPost, queryPath, body, &got)
	}
	var got map[string]any
	c.Ask(http.StatusNotFound, http.MethodPost, queryPath, `{"audienceId":"00000000-0000-4000-8000-000000000000"}`, &got)
}

func TestTopicsArePublicAndPeopleAreNot(t *testing.T) {
	c := start(t, api.Options{})
	for path, status := range map[string]int{"/v1/intent/topics": 200, "/v1/intent/topics/search?q=data": 200,
		"/v1/intent/audiences": 401, "/v1/intent/audiences/filters": 401} {
		r := c.Request(http.MethodGet, path, "")
		r.Header.Del("X-Api-Key")
		response, _, err := c.Do(r)
		require.NoError(t, err)
		require.Equal(t, status, response.StatusCode, path)
	}
	var found struct{ Data []apitest.Row }
	c.Get("/v1/intent/topics/search?q=identity", &found)
	require.Equal(t, "104", found.Data[0].Text("topicId"))
	var preview struct{ Data struct{ TotalCount int } }
	c.Ask(http.StatusOK, http.MethodPost, "/v1/intent/audiences/preview", `{"topicIds":[101]}`, &preview)
	require.NotZero(t, preview.Data.TotalCount)
	var one struct{ Data apitest.Row }
	c.Get("/v1/intent/audiences/"+AudienceCRM, &one)
	c.Get("/v1/intent/audiences/"+AudienceCRM+"/status", &one)
}
