//go:build duckdb_arrow

package mcp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"
)

func contains(text, lower string) bool { return strings.Contains(strings.ToLower(text), lower) }

func TestAClientFindsTablesMeaningsAndAnswers(t *testing.T) {
	w, _ := newWorld(t)
	_, session := connect(t, Options{Runner: w.Runner, PII: true})
	tools, err := session.ListTools(t.Context(), nil)
	require.NoError(t, err)
	for _, tool := range tools.Tools {
		require.True(t, tool.Annotations.ReadOnlyHint, tool.Name)
	}
	require.Len(t, tools.Tools, 3)
	text, wrong := call(t, session, "list_tables", nil)
	require.False(t, wrong, text)
	require.Contains(t, text, "| contacts | 6 | a person, merged over all vendors |")
	text, _ = call(t, session, "describe_table", map[string]any{"table": "Contacts"})
	require.Contains(t, text, "| full_name | VARCHAR | name as one would write it |")
	text, wrong = call(t, session, "describe_table", map[string]any{"table": "contact"})
	require.True(t, wrong)
	require.Contains(t, text, `no table "contact"; there are contacts, source_contacts`)
	require.Equal(t, told{Columns: []string{"full_name", "sources"}, Rows: [][]any{{"Zelda Quxington", []any{"audiencelab"}}}, RowCount: 1},
		query(t, session, "SELECT full_name, sources FROM contacts WHERE email = '"+zelda+"';"))
	resource, err := session.ReadResource(t.Context(), &sdk.ReadResourceParams{URI: dictionaryURI})
	require.NoError(t, err)
	require.Contains(t, resource.Contents[0].Text, "| email_sha256 |")
}

func TestWhatIsWrongIsToldWhole(t *testing.T) {
	w, _ := newWorld(t)
	_, session := connect(t, Options{Runner: w.Runner, PII: true})
	for query, want := range map[string]string{
		"SELECT emial FROM contacts":   "Referenced column \"emial\" not found in FROM clause!\nCandidate bindings: \"email\"",
		"SELEC 1":                      "syntax error at or near \"SELEC\"\nLINE 1: SELEC 1\n        ^",
		"DELETE FROM etl.runs":         "DELETE is refused: only what reads is allowed here",
		"SELECT 1; SELECT 2":           "a query is one statement",
		"SET threads = 1":              "a query is one statement",
		" -- nothing":                  "a query is one statement",
		"FROM read_text('/etc/hosts')": "file system operations are disabled by configuration",
	} {
		text, wrong := call(t, session, "query", map[string]any{"sql": query})
		require.True(t, wrong, query)
		require.Contains(t, text, want, query)
	}
}

func TestAnswersHaveLimits(t *testing.T) {
	w, _ := newWorld(t)
	_, session := connect(t, Options{Runner: w.Runner, Limits: Limits{Rows: 5, Timeout: time.Minute}})
	rows := query(t, session, "SELECT range AS n FROM range(5000000) ORDER BY n DESC")
	require.Equal(t, 5, rows.RowCount)
	require.Equal(t, "only the first 5 rows: there are more", rows.Note)
	require.EqualValues(t, 4999999, rows.Rows[0][0], "in the query's order")
	require.Empty(t, query(t, session, "SELECT range AS n FROM range(5)").Note)
	for limit, want := range map[int]int{2: 2, 50: 5} {
		text, wrong := call(t, session, "query", map[string]any{"sql": "FROM range(9)", "limit": limit})
		require.False(t, wrong, text)
		require.Contains(t, text, fmt.Sprintf(`"row_count":%d,"note"`, want))
	}
	require.Equal(t, "äääää… (100000 bytes)", shortText(query(t, session, "SELECT repeat('ä', 50000) AS long").Rows[0][0]))
	wide := "SELECT " + strings.Repeat("repeat('x', 1900), ", 30) + "1 FROM range(5)"
	text, wrong := call(t, session, "query", map[string]any{"sql": wide})
	require.False(t, wrong, text)
	require.Less(t, len(text), maxBytes+1000)
	require.Contains(t, text, "only the first 1 rows, which are 57 kB: there are more; select fewer columns")
	require.Contains(t, query(t, session, "DESCRIBE contacts").Note, "only the first 5 rows")
	text, wrong = call(t, session, "query", map[string]any{"sql": "SELECT " + strings.Repeat("1 AS a"+strings.Repeat("b", 5000)+", ", 10) + "1"})
	require.True(t, wrong)
	require.Contains(t, text, "select fewer, with shorter names")
}

// shortText leaves out the middle of what is cut.
func shortText(v any) string {
	text, _ := v.(string)
	return text[:10] + text[strings.Index(text, "…"):]
}

// endless is a query that nothing but a limit stops.
const endless = "SELECT sum(a.range * b.range + hash(b.range) % 7) FROM range(10000000000) a, range(10000000000) b"

