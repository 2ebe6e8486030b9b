package storetest

import (
	"fmt"
	"testing"

	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func testWhatIsStoredIsGivenBackInChunksForAReplay(t *testing.T, e Engine) {
	w, _ := open(t, e)
	day, err := schema.ParseDate("2026-11-01")
	require.NoError(t, err)
	key := func(i int) load.MatchKey {
		return load.MatchKey{DataDate: day, TopicID: "1", HEM: fmt.Sprint("h", i)}
	}
	Merged(t, w, schema.Intent, func(b *load.Batch) {
		for i := range 3 {
			b.Versions[i].Pipeline = schema.Intent
			b.Matches = append(b.Matches, load.Match{Match: schema.Match{
				Pipeline: schema.Intent, DataDate: day, TopicID: "1", HEM: key(i).HEM, SourceID: fmt.Sprint(i), Payload: "{}",
			}, Sweep: "s"})
		}
	}, [4]string{"0", "Ann", "Lee", AnnMail}, [4]string{"1", "Bob", "Ray", BobMail}, [4]string{"2", "Eve", "Fox", "eve@acme.example"})

	origin := load.Origin{Pipeline: schema.Intent, Source: schema.Intent}
	origins, err := w.History().Origins(t.Context())
	require.NoError(t, err)
	require.Equal(t, []load.Origin{origin}, origins)
	days, err := w.History().MatchDays(t.Context(), schema.Intent)
	require.NoError(t, err)
	require.Equal(t, []schema.Date{day}, days)
	for after, want := range map[string][]string{"": {"0", "1"}, "1": {"2"}, "2": nil} {
		ids, err := w.History().RecordIDs(t.Context(), origin, after, 2)
		require.NoError(t, err)
		require.Equal(t, want, ids)
		matches, err := w.History().Matches(t.Context(), schema.Intent, day, after, 2)
		require.NoError(t, err)
		require.Len(t, matches, len(want))
	}

	// A replay finds that one of them is no match, and makes another otherwise.
	Merged(t, w, schema.Intent, func(b *load.Batch) {
		b.GoneMatches = []load.MatchKey{key(0), key(1)}
		b.Matches = []load.Match{{Match: schema.Match{
			Pipeline: schema.Intent, DataDate: day, TopicID: "1", HEM: key(1).HEM, SourceID: "1", JobTitle: "CTO", Payload: "{}",
		}, Sweep: "s"}}
	})
	require.Equal(t, []string{"1 CTO", "2 -"}, table(t, e, w, "SELECT source_id || ' ' || coalesce(job_title, '-') FROM intent_matches ORDER BY 1"))
}

func testAWaitingRejectIsGivenBackUntilItIsReplayedOrDropped(t *testing.T, e Engine) {
	w, c := open(t, e)
	b := Batch(NewRun("r1", "p1", c.T), schema.AudienceLab, "s1", false)
	for i := range 3 {
		b.Rejects = append(b.Rejects, schema.Reject{
			RejectID: fmt.Sprint("j", i), RunID: "r1", Pipeline: "p1", Source: schema.AudienceLab,
			Reason: "no id", Payload: fmt.Sprint(i), RejectedAt: c.T,
		})
	}
	require.NoError(t, w.Commit(t.Context(), b))
	waiting := func(after string, limit int) (ids []string) {
		t.Helper()
		list, err := w.Rejects().Waiting(t.Context(), "p1", after, limit)
		require.NoError(t, err)
		for _, r := range list {
			ids = append(ids, r.RejectID)
		}
		return ids
	}
	origins, err := w.Rejects().Origins(t.Context())
	require.NoError(t, err)
	require.Equal(t, []load.Origin{{Pipeline: "p1", Source: schema.AudienceLab}}, origins)
	require.Equal(t, []string{"j0", "j1"}, waiting("", 2))
	require.Equal(t, []string{"j2"}, waiting("j1", 2))

	again := Batch(NewRun("r2", "p1", c.T), schema.AudienceLab, "s1", false, [4]string{"u1", "Ann", "Lee", AnnMail})
	again.Replayed = []string{"j1"}
	require.NoError(t, w.Commit(t.Context(), again))
	require.NoError(t, w.Rejects().Drop(t.Context(), []string{"j2"}))
	require.Equal(t, []string{"j0"}, waiting("", 9))
}
