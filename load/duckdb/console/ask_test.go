package console_test

import (
	"crypto/sha256"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"contactsync/load/duckdb"
	"contactsync/load/duckdb/console"

	"github.com/stretchr/testify/require"
)

// readOnly is a warehouse of its own, opened for reading, in an empty folder which
// is the working directory.
func readOnly(t *testing.T) *duckdb.Warehouse {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	path := filepath.Join(dir, "warehouse.duckdb")
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	require.NoError(t, err)
	require.NoError(t, w.Close())
	w, err = duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w
}

// answer asks one statement and gives its rows.
func answer(t *testing.T, w *duckdb.Warehouse, form console.Form, query string) (columns []string, rows [][]any) {
	t.Helper()
	require.NoError(t, console.Ask(t.Context(), w, []string{query}, form, func(r console.Result) error {
		columns = r.Columns
		for row, err := range r.Rows {
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		return nil
	}))
	return columns, rows
}

func TestWhatWritesIsRefused(t *testing.T) {
	w := readOnly(t)
	before := folder(t)
	for _, statement := range []string{
		"COPY (SELECT 1) TO 'warehouse.duckdb'", "copy contacts to 'x.csv'", "/* SELECT */ COPY (SELECT 1) TO 'x.csv'",
		"EXPLAIN ANALYZE COPY (SELECT 1) TO 'x.csv'", "EXPLAIN (ANALYZE) COPY (SELECT 1) TO 'x.csv'", "EXPLAIN (FORMAT json, ANALYZE true) COPY (SELECT 1) TO 'x.csv'",
		"EXPLAIN /* SELECT 1 */ ANALYZE COPY (SELECT 1) TO 'x.csv'", "COPY (PIVOT contacts ON country USING count(*)) TO 'x.csv'",
		"EXPLAIN ANALYZE COPY (PIVOT contacts ON country USING count(*)) TO 'x.csv'",
		"EXPORT DATABASE 'x'", "IMPORT DATABASE 'x'", "ATTACH 'x.duckdb' (READ_WRITE)", "ATTACH ':memory:' AS m", "DETACH warehouse", "INSTALL httpfs", "LOAD httpfs",
		"PREPARE p AS COPY (SELECT 1) TO 'x.csv'", "EXECUTE p", "CALL enable_logging(storage = 'file', storage_config = {'path': 'x'})",
		"SELECT * FROM enable_logging('QueryLog', storage = 'file', storage_path = 'x')", "FROM enable_profiling(save_location = 'x', format = 'json')",
		"CREATE TABLE x AS SELECT 1", "CREATE TEMP TABLE x AS SELECT 1", "INSERT INTO etl.runs DEFAULT VALUES", "UPDATE etl.runs SET status = 'x'", "DELETE FROM etl.runs",
		"DROP TABLE etl.runs", "ALTER TABLE etl.runs RENAME TO x", "CHECKPOINT", "VACUUM", "BEGIN", "PRAGMA enable_profiling", "PRAGMA copy_database('warehouse', 'x')",
	} {
		t.Run(statement, func(t *testing.T) {
			err := console.Ask(t.Context(), w, []string{statement}, console.FormTable, func(console.Result) error { return nil })
			var refused *console.WritingError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, before, folder(t))
		})
	}
}

func TestSettingsThatWriteOrUnlockAreRefused(t *testing.T) {
	w := readOnly(t)
	before := folder(t)
	for _, statement := range []string{
		"SET profiling_output = 'x'", "PRAGMA profiling_output = 'x'", "SET enable_profiling = 'json'", "SET log_query_path = 'x'", "SET temp_directory = 'x'",
		"SET secret_directory = 'x'", "SET autoinstall_known_extensions = true", "SET autoload_known_extensions = true", "SET lock_configuration = false",
		"SET allowed_configs = ['profiling_output']", "SET extension_directory = 'x'", "SET allow_parser_override_extension = 'strict'", "RESET lock_configuration",
	} {
		t.Run(statement, func(t *testing.T) {
			require.Error(t, console.Ask(t.Context(), w, []string{statement, "SELECT 1"}, console.FormTable, func(console.Result) error { return nil }))
			require.Equal(t, before, folder(t))
		})
	}
}

