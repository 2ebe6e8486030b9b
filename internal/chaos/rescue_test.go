package chaos_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"contactsync/internal/crash"

	"github.com/stretchr/testify/require"
)

// rescuing is the kills of a restore that erases, in the order in which it passes the
// points, and before it those of a backup.
var (
	backing   = []kill{at(crash.BackupCopied, 1), at(crash.BackupRenamed, 1)}
	restoring = []kill{
		at(crash.RestoreCopied, 1), at(crash.CloseBefore, 2), at(crash.ReplaceBegun, 1), at(crash.ReplaceErased, 1), at(crash.ReplaceRenamed, 1),
		at(crash.RestoreReady, 1), at(crash.RestoreAside, 1), at(crash.RestoreRenamed, 1),
	}
	mending = []kill{at(crash.RepairAside, 1), at(crash.RepairCut, 1)}
)

// TestBackupsAndRestoresThatAreKilledAnywhereLeaveAWholeWarehouse: after each kill the
// warehouse opens, and nothing of the person who was erased is in it; the command, given
// once more, comes to the same as undisturbed.
func TestBackupsAndRestoresThatAreKilledAnywhereLeaveAWholeWarehouse(t *testing.T) {
	for _, point := range crash.Rescuing {
		all := slices.Concat(backing, restoring, mending, erasing)
		require.Truef(t, slices.ContainsFunc(all, func(k kill) bool { return k.point == point }), "nobody dies at %s", point)
	}
	undisturbed(t)
	t.Parallel()
	w := (&world{TB: t, dir: reference.dir}).copied(t)
	person := w.somebody()
	w.succeedsIn("backup", "backup.duckdb")
	for _, k := range backing {
		require.Truef(t, w.dies(k, "backup", "-y", "backup.duckdb"), "it was to die %s", k)
		db := w.open("backup.duckdb")
		require.NotEmpty(t, rowsOf(w, db, "SELECT contact_id FROM contacts"))
		require.NoError(t, db.Close())
	}
	w.succeedsIn("backup", "-y", "backup.duckdb")
	w.forgets(person)

	whole := w.copied(t)
	whole.succeedsIn("restore", "-y", "backup.duckdb")
	want := whole.warehouse()
	for _, k := range restoring {
		require.Truef(t, w.dies(k, "restore", "-y", "backup.duckdb"), "it was to die %s", k)
		w.succeedsIn("status")
		db := w.open("warehouse.duckdb")
		require.Empty(t, w.mentioning(db, "etl.records", person), "killed %s", k)
		require.NoError(t, db.Close())
	}
	w.succeedsIn("restore", "-y", "backup.duckdb")
	requireSame(t, want, w.warehouse())
	w.succeedsIn("repair")
	for _, name := range w.files() {
		require.NotContains(t, name, ".new-", "no copy that holds somebody is left")
	}
}

func TestARepairThatIsKilledAndRepeatedIsComplete(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.Zero(t, runs(t, w.dir, nil, "run", "pixels").code)
	before := w.warehouse()
	require.True(t, w.dies(at(crash.CommitAfter, 2), "run", "pixels"))
	log, err := os.ReadFile(w.path("warehouse.duckdb.wal"))
	require.NoError(t, err)
	spoiled := bytes.Clone(log)
	spoiled[40] ^= 1 // within the first transaction
	require.NoError(t, os.WriteFile(w.path("warehouse.duckdb.wal"), spoiled, 0o600))
	e := runs(t, w.dir, nil, "status")
	require.Equal(t, 1, e.code)
	require.Contains(t, e.stderr, "`sync repair` mends it")
	for _, k := range mending {
		require.Truef(t, w.dies(k, "repair"), "it was to die %s", k)
	}
	w.succeedsIn("repair")
	require.Equal(t, before, w.warehouse())
	require.True(t, slices.ContainsFunc(w.names(w.dir), func(n string) bool { return strings.Contains(n, ".wal.damaged-") }))
	require.Zero(t, runs(t, w.dir, nil, "run", "pixels").code)
}

// succeedsIn runs a command that must succeed.
func (w *world) succeedsIn(args ...string) {
	w.Helper()
	e := runs(w, w.dir, nil, args...)
	require.Zero(w, e.code, e.stderr)
}

// warehouse is every table of the warehouse but the notes of requests.
func (w *world) warehouse() result {
	w.Helper()
	db := w.open("warehouse.duckdb")
	defer db.Close()
	all := result{}
	for _, table := range tablesOf(w, db) {
		if table != "etl.forgets" && table != "etl.outputs" { // which names the folder
			all[table] = w.rows(db, table, false)
		}
	}
	return all
}
