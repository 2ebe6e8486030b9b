//go:build duckdb_arrow

package duckdb_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"contactsync/internal/identity"
	"contactsync/internal/loadtest"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const day = 24 * time.Hour

// list is a night on which an audience of the first vendor is listed whole.
func list(c *storetest.Clock, night string, members ...soul) load.Batch {
	source := schema.Sources[0]
	b := load.Batch{Run: storetest.NewRun("r"+night, "p", c.T)}
	b.Audiences = []schema.Audience{{Source: source, AudienceID: "a", Kind: schema.KindSegment}}
	b.Sweeps = []load.Sweep{{Source: source, Audience: "a", Sweep: night, Complete: true, Ended: true}}
	for _, m := range members {
		b.Seen = append(b.Seen, load.Seen{Source: source, Audience: "a", Sweep: night, SourceID: m.id})
	}
	return b
}

// staleBy works out from the memberships who is stale, one after the other.
func staleBy(t require.TestingT, w *duckdb.Warehouse, now time.Time, after time.Duration) map[string]bool {
	last := map[string]time.Time{}
	for _, row := range loadtest.Rows(t, w, "SELECT source || ':' || source_id, coalesce(valid_to, '2999-01-01'::TIMESTAMPTZ) FROM etl.members") {
		key, ended := row[0].(string), row[1].(time.Time)
		if ended.After(last[key]) {
			last[key] = ended
		}
	}
	stale := map[string]bool{}
	for key, ended := range last {
		stale[key] = after > 0 && ended.Before(now.Add(-after))
	}
	return stale
}

// TestPeopleOfWhomRecordsBecomeStaleAreThoseOfARebuild lets weeks pass in which records
// leave their audience and come back, change, and nothing happens at all.
func TestPeopleOfWhomRecordsBecomeStaleAreThoseOfARebuild(t *testing.T) {
	lightly(t)
	rapid.Check(t, func(rt *rapid.T) {
		w, c := openIn(rt, t)
		defer w.Close()
		s := settings{
			maxNames: rapid.IntRange(2, 4).Draw(rt, "max_names"), maxRecords: rapid.SampledFrom([]int{0, 2, 5}).Draw(rt, "max_records"),
			guard: rapid.SampledFrom([]load.Guard{load.GuardOff, load.GuardWarn, load.GuardOn, load.GuardOn}).Draw(rt, "guard"), stale: 90 * day,
		}
		now := map[string]soul{}
		for night := range rapid.IntRange(2, 6).Draw(rt, "nights") {
			c.T = c.T.Add(time.Duration(rapid.IntRange(0, 9).Draw(rt, "weeks")) * 7 * day)
			if rapid.IntRange(0, 3).Draw(rt, "decide") == 0 {
				s.overrides = overrides().Draw(rt, "overrides")
			}
			if rapid.IntRange(0, 4).Draw(rt, "set") == 0 {
				s.stale = rapid.SampledFrom([]time.Duration{0, 30 * day, 90 * day}).Draw(rt, "stale")
			}
			c.Advance()
			if name := fmt.Sprint(night); rapid.IntRange(0, 4).Draw(rt, "only resolve") == 0 {
				_, err := w.Resolve(ctx, name, s.people(), false)
				require.NoError(rt, err)
			} else {
				arriveIn(rt, w, passing(rt, c, name, now), s, values(now))
			}
			stale := staleBy(rt, w, c.T, s.stale)
			before := state(rt, w)
			c.T = c.T.Add(time.Millisecond) // what is written then tells so
			rebuilt, err := w.Resolve(ctx, "again", s.people(), true)
			require.NoError(rt, err)
			require.Equal(rt, before, state(rt, w))
			require.Zero(rt, rebuilt.Contacts, "no row differs")
			require.Equal(rt, expected(now, s, stale), partition(rt, w))
		}
	})
}

