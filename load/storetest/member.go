package storetest

import (
	"fmt"
	"testing"
	"time"

	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func testMembershipIsClosedOnlyByACompleteSweepAndReopened(t *testing.T, e Engine) {
	w, c := open(t, e)
	ann, bob := [4]string{"1", "Ann", "Lee", "ann@acme.example"}, [4]string{"2", "Bob", "Ray", "bob@acme.example"}
	for i, night := range []struct {
		sweep    string
		complete bool
		listed   [][4]string
		open     int64
	}{
		{"s1", true, [][4]string{ann, bob}, 2},
		{"s2", false, [][4]string{ann}, 2},     // breaks off: closes nobody
		{"s2", true, [][4]string{}, 1},         // goes on and ends: what it listed before counts
		{"s3", true, [][4]string{ann, bob}, 2}, // back again
	} {
		r := NewRun(fmt.Sprint("r", i), "p1", c.T)
		require.NoError(t, w.Commit(t.Context(), Batch(r, schema.AudienceLab, night.sweep, night.complete, night.listed...)))
		_, err := w.Merge(t.Context(), &r, People())
		require.NoError(t, err)
		require.Equal(t, night.open, value[int64](t, e, w, "SELECT count(*) FROM audience_members WHERE valid_to IS NULL"), "night %d", i)
		c.Advance()
	}
	require.EqualValues(t, 2, value[int64](t, e, w, "SELECT count(*) FROM audience_members WHERE source_id = '2'"), "two periods")
	require.Zero(t, value[int64](t, e, w, "SELECT count(*) FROM etl.sweep_members"))
}

// listing is one night's listing of an audience: its members by their ids, and what
// the batch says of it.
type listing struct {
	ids   string // a letter each
	ended load.Sweep
	open  string // who is a member after it
	doubt load.Doubt
}

func testMembershipsEndAsTheListingsAreJudged(t *testing.T, e Engine) {
	whole := load.Sweep{Complete: true, Ended: true}
	inDoubt := load.Sweep{Ended: true}
	declared := func(n, served int64) load.Sweep { return load.Sweep{Ended: true, Declared: n, Served: served} }
	for name, nights := range map[string][]listing{
		"empty once":                   {{"abc", whole, "abc", ""}, {"", whole, "abc", load.Empty}, {"abc", whole, "abc", ""}, {"", whole, "abc", load.Empty}},
		"empty twice":                  {{"abc", whole, "abc", ""}, {"", whole, "abc", load.Empty}, {"", whole, "", load.Empty}, {"", whole, "", ""}},
		"empty, and broken off":        {{"abc", whole, "abc", ""}, {"", whole, "abc", load.Empty}, {"", load.Sweep{}, "abc", ""}, {"", whole, "", load.Empty}},
		"in doubt twice":               {{"abc", whole, "abc", ""}, {"ab", inDoubt, "abc", load.Unsure}, {"bd", inDoubt, "abd", load.Unsure}, {"b", inDoubt, "bd", load.Unsure}},
		"in doubt, and whole":          {{"abc", whole, "abc", ""}, {"ab", inDoubt, "abc", load.Unsure}, {"bc", whole, "bc", ""}, {"b", inDoubt, "bc", load.Unsure}},
		"a total that is too large":    {{"abcdef", whole, "abcdef", ""}, {"abcde", declared(6, 5), "abcdef", load.Short}, {"abcde", declared(6, 5), "abcde", load.Short}},
		"pages are missing":            {{"abcdef", whole, "abcdef", ""}, {"abc", declared(6, 3), "abcdef", load.Incomplete}, {"abc", declared(6, 3), "abcdef", load.Incomplete}},
		"pages overlap":                {{"abcdef", whole, "abcdef", ""}, {"abcde", declared(6, 8), "abcdef", load.Repeated}, {"abcde", declared(6, 8), "abcdef", load.Repeated}},
		"rows that no Seen stands for": {{"abcdef", whole, "abcdef", ""}, {"abc", load.Sweep{Complete: true, Ended: true, Declared: 6, Unnamed: 3}, "abc", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			w, c := open(t, e)
			for i, night := range nights {
				r, sweep := NewRun(fmt.Sprint("r", i), "p1", c.T), fmt.Sprint("s", i)
				night.ended.Source, night.ended.Audience, night.ended.Sweep = schema.AudienceLab, "a", sweep
				b := load.Batch{
					Run: r, Sweeps: []load.Sweep{night.ended},
					Audiences: []schema.Audience{{Source: schema.AudienceLab, AudienceID: "a", Kind: schema.KindSegment}},
				}
				for _, id := range night.ids { // of whom no vendor tells more: it does not matter here
					b.Seen = append(b.Seen, load.Seen{Source: schema.AudienceLab, Audience: "a", Sweep: sweep, SourceID: string(id)})
				}
				require.NoError(t, w.Commit(t.Context(), b))
				m, err := w.Merge(t.Context(), &r, People())
				require.NoError(t, err)
				require.Equal(t, night.open, value[string](t, e, w, "SELECT coalesce(string_agg(source_id, '' ORDER BY source_id), '') FROM audience_members WHERE valid_to IS NULL"), "night %d", i)
				var doubt load.Doubt
				for _, d := range m.Doubts {
					doubt = d.Doubt
				}
				require.Equal(t, night.doubt, doubt, "night %d", i)
				c.Advance()
			}
		})
	}
}

// A sweep may end in another run than it began in: what it has listed till then, and
// what has no key, counts.
func testASweepIsJudgedByAllThatItHasListed(t *testing.T, e Engine) {
	w, c := open(t, e)
	part := func(run int, sweep load.Sweep, seen ...load.Seen) {
		t.Helper()
		r := NewRun(fmt.Sprint("r", run), "p1", c.T)
		sweep.Source, sweep.Audience = schema.AudienceLab, "a"
		b := load.Batch{Run: r, Sweeps: []load.Sweep{sweep}, Audiences: []schema.Audience{{Source: schema.AudienceLab, AudienceID: "a", Kind: schema.KindSegment}}}
		for _, s := range seen {
			s.Source, s.Audience, s.Sweep = schema.AudienceLab, "a", sweep.Sweep
			b.Seen = append(b.Seen, s)
		}
		require.NoError(t, w.Commit(t.Context(), b))
		_, err := w.Merge(t.Context(), &r, People())
		require.NoError(t, err)
		c.Advance()
	}
	const count = "SELECT count(*) FROM etl.members WHERE valid_to IS NULL"
	part(0, load.Sweep{Sweep: "s0", Complete: true, Ended: true}, load.Seen{SourceID: "gone"})
	part(1, load.Sweep{Sweep: "s1", Unnamed: 2}, load.Seen{SourceID: "u1", Row: 1}, load.Seen{SourceID: "u1", Row: 2}, load.Seen{SourceID: "u2"})
	require.EqualValues(t, 3, value[int64](t, e, w, count))
	part(2, load.Sweep{Sweep: "s1", Unnamed: 1}, load.Seen{SourceID: "u1", Row: 2}, load.Seen{SourceID: "u1", Row: 3})
	part(3, load.Sweep{Sweep: "s1", Complete: true, Ended: true, Declared: 8}, load.Seen{SourceID: "u3"})
	require.EqualValues(t, 3, value[int64](t, e, w, count), "eight rows: three events of one, two others, three without a key")
	require.Zero(t, value[int64](t, e, w, "SELECT (SELECT count(*) FROM etl.sweep_members) + (SELECT count(*) FROM etl.sweeps)"))
}

// Where a list shows the vendor's keys of late, the part that ends it lacks the old ones, and
// the new ones may have come in parts before.
func testAMembershipCarriesOnUnderAKeyThatAnEarlierPartListed(t *testing.T, e Engine) {
	w, c := open(t, e)
	ann, bob := [4]string{schema.HashKey + "1", "Ann", "Lee", AnnMail}, [4]string{"2", "Bob", "Ray", BobMail}
	shown := [4]string{"1", ann[1], ann[2], ann[3]}
	began := c.T
	for i, part := range []struct {
		sweep  string
		ended  bool
		listed [4]string
	}{{"s1", false, ann}, {"s1", true, bob}, {"s2", false, shown}, {"s2", true, bob}} {
		r := NewRun(fmt.Sprint("r", i), "p1", c.T)
		require.NoError(t, w.Commit(t.Context(), Batch(r, schema.AudienceLab, part.sweep, part.ended, part.listed)))
		_, err := w.Merge(t.Context(), &r, People())
		require.NoError(t, err)
		c.Advance()
	}
	require.Equal(t, began, value[time.Time](t, e, w, "SELECT valid_from FROM audience_members WHERE source_id = '1' AND valid_to IS NULL").UTC())
	require.Zero(t, value[int64](t, e, w, "SELECT count(*) FROM audience_members WHERE valid_to IS NOT NULL"))
}

func testADayThatLacksPeopleRemovesNobody(t *testing.T, e Engine) {
	w, c := open(t, e)
	day, err := schema.ParseDate("2026-11-01")
	require.NoError(t, err)
	for i, night := range []struct {
		hems     string // a letter each
		declared int64
		unnamed  int64
		matches  string
	}{
		{"abcd", 4, 0, "abcd"},
		{"abc", 4, 0, "abcd"},
		{"abe", 0, 0, "abe"}, // the vendor says nothing
		{"ab", 3, 1, "ab"},   // somebody must stay out
		{"b", 1, 0, "b"},
	} {
		r := NewRun(fmt.Sprint("r", i), "p1", c.T)
		b := load.Batch{Run: r, Days: []load.Day{{DataDate: day, Sweep: fmt.Sprint("s", i), Complete: true, Declared: night.declared, Unnamed: night.unnamed}}}
		for _, hem := range night.hems {
			m := schema.Match{Pipeline: "p1", DataDate: day, TopicID: "1", HEM: string(hem), SourceID: string(hem), Payload: "{}"}
			b.Matches = append(b.Matches, load.Match{Match: m, Sweep: fmt.Sprint("s", i)})
		}
		require.NoError(t, w.Commit(t.Context(), b))
		_, err := w.Merge(t.Context(), &r, People())
		require.NoError(t, err)
		require.Equal(t, night.matches, value[string](t, e, w, "SELECT string_agg(hem, '' ORDER BY hem) FROM intent_matches"), "night %d", i)
		c.Advance()
	}
}

func testAListingOfAudiencesIsNoSightOfTheirMembers(t *testing.T, e Engine) {
	w, c := open(t, e)
	swept := NewRun("r1", "members", c.T)
	require.NoError(t, w.Commit(t.Context(), Batch(swept, schema.AudienceLab, "s1", true, [4]string{"u1", "Ann", "Lee", "ann@acme.example"})))
	_, err := w.Merge(t.Context(), &swept, People())
	require.NoError(t, err)
	const seen = "SELECT last_seen_at FROM source_contacts"
	before := value[time.Time](t, e, w, seen)

	c.Advance()
	listed := NewRun("r2", "labs", c.T)
	require.NoError(t, w.Commit(t.Context(), load.Batch{
		Run: listed, Audiences: []schema.Audience{{Source: schema.AudienceLab, AudienceID: "a", Name: "Visitors", LastSeenAt: c.T}},
	}))
	_, err = w.Merge(t.Context(), &listed, People())
	require.NoError(t, err)
	require.Equal(t, before, value[time.Time](t, e, w, seen))
	require.Equal(t, c.T, value[time.Time](t, e, w, "SELECT last_seen_at FROM audiences").UTC())

	c.Advance()
	again := NewRun("r3", "members", c.T)
	require.NoError(t, w.Commit(t.Context(), Batch(again, schema.AudienceLab, "s2", true, [4]string{"u1", "Ann", "Lee", "ann@acme.example"})))
	_, err = w.Merge(t.Context(), &again, People())
	require.NoError(t, err)
	require.Equal(t, c.T, value[time.Time](t, e, w, seen).UTC())
}
