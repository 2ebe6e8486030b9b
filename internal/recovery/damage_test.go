//go:build duckdb_arrow

package recovery_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contactsync/internal/recovery"
	"contactsync/internal/runtest"
	"contactsync/load/duckdb/disk"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// flushed is the entry of a log that ends a transaction, with its length and checksum.
const flushed = "\x05\x00\x00\x00\x00\x00\x00\x00"

// killed is a warehouse whose process died after three runs: the file as it was when it was
// opened, a log, and the content after each transaction in it.
type killed struct {
	*runtest.World
	file, log []byte
	ends      []int    // of the transactions in the log
	states    []string // before the first of them, and after each
}

func (k *killed) path(name string) string { return filepath.Join(k.Dir, name) }

func newKilled(t *testing.T) *killed {
	t.Helper()
	lab, url := runtest.NewLab(t)
	k := &killed{World: runtest.New(t, runtest.LabConfig(url, "p=a"))}
	lab.Set("a", runtest.People(t, 4, nil)...)
	k.Night()
	s, err := k.Runner.Begin(t.Context(), false)
	require.NoError(t, err)
	k.file = k.read("warehouse.duckdb")
	for night := range 3 {
		k.Now = k.Now.Add(24 * time.Hour)
		lab.Set("a", runtest.People(t, 5+night, map[string]any{"JOB_TITLE": fmt.Sprint("Engineer ", night)})...)
		f := s.Run(t.Context(), &k.Runner.Config.Pipelines[0], time.Minute)
		require.Equal(t, schema.Succeeded, f.Run.Status, f.Run.Error)
	}
	k.log = k.read("warehouse.duckdb.wal")
	require.Equal(t, k.file, k.read("warehouse.duckdb"), "nothing was written into the file yet")
	require.NoError(t, s.End())
	for at := 0; ; {
		next := bytes.Index(k.log[at:], []byte(flushed))
		if next < 0 {
			break
		}
		at += next + 1
		if end := at - 1 + 16 + 5; end <= len(k.log) && bytes.HasSuffix(k.log[:end], []byte("\x64\x00\x64\xff\xff")) {
			k.ends = append(k.ends, end)
		}
	}
	require.Equal(t, len(k.log), k.ends[len(k.ends)-1])
	require.Greater(t, len(k.ends), 8)
	for _, end := range append([]int{0}, k.ends...) {
		k.lay(k.log[:end])
		k.states = append(k.states, k.content())
	}
	return k
}

func (k *killed) read(name string) []byte {
	k.Helper()
	content, err := os.ReadFile(k.path(name))
	require.NoError(k, err)
	return content
}

// lay puts the file and a log in their place, and clears up beside them.
func (k *killed) lay(log []byte) {
	k.Helper()
	left, err := filepath.Glob(k.path("warehouse.duckdb*"))
	require.NoError(k, err)
	for _, name := range left {
		require.NoError(k, os.RemoveAll(name))
	}
	require.NoError(k, os.WriteFile(k.path("warehouse.duckdb"), k.file, 0o600))
	require.NoError(k, os.WriteFile(k.path("warehouse.duckdb.wal"), log, 0o600))
}

// content is what DuckDB reads, in a form in which it can be compared.
func (k *killed) content() string {
	k.Helper()
	db, err := sql.Open("duckdb", k.path("warehouse.duckdb")+"?access_mode=READ_ONLY")
	require.NoError(k, err)
	defer db.Close()
	var queries []string
	rows, err := db.QueryContext(k.Context(), "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT internal ORDER BY ALL")
	require.NoError(k, err)
	defer rows.Close()
	for rows.Next() {
		var table string
		require.NoError(k, rows.Scan(&table))
		const sum = "SELECT '%[1]s' || ' ' || count(*) || ' ' || coalesce(sum(hash(t)::HUGEINT), 0) AS line FROM %[1]s t"
		queries = append(queries, fmt.Sprintf(sum, table))
	}
	require.NoError(k, rows.Err())
	var all string
	query := "SELECT string_agg(line, chr(10) ORDER BY line) FROM (" + strings.Join(queries, " UNION ALL ") + ")"
	require.NoError(k, db.QueryRowContext(k.Context(), query).Scan(&all))
	return all
}

// before is the state that was committed before a byte of the log.
func (k *killed) before(at int) (n int) {
	for n < len(k.ends) && k.ends[n] <= at {
		n++
	}
	return n
}

