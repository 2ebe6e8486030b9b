//go:build duckdb_arrow

package recovery_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"contactsync/internal/config"
	"contactsync/internal/privacy"
	"contactsync/internal/recovery"
	"contactsync/internal/run"
	"contactsync/internal/runtest"
	"contactsync/internal/selector"
	"contactsync/load"

	"github.com/stretchr/testify/require"
)

const ann, bob = "ann0@acme.example", "ann1@acme.example" // of runtest.People

// house is a warehouse of a few people, with a backup.
type house struct {
	*runtest.World
	lab *runtest.Lab
}

func newHouse(t *testing.T) *house {
	t.Helper()
	lab, url := runtest.NewLab(t)
	const exports = "exports: {people: {table: contacts, path: people, format: ndjson, mode: incremental}}\n"
	h := &house{runtest.New(t, runtest.LabConfig(url, "p=a")+exports), lab}
	h.Runner.Erase = privacy.Overdue
	lab.Set("a", runtest.People(t, 4, nil)...)
	h.Night()
	require.NoError(t, recovery.Backup(t.Context(), h.Runner, h.path("backup.duckdb"), false, false))
	return h
}

func (h *house) path(name string) string { return filepath.Join(h.Dir, name) }

func (h *house) forget(address string) privacy.Forgotten {
	h.Helper()
	requests, err := selector.ParsePeople([]selector.Name{{Place: "1", Text: address}})
	require.NoError(h, err)
	f, err := privacy.Forget(h.Context(), h.Runner, requests, false)
	require.NoError(h, err)
	return f
}

// holds counts the people and the records of an address in the warehouse.
func (h *house) holds(address string) string {
	h.Helper()
	return strings.Join(h.Rows("SELECT (SELECT count(*) FROM contacts WHERE email = '"+address+"'), "+
		"(SELECT count(*) FROM etl.records v WHERE contains(v::VARCHAR, '"+address+"'))"), "")
}