// folder is what the working directory holds: names and a hash of the content.
func folder(t *testing.T) map[string][32]byte {
	t.Helper()
	held := map[string][32]byte{}
	require.NoError(t, filepath.WalkDir(".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			held[name] = [32]byte{}
			return err
		}
		content, err := os.ReadFile(name)
		held[name] = sha256.Sum256(content)
		return err
	}))
	return held
}

func TestWhatReadsIsAnswered(t *testing.T) {
	w := readOnly(t)
	require.NoError(t, os.WriteFile("rows.csv", []byte("a,b\n1,x\n"), 0o600))
	for _, statement := range []string{
		"FROM contacts", "(SELECT 1)", "VALUES (1)", "TABLE contacts", "WITH x AS (SELECT 1 AS a) FROM x -- a comment", "SHOW TABLES", "SHOW ALL TABLES", "DESCRIBE contacts",
		"SUMMARIZE contacts", "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1", "EXPLAIN (FORMAT json) SELECT 1", "EXPLAIN (SELECT 1)", "PRAGMA table_info('contacts')", "PRAGMA version", "FROM 'rows.csv'",
		"PIVOT (SELECT 'a' AS a) ON a USING count(*)", "FROM (PIVOT (SELECT 'a' AS a) ON a USING count(*))", "PIVOT (SELECT 'a' AS a) ON a IN ('a', 'b') USING count(*)", "UNPIVOT (SELECT 1 AS a) ON a",
		"SELECT 'COPY x TO y'",
	} {
		t.Run(statement, func(t *testing.T) {
			columns, rows := answer(t, w, console.FormTable, statement)
			require.NotEmpty(t, columns)
			for _, row := range rows {
				require.Len(t, row, len(columns))
			}
		})
	}
}

func TestSettingsHoldForTheStatementsAfterThem(t *testing.T) {
	w := readOnly(t)
	var rows [][]any
	statements := []string{"SET TimeZone = 'America/New_York'", "SET VARIABLE day = 1", "SELECT TIMESTAMPTZ '2026-01-02 00:00:00Z', getvariable('day')", "SELECT 2"}
	require.NoError(t, console.Ask(t.Context(), w, statements, console.FormTable, func(r console.Result) error {
		for row, err := range r.Rows {
			require.NoError(t, err)
			rows = append(rows, row)
		}
		return nil
	}))
	require.Equal(t, [][]any{{"2026-01-01 19:00:00-05", int32(1)}, {int32(2)}}, rows)
}

