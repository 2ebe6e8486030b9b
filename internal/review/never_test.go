//go:build duckdb_arrow

package review_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"contactsync/internal/review"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/report"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// nights merges what AudienceLab lists, night by night, by the answers of a desk.
type nights struct {
	t      *testing.T
	w      *duckdb.Warehouse
	clock  *storetest.Clock
	desk   review.Desk
	people load.People
	n      int
}

func newNights(t *testing.T, people load.People) *nights {
	t.Helper()
	n := &nights{t: t, clock: storetest.NewClock(), desk: desk(t, ""), people: people}
	var err error
	n.w, err = duckdb.Open(t.Context(), filepath.Join(t.TempDir(), "warehouse.duckdb"), duckdb.Options{Now: n.clock.Now})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.w.Close()) })
	return n
}

// pass commits and merges a night, and gives what is open after it.
func (n *nights) pass(said ...storetest.Said) review.Queue {
	n.t.Helper()
	n.n++
	n.clock.Advance()
	r := storetest.NewRun(fmt.Sprint("r", n.n), "p", n.clock.T)
	b := load.Batch{Run: r}
	for _, s := range said {
		b.Versions = append(b.Versions, s.Version(schema.AudienceLab))
	}
	require.NoError(n.t, n.w.Commit(n.t.Context(), b))
	_, err := n.w.Merge(n.t.Context(), &r, n.people)
	require.NoError(n.t, err)
	q, err := n.desk.Queue(n.t.Context(), n.w, 0)
	require.NoError(n.t, err)
	return q
}

// answer decides every pair of a queue, and has the next merges follow.
func (n *nights) answer(q review.Queue, same bool) {
	n.t.Helper()
	for _, p := range q.Pairs {
		records := p.Records()
		_, err := n.desk.Decide(n.t.Context(), []review.Decision{{Record: records[0], Other: records[1], Same: same}})
		require.NoError(n.t, err)
		n.people.Overrides = append(n.people.Overrides, load.Override{
			Always: same, A: load.Selector{Source: records[0].Source, SourceID: records[0].SourceID},
			B: load.Selector{Source: records[1].Source, SourceID: records[1].SourceID},
		})
	}
}

// spouse is a record of one of two people who share an address, and each have a profile.
func spouse(id, first string) storetest.Said {
	return storetest.Said{
		ID: id, First: first, Last: "Reed", Email: "reeds@mail.example",
		Identifiers: []schema.Identifier{{Source: schema.AudienceLab, SourceID: id, Kind: schema.LinkedIn, Value: first}},
	}
}

func guarded() load.People {
	people := storetest.People()
	people.Guard = load.GuardOn
	return people
}

func TestWhoAreTwoPeopleForAHumanAreNotAskedAgain(t *testing.T) {
	for _, guard := range []load.Guard{load.GuardOn, load.GuardWarn} {
		t.Run(string(guard), func(t *testing.T) {
			people := guarded()
			people.Guard = guard
			n := newNights(t, people)
			q := n.pass(spouse("1", "Paul"), spouse("2", "Nina"))
			require.Len(t, q.Pairs, 1)
			n.answer(q, false)
			require.Empty(t, n.pass().Pairs)

			// Others who go to one of the two bring no new question about them.
			nina := spouse("3", "Nina")
			nina.JobTitle = "CEO"
			require.Empty(t, n.pass(nina, spouse("4", "Paul")).Pairs)
			paul := spouse("1", "Paul")
			paul.PostalCode = "12345"
			require.Empty(t, n.pass(paul).Pairs, "nor does a change")
			_, err := n.w.Resolve(t.Context(), "anew", n.people, true)
			require.NoError(t, err)
			require.Empty(t, n.pass().Pairs)
		})
	}
}

// likely are two records that match and share no identifier.
func likely(id string) storetest.Said {
	return storetest.Said{ID: id, First: "Zebulon", Last: "Quillfeather", PostalCode: "12345", Phones: []string{"+12025550101"}}
}

func TestAMatchThatAHumanRefusesIsNotAskedAgain(t *testing.T) {
	for _, matching := range []load.Matching{load.MatchSuggest, load.MatchOn} {
		t.Run(string(matching), func(t *testing.T) {
			people := guarded()
			people.Match, people.Threshold = matching, .995
			n := newNights(t, people)
			q := n.pass(likely("1"), likely("2"))
			require.Len(t, q.Pairs, 1)
			require.Equal(t, matching == load.MatchOn, q.Pairs[0].Joined)
			n.answer(q, false)
			require.Empty(t, n.pass().Pairs)
			quality, err := report.ReadQuality(t.Context(), n.w, n.people.Overrides)
			require.NoError(t, err)
			require.Empty(t, quality.Warnings, "a match that is refused is no identifier to be warned of")
			require.Equal(t, []report.PairCount{{Reason: schema.PairMatch, Reviewed: 1}}, quality.Pairs)
			other := likely("1")
			other.JobTitle = "CEO"
			require.Empty(t, n.pass(other).Pairs)
		})
	}
}

func TestASuggestedMatchOfOnePersonIsNotAsked(t *testing.T) {
	people := guarded()
	people.Match, people.Threshold = load.MatchSuggest, .995
	n := newNights(t, people)
	require.Len(t, n.pass(likely("1"), likely("2")).Pairs, 1)

	// A third record shares an address with each of the two.
	one, two, both := likely("1"), likely("2"), likely("3")
	one.Email, two.Email = "z@acme.example", "z@mail.example"
	both.Identifiers = []schema.Identifier{
		{Source: schema.AudienceLab, SourceID: "3", Kind: schema.EmailSHA256, Value: hashOf(one.Email)},
		{Source: schema.AudienceLab, SourceID: "3", Kind: schema.EmailSHA256, Value: hashOf(two.Email)},
	}
	q := n.pass(one, two, both)
	require.Equal(t, 1, count(t, n.w, "SELECT count(*) FROM etl.candidate_pairs WHERE reason = 'match' AND NOT joined"))
	require.Equal(t, 1, count(t, n.w, "SELECT count(DISTINCT contact_id) FROM etl.people"))
	require.Empty(t, q.Pairs)
	require.Zero(t, q.Open)
}

func count(t *testing.T, w *duckdb.Warehouse, query string) (n int) {
	t.Helper()
	conn, err := w.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.QueryRowContext(t.Context(), query).Scan(&n))
	return n
}
