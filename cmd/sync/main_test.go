package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"contactsync/internal/simulate"
	"contactsync/schema"

	"github.com/rogpeppe/go-internal/testscript"
)

const openingBalance = 1000

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sync": main, "contactsync": main})
}

// TestCommandLine runs the real program by the scripts in testdata/cli. Each has
// a simulator of its own; its base URLs are in the environment as TOOFR_URL and so on.
func TestCommandLine(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("..", "..", "testdata", "cli"),
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			s := simulate.New(simulate.Options{Seed: 7, People: 300, Credits: map[string]int{schema.Toofr: openingBalance}})
			urls, err := s.Start(t.Context(), nil)
			if err != nil {
				return err
			}
			e.Defer(func() { _ = s.Close() })
			for vendor, url := range urls {
				e.Setenv(strings.ToUpper(vendor)+"_URL", url)
				e.Setenv(strings.ToUpper(vendor)+"_PORT", url[strings.LastIndex(url, ":")+1:])
				e.Setenv(strings.ToUpper(vendor)+"_KEY", simulate.DefaultKey(vendor))
			}
			e.Values["simulator"] = s
			e.Setenv("NO_COLOR", "1")
			return os.WriteFile(filepath.Join(e.WorkDir, "simulated.yaml"), []byte(simulatedConfig(s, urls)), 0o644)
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Getuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "credits": credits, "people": people, "override": override, "explained": explained, "jsonlines": jsonLines,
			"lived": lived, "await": await, "outdate": outdate, "doubt": doubt, "decide": decide, "reviewed": reviewed,
		},
	})
}

// simulatedConfig is a config of all streams against the simulator.
func simulatedConfig(s *simulate.Simulator, urls map[string]string) string {
	return "version: 1\nwarehouse: {path: warehouse.duckdb, snapshot: analytics.duckdb, memory_limit: 192MB}\n" +
		"exports:\n  contacts: {table: contacts, path: exports/contacts}\n" + s.ConfigSnippet(urls)
}

// exits runs a command and holds it to its exit code: exits CODE COMMAND ARG...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit, ok := err.(interface{ ExitCode() int }); ok {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if want := args[0]; fmt.Sprint(code) != want {
		ts.Fatalf("%s exited with %d, want %s", args[1], code, want)
	}
	for _, panicked := range []string{"goroutine ", "panic:"} {
		if strings.Contains(ts.ReadFile("stderr"), panicked) {
			ts.Fatalf("a stack trace was printed")
		}
	}
}

// firstNight are the files that a first night leaves, which is the same in all scripts.
var firstNight struct {
	sync.Mutex
	files fstest.MapFS
}

// lived is where a script begins after a first night of all pipelines: lived.
func lived(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: lived")
	}
	firstNight.Lock()
	defer firstNight.Unlock()
	dir := ts.MkAbs(".")
	if firstNight.files != nil {
		ts.Check(os.CopyFS(dir, firstNight.files))
		return
	}
	exits(ts, false, []string{"0", "sync", "run", "-c", "simulated.yaml"})
	files := fstest.MapFS{}
	for _, pattern := range []string{"*.duckdb", "*.duckdb.*", "exports/*/*"} {
		names, err := fs.Glob(os.DirFS(dir), pattern)
		ts.Check(err)
		for _, name := range names {
			files[name] = &fstest.MapFile{Data: []byte(ts.ReadFile(name)), Mode: 0o600}
		}
	}
	firstNight.files = files
}

// credits holds the simulator to what Toofr has charged: credits N, or ! credits N.
func credits(ts *testscript.TestScript, neg bool, args []string) {
	got := fmt.Sprint(openingBalance - ts.Value("simulator").(*simulate.Simulator).Credits())
	if (got == args[0]) == neg {
		ts.Fatalf("toofr has charged %s credits", got)
	}
}