// TestAfterARepairTheWarehouseIsAStateThatWasCommitted damages a log at every block of it:
// bits that flip, a sector or all of the rest that is zeros, a tail that is gone. What is
// left is always exactly the last state before the damage. Its short form damages each
// sixth of the log.
func TestAfterARepairTheWarehouseIsAStateThatWasCommitted(t *testing.T) {
	k := newKilled(t)
	const sector = 512
	step := max(sector, len(k.log)/sector/6*sector)
	if os.Getenv("CHAOS_LIVES") != "" {
		step = sector
	}
	t.Logf("a log of %d bytes and %d transactions, damaged every %d bytes", len(k.log), len(k.ends), step)
	for name, spoil := range map[string]func(b []byte, at int) []byte{
		"flip":      func(b []byte, at int) []byte { b[at] ^= 0x10; return b },
		"sector":    func(b []byte, at int) []byte { clear(b[at:min(at+sector, len(b))]); return b },
		"zero tail": func(b []byte, at int) []byte { clear(b[at:]); return b },
		"cut":       func(b []byte, at int) []byte { return b[:at] },
	} {
		for at := 0; at < len(k.log); at += step {
			spoiled := spoil(bytes.Clone(k.log), at)
			k.lay(spoiled)
			_, err := recovery.Repair(t.Context(), k.Runner, false)
			require.NoError(t, err, "%s at %d", name, at)
			require.Equal(t, k.states[k.before(at)], k.content(), "%s at %d", name, at)
			if at > step {
				continue
			}
			again, err := recovery.Repair(t.Context(), k.Runner, false)
			require.NoError(t, err)
			require.True(t, again.Healthy(), "%s at %d", name, at)
			require.Equal(t, k.states[k.before(at)], k.content(), "a healthy one stays as it is")
		}
	}
}

// TestEveryCommandRefusesADamagedLogAndSaysWhatToDo: also where DuckDB would take it for
// a log that was cut, and drop what was committed behind the damage in silence.
func TestEveryCommandRefusesADamagedLogAndSaysWhatToDo(t *testing.T) {
	k := newKilled(t)
	length := k.ends[1] // the length of an entry begins here
	for name, spoil := range map[string]func(b []byte) []byte{
		"a bit":    func(b []byte) []byte { b[length+20] ^= 1; return b },
		"a length": func(b []byte) []byte { b[length+4] = 0xff; return b },
		"zeros":    func(b []byte) []byte { return append(b, make([]byte, 4096)...) },
	} {
		k.lay(spoil(bytes.Clone(k.log)))
		log := k.read("warehouse.duckdb.wal")
		_, err := k.Runner.Begin(t.Context(), false)
		require.ErrorContains(t, err, "`sync repair` mends it", name)
		require.ErrorContains(t, err, "warehouse.duckdb.wal")
		require.Equal(t, log, k.read("warehouse.duckdb.wal"), "the log stays as it is until then")

		done, err := recovery.Repair(t.Context(), k.Runner, false)
		require.NoError(t, err)
		if name == "zeros" {
			require.EqualValues(t, 4096, done.Zeros)
			require.Empty(t, done.Aside)
			require.Equal(t, k.states[len(k.ends)], k.content())
			continue
		}
		require.Equal(t, k.states[2], k.content())
		aside, err := os.ReadFile(done.Aside)
		require.NoError(t, err)
		require.Equal(t, log, aside)
		info, err := os.Stat(done.Aside)
		require.NoError(t, err)
		require.EqualValues(t, 0o600, info.Mode().Perm())
		require.Len(t, done.Runs, 3, "the runs that lost something")
		require.Equal(t, "p", done.Runs[0].Pipeline, "of the first there is a commit left")
		require.Empty(t, done.Runs[2].Pipeline)
	}
}

func TestALogThatMakesRowsTwiceIsSetAsideWhole(t *testing.T) {
	k := newKilled(t)
	// As after a checkpoint whose mark at the end of the log was damaged: file and log hold the same.
	k.lay(k.log)
	k.Exec("CHECKPOINT")
	k.file = k.read("warehouse.duckdb")
	want := k.content()
	k.lay(k.log)
	done, err := recovery.Repair(t.Context(), k.Runner, false)
	require.NoError(t, err)
	require.True(t, done.Checkpoint)
	require.Equal(t, want, k.content())
	require.NoFileExists(t, disk.LogPath(k.path("warehouse.duckdb")))
}
