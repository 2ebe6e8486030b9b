package intent

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
	"contactsync/schema"
)

const savedAudience = "3c90c3cc-0d44-4b50-8888-8dd25736052a"

func date(t *testing.T, s string) schema.Date {
	t.Helper()
	d, err := schema.ParseDate(s)
	require.NoError(t, err)
	return d
}

func TestTopicsAreReadFromSinceToTheLatestDay(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-03", "k3", 3)
	f.day("2026-11-05", "k5", 5)
	env := f.env(t)
	m := order{Matches: Matches{TopicIDs: []int64{101}, Since: date(t, "2026-11-03")}}
	state := extract.State{}

	pages, err := vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	require.Equal(t, slices.Concat(people("2026-11-03", "k3", 3), people("2026-11-05", "k5", 5)), vendortest.IDs(pages))
	require.Equal(t, []string{"", "2026-11-03", "2026-11-03 k3@2", "2026-11-04", "2026-11-05", "2026-11-05 k5@2", "2026-11-05 k5@4"}, f.asked(),
		"the latest day first and without a date, then each day with its date")

	last := pages[len(pages)-1]
	require.True(t, last.Complete)
	require.Equal(t, "k5", last.Sweep)
	require.Equal(t, "2026-11-05", last.Partition)
	require.Equal(t, 3, last.Number)
	require.EqualValues(t, 5, last.Declared)
	require.Equal(t, date(t, "2026-11-05").Time, last.Records[0].AsOf)
	require.False(t, pages[0].Complete)

	t.Run("nothing is asked for again but the latest day", func(t *testing.T) {
		pages, err := vendortest.Collect(t, m.source(env), state)
		require.NoError(t, err)
		require.Empty(t, pages)
		require.Equal(t, []string{""}, f.asked())
	})
	t.Run("a new day is read, and only it", func(t *testing.T) {
		f.day("2026-11-06", "k6", 1)
		pages, err := vendortest.Collect(t, m.source(env), state)
		require.NoError(t, err)
		require.Equal(t, people("2026-11-06", "k6", 1), vendortest.IDs(pages))
		require.Equal(t, []string{"", "2026-11-06"}, f.asked())
	})
	t.Run("a new cache key of the latest day is read again", func(t *testing.T) {
		f.day("2026-11-06", "k6b", 2)
		pages, err := vendortest.Collect(t, m.source(env), state)
		require.NoError(t, err)
		require.Equal(t, people("2026-11-06", "k6b", 2), vendortest.IDs(pages))
		require.Equal(t, "k6b", pages[len(pages)-1].Sweep)
	})
}

func TestADayThatWasMissingMayComeLater(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-05", "k5", 1)
	env, state := f.env(t), extract.State{}
	now := time.Date(2026, 11, 6, 2, 0, 0, 0, time.UTC)
	env.Now = func() time.Time { return now }
	m := order{Matches: Matches{TopicIDs: []int64{101}, Since: date(t, "2026-11-04")}}
	_, err := vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	f.day("2026-11-04", "k4", 1)
	now = now.Add(24 * time.Hour)
	pages, err := vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	require.Equal(t, people("2026-11-04", "k4", 1), vendortest.IDs(pages))
}

func TestARecentDayIsComparedOnceANight(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-04", "k4", 3)
	f.day("2026-11-05", "k5", 1)
	env := f.env(t)
	now := time.Date(2026, 11, 6, 2, 0, 0, 0, time.UTC)
	env.Now = func() time.Time { return now }
	m := order{Matches: Matches{TopicIDs: []int64{101}, Since: date(t, "2026-11-04")}}
	state := extract.State{}
	_, err := vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	f.asked()

	now = now.Add(24 * time.Hour)
	pages, err := vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	require.Empty(t, vendortest.IDs(pages), "the key is the same, so the day is not read again")
	require.Len(t, pages, 1)
	require.True(t, pages[0].Complete)
	require.Equal(t, "k4", pages[0].Sweep, "its listing stands")
	require.Equal(t, []string{"", "2026-11-04"}, f.asked())

	_, err = vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	require.Equal(t, []string{""}, f.asked(), "once a night")

	now = now.Add(24 * time.Hour)
	f.day("2026-11-04", "k4b", 3)
	pages, err = vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	require.Equal(t, people("2026-11-04", "k4b", 3), vendortest.IDs(pages))

	f.day("2026-11-20", "k20", 1)
	m.Since = date(t, "2026-11-04")
	now = now.Add(14 * 24 * time.Hour)
	_, err = vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	f.asked()
	now = now.Add(24 * time.Hour)
	_, err = vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	require.Equal(t, []string{"", "2026-11-13", "2026-11-14", "2026-11-15", "2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19"}, f.asked(),
		"older days, missing or read, are asked for once")
}