func TestAQueryIsStoppedInTime(t *testing.T) {
	w, _ := newWorld(t)
	_, session := connect(t, Options{Runner: w.Runner, PII: true, Limits: Limits{Rows: 5, Timeout: 200 * time.Millisecond}})
	text, wrong := call(t, session, "query", map[string]any{"sql": endless})
	require.True(t, wrong)
	require.Equal(t, (&TimeoutError{200 * time.Millisecond}).Error(), text)
}

func TestACancelledQuestionStopsItsQuery(t *testing.T) {
	w, _ := newWorld(t)
	s, session := connect(t, Options{Runner: w.Runner, PII: true, Limits: Limits{Rows: 5, Timeout: time.Hour}})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := session.CallTool(ctx, &sdk.CallToolParams{Name: "query", Arguments: map[string]any{"sql": endless}})
		ended <- err
	}()
	require.Eventually(t, func() bool { return len(s.turn) == 1 }, time.Minute, time.Millisecond, "it begins")
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
	require.EqualValues(t, 1, query(t, session, "SELECT 1").Rows[0][0], "the next one has its turn")
}

// TestACopyIsMadeThoughNobodyWaitsForIt is a client with less patience than a large copy
// takes.
func TestACopyIsMadeThoughNobodyWaitsForIt(t *testing.T) {
	w, _ := newWorld(t)
	s, _ := connect(t, Options{Runner: w.Runner})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for { // a turn that is free is taken at times, even by who is gone
		if err := s.takeTurn(gone); err == nil {
			s.endTurn()
		}
		s.turn <- struct{}{} // whoever made one has finished
		s.endTurn()
		if s.access.(*reducedAccess).of != nil {
			break
		}
	}
	require.FileExists(t, s.access.(*reducedAccess).file())
}

func TestClosingStopsTheMakingOfACopy(t *testing.T) {
	w, _ := newWorld(t)
	s := New(Options{Runner: w.Runner})
	require.NoError(t, s.Close())
	require.ErrorIs(t, s.prepare(t.Context()), context.Canceled)
	require.ErrorIs(t, s.takeTurn(t.Context()), context.Canceled)
}

// TestQuestionsThatArePipedInAreAnswered is a script that says all it has to say at once.
func TestQuestionsThatArePipedInAreAnswered(t *testing.T) {
	w, _ := newWorld(t)
	s := New(Options{Runner: w.Runner, PII: true, Limits: Limits{Rows: 5, Timeout: time.Minute}})
	in := `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"query","arguments":{"sql":"SELECT 40 + 2"}}}
{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"query","arguments":{"sql":"SELECT 40 + 3"}}}
`
	var out bytes.Buffer
	require.NoError(t, s.Serve(t.Context(), strings.NewReader(in), &out))
	require.Equal(t, 3, strings.Count(out.String(), "\n"), out.String())
	require.Contains(t, out.String(), "[42]")
	require.Contains(t, out.String(), "[43]")
	require.ErrorContains(t, s.Serve(t.Context(), strings.NewReader("hello\n"), &out), "the client on stdin")
}

func TestWhatARunBringsIsSeen(t *testing.T) {
	for _, pii := range []bool{true, false} {
		t.Run(fmt.Sprint("pii ", pii), func(t *testing.T) {
			w, lab := newWorld(t)
			_, session := connect(t, Options{Runner: w.Runner, PII: pii})
			before := query(t, session, "SELECT contact_id FROM contacts ORDER BY 1")
			require.Len(t, before.Rows, 6)
			lab.Set("s1", zeldaRow(t, nil), `{"UUID":"new","FIRST_NAME":"Noa","LAST_NAME":"Park","BUSINESS_EMAIL":"noa@park.example"}`)
			w.Night("people")
			after := query(t, session, "SELECT contact_id FROM contacts ORDER BY 1")
			require.Len(t, after.Rows, 7)
			require.Subset(t, after.Rows, before.Rows, "ids hold while the server does")
		})
	}
}

func TestAnswersAreJSONWhateverTheValues(t *testing.T) {
	w, _ := newWorld(t)
	_, session := connect(t, Options{Runner: w.Runner})
	text, wrong := call(t, session, "query", map[string]any{"sql": `SELECT '<a>"' || chr(10) AS "x""<y>", 'nan'::DOUBLE AS n, '-inf'::FLOAT AS f, {'a': [1]} AS s,
		170141183460469231731687303715884105727::HUGEINT AS h, '\xAA'::BLOB AS b, DATE '2026-01-02' AS d, NULL AS nothing`})
	require.False(t, wrong, text)
	require.True(t, json.Valid([]byte(text)), text)
	require.Contains(t, text, `["<a>\"\n",null,null,`)
	require.Contains(t, text, `{"a":[1]},170141183460469231731687303715884105727,`)
}
