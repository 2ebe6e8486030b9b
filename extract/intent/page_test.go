package intent

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/extract/vendortest"
	"contactsync/schema"
)

func sampleFile(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return body
}

func TestTheDocumentedRequestIsSentAsItStandsThere(t *testing.T) {
	var typed queryRequest
	sample := sampleFile(t, "query-request.json")
	strict := json.NewDecoder(strings.NewReader(string(sample)))
	strict.DisallowUnknownFields()
	require.NoError(t, strict.Decode(&typed), "every documented field has a place")
	sent, err := json.Marshal(typed)
	require.NoError(t, err)
	require.JSONEq(t, string(sample), string(sent))
}

func TestTheFiltersAreWrittenAsDocumented(t *testing.T) {
	var sample struct {
		Filters json.RawMessage `json:"filters"`
	}
	require.NoError(t, json.Unmarshal(sampleFile(t, "query-request.json"), &sample))
	var filters Filters
	require.NoError(t, yaml.Load(sample.Filters, &filters, yaml.WithKnownFields()))
	sent, err := json.Marshal(filters)
	require.NoError(t, err)
	require.JSONEq(t, string(sample.Filters), string(sent))

	no := false
	sent, err = json.Marshal(queryRequest{Matches: Matches{TopicIDs: []int64{1}, Filters: Filters{HasPhone: &no}}, Limit: 1})
	require.NoError(t, err)
	require.JSONEq(t, `{"topicIds":[1],"filters":{"hasPhone":false},"limit":1}`, string(sent), "false is a wish too; what is not set is not sent")
}

func TestTheDocumentedAnswersAreRead(t *testing.T) {
	page, err := decodeQuery(api.Response{Status: 200, Body: sampleFile(t, "query-response.json")}, "2026-11-05", 0)
	require.NoError(t, err)
	require.Empty(t, page.waits)
	require.Len(t, page.records, 1)
	require.Equal(t, "<string>", page.cursor)
	require.EqualValues(t, 123, page.total)

	results, err := decodeResults(api.Response{Status: 200, Body: sampleFile(t, "runs-results.json")}, position{DataDate: "2026-05-05"})
	require.NoError(t, err)
	require.Empty(t, results.waits)
	require.False(t, results.more)
	require.Equal(t, "7f0e8a52-5a0c-4f0a-9a39-1f6f7a0b4d11", results.cacheKey)
	require.Equal(t, "0d6fb3b0c6d1a3b9f2b1f0d0b6a0e6a9c4d5e6f708192a3b4c5d6e7f8091a2b3", results.records[0].ID)

	page, err = decodeResults(api.Response{Status: 202, Body: sampleFile(t, "runs-pending.json")}, position{})
	require.NoError(t, err)
	require.Equal(t, "running", page.waits)
	page, err = decodeQuery(api.Response{Status: 202, Body: []byte("null")}, "", 0)
	require.NoError(t, err)
	require.Equal(t, "materializing", page.waits)
	page, err = decodeResults(api.Response{Status: 202, Body: []byte("null")}, position{})
	require.NoError(t, err)
	require.Equal(t, "queued", page.waits)
}

func TestThePersonsKeyInEveryGeneration(t *testing.T) {
	sdk := strings.TrimSpace(string(sampleFile(t, "record-sdk.json")))
	for record, want := range map[string]string{
		`{"hem":"ABC","personId":"p"}`:                      "abc",
		`{"hem":null,"emailHashes":{"sha256":"Def"}}`:       "def",
		`{"hem":"","hashedEmail":"F00","emailHashes":null}`: "f00",
		`{"personId":"P-1","emailHashes":"none"}`:           "P-1",
		`{"personId":17}`:                                   "17",
		`{"intentScore": 80}`:                               recordHash([]byte(`{"intentScore":80}`)),
		`"just text"`:                                       recordHash([]byte(`"just text"`)),
		sdk:                                                 "0d6fb3b0c6d1a3b9f2b1f0d0b6a0e6a9c4d5e6f708192a3b4c5d6e7f8091a2b3",
	} {
		require.Equal(t, want, recordID(json.RawMessage(record)), record)
	}
}

