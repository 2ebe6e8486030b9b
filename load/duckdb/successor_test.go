//go:build duckdb_arrow

package duckdb_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// asked draws whom to erase: a person, whoever carries an identifier, or a record.
func asked(people []string) *rapid.Generator[load.Request] {
	return rapid.Custom(func(t *rapid.T) load.Request {
		switch rapid.IntRange(0, 3).Draw(t, "by") {
		case 0:
			return storetest.ByKey(schema.EmailSHA256, sha256Of(rapid.SampledFrom(addresses).Draw(t, "address")))
		case 1:
			return storetest.ByKey(schema.LinkedIn, rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "slug"))
		case 2:
			s := souls().Draw(t, "record")
			return storetest.ByKey(schema.VendorID(s.source), s.id)
		default:
			return load.Request{Selector: schema.ByContact, Contact: rapid.SampledFrom(people).Draw(t, "contact")}
		}
	})
}

func TestAfterAnErasureEverybodyIsWhoARebuildOfTheRestWouldMakeThem(t *testing.T) {
	lightly(t)
	rapid.Check(t, func(rt *rapid.T) {
		w, c := openIn(rt, t)
		s := settings{maxNames: rapid.IntRange(1, 3).Draw(rt, "max_names")}
		if rapid.Bool().Draw(rt, "decide") {
			s.overrides = overrides().Draw(rt, "overrides")
		}
		now := map[string]soul{}
		for night := range rapid.IntRange(1, 3).Draw(rt, "nights") {
			listed := rapid.SliceOfN(souls(), 1, 6).Draw(rt, "listed")
			for _, l := range listed {
				now[l.key()] = l
			}
			arrive(rt, w, c, fmt.Sprint(night), s, listed)
		}
		requests := rapid.SliceOfN(asked(table(rt, w, "SELECT contact_id FROM contacts ORDER BY ALL")), 1, 2).Draw(rt, "requests")
		own := rapid.SampledFrom([]func(load.Belongings) load.Mentions{storetest.NobodyElse, storetest.Plainly()}).Draw(rt, "mentions")
		path := w.Path()
		require.NoError(rt, w.Close())
		c.Advance()
		successor, err := duckdb.Succeed(ctx, path, duckdb.Options{Now: c.Now, Threads: 1})
		require.NoError(rt, err)
		found, err := successor.Erase(ctx, "erasure", requests, own, s.people())
		require.NoError(rt, err)
		_, err = successor.Finish(ctx)
		require.NoError(rt, err)
		require.NoError(rt, successor.Replace())

		w, err = duckdb.Open(ctx, path, duckdb.Options{Now: c.Now, Threads: 1})
		require.NoError(rt, err)
		defer w.Close()
		for _, d := range found.Records {
			delete(now, d.Source+":"+d.SourceID)
		}
		require.Equal(rt, slices.Sorted(maps.Keys(now)), table(rt, w, "SELECT source || ':' || source_id AS record FROM etl.records ORDER BY record"))
		require.Equal(rt, expected(now, s, nil), partition(rt, w), "as if the others had never been stored")
		before := state(rt, w)
		c.Advance()
		rebuilt, err := w.Resolve(ctx, "again", s.people(), true)
		require.NoError(rt, err)
		require.Zero(rt, rebuilt.Moved)
		require.Zero(rt, rebuilt.Contacts, "no row differs")
		require.Equal(rt, before, state(rt, w))
	})
}

