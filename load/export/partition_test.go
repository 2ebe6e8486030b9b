package export_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/load/export"
)

// hostile are values that folders have trouble with.
func hostileValues() []string {
	list := []string{
		"", " ", ".", "..", "a.", "a. ", "/", "../../etc", `a\b`, "CON", "nul.txt", "a:b", "a*b?", "C|<>\"'", "\x00", "\x01\n\r\t",
		"~", "%", "%75s", "a=b/c=d",
		"NULL", "null", "Null", "__HIVE_DEFAULT_PARTITION__", "__hive_default_partition__", "_hidden", "*",
		"US", "us", "Us", "Stra\u00dfe", "STRASSE", "\u212a", "K", "k", "\u00e9", "e\u0301", "\u0130", "i\u0307",
		"007", "7", "1e5", "2026-01-01", "true", "Acme Inc.", "acme inc.",
	}
	for _, unit := range []string{"a", "A", "é", "中", "🙂", "%", "ab/"} {
		list = append(list, strings.Repeat(unit, 400), strings.Repeat(unit, 400)+"x", strings.Repeat(unit, 60), strings.Repeat(unit, 24))
	}
	return list
}

// randomValue is a text of parts that names of folders treat in different ways.
func randomValue(random *rand.Rand) string {
	parts := []string{
		"a", "A", "b", "B", ".", "/", "%", "~", "=", "é", "e\u0301", "\u00a0", "\n", "\x00", "NULL", "_", "*",
		strings.Repeat("x", 90), strings.Repeat("Ü", 50),
	}
	var b strings.Builder
	for range random.IntN(5) {
		b.WriteString(parts[random.IntN(len(parts))])
	}
	return b.String()
}

// valued makes a table of rows with these values, and some without.
func valued(t *testing.T, conn *sql.Conn, values []string) {
	t.Helper()
	execute(t, conn, "CREATE OR REPLACE TABLE valued (id INTEGER, v VARCHAR, w VARCHAR)")
	for i, v := range values {
		_, err := conn.ExecContext(t.Context(), "INSERT INTO valued VALUES ($1, $2, $3), ($4, $2, NULL)", 2*i, v, values[len(values)-1-i], 2*i+1)
		require.NoError(t, err)
	}
	execute(t, conn, "INSERT INTO valued VALUES (-1, NULL, NULL), (-2, NULL, 'x')")
}

// whole reads an export as its documentation says, longer values from the list of them.
func whole(files, list string) string {
	files, list = strings.ReplaceAll(files, "'", "''"), strings.ReplaceAll(list, "'", "''")
	return fmt.Sprintf(`WITH s AS (
			SELECT unnest(shortened, recursive := true) FROM read_json('%s', columns = {
				shortened: 'STRUCT("column" VARCHAR, read_as VARCHAR, value VARCHAR)[]'}))
		SELECT id, coalesce(s1.value, v) AS v, coalesce(s2.value, w) AS w
		FROM read_parquet('%s', hive_partitioning = true, hive_types_autocast = false) f
		LEFT JOIN s s1 ON s1.column = 'v' AND s1.read_as = f.v LEFT JOIN s s2 ON s2.column = 'w' AND s2.read_as = f.w`, list, files)
}

// requireSame requires a query to give exactly the rows of the table valued.
func requireSame(t *testing.T, conn *sql.Conn, query string) {
	t.Helper()
	require.Empty(t, rows(t, conn, "FROM valued EXCEPT ALL ("+query+")"))
	require.Empty(t, rows(t, conn, "("+query+") EXCEPT ALL FROM valued"))
}

// requireSound requires names that every file system and bucket takes, and tells apart.
func requireSound(t *testing.T, paths []string) {
	t.Helper()
	spelled := map[string]string{}
	for _, p := range paths {
		require.Regexp(t, `^[A-Za-z0-9_.~%=/-]+$`, p)
		for folder := path.Dir(p); folder != "."; folder = path.Dir(folder) {
			name := path.Base(folder)
			require.LessOrEqual(t, len(name), 255)
			require.NotEqual(t, ".", name[len(name)-1:], name)
			folded := strings.ToLower(folder)
			if other, found := spelled[folded]; found {
				require.Equal(t, other, folder, "one folder where letters have no case")
			}
			spelled[folded] = folder
		}
	}
}