// override writes overridden.yaml, the simulated config with an identity.yaml that
// decides on the pair of records that the last command printed, and on one that
// nobody answers to: override always|never.
func override(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: override always|never")
	}
	pair := lastLine(ts)
	write := func(name, text string) { ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o644)) }
	write("overridden.yaml", ts.ReadFile("simulated.yaml")+"\nidentity: {overrides: identity.yaml}\n")
	write("identity.yaml", args[0]+":\n  - ["+strings.Trim(pair, `"`)+"]\n  - [zoe.zephyr@nowhere.example, toofr:nobody]\n")
}

// jsonLines holds a file to lines of JSON objects, none of them empty: jsonlines FILE.
func jsonLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: jsonlines FILE")
	}
	text := ts.ReadFile(args[0])
	if text == "" {
		ts.Fatalf("%s is empty", args[0])
	}
	for line := range strings.Lines(text) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			ts.Fatalf("%q is no JSON object: %v", line, err)
		}
	}
}

// await waits until a file is there: await FILE.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await FILE")
	}
	for range 1200 { // two minutes, for a machine that has other work
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("%s has not come", args[0])
}

// outdate makes a warehouse one whose rows older rules made: outdate FILE.
func outdate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: outdate FILE")
	}
	db, err := sql.Open("duckdb", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = db.ExecContext(context.Background(), "UPDATE etl.meta SET rules = NULL")
	ts.Check(errors.Join(err, db.Close()))
}

// doubt puts pairs of people up for review, whose records stand one after the other in the
// order of their contacts: doubt FILE N.
func doubt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: doubt FILE N")
	}
	db, err := sql.Open("duckdb", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = db.ExecContext(context.Background(), `
		WITH alone AS (
			SELECT source, source_id, row_number() OVER (ORDER BY contact_id) AS n
			FROM etl.people JOIN etl.contacts USING (contact_id) WHERE record_count = 1 AND full_name IS NOT NULL)
		INSERT INTO etl.candidate_pairs BY NAME
		SELECT a.source, a.source_id, b.source AS other_source, b.source_id AS other_source_id, 'guard' AS reason, 'linkedin' AS kind,
			'someone' AS value, -a.n::DOUBLE AS bits, false AS joined
		FROM alone a JOIN alone b ON b.n = a.n + 1 WHERE a.n % 2 = 1 AND a.n < 2 * $1`, args[1])
	ts.Check(errors.Join(err, db.Close()))
}

// reviewed writes reviewed.yaml, the simulated config with a file for answers.
func reviewed(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(os.WriteFile(ts.MkAbs("reviewed.yaml"), []byte(ts.ReadFile("simulated.yaml")+"\nidentity: {overrides: identity.yaml}\n"), 0o600))
}

// decide fills the column decision, which is the first, of the rows of a sheet: decide FILE ANSWER...
func decide(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: decide FILE ANSWER...")
	}
	lines := strings.Split(ts.ReadFile(args[0]), "\n")
	for i, answer := range args[1:] {
		if i+1 >= len(lines) || !strings.HasPrefix(lines[i+1], ",") {
			ts.Fatalf("row %d of %s is no open pair", i+1, args[0])
		}
		lines[i+1] = answer + lines[i+1]
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(lines, "\r\n")), 0o600))
}

// explained explains the record that the last command printed: explained TEXT.
func explained(ts *testscript.TestScript, neg bool, args []string) {
	record := lastLine(ts)
	ts.Check(ts.Exec("sync", "explain", "-c", "overridden.yaml", record))
	if strings.Contains(ts.ReadFile("stdout"), args[0]) == neg {
		ts.Fatalf("the story of %s does not tell %q", record, args[0])
	}
}

func lastLine(ts *testscript.TestScript) string {
	lines := strings.Split(strings.TrimSpace(ts.ReadFile("stdout")), "\n")
	return lines[len(lines)-1]
}

// people writes the rows of a CSV output into files, a row each: people stdout FILE...
func people(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: people stdout FILE...")
	}
	rows := strings.Fields(ts.ReadFile(args[0]))[1:]
	for i, file := range args[1:] {
		if i >= len(rows) {
			ts.Fatalf("only %d rows", len(rows))
		}
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(rows[i]+"\n"), 0o600))
	}
}
