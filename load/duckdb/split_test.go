//go:build duckdb_arrow

package duckdb_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"contactsync/internal/loadtest"
	"contactsync/load/duckdb"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A night is a list of records as pages brought them, the later of two with one
// key standing. However it is cut into batches, however often the process dies
// between them, and whether or not a batch is committed twice, the tables are the
// same as after one batch.
func TestBatchesInAnySplitRepeatedOrResumedAnywhereGiveTheSameTables(t *testing.T) {
	lightly(t)
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp("", "split")
		require.NoError(rt, err)
		defer os.RemoveAll(dir)
		cut, whole := newNights(rt, filepath.Join(dir, "cut")), newNights(rt, filepath.Join(dir, "whole"))
		defer cut.close()
		defer whole.close()
		for night := range rapid.IntRange(1, 2).Draw(rt, "nights") {
			served := rapid.SliceOfN(served(), 0, 8).Draw(rt, "served")
			whole.commit(night, served, true)
			whole.merge(night)
			for from := 0; from < len(served); {
				to := rapid.IntRange(from+1, len(served)).Draw(rt, "to")
				for range rapid.IntRange(1, 2).Draw(rt, "times") {
					cut.commit(night, served[from:to], to == len(served))
				}
				if rapid.Bool().Draw(rt, "dies") {
					cut.reopen()
				}
				from = to
			}
			if len(served) == 0 {
				cut.commit(night, nil, true)
			}
			cut.merge(night)
			require.Equal(rt, whole.tables(), cut.tables(), "night %d", night)
		}
	})
}

// served draws a person as a vendor serves one: few ids and addresses, so that
// records come again, change, and share a person.
func served() *rapid.Generator[[4]string] {
	return rapid.Custom(func(t *rapid.T) [4]string {
		return [4]string{
			fmt.Sprint(rapid.IntRange(1, 5).Draw(t, "id")), rapid.SampledFrom([]string{"Ann", "Bea"}).Draw(t, "first"), "Lee",
			rapid.SampledFrom([]string{"ann@acme.example", "bea@acme.example", "lee@acme.example"}).Draw(t, "email"),
		}
	})
}

// nights is a warehouse that lives through nights.
type nights struct {
	t     *rapid.T
	path  string
	w     *duckdb.Warehouse
	clock *storetest.Clock
}

// newNights begins with a copy of an empty warehouse.
func newNights(t *rapid.T, path string) *nights {
	loadtest.PutEmpty(t, path, 0)
	n := &nights{t: t, path: path, clock: storetest.NewClock()}
	n.open()
	return n
}

func (n *nights) open() {
	var err error
	n.w, err = duckdb.Open(n.t.Context(), n.path, duckdb.Options{MemoryLimit: "64MB", Threads: 1, Now: n.clock.Now})
	require.NoError(n.t, err)
}

func (n *nights) close() { require.NoError(n.t, n.w.Close()) }

func (n *nights) reopen() {
	n.close()
	n.open()
	_, err := n.w.Recover(n.t.Context())
	require.NoError(n.t, err)
}

// commit commits the last version of each record.
func (n *nights) commit(night int, served [][4]string, complete bool) {
	last := map[string]int{}
	for i, s := range served {
		last[s[0]] = i
	}
	var persons [][4]string
	for i, s := range served {
		if last[s[0]] == i {
			persons = append(persons, s)
		}
	}
	r := storetest.NewRun(fmt.Sprint("r", night), "p", n.clock.T)
	require.NoError(n.t, n.w.Commit(n.t.Context(), storetest.Batch(r, schema.AudienceLab, fmt.Sprint("s", night), complete, persons...)))
}

func (n *nights) merge(night int) {
	r := storetest.NewRun(fmt.Sprint("r", night), "p", n.clock.T)
	r.Status, r.FinishedAt = schema.Succeeded, n.clock.T
	_, err := n.w.Merge(n.t.Context(), &r, storetest.People())
	require.NoError(n.t, err)
	n.clock.Advance()
}

// tables is every row of every table, but for the counters of runs.
func (n *nights) tables() map[string][]string {
	names := loadtest.Rows(n.t, n.w, "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_catalog = current_database() AND table_schema IN ('main', 'etl') AND table_name <> 'runs'")
	all := map[string][]string{}
	for _, name := range names {
		table := name[0].(string)
		for _, row := range loadtest.Rows(n.t, n.w, "SELECT t::VARCHAR FROM "+table+" t") {
			all[table] = append(all[table], row[0].(string))
		}
		slices.Sort(all[table])
	}
	return all
}
