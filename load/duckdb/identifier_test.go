//go:build duckdb_arrow

package duckdb_test

import (
	"fmt"
	"testing"

	"contactsync/internal/loadtest"
	"contactsync/load"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// What a record says anew rewrites only those of its identifiers that differ: rows that are
// deleted here and there in a large table cost memory for all of it.
func TestIdentifiersThatStayAreNotRewritten(t *testing.T) {
	w, c := open(t)
	night := func(s storetest.Said) {
		c.Advance()
		r := storetest.NewRun(fmt.Sprint("r", c.T.Unix()), "p1", c.T)
		require.NoError(t, w.Commit(t.Context(), load.Batch{Run: r, Versions: []load.Version{s.Version(schema.Toofr)}}))
		_, err := w.Merge(t.Context(), &r, storetest.People())
		require.NoError(t, err)
	}
	rows := func() (list []string) {
		for _, row := range loadtest.Rows(t, w, "SELECT rowid, kind, value, key, address_key, spellings FROM etl.identifiers ORDER BY rowid") {
			list = append(list, fmt.Sprint(row...))
		}
		return list
	}
	profile := func(slug string) schema.Identifier {
		return schema.Identifier{Source: schema.Toofr, SourceID: "1", Kind: schema.LinkedIn, Value: slug}
	}
	spelling := schema.Identifier{Source: schema.Toofr, SourceID: "1", Kind: schema.Spelling, Value: "Ann@acme.example", Address: "ann@acme.example"}
	said := storetest.Said{ID: "1", First: "Ann", Last: "Lee", Email: "ann@acme.example", Identifiers: []schema.Identifier{profile("ann-lee"), spelling}}
	night(said)
	first := rows()
	require.Len(t, first, 3)

	said.JobTitle = "CEO"
	night(said)
	require.Equal(t, first, rows(), "none differs")

	said.Identifiers = append(said.Identifiers, profile("ann-lee-2"))
	night(said)
	more := rows()
	require.Len(t, more, 4)
	require.Equal(t, first, more[:3], "one more came")

	said.Identifiers = []schema.Identifier{profile("ann-lee-2"), spelling}
	night(said)
	require.ElementsMatch(t, append([]string{first[0]}, more[2:]...), rows(), "one is gone")

	said.Identifiers[1].Value = "ANN@acme.example"
	night(said)
	require.Contains(t, rows(), first[0])
	require.NotContains(t, rows(), more[2], "another spelling")
}
