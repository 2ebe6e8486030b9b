//go:build duckdb_arrow

package run

import (
	"testing"

	"contactsync/load/duckdb"

	"github.com/stretchr/testify/require"
)

func TestTheTablesThatQueriesReadAreFound(t *testing.T) {
	blank, err := duckdb.Blank(t.Context())
	require.NoError(t, err)
	defer blank.Close()
	conn, err := blank.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	for _, test := range []struct {
		query  string
		tables []string
	}{
		{"SELECT * FROM etl.runs", nil},
		{"FROM etl.contacts", []string{"etl.contacts"}},
		{"SELECT count(*) FROM contact_changes -- all", []string{"contact_changes"}},
		{"SELECT 1 FROM etl.people WHERE 1 = 0", []string{"etl.people"}},
		{"explain analyze SELECT count(*) FROM etl.people;", []string{"etl.people"}},
		{"EXPLAIN (FORMAT JSON) FROM etl.people", []string{"etl.people"}},
		{"WITH p AS (FROM etl.people) SELECT * FROM p WHERE EXISTS (FROM etl.matches m WHERE m.source_id = p.source_id)", []string{"etl.people", "etl.matches"}},
		{"FROM reachable_contacts", []string{"etl.contacts", "etl.identifiers"}},
		{"SUMMARIZE identifiers", []string{"etl.identifiers", "etl.people"}},
		{"SET threads = 1", nil},
		{"SELECT nonsense FROM", nil},
		{"SELECT 'FROM etl.people'", nil},
	} {
		tables, err := tablesOf(t.Context(), conn, []string{test.query})
		require.NoError(t, err, test.query)
		require.ElementsMatch(t, test.tables, tables, test.query)
	}
	tables, err := tablesOf(t.Context(), conn, []string{"SELECT nonsense", "FROM etl.people", "FROM etl.people JOIN etl.records USING (source, source_id)"})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"etl.people", "etl.records"}, tables)
}
