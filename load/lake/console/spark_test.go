//go:build duckdb_arrow

package console_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"contactsync/internal/sparktest"
	"contactsync/load/duckdb"
	duckdbconsole "contactsync/load/duckdb/console"
	"contactsync/load/lake/connect"
	"contactsync/load/lake/console"

	"github.com/stretchr/testify/require"
)

// source is Spark, asked in a namespace of its own with a table and a view.
func source(t *testing.T) *console.Source {
	t.Helper()
	address := sparktest.Address(t)
	a, err := connect.Parse(address)
	require.NoError(t, err)
	spark, err := connect.Dial(t.Context(), a)
	require.NoError(t, err)
	namespace := fmt.Sprintf("console_%d", time.Now().UnixNano())
	exec := func(statements ...string) {
		for _, s := range statements {
			require.NoError(t, spark.Exec(context.Background(), strings.ReplaceAll(s, "ns.", "lake."+namespace+".")))
		}
	}
	exec("CREATE NAMESPACE lake."+namespace, "CREATE TABLE ns.audiences (source STRING COMMENT 'vendor', n BIGINT) USING iceberg",
		"INSERT INTO ns.audiences VALUES ('a', 1), ('b', NULL)", "CREATE VIEW ns.contacts AS SELECT source FROM ns.audiences")
	t.Cleanup(func() {
		exec("DROP VIEW ns.contacts", "DROP TABLE ns.audiences PURGE", "DROP NAMESPACE lake."+namespace)
		require.NoError(t, spark.Close())
	})
	s, err := console.New(console.Options{Connect: address, Catalog: "lake", Namespace: namespace})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// answer asks one statement and gives its rows.
func answer(t *testing.T, s *console.Source, form duckdbconsole.Form, statement string) (columns []string, rows [][]any) {
	t.Helper()
	require.NoError(t, s.Ask(t.Context(), []string{statement}, form, collect(&columns, &rows)), statement)
	return columns, rows
}

func collect(columns *[]string, rows *[][]any) func(duckdbconsole.Result) error {
	return func(r duckdbconsole.Result) error {
		*columns = r.Columns
		for row, err := range r.Rows {
			if err != nil {
				return err
			}
			*rows = append(*rows, row)
		}
		return nil
	}
}

func TestSparkAnswersWhatReads(t *testing.T) {
	s := source(t)
	for statement, want := range map[string][][]any{
		"SELECT * FROM audiences ORDER BY source DESC": {{"b", nil}, {"a", int64(1)}}, "TABLE contacts": {{"a"}, {"b"}}, "VALUES (1) -- x": {{int32(1)}},
		"WITH x AS (SELECT 1 AS a) FROM x |> SELECT a, a": {{int32(1), int32(1)}}, "(SELECT 'it''s; \\'ok\\'' AS t)": {{"it's; 'ok'"}}, "SELECT r'\\'": {{`\`}},
		"SELECT '${env:HOME}'": {{"${env:HOME}"}}, "SELECT count(*) FROM audiences;": {{int64(2)}}, "SELECT current_schema() LIKE 'console_%'": {{true}},
		"SELECT a FROM (SELECT 1 AS a) JOIN (SELECT 1 AS a) USING (a)": {{int32(1)}}, "SELECT transform(array(1), x -> x + 1)": {{"[2]"}},
		"SELECT id FROM range(5) ORDER BY id % 2, id DESC": {{int64(4)}, {int64(2)}, {int64(0)}, {int64(3)}, {int64(1)}}, "SELECT 1 WHERE false": nil,
	} {
		columns, rows := answer(t, s, duckdbconsole.FormTable, statement)
		require.NotEmpty(t, columns, statement)
		require.Equal(t, want, rows, statement)
	}
	for _, statement := range []string{"SHOW TABLES", "DESCRIBE contacts", "DESCRIBE QUERY SELECT 1", "SHOW CREATE TABLE audiences"} {
		_, rows := answer(t, s, duckdbconsole.FormTable, statement)
		require.NotEmpty(t, rows, statement)
	}
	require.NoError(t, s.Ask(t.Context(), []string{"EXPLAIN FORMATTED SELECT 1"}, duckdbconsole.FormTable, func(r duckdbconsole.Result) error {
		require.True(t, r.Plan)
		return nil
	}))
	var columns []string
	var rows [][]any
	require.NoError(t, s.First(t.Context(), "SELECT id FROM range(1000)", 3, duckdbconsole.FormJSON, collect(&columns, &rows)))
	require.Len(t, rows, 3)
	rows = nil
	require.NoError(t, s.First(t.Context(), "SHOW FUNCTIONS", 3, duckdbconsole.FormJSON, collect(&columns, &rows)))
	require.Len(t, rows, 3)
}

func TestSparkRefusesWhatJudgingLetsThrough(t *testing.T) {
	s := source(t)
	for _, statement := range []string{
		"SELECT * FROM text.`/etc/hostname`", "SELECT * FROM csv.`file:///etc/passwd`", "SELECT * FROM parquet.`/x`", "DESCRIBE text.`/etc/hostname`",
		"SELECT * FROM `text`.`/etc/hostname`", "SELECT * FROM org.apache.spark.sql.execution.datasources.text.`/etc/hostname`", "EXPLAIN SELECT * FROM binaryFile.`/etc/hostname`",
		"SELECT /*+ ' */ reflect('java.lang.System', 'getProperty', 'user.name') --' */ 1", "SELECT ?", "SELECT 1 FROM (INSERT INTO audiences VALUES ('c', 3))",
		"SELECT (DELETE FROM audiences)", "SELECT * FROM (WITH x AS (SELECT 'c', 3) INSERT INTO audiences TABLE x)", "SELECT 1 INTO audiences",
		"WITH x AS (INSERT INTO audiences VALUES ('c', 3)) SELECT 1", "TABLE contacts DROP", "SELECT ( 1 ) |> CALL x",
	} {
		var columns []string
		var rows [][]any
		err := s.Ask(t.Context(), []string{statement}, duckdbconsole.FormTable, collect(&columns, &rows))
		if strings.HasPrefix(statement, "EXPLAIN") { // Spark tells in the plan what is wrong
			require.NoError(t, err)
			require.Contains(t, fmt.Sprint(rows), "TABLE_OR_VIEW_NOT_FOUND")
			continue
		}
		require.Error(t, err, "%s: %v", statement, rows)
		at, ok := errors.AsType[*duckdbconsole.StatementError](err)
		require.True(t, ok)
		require.Zero(t, at.Index)
	}
	_, rows := answer(t, s, duckdbconsole.FormTable, "SELECT count(*) FROM audiences")
	require.Equal(t, [][]any{{int64(2)}}, rows)
}

func TestNothingBeginsWhereOneStatementIsRefused(t *testing.T) {
	s := source(t)
	err := s.Ask(t.Context(), []string{"SELECT 1", "DROP TABLE audiences"}, duckdbconsole.FormTable, func(duckdbconsole.Result) error {
		t.Error("it was asked")
		return nil
	})
	at, _ := errors.AsType[*duckdbconsole.StatementError](err)
	require.Equal(t, 1, at.Index)
	_, refused := errors.AsType[*duckdbconsole.WritingError](err)
	require.True(t, refused)
}

func TestErrorsTellThePlaceInWhatWasWritten(t *testing.T) {
	s := source(t)
	for statement, want := range map[string]string{
		"SELECT\n  nope FROM audiences":   "(line 2, character 3)",
		"SELECT nope FROM contacts":       "(line 1, character 8)",
		"SELECT 1 FRM audiences x y":      "(line 1, character 14)",
		"DESCRIBE nope":                   "(line 1, character 10)",
		"SELECT 1 FROM (SELECT 1 + ) abc": "(line 1,",
	} {
		err := s.Ask(t.Context(), []string{statement}, duckdbconsole.FormTable, func(duckdbconsole.Result) error { return nil })
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "missing ')'")
		require.NotContains(t, err.Error(), "\n")
		t.Log(err)
	}
}

// TestValuesAreThoseOfDuckDB asks both consoles for the same values.
func TestValuesAreThoseOfDuckDB(t *testing.T) {
	s := source(t)
	w, err := duckdb.Open(t.Context(), filepath.Join(t.TempDir(), "warehouse.duckdb"), duckdb.Options{})
	require.NoError(t, err)
	defer w.Close()
	for spark, duck := range map[string]string{
		"0.001D": "0.001::DOUBLE", "1.10BD": "1.10::DECIMAL(3, 2)", "CAST(-0.5 AS DECIMAL(38, 10))": "(-0.5)::DECIMAL(38, 10)", "1Y": "1::TINYINT", "2S": "2::SMALLINT", "3": "3", "4L": "4::BIGINT",
		"CAST(1.5 AS FLOAT)": "1.5::FLOAT", "true": "true", "'é\"'": "'é\"'", "DATE'2026-01-02'": "DATE '2026-01-02'", "DATE'0001-01-02'": "DATE '0001-01-02'",
		"TIMESTAMP'2026-01-02 00:00:00Z'":      "TIMESTAMPTZ '2026-01-02 00:00:00Z'",
		"TIMESTAMP'2026-01-02 03:04:05.0600Z'": "TIMESTAMPTZ '2026-01-02 03:04:05.06Z'",
		"TIMESTAMP_NTZ'1969-12-31 23:59:59.5'": "TIMESTAMP '1969-12-31 23:59:59.5'",
		"X'AB41'":                              `'\xAB'::BLOB || 'A'::BLOB`,
		"INTERVAL '3' DAY":                     "INTERVAL 3 DAY", "INTERVAL '2-3' YEAR TO MONTH": "INTERVAL 27 MONTH", "make_interval(1, 2, 0, 4, 5, 6, 7.5)": "INTERVAL '14 months 4 days 5 hours 6 minutes 7.5 seconds'",
		"array('a, b', NULL, 'c')":                                                  "['a, b', NULL, 'c']",
		"array(DATE'2026-01-02')":                                                   "[DATE '2026-01-02']",
		"array(array(1), array(), NULL)":                                            "[[1], [], NULL]",
		"array(1.5D, CAST('nan' AS DOUBLE), CAST('-inf' AS DOUBLE), 1D)":            "[1.5, 'nan'::DOUBLE, '-inf'::DOUBLE, 1]::DOUBLE[]",
		"array(TIMESTAMP'2026-01-02 00:00:00Z')":                                    "[TIMESTAMPTZ '2026-01-02 00:00:00Z']",
		"CAST(array() AS ARRAY<STRING>)":                                            "[]::VARCHAR[]",
		"named_struct('d', DATE'2026-01-02', 'n', 12345678901234567, 't', 'it''s')": "{'d': DATE '2026-01-02', 'n': 12345678901234567, 't': 'it''s'}",
		"map('a', 1, 'b c', NULL)":                                                  "MAP {'a': 1, 'b c': NULL}",
		"map(1, array('x'))":                                                        "MAP {1: ['x']}",
		"CAST(NULL AS STRING)":                                                      "NULL::VARCHAR",
		"NULL":                                                                      "NULL",
	} {
		for _, form := range []duckdbconsole.Form{duckdbconsole.FormTable, duckdbconsole.FormCSV, duckdbconsole.FormJSON} {
			var columns []string
			var want [][]any
			require.NoError(t, duckdbconsole.Ask(t.Context(), w, []string{"SET TimeZone = 'UTC'", "SELECT " + duck + " AS v, 1 AS v"}, form, collect(&columns, &want)))
			got, rows := answer(t, s, form, "SELECT "+spark+" AS v, 1 AS v")
			require.Equal(t, columns, got)
			require.Equal(t, want, rows, "%s in form %d", spark, form)
		}
	}
	for form, want := range map[duckdbconsole.Form]any{
		duckdbconsole.FormTable: `{"a":1}`, duckdbconsole.FormCSV: `{"a":1}`, duckdbconsole.FormJSON: json.RawMessage(`{"a":1}`),
	} {
		_, rows := answer(t, s, form, `SELECT parse_json('{"a": 1}')`)
		require.Equal(t, want, rows[0][0])
	}
}

func TestRowsComeAsTheyAreReadAndCanBeStopped(t *testing.T) {
	s := source(t)
	enough := errors.New("enough")
	err := s.Ask(t.Context(), []string{"SELECT id, repeat('x', 500) FROM range(0, 2000000, 1, 400)"}, duckdbconsole.FormCSV, func(r duckdbconsole.Result) error {
		for range r.Rows {
			return enough
		}
		return nil
	})
	require.ErrorIs(t, err, enough)

	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	err = s.Ask(ctx, []string{"SELECT sum(a.id * b.id) FROM range(10000000) a, range(10000000) b"}, duckdbconsole.FormCSV, func(duckdbconsole.Result) error { return nil })
	require.ErrorIs(t, err, context.DeadlineExceeded)
	answer(t, s, duckdbconsole.FormCSV, "SELECT 1")
}

func TestWhatCanBeAskedIsListed(t *testing.T) {
	s := source(t)
	tables, err := s.Tables(t.Context())
	require.NoError(t, err)
	require.Len(t, tables, 2)
	require.Equal(t, "audiences", tables[0].Full())
	require.Equal(t, "table", tables[0].Kind)
	require.Equal(t, "A row is a search, segment, audience or pixel that a vendor offers.", tables[0].Comment)
	require.Equal(t, "view", tables[1].Kind)
	require.Contains(t, tables[1].SQL, "CREATE OR REPLACE VIEW")
	fields, err := s.Fields(t.Context(), tables[0])
	require.NoError(t, err)
	require.Equal(t, []duckdbconsole.Field{{Name: "source", Type: "string", Comment: "vendor"}, {Name: "n", Type: "bigint"}}, fields)
}

func TestWhatIsTypedIsCompleted(t *testing.T) {
	s, err := console.New(console.Options{Connect: "sc://127.0.0.1:1", Catalog: "c", Namespace: "n"})
	require.NoError(t, err)
	for text, want := range map[string]string{
		"sel": "select", "SELECT * FROM contac": "contacts", "SELECT * FROM etl_ru": "etl_runs", "SELECT company_d FROM contacts WHERE company_d": "company_domain",
		"FROM contacts c WHERE c.full": "full_name", "SELECT * FR": "FROM",
	} {
		start, list, err := s.Suggest(t.Context(), text)
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(list, func(o duckdbconsole.Suggestion) bool { return o.Word == want }), "%s: %v", text, list)
		require.True(t, strings.HasPrefix(strings.ToLower(want), strings.ToLower(text[start:])), text)
	}
	_, list, err := s.Suggest(t.Context(), "SELECT 'cont")
	require.NoError(t, err)
	require.Empty(t, list)
}
