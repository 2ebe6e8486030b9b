package console

import (
	"errors"
	"strings"
	"testing"

	"contactsync/load/duckdb/console"

	"github.com/stretchr/testify/require"
)

// reading are statements that are let through, and as what.
var reading = map[string]form{
	"SELECT 1": querying, "select 1;": querying, "(SELECT 1)": querying, "((SELECT 1) UNION ALL (SELECT 2))": querying,
	"VALUES (1), (2)": querying, "TABLE contacts": querying, "FROM contacts |> WHERE country = 'US' |> LIMIT 5": querying,
	"FROM contacts SELECT email": querying, "WITH x AS (SELECT 1 AS a), y AS (SELECT 2) SELECT * FROM x": querying,
	"-- INSERT INTO x\nSELECT 1": querying, "/* DROP TABLE x; */ SELECT 1 -- ; DROP": querying, "SELECT /*+ BROADCAST(a) */ 1 FROM a": querying,
	"SELECT 'it''s; \\'ok\\'' -- it's": querying, "SELECT \"a;b\", `c;``d`": querying, `SELECT r'\', 1`: querying, `SELECT r"\"`: querying,
	"SELECT 'INSERT INTO x', `delete` FROM y": querying, "SELECT ';' ; -- done": querying, "SELECT 1;;": querying, "SELECT '$x', `$`": querying,
	"SELECT 'http://x', date'2026-01-02', x'AB'": querying, "SELECT 1e+5, 1.5E-3D, 2e5, .5e+1BD, 1e+5f-1": querying, "SELECT a FROM b JOIN c USING (d)": querying, "SELECT a FROM b JOIN c USING /* x */ (d)": querying,
	"SELECT transform(array(1), x -> x + 1)": querying, "SELECT reflect FROM x": querying, "SELECT `reflect` AS r, 'reflect(' || b FROM x": querying,
	"SELECT update, delete, merge, insert FROM x": querying, "SELECT (1) update FROM x": querying, "SELECT set FROM t": querying,
	"SELECT count(*) FILTER (WHERE a > 1) FROM x": querying, "SELECT größe FROM x": querying, "SELECT 1 /* a * b / c */": querying,
	"SELECT * FROM contacts VERSION AS OF 3": querying, "SELECT a, b FROM x LATERAL VIEW explode(c) d AS b": querying,
	"SHOW TABLES": telling, "show create table contacts": telling, "DESCRIBE contacts": telling, "DESC EXTENDED contacts": telling,
	"DESCRIBE QUERY SELECT 1": telling, "EXPLAIN SELECT 1": explaining, "EXPLAIN FORMATTED WITH x AS (SELECT 1) SELECT * FROM x": explaining,
	"EXPLAIN EXTENDED (SELECT 1)": explaining, "explain\ncost -- x\nselect 1": explaining,
}