// passing draws what a night brings: what some records say now, and in most cases who is
// listed.
func passing(rt *rapid.T, c *storetest.Clock, night string, now map[string]soul) load.Batch {
	for _, s := range rapid.SliceOfN(souls(), 0, 4).Draw(rt, "said") {
		now[s.key()] = s
	}
	var listable []soul
	for _, s := range values(now) {
		if s.source == schema.Sources[0] {
			listable = append(listable, s)
		}
	}
	if len(listable) == 0 || rapid.IntRange(0, 3).Draw(rt, "listed") == 0 {
		return load.Batch{Run: storetest.NewRun("r"+night, "p", c.T)}
	}
	members := rapid.SliceOfNDistinct(rapid.SampledFrom(listable), 1, len(listable), soul.key).Draw(rt, "members")
	return list(c, night, members...)
}

// values are the records in the order of their keys.
func values(now map[string]soul) []soul {
	list := make([]soul, 0, len(now))
	for _, s := range now {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b soul) int { return slices.Compare([]string{a.source, a.id}, []string{b.source, b.id}) })
	return list
}

// glue is a record that says of two people's addresses that they are one's, and the two.
func glue() (bad, ann, bob soul) {
	source := schema.Sources[0]
	bad = soul{source: source, id: "1", clear: addresses[:2]}
	ann = soul{source: source, id: "2", surname: 1, clear: addresses[:1]}
	bob = soul{source: source, id: "3", surname: 2, clear: addresses[1:2]}
	return bad, ann, bob
}

func TestTwoPeopleComeApartWhenTheRecordThatGluedThemIsStale(t *testing.T) {
	w, c := open(t)
	s := settings{maxNames: 5, stale: 90 * day}
	bad, ann, bob := glue()
	moves := func() []string {
		return table(t, w, "SELECT change, contact_id, into_contact_id, source_id, run_id FROM etl.merges ORDER BY merged_at, source_id")
	}
	id := func(s soul) string { return identity.ContactID(s.source, s.id) }

	c.Advance()
	arriveIn(t, w, list(c, "1", bad, ann, bob), s, []soul{bad, ann, bob})
	together := []string{bad.key() + " " + ann.key() + " " + bob.key()}
	require.Equal(t, together, partition(t, w))

	c.Advance()
	arriveIn(t, w, list(c, "2", ann, bob), s, nil)
	c.T = c.T.Add(90 * day)
	arriveIn(t, w, list(c, "3", ann, bob), s, nil)
	require.Equal(t, together, partition(t, w), "90 days ago, not longer")

	// Time alone takes its vote. The bad record, which is the oldest, keeps its id, and
	// stays with one of the two, who keeps it too.
	c.Advance()
	_, err := w.Resolve(ctx, "r4", s.people(), false)
	require.NoError(t, err)
	require.Len(t, partition(t, w), 2)
	require.EqualValues(t, 3, value[int64](t, w, "SELECT count(*) FROM source_contacts"), "no row is lost")
	gone := ann
	if slices.Contains(partition(t, w), bad.key()+" "+ann.key()) {
		gone = bob
	}
	split := fmt.Sprint("split", id(bad), id(gone), gone.id, "r4")
	require.Equal(t, []string{split}, moves())
	require.Equal(t, []string{bad.source + bad.id}, table(t, w, "FROM etl.stale_records"))

	// It comes back, and with it what it says.
	c.Advance()
	arriveIn(t, w, list(c, "5", bad, ann, bob), s, nil)
	require.Equal(t, together, partition(t, w))
	require.Equal(t, []string{split, fmt.Sprint("merge", id(gone), id(bad), gone.id, "r5")}, moves())
	require.Empty(t, table(t, w, "FROM etl.stale_records"))
}

func TestARecordOfNoAudienceIsNeverStale(t *testing.T) {
	w, c := open(t)
	s := settings{maxNames: 5, stale: day}
	bad, ann, bob := glue()
	arrive(t, w, c, "1", s, []soul{bad, ann, bob})
	c.T = c.T.Add(1000 * day)
	arrive(t, w, c, "2", s, nil)
	require.Len(t, partition(t, w), 1)
}

