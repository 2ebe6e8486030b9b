package simulate

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIntentPagesByCursorToTheDeclaredTotal(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	seen := map[string]bool{}
	cursor := ""
	for {
		var got intentAnswer
		c.ask(http.StatusOK, Intent, http.MethodPost, queryPath, queryBody("", cursor), &got)
		require.Len(t, got.Data, got.Meta.Count)
		require.Equal(t, "2026-11-20", got.Meta.DataDate)
		require.Equal(t, "ready", got.Meta.Status)
		for _, r := range got.Data {
			require.False(t, seen[r.text("hem")])
			seen[r.text("hem")] = true
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
	c := start(t, Options{Warmup: 2})
	var got intentAnswer
	for range 2 {
		c.ask(http.StatusAccepted, Intent, http.MethodPost, queryPath, queryBody("", ""), &got)
		require.Equal(t, "materializing", got.Meta.Status)
		require.Empty(t, got.Data)
	}
	c.ask(http.StatusOK, Intent, http.MethodPost, queryPath, queryBody("", ""), &got)
	c.ask(http.StatusAccepted, Intent, http.MethodPost, queryPath, queryBody("2026-11-19", ""), &got)
}

func TestIntentKnowsOnlyItsDays(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	for date, status := range map[string]int{
		"2026-11-19": 200, "2026-11-14": 200, "2026-11-17": 404 /* the gap */, "2026-11-13": 404, "2026-11-21": 404, "yesterday": 400,
	} {
		var got map[string]any
		c.ask(status, Intent, http.MethodPost, queryPath, queryBody(date, ""), &got)
	}
	c.sim.Advance(1)
	var got intentAnswer
	c.ask(http.StatusOK, Intent, http.MethodPost, queryPath, queryBody("", ""), &got)
	require.Equal(t, "2026-11-21", got.Meta.DataDate)
	var runs struct{ Data []row }
	c.get(Intent, "/v1/intent/audiences/"+IntentAudience+"/runs", &runs)
	require.Len(t, runs.Data, 7)
	require.Equal(t, got.Meta.CacheKey, runs.Data[0].text("cacheKey"))
	for _, r := range runs.Data {
		require.NotEqual(t, "2026-11-17", r.text("dataDate"))
	}
}

func TestADayOnceServedStaysTheSame(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	var before, after intentAnswer
	c.ask(http.StatusOK, Intent, http.MethodPost, queryPath, queryBody("2026-11-20", ""), &before)
	c.sim.Advance(5)
	c.ask(http.StatusOK, Intent, http.MethodPost, queryPath, queryBody("2026-11-20", ""), &after)
	require.Equal(t, before, after)
}

func TestACursorBelongsToItsQuery(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	var got intentAnswer
	c.ask(http.StatusOK, Intent, http.MethodPost, queryPath, queryBody("", ""), &got)
	var problem struct{ Error struct{ Message string } }
	c.ask(http.StatusBadRequest, Intent, http.MethodPost, queryPath, queryBody("2026-11-19", *got.Meta.NextCursor), &problem)
	require.NotEmpty(t, problem.Error.Message)
}

func TestThePersonKeyIsTheSameInEveryGeneration(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	var saved, adHoc, results intentAnswer
	c.ask(http.StatusOK, Intent, http.MethodPost, queryPath, `{"audienceId":"`+IntentAudience+`","limit":100}`, &saved)
	c.ask(http.StatusOK, Intent, http.MethodPost, queryPath, `{"topicIds":[101,102,104],"minScore":60,"limit":100}`, &adHoc)
	c.get(Intent, "/v1/intent/audiences/"+IntentAudience+"/results?limit=100", &results)
	var nested struct {
		Data struct {
			Run     row
			Results []row
			Total   int
		}
	}
	c.get(Intent, "/v1/intent/audiences/"+IntentAudience+"/runs/"+saved.Meta.CacheKey+"/results?limit=100", &nested)
	require.Equal(t, saved.Meta.TotalCount, nested.Data.Total)
	require.Equal(t, "completed", nested.Data.Run.text("status"))
	require.Len(t, adHoc.Data, len(saved.Data))
	md5s := 0
	for k, r := range saved.Data {
		require.Equal(t, r.text("hem"), nested.Data.Results[k].text("hashedEmail"))
		require.NotContains(t, adHoc.Data[k], "hem")
		require.Contains(t, string(adHoc.Data[k]["emailHashes"]), r.text("hem"))
		require.NotEmpty(t, results.Data[k].text("personId"))
		if len(r.text("hem")) == 32 {
			md5s++
			continue
		}
		require.Equal(t, sha256Hex(r.text("email")), r.text("hem"))
	}
	require.Less(t, md5s, 10)
}

func TestIntentFilters(t *testing.T) {
	c := start(t, Options{Warmup: -1, People: 3000})
	var all, leaders intentAnswer
	c.ask(http.StatusOK, Intent, http.MethodPost, queryPath, `{"topicIds":[101],"limit":100}`, &all)
	c.ask(http.StatusOK, Intent, http.MethodPost, queryPath, `{"topicIds":[101],"limit":100,"filters":{"seniority":["c_suite"],"hasBusinessEmail":true}}`, &leaders)
	require.Less(t, leaders.Meta.TotalCount, all.Meta.TotalCount)
	require.NotEmpty(t, leaders.Data)
	for _, r := range leaders.Data {
		require.Equal(t, "c_suite", r.text("seniority"))
		require.Contains(t, r.text("businessEmail"), "@")
	}
}

func TestIntentRefusesImpossibleQueries(t *testing.T) {
	c := start(t, Options{Warmup: -1})
	for _, body := range []string{`{}`, `{"topicIds":[101],"minScore":0}`, `{"topicIds":[101],"limit":101}`, `{"topicIds":[1,2,3,4,5,6,7,8,9,10,11]}`, `not json`} {
		var got map[string]any
		c.ask(http.StatusBadRequest, Intent, http.MethodPost, queryPath, body, &got)
	}
	var got map[string]any
	c.ask(http.StatusNotFound, Intent, http.MethodPost, queryPath, `{"audienceId":"00000000-0000-4000-8000-000000000000"}`, &got)
}

func TestTopicsArePublicAndPeopleAreNot(t *testing.T) {
	c := start(t, Options{})
	for path, status := range map[string]int{"/v1/intent/topics": 200, "/v1/intent/topics/search?q=data": 200, "/v1/intent/audiences": 401, "/v1/intent/audiences/filters": 401} {
		r := c.request(Intent, http.MethodGet, path, "")
		r.Header.Del("X-Api-Key")
		response, _, err := c.do(r)
		require.NoError(t, err)
		require.Equal(t, status, response.StatusCode, path)
	}
	var found struct{ Data []row }
	c.get(Intent, "/v1/intent/topics/search?q=identity", &found)
	require.Equal(t, "104", found.Data[0].text("topicId"))
	var preview struct{ Data struct{ TotalCount int } }
	c.ask(http.StatusOK, Intent, http.MethodPost, "/v1/intent/audiences/preview", `{"topicIds":[101]}`, &preview)
	require.NotZero(t, preview.Data.TotalCount)
	var one struct{ Data row }
	c.get(Intent, "/v1/intent/audiences/"+IntentAudience, &one)
	c.get(Intent, "/v1/intent/audiences/"+IntentAudience+"/status", &one)
}