// writing are statements that are refused because they do more.
var writing = []string{
	"INSERT INTO x VALUES (1)", "insert overwrite x SELECT 1", "INSERT OVERWRITE DIRECTORY '/tmp/x' USING parquet SELECT 1", "INSERT OVERWRITE LOCAL DIRECTORY '/tmp/x' SELECT 1",
	"CREATE TABLE x AS SELECT 1", "CREATE OR REPLACE TEMP VIEW x AS SELECT 1", "CREATE FUNCTION f AS 'c'", "CREATE TEMPORARY FUNCTION f() RETURN 1", "REPLACE TABLE x AS SELECT 1",
	"CTAS", "DROP TABLE x", "ALTER TABLE x ADD COLUMN y INT", "TRUNCATE TABLE x", "DELETE FROM x", "UPDATE x SET a = 1", "MERGE INTO x USING y ON true WHEN MATCHED THEN DELETE",
	"SET spark.sql.runSQLOnFiles=true", "SET", "SET -v", "SET TIME ZONE 'UTC'", "RESET", "SET CATALOG x", "USE x", "ADD JAR '/tmp/x.jar'", "ADD FILE '/etc/passwd'", "LIST FILES",
	"DELETE JAR x", "CALL lake.system.expire_snapshots('x')", "CACHE TABLE x", "UNCACHE TABLE x", "CLEAR CACHE", "REFRESH TABLE x", "MSCK REPAIR TABLE x", "ANALYZE TABLE x COMPUTE STATISTICS",
	"LOAD DATA INPATH '/x' INTO TABLE y", "EXPORT TABLE x TO '/y'", "IMPORT TABLE x FROM '/y'", "GRANT SELECT ON x TO y", "REVOKE ALL ON x FROM y", "COMMENT ON TABLE x IS 'y'",
	"BEGIN SELECT 1", "DECLARE x INT", "EXECUTE IMMEDIATE 'DROP TABLE x'", "DFS -ls /", "LOCK TABLE x", "MAP a USING 'cat' FROM x", "REDUCE a USING 'cat' FROM x", "OPTIMIZE x",
	"VACUUM x", "COPY INTO x FROM '/y'", "PUT '/x' INTO '/y'", "SUMMARIZE x", "PRAGMA version", "x", "1", "'SELECT 1'", "`SELECT` 1", `"SELECT" 1`, "@x", ".x",
	"/* SELECT */ DROP TABLE x", "-- SELECT 1\nDROP TABLE x", "-- SELECT 1\rDROP TABLE x",
	"WITH x AS (SELECT 1) INSERT INTO y SELECT * FROM x", "WITH x AS (SELECT 1) /* SELECT */ insert /**/ into y TABLE x", "WITH x AS (SELECT ')') INSERT OVERWRITE y TABLE x",
	"WITH x AS (SELECT 1), y AS (SELECT 2) DELETE FROM z", "WITH x AS (SELECT 1) UPDATE y SET a = 1", "WITH x AS (SELECT 1) MERGE INTO y USING x ON true WHEN MATCHED THEN DELETE",
	"FROM x INSERT INTO y SELECT *", "FROM (SELECT 1) a INSERT OVERWRITE TABLE y SELECT * INSERT INTO z SELECT *", "FROM x INSERT OVERWRITE DIRECTORY '/y' SELECT *",
	"FROM x ıNSERT INTO y SELECT *", "FROM x INſERT INTO y SELECT *",
	"EXPLAIN INSERT INTO x VALUES (1)", "EXPLAIN FORMATTED CREATE TABLE x AS SELECT 1", "EXPLAIN SHOW TABLES", "EXPLAIN EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1",
	"EXPLAIN WITH x AS (SELECT 1) INSERT INTO y TABLE x",
	// code of the server's machine
	"SELECT reflect('java.lang.System', 'exit', 1)", "SELECT Java_Method ('java.lang.Runtime', 'x')", "SELECT try_reflect('a', 'b')", "SELECT `reflect`('a', 'b')",
	"SELECT `reflect` /* x */ -- y\n ('a', 'b')", "SELECT builtin.reflect('a', 'b')", "SELECT \"reflect\"('a', 'b')", "SELECT refleCT\t('a')",
	"SELECT 1 WHERE (SELECT max(reflect('a', 'b'))) = 1", "WITH x AS (SELECT reflect('a', 'b')) SELECT * FROM x", "FROM x |> SELECT java_method('a', 'b')", "VALUES (reflect('a', 'b'))",
	"SELECT 'a\\'' || reflect('a', 'b')", "SELECT 'a''' || reflect('a', 'b')", "SELECT r'\\' || reflect('a', 'b') || ''", "SELECT R\"\\\" || reflect('a') || \"\"",
	"SELECT `a``` , reflect('a') , `b`", "SELECT 1 /* ' */ , reflect('a') -- '", "SELECT 1 -- '\n, reflect('a') -- '", "SELECT 1 -- '\r, reflect('a') -- '",
	"SELECT /*+ x */*, reflect('a') FROM y -- */", "EXPLAIN SELECT reflect('a')", "DESCRIBE QUERY SELECT reflect('a')", "DESCRIBE SELECT reflect('a')",
	"SELECT IDENTIFIER('ref' || 'lect')('a', 'b')", "SELECT identifier /**/ ('x')", "SELECT * FROM IDENTIFIER('x')", "SELECT ıdentıfıer('x')", "SELECT `identifier`('x')",
	"SELECT TRANSFORM(a) USING 'cat' FROM x", "SELECT TRANSFORM(a) USING \"cat\" AS (b STRING) FROM x", "FROM x MAP a USING 'cat'", "FROM x REDUCE a USING r'cat'",
	"SELECT * FROM (SELECT TRANSFORM(a) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' USING 'sh -c id' FROM x)", "SELECT TRANSFORM(a) uſing 'cat' FROM x",
	"SELECT TRANSFORM(a) USING /* ( */ 'cat' FROM x", "SELECT TRANSFORM(a) USING :p FROM x", "SELECT TRANSFORM(a) USING ? FROM x",
	"SELECT read_files('/x')", "SELECT secret('a', 'b')", "SELECT http_request(conn => 'x')", "SELECT * FROM read_files('s3://x')",
}

// unclear are statements that we might understand otherwise than Spark does, or that are
// none: they are refused, too.
var unclear = []string{
	"", " ; ", "-- x", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE x", ";SELECT 1", "SELECT ';' ; DROP TABLE x", "SELECT 1;\n-- x\nDROP TABLE x",
	"SELECT 'a", `SELECT 'a\'`, `SELECT "a\"`, "SELECT `a", "SELECT 1 /* a", "SELECT r'a", "SELECT 1 /* /* */ */", "SELECT 1 /* /*+ */ , reflect('a') /* */",
	"SELECT 1 -- a\\\n, 'x'", "SELECT 1e+5r'\\' , reflect('a') , '", "SELECT 1e+5Dr'\\', reflect('a'), '", "SELECT foor'x'", "FROM x MAP 1e+5USING 'cat'", "FROM x MAP 1E-5duſing 'cat'", "FROM x MAP 1.5e+5BDusing 'cat'", "FROM x REDUCE 0e+0_", "SELECT a://x--b", "SELECT s3://x/y'",
	"SELECT $$ ' $$", "SELECT $x", "SELECT ${env:HOME}", "SELECT 1)", "SELECT (1", "SELECT 1) UNION SELECT (2", "SELECT 1) t; DROP TABLE x --", "SELECT )1(", "EXPLAIN", "EXPLAIN COST",
	"SELECT reflect\u200b('a')", "SELECT\u2060 1", "SELECT 1\x00", "SELECT 1 \ufeff", "SELECT e\u0301 FROM x",
}

