//go:build duckdb_arrow

package run_test

import (
	"fmt"
	"strings"
	"testing"

	"contactsync/internal/runtest"

	"contactsync/internal/simulate"
	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/statsocial"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// accuracy is how well records become people, in pairs of records.
type accuracy struct {
	records, joined, rightly, linkable, found int64
}

func (a accuracy) precision() float64 { return float64(a.rightly) / float64(a.joined) }
func (a accuracy) recall() float64    { return float64(a.found) / float64(a.linkable) }

// measure reads everything that the simulated vendors know of a universe, and
// compares the people in the warehouse with the truth.
func measure(t testing.TB, people int) accuracy {
	t.Helper()
	s := simulate.New(simulate.Options{Seed: 11, People: people, Credits: map[string]int{schema.Toofr: people}, Warmup: -1, Today: runtest.Start()})
	urls, err := s.Start(t.Context(), map[string]int{schema.Toofr: 0, schema.Intent: 0, schema.StatSocial: 0, schema.AudienceLab: 0})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	w := runtest.New(t, runtest.Everything(s, urls, people))
	for _, r := range w.Night() {
		require.Equal(t, schema.Succeeded, r.Status, "%s: %s", r.Pipeline, r.Error)
	}
	listings := map[string]bool{"prospects": true, "matches": true, fmt.Sprint(statsocial.Audience): true, audiencelab.AudienceVIP: true}
	for _, segment := range runtest.AllSegments {
		listings[segment] = true
	}
	return compare(s, listings, w.Rows("SELECT source, source_id, contact_id FROM source_contacts"))
}

// compare counts pairs: those that the warehouse joined and how many of them are
// one person in truth; and those that identifiers of the person's own can link,
// directly or through other records, and how many of them it joined.
func compare(s *simulate.Simulator, listings map[string]bool, rows []string) (a accuracy) {
	contact := map[string]string{}
	for _, row := range rows {
		parts := strings.Split(row, "|")
		contact[parts[0]+":"+parts[1]] = parts[2]
	}
	a.records = int64(len(contact))
	person := map[string]int{}
	parent := map[string]string{} // of records and identifiers
	var root func(string) string
	root = func(x string) string {
		if parent[x] == "" || parent[x] == x {
			return x
		}
		parent[x] = root(parent[x])
		return parent[x]
	}
	for r := range s.Truth() {
		key := r.Vendor + ":" + r.ID
		if contact[key] == "" || !listings[r.Listing] {
			continue
		}
		person[key] = r.Person
		for _, id := range r.Identifiers {
			if id.Own && id.Kind != "cint_id" && id.Kind != "ma_id" {
				parent[root(key)] = root(id.Kind + "=" + id.Value)
			}
		}
	}
	joined, rightly, linkable, found := map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}
	for key, p := range person {
		joined[contact[key]]++
		rightly[fmt.Sprint(contact[key], " ", p)]++
		linkable[root(key)]++
		found[contact[key]+" "+root(key)]++
	}
	a.joined, a.rightly, a.linkable, a.found = pairs(joined), pairs(rightly), pairs(linkable), pairs(found)
	return a
}

// pairs is how many pairs there are within the groups.
func pairs(sizes map[string]int64) (n int64) {
	for _, size := range sizes {
		n += size * (size - 1) / 2
	}
	return n
}

func TestRecordsBecomeTheRightPeople(t *testing.T) {
	a := measure(t, 5_000)
	t.Logf("%+v: precision %.6f, recall %.6f", a, a.precision(), a.recall())
	require.Greater(t, a.linkable, int64(1_000), "the universe has enough to link")
	require.GreaterOrEqual(t, a.precision(), 0.9999)
	require.GreaterOrEqual(t, a.recall(), 0.999)
}

// BenchmarkIdentity prints precision and recall over 20,000 people.
func BenchmarkIdentity(b *testing.B) {
	for b.Loop() {
		a := measure(b, 20_000)
		b.ReportMetric(a.precision(), "precision")
		b.ReportMetric(a.recall(), "recall")
		b.ReportMetric(float64(a.records), "records")
	}
}
