//go:build unix

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/require"
)

// The keys of a terminal.
const (
	enterKey = "\r"
	tabKey   = "\t"
	upKey    = "\x1b[A"
	ctrlC    = "\x03"
	ctrlD    = "\x04"
	ctrlL    = "\x0c"
)

// TestThePromptOnATerminal is somebody at 80 x 24 who types.
func TestThePromptOnATerminal(t *testing.T) {
	dir := simulatedWarehouse(t)
	start := func(t *testing.T) *terminal {
		x := openTerminal(t, dir, "sql")
		x.until("help tells more")
		x.prompted()
		return x
	}
	for _, c := range []struct {
		name string
		do   func(t *testing.T, x *terminal)
	}{
		{"a query of several lines is answered when a semicolon ends it", func(t *testing.T, x *terminal) {
			x.enter("SELECT 40 + 2" + enterKey)
			x.enter("AS answer;" + enterKey)
			x.until("answer", "42", "1 row, ")
		}},
		{"history goes over sessions, in a file for its owner alone", func(t *testing.T, x *terminal) {
			x.enter("SELECT 'first',\n" + enterKey + "'kept' AS word;" + enterKey)
			x.until("1 row")
			x.prompted()
			x.enter(" SELECT 'not kept';" + enterKey)
			x.until("│ not kept")
			x.prompted()
			x.enter("exit" + enterKey)
			code, _ := x.ends()
			require.Zero(t, code)
			info, err := os.Stat(filepath.Join(dir, "state", "contactsync", "sql_history"))
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
			y := start(t)
			y.enter(upKey)
			y.until("'kept' AS word;")
			y.enter(enterKey)
			y.until("│ first", "│ kept")
		}},
		{"Tab completes columns, tables, keywords and functions", func(t *testing.T, x *terminal) {
			x.enter("SELECT full_n" + tabKey)
			x.until("SELECT full_name")
			x.enter(" FRO" + tabKey)
			x.until("SELECT full_name FROM")
			x.enter(" hot_acc" + tabKey)
			x.until("FROM hot_accounts")
			x.enter(ctrlC)
			x.prompted()
			x.enter("SELECT regexp_full" + tabKey)
			x.until("regexp_full_match")
			x.enter(ctrlC)
			x.prompted()
			x.enter(`\d conta` + tabKey)
			x.until(`contacts`, `contact_changes`)
		}},
		{"Ctrl-C clears a line and stays", func(t *testing.T, x *terminal) {
			x.enter("SELECT nonsense" + enterKey + "FROM nowhere")
			x.until("FROM nowhere")
			x.enter(ctrlC)
			x.prompted()
			x.enter("SELECT 7 AS seven;" + enterKey)
			x.until("seven", "1 row")
		}},
		{"Ctrl-C stops a query and stays", func(t *testing.T, x *terminal) {
			x.enter("SELECT count(*) FROM range(100_000_000) a, range(1_000_000) b;" + enterKey)
			x.until("b;")
			x.insist(ctrlC, "stopped")
			x.prompted()
			x.enter("SELECT 8 AS eight;" + enterKey)
			x.until("eight", "1 row")
		}},
		{"Ctrl-D leaves from an empty line of a query", func(t *testing.T, x *terminal) {
			x.enter("SELECT" + enterKey + ctrlD)
			code, _ := x.ends()
			require.Zero(t, code)
		}},
		{"a signal to end leaves the terminal as it was", func(t *testing.T, x *terminal) {
			untouched, tty, err := pty.Open()
			require.NoError(t, err)
			t.Cleanup(func() { _, _ = untouched.Close(), tty.Close() })
			x.enter("SELECT 1")
			x.until("sql> SELECT 1")
			require.NotEqual(t, modeOf(t, untouched), modeOf(t, x.pty))
			require.NoError(t, x.process.Signal(syscall.SIGTERM))
			code, _ := x.ends()
			require.Equal(t, 128+int(syscall.SIGTERM), code)
			require.Equal(t, modeOf(t, untouched), modeOf(t, x.pty))
		}},
		{"exit leaves from within a query", func(t *testing.T, x *terminal) {
			x.enter("SELECT 1," + enterKey + ".exit" + enterKey)
			code, _ := x.ends()
			require.Zero(t, code)
		}},
		{`\d tells of tables`, func(t *testing.T, x *terminal) {
			x.enter(`\d runs` + enterKey)
			x.until("rows_written", "BIGINT", "started_at", "TIMESTAMP WITH TIME ZONE")
			x.enter(ctrlL + `\d contcts` + enterKey)
			x.until("there is no table contcts; did you mean contacts?")
			x.enter(".tables" + enterKey)
			x.until("etl.runs")
			x.enter(ctrlL + ".schema vendor_overlap" + enterKey)
			x.until("CREATE VIEW vendor_overlap")
			x.enter(ctrlL + ".tabels" + enterKey)
			x.until("there is no command .tabels, did you mean .tables?")
			x.enter("help" + enterKey)
			x.until(".maxrows N")
		}},
		{"an answer fits the screen", func(t *testing.T, x *terminal) {
			x.enter("FROM contacts;" + enterKey)
			screen := x.until("rows (40 shown), ", "columns (3 shown)")
			requireWhole(t, screen)
			x.enter(`\x` + enterKey)
			x.until("one record per block")
			x.enter(ctrlL + "SELECT full_name, country FROM contacts LIMIT 2;" + enterKey)
			x.until("─[ 1 ]─", "─[ 2 ]─", "full_name │ ")
			x.enter(".timer off" + enterKey + ".maxrows 0" + enterKey + `\x` + enterKey + "FROM range(45);" + enterKey)
			require.NotContains(t, x.until("│    44 │", "45 rows\n"), "·")
		}},
		{"nothing steers the terminal", func(t *testing.T, x *terminal) {
			x.enter("SELECT chr(27) || '[31mred' || chr(13) || chr(7) AS \"a\nb\", error(chr(27) || '[32mgreen') WHERE false;" + enterKey)
			x.until(`a\nb`)
			x.enter("SELECT chr(27) || '[31mred' AS r;" + enterKey)
			x.until(`\x1b[31mred`)
			x.enter("SELECT error(chr(27) || '[32mgreen');" + enterKey)
			x.until(`\x1b[32mgreen`)
			x.enter("EXPLAIN SELECT chr(27) || '[33myellow' AS y FROM contacts;" + enterKey)
			x.prompted()
			x.enter("exit" + enterKey)
			_, written := x.ends()
			for _, colour := range []string{"\x1b[31m", "\x1b[32m", "\x1b[33m", "\a"} {
				require.NotContains(t, written, colour)
			}
		}},
		{"a setting holds for later questions", func(t *testing.T, x *terminal) {
			x.enter("SET TimeZone = 'Asia/Tokyo';" + enterKey)
			x.prompted()
			x.enter("SELECT TIMESTAMPTZ '2026-01-02 00:00:00Z' AS at;" + enterKey)
			x.until("2026-01-02 09:00:00+09")
		}},
		{"a slip is told with its place, at the bottom of the screen too", func(t *testing.T, x *terminal) {
			x.enter("FROM range(30);" + enterKey)
			x.until("30 rows")
			x.prompted()
			x.enter("SELECT emial" + enterKey + "FROM contacts;" + enterKey)
			told := regexp.MustCompile(`sql> SELECT emial\n     FROM contacts;\nBinder Error: .*\n(?:.*\n)+LINE 1: SELECT emial\n {15}\^\nsql>$`)
			require.Regexp(t, told, x.until("Candidate bindings", "^\nsql>"))
			x.enter("SELEC 1;" + enterKey)
			x.until("syntax error at or near \"SELEC\"\nLINE 1: SELEC 1\n        ^\nsql>")
		}},
	} {
		t.Run(c.name, func(t *testing.T) { c.do(t, start(t)) })
	}
}

func TestTablesFitATerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("it is about what is written, not about how")
	}
	dir := simulatedWarehouse(t)
	for _, args := range []string{
		"run", "status", "runs", "check", "check --offline", "profile", "rejects list", "export", "access --help", "sql FROM contacts",
		"sql EXPLAIN SELECT 1",
	} {
		t.Run(args, func(t *testing.T) {
			verb, rest, _ := strings.Cut(args, " ")
			words := strings.Fields(rest)
			if verb == "sql" {
				words = []string{rest}
			}
			x := openTerminal(t, dir, append([]string{verb}, words...)...)
			code, written := x.ends()
			require.Zero(t, code, written)
			for line := range strings.Lines(written) {
				line = strings.TrimRight(line, "\r\n")
				if strings.ContainsAny(line, "│┌├└") && !strings.Contains(line, "\x1b") {
					require.LessOrEqual(t, text.StringWidthWithoutEscSequences(line), terminalColumns, written)
				}
			}
		})
	}
}

// requireWhole makes sure that no line of a table goes on in the next.
func requireWhole(t *testing.T, text string) {
	t.Helper()
	tables := 0
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\r\n "); strings.HasPrefix(line, "│") {
			require.True(t, strings.HasSuffix(line, "│"), line)
			tables++
		}
	}
	require.NotZero(t, tables, text)
}