func TestADayThatTheVendorForgetsStaysRead(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-04", "k4", 1)
	f.day("2026-11-05", "k5", 1)
	env, state := f.env(t), extract.State{}
	now := time.Date(2026, 11, 6, 2, 0, 0, 0, time.UTC)
	env.Now = func() time.Time { return now }
	m := order{Matches: Matches{TopicIDs: []int64{101}, Since: date(t, "2026-11-04")}}
	_, err := vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	delete(f.days, "2026-11-04")
	now = now.Add(24 * time.Hour)
	pages, err := vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	require.Equal(t, "k4", pages[0].Sweep)
	require.NotContains(t, string(state["2026-11-04"]), "missing")
}

func TestTopicsWithoutSinceBeginWithTheLatestDay(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-01", "k1", 1)
	f.day("2026-11-03", "k3", 1)
	env, state := f.env(t), extract.State{}
	m := oneTopic
	pages, err := vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	require.Equal(t, people("2026-11-03", "k3", 1), vendortest.IDs(pages))

	f.day("2026-11-04", "k4", 1)
	f.day("2026-11-05", "k5", 1)
	pages, err = vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	require.Equal(t, slices.Concat(people("2026-11-04", "k4", 1), people("2026-11-05", "k5", 1)), vendortest.IDs(pages), "no day between two runs is lost")
}

func TestASavedAudienceHasTheDaysThatAreListed(t *testing.T) {
	for _, api := range []string{QueryAPI, RunsAPI} {
		t.Run(api, func(t *testing.T) {
			f := newFakeIntent()
			f.day("2026-11-01", "k1", 3)
			f.day("2026-11-04", "k4", 2)
			f.day("2026-11-05", "k5", 4)
			env, state := f.env(t), extract.State{}
			m := order{Matches: Matches{AudienceID: savedAudience, Since: date(t, "2026-11-02")}, api: api}
			pages, err := vendortest.Collect(t, m.source(env), state)
			require.NoError(t, err)
			require.Equal(t, slices.Concat(people("2026-11-04", "k4", 2), people("2026-11-05", "k5", 4)), vendortest.IDs(pages))
			f.asked()

			f.day("2026-11-04", "k4b", 1)
			pages, err = vendortest.Collect(t, m.source(env), state)
			require.NoError(t, err)
			require.Equal(t, people("2026-11-04", "k4b", 1), vendortest.IDs(pages), "a new key is read again, and nothing else")

			m.until = date(t, "2026-11-01")
			m.Since = schema.Date{}
			pages, err = vendortest.Collect(t, m.source(env), state)
			require.NoError(t, err)
			require.Equal(t, people("2026-11-01", "k1", 3), vendortest.IDs(pages))
		})
	}
}

func TestALatestDayThatIsNotListedIsRead(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-05", "k5", 1)
	f.unlisted = []string{"2026-11-05"}
	env, state := f.env(t), extract.State{}
	m := order{Matches: Matches{AudienceID: savedAudience}}
	pages, err := vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	require.Equal(t, people("2026-11-05", "k5", 1), vendortest.IDs(pages))
	f.unlisted = nil
	pages, err = vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	require.Empty(t, pages, "listed later under the same key, it is known")
}

func TestMaterializingIsPolled(t *testing.T) {
	for name, m := range map[string]order{
		"topics by the same POST":   {Matches: Matches{TopicIDs: []int64{101}}},
		"a saved one by its status": {Matches: Matches{AudienceID: savedAudience}},
		"a run by its results":      {Matches: Matches{AudienceID: savedAudience}, api: RunsAPI},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeIntent()
			f.day("2026-11-05", "k5", 3).pending = 3
			pages, err := vendortest.Collect(t, m.source(f.env(t)), extract.State{})
			require.NoError(t, err)
			require.Equal(t, people("2026-11-05", "k5", 3), vendortest.IDs(pages))
			if name == "a saved one by its status" {
				require.Contains(t, f.requests, "GET /v1/intent/audiences/"+savedAudience+"/status?date=2026-11-05")
			}
		})
	}
}

func TestNotReadyLeavesTheStateAlone(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-04", "k4", 1)
	today := f.day("2026-11-05", "k5", 1)
	today.pending, today.status = 1<<30, "materializing"
	env, state := f.env(t), extract.State{}
	env.Client = extract.NewClient(func() extract.Settings {
		s := env.Client.Settings()
		s.PollTimeout = 5 * time.Millisecond
		return s
	}())
	pages, err := vendortest.Collect(t, order{Matches: Matches{AudienceID: savedAudience}}.source(env), state)
	var notReady *extract.NotReadyError
	require.ErrorAs(t, err, &notReady)
	require.Equal(t, "materializing", notReady.Status)
	require.Equal(t, people("2026-11-04", "k4", 1), vendortest.IDs(pages), "the day that is there does not wait")
	require.NotContains(t, state, "2026-11-05")
}