func TestValuesAreExactInEveryForm(t *testing.T) {
	w := readOnly(t)
	raw := func(s string) any { return json.RawMessage(s) }
	number := json.Number("1.10")
	for _, c := range []struct {
		sql              string
		table, csv, json any
	}{
		{"0.001::DOUBLE", 0.001, 0.001, 0.001},
		{"1.10::DECIMAL(4, 2)", number, number, number},
		{"12345678901234567890123::HUGEINT", json.Number("12345678901234567890123"), json.Number("12345678901234567890123"), json.Number("12345678901234567890123")},
		{"18446744073709551615::UBIGINT", uint64(18446744073709551615), uint64(18446744073709551615), uint64(18446744073709551615)},
		{"DATE '2026-01-02'", "2026-01-02", "2026-01-02", "2026-01-02"},
		{"TIME '10:11:12.5'", "10:11:12.5", "10:11:12.5", "10:11:12.5"},
		{"TIMESTAMP '2026-01-02 00:00:00'", "2026-01-02 00:00:00", "2026-01-02 00:00:00", "2026-01-02 00:00:00"},
		{"TIMESTAMPTZ '2026-01-02 00:00:00Z'", "2026-01-02 00:00:00+00", "2026-01-02T00:00:00.000000Z", "2026-01-02T00:00:00.000000Z"},
		{"TIMESTAMPTZ 'infinity'", "infinity", "infinity", "infinity"},
		{"UUID '11111111-2222-3333-4444-555555555555'", "11111111-2222-3333-4444-555555555555", "11111111-2222-3333-4444-555555555555", "11111111-2222-3333-4444-555555555555"},
		{"INTERVAL 3 DAY", "3 days", "3 days", "3 days"},
		{`'\xAB'::BLOB || 'A'::BLOB`, `\xABA`, `\xABA`, `\xABA`},
		{"'101'::BIT", "101", "101", "101"},
		{"'b'::ENUM('a', 'b')", "b", "b", "b"},
		{"['a, b', NULL]", "['a, b', NULL]", `["a, b",null]`, raw(`["a, b",null]`)},
		{"[DATE '2026-01-02']", "[2026-01-02]", `["2026-01-02"]`, raw(`["2026-01-02"]`)},
		{"[1, 2]::INTEGER[2]", "[1, 2]", "[1,2]", raw("[1,2]")},
		{"{'d': DATE '2026-01-02', 'n': 12345678901234567}", "{'d': 2026-01-02, 'n': 12345678901234567}", `{"d":"2026-01-02","n":12345678901234567}`, raw(`{"d":"2026-01-02","n":12345678901234567}`)},
		{"MAP {'a': 1}", "{a=1}", `{"a":1}`, raw(`{"a":1}`)},
		{"union_value(n := 1)", "1", `{"n":1}`, raw(`{"n":1}`)},
		{`'{"n": 12345678901234567, "t": 1.10}'::JSON`, `{"n": 12345678901234567, "t": 1.10}`, `{"n": 12345678901234567, "t": 1.10}`, raw(`{"n": 12345678901234567, "t": 1.10}`)},
		{`['nan'::DOUBLE, '-inf'::DOUBLE, 1]`, "[nan, -inf, 1.0]", "[null,null,1.0]", raw("[null,null,1.0]")},
		{`{'NaN': 'NaN"', 'n': 'nan'::DOUBLE}`, `{'NaN': 'NaN"', 'n': nan}`, `{"NaN":"NaN\"","n":null}`, raw(`{"NaN":"NaN\"","n":null}`)},
		{"NULL", nil, nil, nil},
		{"NULL::JSON", nil, nil, nil},
	} {
		t.Run(c.sql, func(t *testing.T) {
			for form, want := range map[console.Form]any{console.FormTable: c.table, console.FormCSV: c.csv, console.FormJSON: c.json} {
				columns, rows := answer(t, w, form, "SELECT "+c.sql+" AS v, 1 AS v")
				require.Equal(t, []string{"v", "v"}, columns)
				require.Equal(t, []any{want, int32(1)}, rows[0], form)
			}
		})
	}
}

func TestTheOrderOfAQueryIsKept(t *testing.T) {
	w := readOnly(t)
	_, rows := answer(t, w, console.FormCSV, "SELECT range AS n, [range] AS l FROM range(300_000) ORDER BY hash(range), range")
	_, want := answer(t, w, console.FormCSV, "SELECT range AS n FROM range(300_000) ORDER BY hash(range), range")
	require.Len(t, rows, len(want))
	for i := range rows {
		if rows[i][0] != want[i][0] {
			t.Fatalf("row %d is %v, not %v", i, rows[i][0], want[i][0])
		}
	}
}

// refusal is what is said of a statement.
func refusal(t *testing.T, w *duckdb.Warehouse, statement string) string {
	t.Helper()
	err := console.Ask(t.Context(), w, []string{statement}, console.FormTable, func(r console.Result) error {
		for _, err := range r.Rows {
			if err != nil {
				return err
			}
		}
		return nil
	})
	require.Error(t, err)
	return err.Error()
}