func TestWhatIsStaleFollowsTheSetting(t *testing.T) {
	w, c := open(t)
	s := settings{maxNames: 5}
	bad, ann, bob := glue()
	c.Advance()
	arriveIn(t, w, list(c, "1", bad, ann, bob), s, []soul{bad, ann, bob})
	c.Advance()
	arriveIn(t, w, list(c, "2", ann, bob), s, nil)
	c.T = c.T.Add(40 * day)
	for i, step := range []struct {
		stale  time.Duration
		people int
	}{{0, 1}, {30 * day, 2}, {50 * day, 1}, {30 * day, 2}, {0, 1}} {
		s.stale = step.stale
		_, err := w.Resolve(ctx, fmt.Sprint("resolve", i), s.people(), false)
		require.NoError(t, err)
		require.Len(t, partition(t, w), step.people, "step %d", i)
	}
}

func TestErasingAStaleRecordErasesThatItWasStale(t *testing.T) {
	path, c, s := warehousePath(t), storetest.NewClock(), settings{maxNames: 5, stale: 90 * day}
	bad, ann, bob := glue()
	eve := soul{source: bad.source, id: "4", surname: 1, slugs: []string{"x"}}
	eva := soul{source: bad.source, id: "5", slugs: []string{"x"}}
	bad.slugs = []string{"x"}
	w, err := duckdb.Open(ctx, path, duckdb.Options{Now: c.Now})
	require.NoError(t, err)
	for i, members := range [][]soul{{bad, ann, bob, eve, eva}, {bob, eva}} {
		c.Advance()
		arriveIn(t, w, list(c, fmt.Sprint(i), members...), s, []soul{bad, ann, bob, eve, eva})
	}
	c.T = c.T.Add(91 * day)
	_, err = w.Resolve(ctx, "later", s.people(), false)
	require.NoError(t, err)
	require.Len(t, table(t, w, "FROM etl.stale_records"), 3)
	require.NoError(t, w.Close())

	successor, err := duckdb.Succeed(ctx, path, duckdb.Options{Now: c.Now})
	require.NoError(t, err)
	found, err := successor.Erase(ctx, "erasure", []load.Request{storetest.ByAddress(addresses[1])}, storetest.Plainly(), s.people())
	require.NoError(t, err)
	require.Len(t, found.Records, 3, "the bad record has joined the person whose address it carries, and another stale one follows it")
	require.EqualValues(t, 2, found.Rows["etl.stale_records"])
	_, err = successor.Finish(ctx)
	require.NoError(t, err)
	require.NoError(t, successor.Replace())
	w, err = duckdb.Open(ctx, path, duckdb.Options{Now: c.Now})
	require.NoError(t, err)
	defer w.Close()
	require.Equal(t, []string{eve.source + eve.id}, table(t, w, "FROM etl.stale_records"))
	require.Equal(t, []string{eve.key() + " " + eva.key()}, partition(t, w))
	before := state(t, w)
	_, err = w.Resolve(ctx, "again", s.people(), true)
	require.NoError(t, err)
	require.Equal(t, before, state(t, w))
}

func TestMoreFullNamesThanOnePersonHasAreNotOnePerson(t *testing.T) {
	w, c := open(t)
	people := load.People{Priority: schema.Sources, MaxNames: 2, Fold: storetest.Fold}
	r := storetest.NewRun("r", "p", c.T)
	b := load.Batch{Run: r}
	for i := range 9 { // 4 times max_names is 8
		b.Versions = append(b.Versions, storetest.Said{ID: fmt.Sprint(i), First: string(rune('A' + i)), Last: "Marsh", Email: storetest.AnnMail}.Version(schema.Toofr))
	}
	require.NoError(t, w.Commit(ctx, load.Batch{Run: r, Versions: b.Versions[:8]}))
	m, err := w.Merge(ctx, &r, people)
	require.NoError(t, err)
	require.Zero(t, m.Large)
	require.Len(t, partition(t, w), 1)

	require.NoError(t, w.Commit(ctx, load.Batch{Run: r, Versions: b.Versions[8:]}))
	m, err = w.Merge(ctx, &r, people)
	require.NoError(t, err)
	require.Equal(t, 1, m.Large)
	require.Equal(t, []string{"email_sha256large"}, table(t, w, "SELECT kind, reason FROM etl.identity_warnings"))
	require.Len(t, partition(t, w), 9)
}