// TestWhoWasOnceTakenForTheErasedStays: for a night Bob was a part of Ann, by an address
// that was wrong. The id that he has had since is one that was merged into hers.
func TestWhoWasOnceTakenForTheErasedStays(t *testing.T) {
	c := storetest.NewClock()
	w, err := duckdb.Open(ctx, warehousePath(t), duckdb.Options{Now: c.Now, Threads: 1})
	require.NoError(t, err)
	ann, bob := soul{source: schema.Toofr, id: "2", surname: 1, clear: []string{addresses[0]}}, soul{source: schema.Toofr, id: "3", surname: 2}
	taken := bob
	taken.clear = ann.clear
	rules := settings{maxNames: 3}
	for night, listed := range [][]soul{{ann, bob}, {taken}, {bob}} {
		arrive(t, w, c, fmt.Sprint(night), rules, listed)
	}
	require.Equal(t, []string{"toofr:2", "toofr:3"}, partition(t, w))
	path := w.Path()
	require.NoError(t, w.Close())
	successor, err := duckdb.Succeed(ctx, path, duckdb.Options{Now: c.Now, Threads: 1})
	require.NoError(t, err)
	requests := []load.Request{storetest.ByKey(schema.VendorID(schema.Toofr), ann.id)}
	found, err := successor.Erase(ctx, "erasure", requests, storetest.NobodyElse, rules.people())
	require.NoError(t, err)
	require.Len(t, found.Contacts, 1)
	_, err = successor.Finish(ctx)
	require.NoError(t, err)
	require.NoError(t, successor.Replace())
	w, err = duckdb.Open(ctx, path, duckdb.Options{Now: c.Now, Threads: 1})
	require.NoError(t, err)
	defer w.Close()
	require.Equal(t, []string{"toofr:3"}, partition(t, w))
	require.Len(t, table(t, w, "SELECT contact_id FROM contacts"), 1)
	require.Empty(t, table(t, w, "SELECT contact_id FROM etl.merges"))
}

// TestAnIdentifierThatOnlyTheErasedMadeUselessLinksAgain: Ann's two records carry
// one profile, which linked nobody while it was everybody's, or a function's.
func TestAnIdentifierThatOnlyTheErasedMadeUselessLinksAgain(t *testing.T) {
	annSays := func(source, id string) schema.Identifier {
		return schema.Identifier{Source: source, SourceID: id, Kind: schema.EmailMD5, Value: md5Of("ann@acme.example")}
	}
	for name, c := range map[string]struct {
		crowd int // of other surnames, who carry it, too
		kind  schema.Kind
	}{
		"shared by too many":       {5, schema.EmailMD5},
		"a role address's in one":  {1, schema.RoleEmailMD5},
		"shared, and a role's too": {6, schema.RoleEmailMD5},
	} {
		t.Run(name, func(t *testing.T) {
			var crowd []load.Request
			path := closed(t, func(w *duckdb.Warehouse) {
				var others [][4]string
				for i := range c.crowd {
					others = append(others, [4]string{fmt.Sprint(i), "P", "Other" + strings.Repeat("x", i), fmt.Sprintf("p%d@acme.example", i)})
					crowd = append(crowd, storetest.ByKey(schema.VendorID(schema.Toofr), fmt.Sprint(i)))
				}
				storetest.Merged(t, w, schema.Toofr, func(b *load.Batch) {
					for i := range others {
						id := annSays(schema.Toofr, fmt.Sprint(i))
						id.Kind = c.kind
						storetest.Change(b, i, func(s *storetest.Said) { s.Identifiers = append(s.Identifiers, id) })
					}
				}, others...)
				for _, source := range []string{schema.Intent, schema.AudienceLab} {
					storetest.Merged(t, w, source, func(b *load.Batch) {
						storetest.Change(b, 0, func(s *storetest.Said) { s.Identifiers = append(s.Identifiers, annSays(source, "ann")) })
					},
						[4]string{"ann", "Ann", "Lee", source + "@home.example"})
				}
				require.EqualValues(t, c.crowd+2, value[int64](t, w, "SELECT count(*) FROM contacts"))
			})
			w, _ := erase(t, path, storetest.NobodyElse, crowd...)
			oldest, younger := identity.ContactID(schema.Intent, "ann"), identity.ContactID(schema.AudienceLab, "ann")
			require.Equal(t, []string{oldest}, table(t, w, "SELECT contact_id FROM contacts WHERE record_count = 2"))
			require.Equal(t, []string{younger + " " + oldest + " merge audiencelab erasure"},
				table(t, w, "SELECT concat_ws(' ', contact_id, into_contact_id, change, source, run_id) FROM etl.merges"))
			require.Zero(t, value[int64](t, w, "SELECT count(*) FROM etl.identity_warnings"))
		})
	}
}