func TestARestoreBringsBackNobodyWhoWasErasedSince(t *testing.T) {
	h := newHouse(t)
	require.Equal(t, "1|1", h.holds(ann))
	h.forget(ann)
	h.lab.Set("a", runtest.People(t, 4, map[string]any{"JOB_TITLE": "CTO"})...)
	h.Night()
	require.Equal(t, []string{"3"}, h.Rows("SELECT count(*) FROM contacts WHERE job_title = 'CTO'"))

	done, err := recovery.Restore(t.Context(), h.Runner, h.path("backup.duckdb"), false)
	require.NoError(t, err)
	require.Len(t, done.Erased.Contacts, 1)
	require.NotZero(t, done.Overdue)
	require.Equal(t, "0|0", h.holds(ann))
	require.Equal(t, "1|1", h.holds(bob))
	require.Equal(t, []string{"3"}, h.Rows("SELECT count(*) FROM contacts WHERE job_title = 'CEO'"), "as it was then")
	require.FileExists(t, done.Aside)
	require.NoFileExists(t, done.Aside+".wal")

	require.Len(t, h.Night(), 1)
	require.Equal(t, []string{"3"}, h.Rows("SELECT count(*) FROM contacts WHERE job_title = 'CTO'"), "the next run goes on from there")
	require.Equal(t, "0|0", h.holds(ann), "and stores nobody who must stay out")
	left, err := filepath.Glob(h.path("warehouse.duckdb.new*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestACopyPutBackByHandIsReadByNobodyBeforeItIsCleansed: a reader is refused, the next
// writer erases first; also where nothing was left of the warehouse but the journal.
func TestACopyPutBackByHandIsReadByNobodyBeforeItIsCleansed(t *testing.T) {
	h := newHouse(t)
	h.forget(ann)
	older, err := os.ReadFile(h.path("backup.duckdb"))
	require.NoError(t, err)
	for name, writer := range map[string]func() error{
		"a run": func() error { h.Night(); return nil },
		"a repair": func() error {
			done, err := recovery.Repair(t.Context(), h.Runner, false)
			require.NotZero(t, done.Overdue)
			return err
		},
	} {
		require.NoError(t, os.WriteFile(h.path("warehouse.duckdb"), older, 0o600))
		var overdue *load.OverdueError
		require.ErrorAs(t, h.Runner.Read(t.Context(), func(*run.Reader) error { return nil }), &overdue, name)
		_, err = run.Exports(t.Context(), h.Runner, nil, false)
		require.ErrorAs(t, err, &overdue, name)
		require.NoError(t, writer(), name)
		require.Equal(t, "0|0", h.holds(ann), name)
		exported, err := os.ReadFile(h.path("people/data.ndjson"))
		if err == nil {
			require.NotContains(t, string(exported), ann)
		}
	}
	h.Runner.Erase = nil
	require.NoError(t, os.WriteFile(h.path("warehouse.duckdb"), older, 0o600))
	_, err = h.Runner.Begin(t.Context(), false)
	require.ErrorContains(t, err, "it is an older copy")
	h.Runner.Erase = privacy.Overdue
	require.NoError(t, os.Remove(h.path("warehouse.duckdb")))
	h.Runner.Anew = true
	h.Night()
	require.Equal(t, "0|0", h.holds(ann), "a new warehouse keeps them out, too")
	require.Equal(t, "1|1", h.holds(bob))
}

func TestWhatIsNoBackupIsRefusedAndTheWarehouseStays(t *testing.T) {
	h := newHouse(t)
	before, err := os.ReadFile(h.path("warehouse.duckdb"))
	require.NoError(t, err)
	h.File("text", "no database")
	require.NoError(t, os.WriteFile(h.path("cut"), before[:20_000], 0o600))
	require.NoError(t, os.WriteFile(h.path("logged"), before, 0o600))
	h.File("logged.wal", "log")
	flipped := append([]byte(nil), before...)
	for at := 100_000; at < len(flipped); at += 4096 {
		flipped[at] ^= 0xff
	}
	require.NoError(t, os.WriteFile(h.path("flipped"), flipped, 0o600))
	for name, says := range map[string]string{
		"text": "no database of DuckDB", "cut": "not fit to be the warehouse", "logged": "a log lies beside it",
		"flipped": "not fit to be the warehouse", "warehouse.duckdb": "the warehouse itself", "none": "no such file",
	} {
		_, err := recovery.Restore(t.Context(), h.Runner, h.path(name), false)
		require.ErrorContains(t, err, says, name)
		after, err := os.ReadFile(h.path("warehouse.duckdb"))
		require.NoError(t, err)
		require.Equal(t, before, after, name)
	}
	left, err := filepath.Glob(h.path("warehouse.duckdb.*"))
	require.NoError(t, err)
	require.Equal(t, []string{h.path("warehouse.duckdb.begun.json"), h.path("warehouse.duckdb.exports.json"), h.path("warehouse.duckdb.lock")}, left, "no litter")
}

func TestABackupIsPrivateWholeAndReplacesOnlyWhenTold(t *testing.T) {
	h := newHouse(t)
	info, err := os.Stat(h.path("backup.duckdb"))
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())
	var exists *recovery.ExistsError
	require.ErrorAs(t, recovery.Backup(t.Context(), h.Runner, h.path("backup.duckdb"), false, false), &exists)
	require.NoError(t, recovery.Backup(t.Context(), h.Runner, h.path("backup.duckdb"), true, false))
	require.ErrorContains(t, recovery.Backup(t.Context(), h.Runner, h.path("warehouse.duckdb"), true, false), "the warehouse itself")
	h.File("text", "mine")
	require.ErrorContains(t, recovery.Backup(t.Context(), h.Runner, h.path("text"), true, false), "no DuckDB database")
}

// TestAnErasureReachesTheFileBehindALink: link and file are one warehouse, with one lock,
// and nothing of the old file is left under any name.
func TestAnErasureReachesTheFileBehindALink(t *testing.T) {
	h := newHouse(t)
	require.NoError(t, os.Mkdir(h.path("disk"), 0o700))
	require.NoError(t, os.Rename(h.path("warehouse.duckdb"), h.path("disk/real.duckdb")))
	require.NoError(t, os.Symlink("disk/real.duckdb", h.path("warehouse.duckdb")))
	h.Configure(h.Text)
	f := h.forget(ann)
	require.Len(t, f.Contacts, 1)
	info, err := os.Lstat(h.path("warehouse.duckdb"))
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink, "the link is still one")
	content, err := os.ReadFile(h.path("disk/real.duckdb"))
	require.NoError(t, err)
	require.NotContains(t, string(content), ann)
	require.Equal(t, "0|0", h.holds(ann))
	require.FileExists(t, h.path("disk/real.duckdb.suppressions"), "all that belongs to it lies beside it")

	direct := strings.Replace("version: 1\nwarehouse: {path: disk/real.duckdb}\n"+h.Text, "path: people", "path: others", 1)
	h.File("direct.yaml", direct)
	c, err := config.Load(h.path("direct.yaml"))
	require.NoError(t, err)
	require.Equal(t, h.Runner.Config.Warehouse.Path.Full, c.Warehouse.Path.Full, "one lock for both names")
}

func TestAnErasureNamesTheOverridesThatStillNameThePerson(t *testing.T) {
	h := newHouse(t)
	h.File("identity.yaml", "always:\n  - ["+ann+", "+bob+"]\n"+
		"never:\n  - [audiencelab:u0000, audiencelab:u0003]\n  - [audiencelab:u0002, audiencelab:u0003]\n")
	h.Configure(h.Text + "identity: {overrides: identity.yaml}\n")
	require.Equal(t, []string{"identity.yaml:2", "identity.yaml:4"}, h.forget(ann).Overrides)
}