func TestTheEndOfADay(t *testing.T) {
	for name, c := range map[string]struct {
		meta string
		read int64
		more bool
		fail bool
	}{
		"hasMore false":       {`"hasMore":false,"nextCursor":"c"`, 0, false, false},
		"no cursor":           {`"nextCursor":null`, 0, false, false},
		"a cursor":            {`"hasMore":true,"nextCursor":"c"`, 0, true, false},
		"a cursor alone":      {`"nextCursor":"c"`, 0, true, false},
		"more without cursor": {`"hasMore":true,"nextCursor":null`, 0, false, true},
		"more without cursor, short of the total":  {`"hasMore":true,"nextCursor":null,"totalCount":10`, 8, false, true},
		"more without cursor, and all of it there": {`"hasMore":true,"nextCursor":null,"totalCount":10`, 9, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := decodeQuery(api.Response{Status: 200, Body: []byte(`{"data":[{"hem":"a"}],"meta":{` + c.meta + `}}`)}, "2026-11-05", c.read)
			require.Equal(t, c.fail, err != nil)
			require.Equal(t, c.more, page.more)
		})
	}
}

func TestTheListOfRuns(t *testing.T) {
	days, err := decodeRuns([]byte(`{"data":[
		{"cacheKey":"c","dataDate":"2026-11-06","status":"materializing","createdAt":"2026-11-06T05:00:00Z"},
		{"cacheKey":"b1","dataDate":"2026-11-05","status":"ready","createdAt":"2026-11-05T05:00:00Z"},
		{"cacheKey":"b3","dataDate":"2026-11-05","status":"materializing","createdAt":"2026-11-05T07:00:00Z"},
		{"cacheKey":"b2","dataDate":"2026-11-05T00:00:00Z","status":"ready","createdAt":"2026-11-05T06:00:00Z"},
		{"cacheKey":"d","dataDate":"2026-11-07","status":"ready","createdAt":"2026-11-07T05:00:00Z"},
		{"cacheKey":"a","dataDate":"2026-11-04","status":"failed","createdAt":"2026-11-04T05:00:00Z"},
		{"id":"queued","status":"queued"}]}`))
	require.NoError(t, err)
	require.Equal(t, []day{
		{date: date(t, "2026-11-04"), listed: "a", state: failed},
		{date: date(t, "2026-11-05"), listed: "b2", state: ready},
		{date: date(t, "2026-11-07"), listed: "d", state: ready},
		{date: date(t, "2026-11-06"), listed: "c", state: pending},
	}, days, "the newest run that is ready, and who must wait comes last")

	days, err = decodeRuns([]byte(`{"data":{"runs":[{"id":"r1","status":"completed","completedAt":"2026-05-05T16:52:31.000Z"}]}}`))
	require.NoError(t, err)
	require.Equal(t, []day{{date: date(t, "2026-05-05"), listed: "r1", state: ready}}, days)

	for _, body := range []string{`{}`, `{"data":null}`, `{"data":{"results":[]}}`, `{"data":"none"}`, `[]`} {
		_, err := decodeRuns([]byte(body))
		require.Error(t, err, body)
	}
}