func TestASlipIsToldAsDuckDBTellsIt(t *testing.T) {
	w := readOnly(t)
	before := folder(t)
	for _, c := range []struct{ name, statement, want string }{
		{"a typo in the first word", "SELEC 1", "Parser Error: syntax error at or near \"SELEC\"\nLINE 1: SELEC 1\n        ^"},
		{"a typo in the first word of what writes", "CRAETE TABLE x (a INT)", "Parser Error: syntax error at or near \"CRAETE\"\nLINE 1: CRAETE TABLE x (a INT)\n        ^"},
		{"a typo further on", "SELECT 1\nFORM contacts", "Parser Error: syntax error at or near \"contacts\"\nLINE 2: FORM contacts\n             ^"},
		{"EXPLAIN of a typo", "EXPLAIN SELEC 1", "Parser Error: syntax error at or near \"SELEC\"\nLINE 1: EXPLAIN SELEC 1\n                ^"},
		{
			"what cannot be explained", "EXPLAIN ANALYZE EXPORT DATABASE 'x'",
			"Parser Error: syntax error at or near \"EXPORT\"\nLINE 1: EXPLAIN ANALYZE EXPORT DATABASE 'x'\n                        ^",
		},
		{
			"a column that is not there", "SELECT emial FROM contacts",
			"Binder Error: Referenced column \"emial\" not found in FROM clause!\nCandidate bindings: \"email\", ",
		},
		{"a table that is not there", "FROM contcts", "Catalog Error: Table with name contcts does not exist!\nDid you mean \"contacts\"?\nLINE 1: FROM contcts\n             ^"},
		{
			"a value that is wrong", "SELECT DATE '2026-01-02',\n  CAST(chr(120) AS INT)",
			"Conversion Error: Could not convert string 'x' to INT32\nLINE 2:   CAST(chr(120) AS INT)\n          ^",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			said := refusal(t, w, c.statement)
			require.Equal(t, before, folder(t))
			if !strings.HasSuffix(c.want, "^") {
				require.Contains(t, said, c.want)
				require.Regexp(t, `(?m)^LINE 1: .*\n +\^$`, said)
				return
			}
			require.Equal(t, c.want, said)
		})
	}
}

func TestNothingBeginsWhereALaterStatementIsWrong(t *testing.T) {
	w := readOnly(t)
	err := console.Ask(t.Context(), w, []string{"SELECT 1", "SELEC 2"}, console.FormTable, func(console.Result) error {
		t.Fatal("the first has begun")
		return nil
	})
	var wrong *console.StatementError
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, 1, wrong.Index)
}

func TestWhatIsBeingTypedIsCompleted(t *testing.T) {
	w := readOnly(t)
	for _, c := range []struct {
		statement string
		start     int
		want      console.Suggestion
	}{
		{"SELECT * FROM cont", 14, console.Suggestion{Word: "contacts", Kind: "table"}},
		{"SELECT full_", 7, console.Suggestion{Word: "full_name", Kind: "column"}},
		{"SELECT c.emai", 9, console.Suggestion{Word: "email", Kind: "column"}},
		{"SEL", 0, console.Suggestion{Word: "SELECT", Kind: "keyword"}},
		{"SELECT regexp_mat", 7, console.Suggestion{Word: "regexp_matches", Kind: "scalar_function"}},
		{"SELECT 'é', full_", 13, console.Suggestion{Word: "full_name", Kind: "column"}},
	} {
		start, list, err := console.Suggest(t.Context(), w, c.statement)
		require.NoError(t, err)
		require.Equal(t, c.start, start, c.statement)
		require.Contains(t, list, c.want, c.statement)
	}
}

func TestTheCatalogListsWhatCanBeAsked(t *testing.T) {
	w := readOnly(t)
	tables, err := console.Tables(t.Context(), w)
	require.NoError(t, err)
	i := slices.IndexFunc(tables, func(t console.Table) bool { return t.Full() == "contacts" })
	require.GreaterOrEqual(t, i, 0)
	require.Equal(t, "view", tables[i].Kind)
	require.True(t, slices.ContainsFunc(tables, func(t console.Table) bool { return t.Full() == "etl.runs" }))
	require.Equal(t, "main", tables[0].Schema)
	fields, err := console.Fields(t.Context(), w, tables[i])
	require.NoError(t, err)
	require.Len(t, fields, int(tables[i].Columns))
	require.Equal(t, console.Field{Name: "contact_id", Type: "VARCHAR", Comment: fields[0].Comment}, fields[0])
}