func TestWhatReadsIsLetThrough(t *testing.T) {
	for statement, want := range reading {
		found, err := judge(statement)
		require.NoError(t, err, statement)
		require.Equal(t, want, found.form, statement)
		require.NotContains(t, found.sql, ";;")
	}
}

func TestWhatDoesMoreThanReadIsRefused(t *testing.T) {
	for _, statement := range writing {
		_, err := judge(statement)
		_, refused := errors.AsType[*console.WritingError](err)
		require.True(t, refused, "%q: %v", statement, err)
	}
	_, err := judge("CALL lake.system.rollback_to_snapshot('x', 1)")
	require.EqualError(t, err, "CALL is refused: only what reads is allowed here; maintenance is Spark's own client's")
}

func TestWhatMayMeanAnotherThingIsRefused(t *testing.T) {
	for _, statement := range unclear {
		_, err := judge(statement)
		require.Error(t, err, "%q", statement)
	}
}

func TestAQueryIsAskedInParentheses(t *testing.T) {
	found, err := judge("SELECT 1 -- one ; \n ; -- two")
	require.NoError(t, err)
	sql, before := found.render(3)
	require.Equal(t, "SELECT * FROM (\nSELECT 1 -- one ; \n \n) LIMIT 3", sql)
	require.Equal(t, 1, before)
	found, err = judge("SHOW TABLES;")
	require.NoError(t, err)
	sql, before = found.render(3)
	require.Equal(t, "SHOW TABLES", sql)
	require.Zero(t, before)
}

func TestTextIsSplitByTheQuotesOfSpark(t *testing.T) {
	statements, rest := Statements("SELECT 'it\\'s; one';\n\n-- b;\nSELECT `a;b`, \"c\\\";\", r'\\' ; ; SELECT 3")
	require.Equal(t, []string{`SELECT 'it\'s; one'`, "-- b;\nSELECT `a;b`, \"c\\\";\", r'\\'"}, statements)
	require.Equal(t, "SELECT 3", rest)
	pieces := Pieces("SELECT 1;\n\nSELECT 2")
	require.Equal(t, []console.Piece{{Text: "SELECT 1", Line: 1}, {Text: "SELECT 2", Line: 3}}, pieces)
	require.Equal(t, " SELECT 2", Tail("SELECT ';'; SELECT 2"))
	for text, want := range map[string]bool{
		"SELECT 1;": true, "SELECT 1; -- x": true, "SELECT 1": false, "SELECT ';": false, "SELECT 1; /* x": false, "": false, ";": true, "SELECT 1; SELECT": false,
		`SELECT 'a\';`: false, "SELECT `;`": false, "-- x;": false,
	} {
		require.Equal(t, want, Complete(text), text)
	}
}

// FuzzJudge holds that no text hides from us what Spark would read: whatever is let through,
// what follows it is still seen, and so is what stands before it.
func FuzzJudge(f *testing.F) {
	for statement := range reading {
		f.Add(statement)
	}
	for _, statement := range append(writing, unclear...) {
		f.Add(statement)
	}
	f.Fuzz(func(t *testing.T, statement string) {
		var all strings.Builder
		for _, token := range tokens(statement) {
			if token.text == "" {
				t.Fatal("an empty token")
			}
			all.WriteString(token.text)
		}
		if all.String() != statement {
			t.Fatalf("tokens are not the text: %q", all.String())
		}
		Pieces(statement)
		Complete(statement)
		Tail(statement)
		found, err := judge(statement)
		if err != nil {
			return
		}
		if pieces := Pieces(statement); len(pieces) != 1 {
			t.Fatalf("%d statements are let through", len(pieces))
		}
		for _, after := range []string{"\n; DROP TABLE x", "\n, reflect('a', 'b')", "\nUSING 'cat'", "\n)", "\n('"} {
			if _, err := judge(found.sql + after); err == nil {
				t.Fatalf("what follows is hidden: %q", found.sql+after)
			}
		}
		if again, err := judge(found.sql); err != nil || again != found {
			t.Fatalf("%q is judged otherwise: %v", found.sql, err)
		}
		if found.form == querying {
			if _, err := judge("SELECT * FROM (\n" + found.sql + "\n)"); err != nil {
				t.Fatalf("in parentheses it is refused: %v", err)
			}
		}
		if first := list(statement)[0]; found.form == querying && !opens(first) {
			t.Fatalf("it begins with %q", first.text)
		}
	})
}

func list(statement string) []token {
	found, _, _ := meaningful(statement)
	return found
}
