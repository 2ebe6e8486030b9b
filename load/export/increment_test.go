package export_test

import (
	"database/sql"
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
	t.Parallel()
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

// batch is a warehouse whose rows one merge has written: all of one time.
func batch(t *testing.T, n int) *sql.Conn {
	t.Helper()
	conn := warehouse(t, n)
	execute(t, conn, "UPDATE contacts SET updated_at = TIMESTAMPTZ '2026-11-21 00:00:00Z'")
	return conn
}

func TestIncrementalWritesOfTheNewestBatchOnlyWhatItLacks(t *testing.T) {
	t.Parallel()
	const (
		change = "UPDATE contacts SET email = 'new@example.org', updated_at = TIMESTAMPTZ '2026-11-22 00:00:00Z' WHERE contact_id IN ('c000001', 'c000002', 'c000003')"
		remove = "DELETE FROM contacts WHERE contact_id IN ('c000004', 'c000005')"
		arrive = "INSERT INTO contacts SELECT contact_id || '-late', * EXCLUDE (contact_id) FROM contacts WHERE contact_id IN ('c000006', 'c000007')"
		revise = "UPDATE contacts SET email = 'revised@example.org' WHERE contact_id = 'c000008'" // at the very same time
	)
	for name, c := range map[string]struct {
		statements []string
		news       int64
	}{
		"rows changed":                         {[]string{change}, 3},
		"rows went":                            {[]string{remove}, 0},
		"rows came":                            {[]string{arrive}, 2},
		"as many came as changed or went":      {[]string{change, remove, arrive}, 5},
		"fewer came than changed":              {[]string{change, arrive}, 5},
		"more came than went, one was revised": {[]string{arrive, remove, revise}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			conn := batch(t, 1000)
			path := filepath.Join(t.TempDir(), "contacts")
			write(t, conn, incremental(path))
			for _, s := range c.statements {
				execute(t, conn, s)
			}
			require.EqualValues(t, 1000+c.news, write(t, conn, incremental(path)).Rows)
			require.True(t, write(t, conn, incremental(path)).Unchanged)
			require.Empty(t, rows(t, conn, "SELECT * FROM contacts EXCEPT SELECT * FROM read_parquet('"+path+"/**/*.parquet')"), "no version is missed")
		})
	}
}

func TestIncrementalTakesNoSightForAChange(t *testing.T) {
	t.Parallel()
	conn := batch(t, 10)
	execute(t, conn, "ALTER TABLE contacts ADD COLUMN last_seen_at TIMESTAMPTZ")
	path := filepath.Join(t.TempDir(), "contacts")
	write(t, conn, incremental(path))
	execute(t, conn, "UPDATE contacts SET last_seen_at = updated_at")
	require.True(t, write(t, conn, incremental(path)).Unchanged)
	execute(t, conn, "UPDATE contacts SET email = 'revised@example.org' WHERE contact_id = 'c000008'")
	require.EqualValues(t, 11, write(t, conn, incremental(path)).Rows)
}

// noteOfRows is the file of hashes of the newest rows.
func noteOfRows(t *testing.T, path string) string {
	t.Helper()
	found, err := filepath.Glob(path + ".sync/run-*/_sync_export_rows")
	require.NoError(t, err)
	require.Len(t, found, 1)
	return found[0]
}

func TestIncrementalWithoutItsHashesWritesTheNewestBatchOnceMore(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(t *testing.T, path string){
		"lost":    func(t *testing.T, path string) { remove(t, noteOfRows(t, path)) },
		"damaged": func(t *testing.T, path string) { put(t, "PAR1", noteOfRows(t, path)) },
	} {
		t.Run(name, func(t *testing.T) {
			conn := batch(t, 10)
			path := filepath.Join(t.TempDir(), "contacts")
			write(t, conn, incremental(path))
			lose(t, path)
			execute(t, conn, "INSERT INTO contacts SELECT 'late', * EXCLUDE (contact_id) FROM contacts LIMIT 1")
			require.EqualValues(t, 10+11, write(t, conn, incremental(path)).Rows)
			require.True(t, write(t, conn, incremental(path)).Unchanged)
		})
	}
}

func TestIncrementalInObjectStorageWritesOnlyWhatItLacks(t *testing.T) {
	conn := batch(t, 100)
	bucket, address := storage(t)
	s := inStorage(t, address("p/"))
	s.Mode = export.ModeIncremental
	write(t, conn, s)
	execute(t, conn, "UPDATE contacts SET updated_at = TIMESTAMPTZ '2026-11-22 00:00:00Z' WHERE contact_id = 'c000001'")
	require.EqualValues(t, 101, write(t, conn, s).Rows)
	require.True(t, write(t, conn, s).Unchanged)
	execute(t, conn, "INSERT INTO contacts SELECT 'late', * EXCLUDE (contact_id) FROM contacts WHERE contact_id = 'c000001'")
	require.EqualValues(t, 102, write(t, conn, s).Rows)
	pattern, _ := seen(t, bucket, "p/")
	require.Equal(t, []string{"{'n': 102}"}, rows(t, conn, "SELECT count(*) AS n FROM read_parquet('"+pattern+"')"))
}

func TestIncrementalStartsAnewWhenItCannotGoOn(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
	conn := warehouse(t, 0)
	path := filepath.Join(t.TempDir(), "contacts")
	require.Zero(t, write(t, conn, incremental(path)).Rows)
	require.True(t, write(t, conn, incremental(path)).Unchanged)
	execute(t, conn, "INSERT INTO contacts (contact_id, updated_at) VALUES ('c1', now())")
	require.EqualValues(t, 1, write(t, conn, incremental(path)).Rows)
}

func TestIncrementalWithPartitions(t *testing.T) {
	t.Parallel()
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