func TestIntentProblems(t *testing.T) {
	topics := []int64{101}
	for name, c := range map[string]struct {
		m    order
		path string
	}{
		"nobody to ask for":        {order{Matches: Matches{}}, "topic_ids"},
		"both":                     {order{Matches: Matches{AudienceID: savedAudience, TopicIDs: topics}}, "topic_ids"},
		"no UUID":                  {order{Matches: Matches{AudienceID: "my-audience"}}, "audience_id"},
		"eleven topics":            {order{Matches: Matches{TopicIDs: []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}}, "topic_ids"},
		"topic zero":               {order{Matches: Matches{TopicIDs: []int64{0}}}, "topic_ids[0]"},
		"the same topic twice":     {order{Matches: Matches{TopicIDs: []int64{7, 7}}}, "topic_ids[1]"},
		"score above 100":          {order{Matches: Matches{TopicIDs: topics, MinScore: 101}}, "min_score"},
		"negative score":           {order{Matches: Matches{TopicIDs: topics, MaxScore: -1}}, "max_score"},
		"scores crossed":           {order{Matches: Matches{TopicIDs: topics, MinScore: 90, MaxScore: 80}}, "min_score"},
		"overlap above 10":         {order{Matches: Matches{AudienceID: savedAudience, MinTopicOverlap: 11}}, "min_topic_overlap"},
		"overlap above the topics": {order{Matches: Matches{TopicIDs: topics, MinTopicOverlap: 2}}, "min_topic_overlap"},
		"until before since":       {order{Matches: Matches{TopicIDs: topics, Since: date(t, "2026-11-05")}, until: date(t, "2026-11-04")}, "until"},
		"api":                      {order{Matches: Matches{TopicIDs: topics}, api: "run"}, "api"},
		"topics of runs":           {order{Matches: Matches{TopicIDs: topics}, api: RunsAPI}, "audience_id"},
		"isB2b":                    {order{Matches: Matches{TopicIDs: topics, Filters: Filters{IsB2B: "yes"}}}, "filters.isB2b"},
		"long job title":           {order{Matches: Matches{TopicIDs: topics, Filters: Filters{JobTitle: strings.Repeat("é", 201)}}}, "filters.jobTitle"},
		"long domain":              {order{Matches: Matches{TopicIDs: topics, Filters: Filters{CompanyDomain: strings.Repeat("a", 256)}}}, "filters.companyDomain"},
		"blank value":              {order{Matches: Matches{TopicIDs: topics, Filters: Filters{Seniority: []string{"c_suite", " "}}}}, "filters.seniority[1]"},
		"the same value twice":     {order{Matches: Matches{TopicIDs: topics, Filters: Filters{AgeRange: []string{"25-34", "25-34"}}}}, "filters.ageRange[1]"},
	} {
		t.Run(name, func(t *testing.T) {
			problems := c.m.problems()
			require.Len(t, problems, 1)
			require.Equal(t, c.path, problems[0].Path)
		})
	}
	require.Equal(t, "runs", order{Matches: Matches{TopicIDs: topics}, api: "run"}.problems()[0].Suggest)
	require.Empty(t, order{Matches: Matches{
		TopicIDs: []int64{1, 2}, MinScore: 1, MaxScore: 100, MinTopicOverlap: 2, Since: date(t, "2026-11-05"),
		Filters: Filters{IsB2B: "n", JobTitle: strings.Repeat("é", 200)},
	}, until: date(t, "2026-11-05"), api: QueryAPI}.problems())
}

func TestIntentConforms(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-03", "k3", 5)
	f.day("2026-11-05", "k5", 3)
	f.day("2026-11-06", "k6", 4)
	env := f.env(t)
	for name, m := range map[string]order{
		"topics":         {Matches: Matches{TopicIDs: []int64{101}, Since: date(t, "2026-11-03")}},
		"saved audience": {Matches: Matches{AudienceID: savedAudience}},
		"runs":           {Matches: Matches{AudienceID: savedAudience}, api: RunsAPI},
	} {
		t.Run(name, func(t *testing.T) {
			vendortest.Resume(t, func() extract.Source { return m.source(env) })
		})
	}
}

func FuzzIntentPage(f *testing.F) {
	for _, name := range []string{"query-response.json", "runs-results.json", "runs-pending.json"} {
		f.Add(sampleFile(f, name), 200, int64(0))
	}
	f.Add([]byte(`{"data":[{"hem":"a"},1,null],"meta":{"nextCursor":7,"hasMore":true,"totalCount":"12"}}`), 200, int64(3))
	f.Add([]byte(`{"data":[{"cacheKey":"a","dataDate":"2026-11-05","status":"ready"}],"page":-1}`), 202, int64(-1))
	f.Fuzz(func(t *testing.T, body []byte, status int, read int64) {
		answer := api.Response{Status: status, Body: body}
		if page, err := decodeQuery(answer, "2026-11-05", read); err == nil && page.waits == "" {
			require.Equal(t, page.more, page.cursor != "")
			for _, r := range page.records {
				require.NotEmpty(t, r.ID)
			}
		}
		if page, err := decodeResults(answer, position{}); err == nil && page.waits == "" && page.more {
			require.Positive(t, page.total+int64(len(page.records)))
		}
		if days, err := decodeRuns(body); err == nil {
			for _, d := range days {
				require.False(t, d.date.IsZero() && d.listed == "" && d.state > failed)
			}
		}
		at, _ := extract.Decode[position](schema.Checkpoint(body), nil)
		again, _ := extract.Decode[position](extract.Encode(at), nil)
		require.Equal(t, at.Page, again.Page, "a checkpoint survives being written")
	})
}