func TestAFailedRunIsAnErrorAndAListedOneIsSkippedOnce(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-04", "k4", 1).status = "failed"
	f.day("2026-11-05", "k5", 1)
	env, state := f.env(t), extract.State{}
	m := order{Matches: Matches{AudienceID: savedAudience}}
	pages, err := vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	require.Equal(t, people("2026-11-05", "k5", 1), vendortest.IDs(pages))
	require.Len(t, pages[0].Warnings, 1)
	pages, err = vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	require.Empty(t, pages)

	f.day("2026-11-06", "k6", 1).pending = 9
	f.days["2026-11-06"].status = "materializing"
	f.answer = func(c *intentCall) { f.days["2026-11-06"].status = "failed" }
	_, err = vendortest.Collect(t, m.source(env), state)
	require.ErrorContains(t, err, "could not prepare 2026-11-06 of audience")
}

func TestAnotherDayInTheAnswerIsAMissingDay(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-05", "k5", 1)
	f.answer = func(c *intentCall) {
		if c.Date == "2026-11-04" {
			c.Status, c.Body = 200, `{"data":[{"hem":"latest"}],"meta":{"totalCount":1,"nextCursor":null,"hasMore":false,"status":"ready","cacheKey":"k5","dataDate":"2026-11-05"}}`
		}
	}
	state := extract.State{}
	pages, err := vendortest.Collect(t, order{Matches: Matches{TopicIDs: []int64{101}, Since: date(t, "2026-11-04")}}.source(f.env(t)), state)
	require.NoError(t, err)
	require.Equal(t, people("2026-11-05", "k5", 1), vendortest.IDs(pages))
	require.Contains(t, string(state["2026-11-04"]), `"missing":true`)
}

func TestAChangedQueryReadsTheDaysAnew(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-05", "k5", 3)
	env, state := f.env(t), extract.State{}
	_, err := vendortest.Collect(t, oneTopic.source(env), state)
	require.NoError(t, err)
	pages, err := vendortest.Collect(t, order{Matches: Matches{TopicIDs: []int64{101}, MinScore: 80}}.source(env), state)
	require.NoError(t, err)
	require.Equal(t, people("2026-11-05", "k5", 3), vendortest.IDs(pages))
	require.Equal(t, "k5#2", pages[0].Sweep, "the same key, yet another listing")
}

func TestARefusedKeyStopsAtOnce(t *testing.T) {
	f := newFakeIntent()
	env := f.env(t)
	s := env.Client.Settings()
	s.Credential, s.CredentialKey = schema.NewSecret("sk_other"), "sources.intent.api_key"
	env.Client = extract.NewClient(s)
	_, err := vendortest.Collect(t, oneTopic.source(env), extract.State{})
	require.ErrorContains(t, err, "sources.intent.api_key")
	require.Len(t, f.requests, 1)
}

func TestNobodyMatchedIsAWarning(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-05", "k5", 0)
	pages, err := vendortest.Collect(t, oneTopic.source(f.env(t)), extract.State{})
	require.NoError(t, err)
	require.Len(t, pages, 1)
	require.True(t, pages[0].Complete)
	require.Len(t, pages[0].Warnings, 1)
}

func TestAVendorWithoutDataIsNoError(t *testing.T) {
	for _, m := range []order{oneTopic, {Matches: Matches{AudienceID: savedAudience}}, {Matches: Matches{AudienceID: savedAudience}, api: RunsAPI}} {
		pages, err := vendortest.Collect(t, m.source(newFakeIntent().env(t)), extract.State{})
		require.NoError(t, err)
		require.Empty(t, pages)
	}
}

func TestRunsAreReadToTheirEndWithoutATotal(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-05", "k5", 4).hasTotal = false
	pages, err := vendortest.Collect(t, order{Matches: Matches{AudienceID: savedAudience}, api: RunsAPI}.source(f.env(t)), extract.State{})
	require.NoError(t, err)
	require.Equal(t, people("2026-11-05", "k5", 4), vendortest.IDs(pages))
	require.Equal(t, []string{"2026-11-05 0", "2026-11-05 2", "2026-11-05 4"}, f.asked())
}

func TestSearchTopics(t *testing.T) {
	env := newFakeIntent().env(t)
	topics, err := SearchTopics(context.Background(), env, " data platform ")
	require.NoError(t, err)
	require.Equal(t, []Topic{{101, "data platform", "b2b", "Technology", "Data"}}, topics)
	_, err = SearchTopics(context.Background(), env, " ")
	require.Error(t, err)
}