func TestWhateverThePartitionsAreTheRowsReadBack(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 0)
	random := rand.New(rand.NewPCG(13, 9))
	for round := range 3 {
		values := hostileValues()
		if round > 0 {
			values = nil
			for range 40 {
				values = append(values, randomValue(random))
			}
		}
		valued(t, conn, values)
		for _, by := range [][]string{{"v"}, {"v", "w"}} {
			s := export.Spec{Name: "x", Table: "valued", Path: filepath.Join(t.TempDir(), "x"), PartitionBy: by}
			r := write(t, conn, s)
			requireSound(t, names(t, s.Path))
			query := whole(s.Path+"/**/*.parquet", s.Path+".sync/manifest.json")
			if len(by) == 1 {
				query = strings.ReplaceAll(query, "s2.value, w", "w")
			}
			requireSame(t, conn, query)
			require.True(t, round > 0 || r.Shortened > 0)
			require.True(t, write(t, conn, s).Unchanged)
		}
	}
}

func TestObjectStorageTakesWhateverThePartitionsAre(t *testing.T) {
	conn := warehouse(t, 0)
	valued(t, conn, hostileValues())
	bucket, address := storage(t)
	s := export.Spec{Name: "x", Table: "valued", Path: address("exports/x"), PartitionBy: []string{"v", "w"}, TempDir: t.TempDir()}
	write(t, conn, s)
	pattern, paths := seen(t, bucket, "exports/x/")
	require.Equal(t, []string{"data.parquet"}, paths, "no folders are there that a reader could meet half of")
	requireSame(t, conn, "SELECT id, v, w FROM read_parquet('"+pattern+"')")
}

func TestNamesOfFolders(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 0)
	folder := func(values ...string) (folders []string) {
		valued(t, conn, values)
		s := export.Spec{Name: "x", Table: "valued", Path: filepath.Join(t.TempDir(), "x"), PartitionBy: []string{"v"}}
		write(t, conn, s)
		for _, name := range names(t, s.Path) {
			if dir := path.Dir(name); dir != "." && dir != "v=__HIVE_DEFAULT_PARTITION__" {
				folders = append(folders, dir)
			}
		}
		return folders
	}
	require.ElementsMatch(t, []string{"v=us", "v=DE"}, folder("us", "DE"))
	require.ElementsMatch(t, []string{"v=US", "v=%75%73"}, folder("US", "us"))
	require.ElementsMatch(t, []string{"v=U%73", "v=%75%73", "v=DE"}, folder("us", "DE", "Us"))
	require.ElementsMatch(t, []string{"v=%C3%A9", "v=e%CC%81", "v=%E2%84%AA", "v=k"}, folder("é", "e\u0301", "\u212a", "k"))
	require.ElementsMatch(t, []string{"v="}, folder(""))
	require.ElementsMatch(t, []string{"v=%4EULL"}, folder("NULL"))
	require.ElementsMatch(t, []string{"v=%6Eull"}, folder("null"))
	require.ElementsMatch(t, []string{"v=%5F_HIVE_DEFAULT_PARTITION__"}, folder("__HIVE_DEFAULT_PARTITION__"))
	require.ElementsMatch(t, []string{"v=Acme%20Inc%2E"}, folder("Acme Inc."))
	require.ElementsMatch(t, []string{"v=" + strings.Repeat("a", 253)}, folder(strings.Repeat("a", 253)))

	long := folder(strings.Repeat("中", 30))[0]
	require.Regexp(t, `^v=(%E4%B8%AD){20}~[0-9a-f]{64}$`, long)
	cut := strings.Repeat("中", 20) + long[len(long)-65:]
	require.NotContains(t, folder(cut), long, "a value that looks like a cut one does not pass for it")
	require.Len(t, folder(cut, strings.Repeat("中", 30)), 2)
}

