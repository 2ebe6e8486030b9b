package console

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	duckdbgo "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/require"
)

var splits = []struct {
	name, text string
	statements []string
	rest       string
}{
	{"one without an end", "SELECT 1", nil, "SELECT 1"},
	{"two", "SELECT 1; SELECT 2;", []string{"SELECT 1", "SELECT 2"}, ""},
	{"nothing but semicolons and comments", ";; -- nothing;\n/* ; */ ;", nil, ""},
	{"in quotes", "SELECT 'a;''b;' AS \"c;\"\"d;\"; SELECT 2", []string{"SELECT 'a;''b;' AS \"c;\"\"d;\""}, "SELECT 2"},
	{"a backslash is a character", `SELECT 'a\'; SELECT 2`, []string{`SELECT 'a\'`}, "SELECT 2"},
	{"but not in an E text", `SELECT e'a\';b'; SELECT 2`, []string{`SELECT e'a\';b'`}, "SELECT 2"},
	{"in a line comment", "SELECT 1 -- it's; fine\n; SELECT 2", []string{"SELECT 1 -- it's; fine"}, "SELECT 2"},
	{"in nested comments", "SELECT /* a; /* b; */ c; */ 1; SELECT 2", []string{"SELECT /* a; /* b; */ c; */ 1"}, "SELECT 2"},
	{"in dollar quotes", "SELECT $$a;'b$$; SELECT $x$ ; $$ ; $x$;", []string{"SELECT $$a;'b$$", "SELECT $x$ ; $$ ; $x$"}, ""},
	{"a dollar sign in a name", "SELECT 1 AS a$b$; SELECT 2 AS c$b$", []string{"SELECT 1 AS a$b$"}, "SELECT 2 AS c$b$"},
	{"an E at the end of a name", `SELECT 1 AS like'a\'; SELECT 2`, []string{`SELECT 1 AS like'a\'`}, "SELECT 2"},
	{"not closed", "SELECT 'a; SELECT 2;", nil, "SELECT 'a; SELECT 2;"},
	{"a sign in a name", "SELECT 1 AS ☃$$; SELECT 2 AS ☃$$", []string{"SELECT 1 AS ☃$$"}, "SELECT 2 AS ☃$$"},
	{"letters of other scripts", "SELECT 'é;' AS é; SELECT 2", []string{"SELECT 'é;' AS é"}, "SELECT 2"},
}

func TestStatementsEndAtSemicolonsOutsideOfQuotesAndComments(t *testing.T) {
	for _, c := range splits {
		t.Run(c.name, func(t *testing.T) {
			statements, rest := Statements(c.text)
			require.Equal(t, c.statements, statements)
			require.Equal(t, c.rest, rest)
		})
	}
}

// Whatever is one statement here must be no more than one for DuckDB, since it is
// judged as one.
func FuzzStatementsAreThoseOfDuckDB(f *testing.F) {
	for _, c := range splits {
		f.Add(c.text)
	}
	db, err := sql.Open("duckdb", filepath.Join(f.TempDir(), "empty.duckdb"))
	require.NoError(f, err)
	f.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(context.Background())
	require.NoError(f, err)
	f.Cleanup(func() { _ = conn.Close() })
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
			t.Skip("DuckDB reads no such text")
		}
		statements, rest := Statements(text)
		if rest != "" {
			statements = append(statements, rest)
		}
		for _, s := range statements {
			if opens(s) != nil {
				continue // it is refused, whatever it is
			}
			require.NoError(t, conn.Raw(func(raw any) error {
				prepared, err := raw.(*duckdbgo.Conn).Prepare(s)
				if err == nil {
					return prepared.Close()
				}
				if !oneStatement(err) && !strings.Contains(strings.ToLower(s), "pivot") {
					return fmt.Errorf("%q is not one statement", s)
				}
				return nil
			}))
			again, left := Statements(s)
			require.Empty(t, again, s)
			require.Equal(t, s, left)
		}
	})
}

func TestAQueryIsCompleteWhenNothingMoreBelongsToIt(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "SELECT 1": false, "SELECT 1;": true, "SELECT 1; -- done\n": true, "SELECT 'a;\n": false, "SELECT 'a;\n';\n": true, "SELECT 1; SELECT": false, "SELECT $$;": false,
	} {
		require.Equal(t, want, Complete(text), text)
	}
}

func TestPiecesSayOnWhichLineAStatementBegins(t *testing.T) {
	require.Equal(t, []Piece{{"-- one;\nSELECT 1", 1}, {"-- SELECT\n/* 2;\n*/ SELECT\n2", 2}, {"SELECT 3 -- SELECT 4", 8}},
		Pieces("-- one;\nSELECT 1; -- SELECT\n/* 2;\n*/ SELECT\n2;\n\n;\n\t SELECT 3 -- SELECT 4\n"))
	require.Empty(t, Pieces(" -- nothing\n;"))
}

func TestTheTailIsWhatNoSemicolonHasEnded(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "SELECT ": "SELECT ", "SELECT 1; FROM ": " FROM ", "SELECT ';": "SELECT ';", "SELECT 1; -- ;\n": " -- ;\n",
	} {
		require.Equal(t, want, Tail(text), text)
	}
}

// Whatever the text, its pieces are its statements, in their order and on their lines.
func FuzzPiecesAreTheStatements(f *testing.F) {
	for _, c := range splits {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		statements, rest := Statements(text)
		if rest != "" {
			statements = append(statements, rest)
		}
		pieces, lines := Pieces(text), strings.Split(text, "\n")
		require.Len(t, pieces, len(statements))
		for i, p := range pieces {
			require.Equal(t, statements[i], p.Text)
			first, _, _ := strings.Cut(p.Text, "\n")
			require.Contains(t, lines[p.Line-1], first)
		}
		_, left := Statements(Tail(text))
		require.Equal(t, rest, left)
	})
}