// BenchmarkStaleRecords is a night on which nothing is staged, in a warehouse of a million
// members of whom three in ten left over the last 300 days: never stale, stale after 90
// days, and a day later, when a thousand more are; and, to compare, one with ten new records.
func BenchmarkStaleRecords(b *testing.B) {
	const records = 1_000_000
	c := storetest.NewClock()
	path := filepath.Join(b.TempDir(), "warehouse.duckdb")
	w, err := duckdb.Open(b.Context(), path, duckdb.Options{Now: c.Now})
	require.NoError(b, err)
	require.NoError(b, w.Close())
	db, err := sql.Open("duckdb", path)
	require.NoError(b, err)
	for _, query := range []string{
		`INSERT INTO etl.records BY NAME SELECT 'toofr' AS source, 'id-' || range AS source_id, md5(range::VARCHAR) AS record_hash, hash(range // 3) >> 1 AS surname_hash,
			'First' || range // 3 AS first_name, 'Last' || range // 3 AS last_name, '2026-01-01'::TIMESTAMPTZ AS first_seen_at, '2026-01-01'::TIMESTAMPTZ AS updated_at FROM range(@)`,
		`INSERT INTO etl.identifiers BY NAME SELECT *, md5_number_lower(kind || ':' || value) AS key FROM (
			SELECT 'toofr' AS source, 'id-' || range AS source_id, unnest(['email_sha256', 'linkedin']) AS kind, unnest([sha256('a' || (range // 3)), 'slug-' || (range // 2)]) AS value FROM range(@))`,
		`INSERT INTO etl.members BY NAME SELECT 'toofr' AS source, 'a' AS audience_id, 'id-' || range AS source_id, '2025-11-01'::TIMESTAMPTZ AS valid_from,
			CASE WHEN hash(range) % 10 < 3 THEN '2026-10-31'::TIMESTAMPTZ - to_seconds((hash(range, 1) % (300 * 86400))::BIGINT) END AS valid_to FROM range(@)`,
	} {
		_, err := db.ExecContext(b.Context(), strings.ReplaceAll(query, "@", fmt.Sprint(records)))
		require.NoError(b, err)
	}
	require.NoError(b, db.Close())
	w, err = duckdb.Open(b.Context(), path, duckdb.Options{Now: c.Now, MemoryLimit: "4GB"})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, w.Close()) })
	people := storetest.People()
	night := func(b *testing.B, versions ...load.Version) {
		r := storetest.NewRun("r", "p", c.T)
		require.NoError(b, w.Commit(b.Context(), load.Batch{Run: r, Versions: versions}))
		_, err := w.Merge(b.Context(), &r, people)
		require.NoError(b, err)
	}
	run := func(name string, begin func(b *testing.B, n int)) {
		b.Run(name, func(b *testing.B) {
			from, n := cpu(), 0
			for b.Loop() {
				begin(b, n)
				n++
			}
			b.ReportMetric(float64(cpu()-from)/1e6/float64(n), "cpu-ms/op")
		})
	}
	for _, after := range []time.Duration{0, 90 * day} {
		people.Stale = after
		night(b) // everybody, and those of whom it differs
		run(fmt.Sprintf("quiet, stale after %d days", after/day), func(b *testing.B, _ int) { night(b) })
	}
	run("ten new records", func(b *testing.B, n int) {
		versions := make([]load.Version, 10)
		for i := range versions {
			id := fmt.Sprintf("new-%d-%d", n, i)
			versions[i] = storetest.Said{ID: id, Email: id + "@acme.example"}.Version(schema.Toofr)
		}
		night(b, versions...)
	})
	run("a day later", func(b *testing.B, _ int) {
		c.T = c.T.Add(day)
		night(b)
	})
}

// cpu is the time that the processors have spent on this process: what a night costs, on a
// machine that has other work, too.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
