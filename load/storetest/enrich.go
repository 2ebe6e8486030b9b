package storetest

import (
	"testing"
	"time"

	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// asked are the people of a job, each by the hash of an address and a LinkedIn slug.
func asked(pipeline, job string, at time.Time, addresses ...string) (list []schema.Asked) {
	for i, address := range addresses {
		for kind, value := range map[schema.Kind]string{schema.EmailSHA256: hashOf(address), schema.LinkedIn: "in-" + address} {
			list = append(list, schema.Asked{Pipeline: pipeline, Job: job, Person: int64(i), Kind: kind, Value: value, AskedAt: at})
		}
	}
	return list
}

func testAJobIsStoredAsItStandsAndWhoIsInItUntilItIsReleased(t *testing.T, e Engine) {
	w, c := open(t, e)
	r := NewRun("r1", "p1", c.T)
	booked := schema.Enrichment{Name: "j1", Pipeline: "p1", Status: schema.EnrichmentBooked, Asked: 2, BookedAt: c.T, RunID: "r1"}
	other := booked
	other.Name = "j2"
	require.NoError(t, w.Commit(t.Context(), load.Batch{
		Run: r, Enrichments: []schema.Enrichment{booked, other},
		Asked: append(asked("p1", "j1", c.T, AnnMail, BobMail), asked("p1", "j2", c.T, "eve@acme.example")...),
	}))
	posted := booked
	posted.JobID, posted.Status, posted.PostedAt = "id-1", "IN_QUEUE", c.T
	other.Status, other.Asked = schema.EnrichmentNotPosted, 0
	require.NoError(t, w.Commit(t.Context(), load.Batch{Run: r, Enrichments: []schema.Enrichment{posted, other}, Unasked: []string{"j2"}}))

	jobs, err := w.Progress().Enrichments(t.Context(), "p1", c.T)
	require.NoError(t, err)
	require.Equal(t, []schema.Enrichment{posted, other}, jobs)
	people, err := w.Progress().Asked(t.Context(), "p1", c.T)
	require.NoError(t, err)
	require.Len(t, people, 4)
	for _, p := range people {
		require.Equal(t, "j1", p.Job)
	}
	for _, none := range []struct {
		pipeline string
		since    time.Time
	}{{"p2", c.T}, {"p1", c.T.Add(time.Second)}} {
		jobs, err = w.Progress().Enrichments(t.Context(), none.pipeline, none.since)
		require.NoError(t, err)
		require.Empty(t, jobs)
		people, err = w.Progress().Asked(t.Context(), none.pipeline, none.since)
		require.NoError(t, err)
		require.Empty(t, people)
	}
}

func testWhoIsErasedWasNeverAskedFor(t *testing.T, e Engine) {
	path := closed(t, e, func(w load.Warehouse) {
		at := time.Now()
		Merged(t, w, schema.Toofr, func(b *load.Batch) {
			b.Enrichments = []schema.Enrichment{{Name: "j1", Pipeline: b.Run.Pipeline, Status: "COMPLETED", Asked: 3, BookedAt: at, RunID: b.Run.RunID}}
			b.Asked = asked(b.Run.Pipeline, "j1", at, AnnMail, BobMail, "stranger@acme.example")
		}, [4]string{"1", "Ann", "Lee", AnnMail}, [4]string{"2", "Bob", "Ray", BobMail})
	})
	w, found := erase(t, e, path, Plainly(), ByAddress(AnnMail), ByAddress("stranger@acme.example"))
	require.EqualValues(t, 4, found.Rows[schema.AskedPeople.Name])
	Nowhere(t, e, w, hashOf(AnnMail), "in-"+AnnMail, hashOf("stranger@acme.example"), "in-stranger")
	require.EqualValues(t, 2, value[int64](t, e, w, "SELECT count(*) FROM etl.asked"), "by both of which Bob was asked for")
	require.EqualValues(t, 3, value[int64](t, e, w, "SELECT asked FROM etl.enrichments"), "what was asked for stays counted")
}
