package export_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/load/export"
)

func incremental(path string) export.Spec {
	s := contacts(path)
	s.Mode = export.ModeIncremental
	return s
}

func TestIncrementalAddsOnlyWhatIsNewer(t *testing.T) {
	conn := warehouse(t, 100)
	path := filepath.Join(t.TempDir(), "contacts")
	require.EqualValues(t, 100, write(t, conn, incremental(path)).Rows)
	first := tree(t, path)
	require.True(t, write(t, conn, incremental(path)).Unchanged)

	execute(t, conn, "INSERT INTO contacts (contact_id, updated_at) VALUES ('c200000', TIMESTAMPTZ '2026-11-21 00:00:00Z')")
	execute(t, conn, "UPDATE contacts SET email = 'new@example.org', updated_at = TIMESTAMPTZ '2026-11-21 00:00:00.000001Z' WHERE contact_id = 'c000001'")
	r := write(t, conn, incremental(path))
	require.EqualValues(t, 102, r.Rows)
	require.EqualValues(t, 2, r.Files)
	second := tree(t, path)
	require.Contains(t, second, "data-000002.parquet")
	require.Equal(t, first["data-000001.parquet"].ModTime(), second["data-000001.parquet"].ModTime())
	require.ElementsMatch(t, []string{"{'contact_id': c200000, 'email': NULL}", "{'contact_id': c000001, 'email': new@example.org}"},
		rows(t, conn, "SELECT contact_id, email FROM read_parquet('"+path+"/data-000002.parquet')"))
	require.Empty(t, rows(t, conn, `SELECT * FROM contacts EXCEPT ALL SELECT * FROM read_parquet('`+path+`/**/*.parquet')
		QUALIFY row_number() OVER (PARTITION BY contact_id ORDER BY updated_at DESC) = 1`))
}

func TestIncrementalMissesNoRowOfTheVeryTimeOfTheMark(t *testing.T) {
	conn := warehouse(t, 10)
	path := filepath.Join(t.TempDir(), "contacts")
	write(t, conn, incremental(path))
	execute(t, conn, "INSERT INTO contacts SELECT 'late', * EXCLUDE (contact_id) FROM contacts ORDER BY updated_at DESC LIMIT 1")
	require.EqualValues(t, 12, write(t, conn, incremental(path)).Rows)
	require.True(t, write(t, conn, incremental(path)).Unchanged)
}

func TestIncrementalStartsAnewWhenItCannotGoOn(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, path string, s *export.Spec) string{
		"full":             func(_ *testing.T, _ string, s *export.Spec) string { s.Full = true; return "" },
		"other definition": func(_ *testing.T, _ string, s *export.Spec) string { s.SortBy = []string{"email"}; return "" },
		"new column": func(*testing.T, string, *export.Spec) string {
			return "ALTER TABLE contacts ADD COLUMN city VARCHAR"
		},
		"lost file": func(t *testing.T, path string, _ *export.Spec) string {
			remove(t, path, "data-000001.parquet")
			return ""
		},
		"lost marker":  func(t *testing.T, path string, _ *export.Spec) string { removeAll(t, path); return "" },
		"partitions":   func(_ *testing.T, _ string, s *export.Spec) string { s.PartitionBy = []string{"country"}; return "" },
		"other format": func(_ *testing.T, _ string, s *export.Spec) string { s.Format = "ndjson"; return "" },
	} {
		t.Run(name, func(t *testing.T) {
			conn := warehouse(t, 100)
			path := filepath.Join(t.TempDir(), "contacts")
			write(t, conn, incremental(path))
			execute(t, conn, "UPDATE contacts SET updated_at = now() WHERE contact_id = 'c000001'")
			write(t, conn, incremental(path))
			execute(t, conn, "DELETE FROM contacts WHERE contact_id = 'c000002'")
			s := incremental(path)
			if ddl := change(t, path, &s); ddl != "" {
				execute(t, conn, ddl)
			}
			require.EqualValues(t, 99, write(t, conn, s).Rows)
			require.NotContains(t, names(t, path), "data-000002.parquet")
		})
	}
}

func TestIncrementalFromAnEmptyTable(t *testing.T) {
	conn := warehouse(t, 0)
	path := filepath.Join(t.TempDir(), "contacts")
	require.Zero(t, write(t, conn, incremental(path)).Rows)
	require.True(t, write(t, conn, incremental(path)).Unchanged)
	execute(t, conn, "INSERT INTO contacts (contact_id, updated_at) VALUES ('c1', now())")
	require.EqualValues(t, 1, write(t, conn, incremental(path)).Rows)
}

func TestIncrementalWithPartitions(t *testing.T) {
	conn := warehouse(t, 100)
	path := filepath.Join(t.TempDir(), "contacts")
	s := incremental(path)
	s.PartitionBy = []string{"country"}
	write(t, conn, s)
	execute(t, conn, "UPDATE contacts SET updated_at = now() WHERE country = 'DE'")
	require.EqualValues(t, 125, write(t, conn, s).Rows)
	require.Contains(t, names(t, path), "country=DE/data-000002.parquet")
	require.NotContains(t, names(t, path), "country=US/data-000002.parquet")
}