func TestTheManifestHasTheValuesThatAreTooLong(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 0)
	long := strings.Repeat("Vice President of ", 20)
	valued(t, conn, []string{long, "CEO"})
	s := export.Spec{Name: "x", Table: "valued", Path: filepath.Join(t.TempDir(), "x"), PartitionBy: []string{"v"}}
	require.EqualValues(t, 1, write(t, conn, s).Shortened)
	var marker struct {
		Shortened []struct{ Column, Value string }
	}
	require.NoError(t, json.Unmarshal([]byte(content(t, s.Path+".sync", "manifest.json")), &marker))
	require.Equal(t, []struct{ Column, Value string }{{"v", long}}, marker.Shortened)
}

// TestIncrementalTellsTwinsApart adds twins, one night after the other.
func TestIncrementalTellsTwinsApart(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 0)
	s := export.Spec{
		Name: "x", Table: "valued", Path: filepath.Join(t.TempDir(), "x"), PartitionBy: []string{"v"}, Mode: export.ModeIncremental,
	}
	valued(t, conn, []string{"us"})
	execute(t, conn, "ALTER TABLE valued ADD COLUMN updated_at TIMESTAMPTZ")
	execute(t, conn, "UPDATE valued SET updated_at = TIMESTAMPTZ '2026-11-20 00:00:00Z'")
	night := func(day int, values ...string) {
		for _, v := range values {
			at := (1_800_000_000 + int64(day)) * 1_000_000
			_, err := conn.ExecContext(t.Context(), "INSERT INTO valued VALUES ($1, $2, NULL, make_timestamptz($3))", 100*day, v, at)
			require.NoError(t, err)
		}
		write(t, conn, s)
		requireSound(t, names(t, s.Path))
		query := whole(s.Path+"/**/*.parquet", s.Path+".sync/manifest.json")
		query = strings.ReplaceAll(strings.ReplaceAll(query, "SELECT id,", "SELECT DISTINCT id,"), "s2.value, w) AS w", "w) AS w, updated_at")
		requireSame(t, conn, query)
	}
	night(0)
	night(1, "DE")
	require.Contains(t, names(t, s.Path), "v=DE/data-000002.parquet")
	long := strings.Repeat("x", 300)
	night(2, "US", long)
	require.Contains(t, names(t, s.Path), "v=US/data-000001.parquet", "it starts anew where a new twin would meet an old one")
	night(3, "us")
	require.Contains(t, names(t, s.Path), "v=%75%73/data-000002.parquet")
	night(4, "us", "DE", long)
	require.Contains(t, names(t, s.Path), "v=DE/data-000003.parquet")
}

func TestNoMessageShowsAValueOfAPartition(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 0)
	valued(t, conn, []string{"Ann Lee", "Bob"})
	s := export.Spec{Name: "x", Table: "valued", Path: filepath.Join(t.TempDir(), "x"), PartitionBy: []string{"V"}}
	write(t, conn, s)
	put(t, "mine", s.Path, "v=Ann%20Lee", ".DS_Store")
	_, err := export.Write(t.Context(), conn, s, at)
	require.EqualError(t, err, "export x: "+s.Path+
		` holds "v=.../.DS_Store", which no export wrote; move it away or give the export a directory of its own`)

	// A path that is too long as a whole fails in the system, which names all of it.
	for len(s.Path) < 4000 {
		s.Path = filepath.Join(s.Path, strings.Repeat("d", 200))
	}
	_, err = export.Write(t.Context(), conn, s, at)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "Ann")
	require.NotContains(t, err.Error(), "Bob")
}

func TestAColumnWhoseNameFillsAFolderIsRefused(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 0)
	name := strings.Repeat("n", 200)
	s := export.Spec{Name: "x", Query: "SELECT 1 AS id, 2 AS " + name, Path: filepath.Join(t.TempDir(), "x"), PartitionBy: []string{name}}
	_, err := export.Write(t.Context(), conn, s, at)
	require.EqualError(t, err, `export x: partition_by names the column "`+name+
		`", whose name is too long for a folder among 1; give it a shorter one in a query, or name fewer columns`)
}
