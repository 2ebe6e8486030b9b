package chaos_test

import (
	"database/sql"
	"os"
	"slices"
	"strings"
	"testing"

	"contactsync/internal/crash"

	"github.com/stretchr/testify/require"
)

// pruning is the kills that are retention's own: as old rows go, and where it has to find
// out whether the person it was erasing is gone. Between them it goes the way of an erasure.
var pruning = []kill{
	at(crash.TransactionCommit, 2), at(crash.RetentionPruned, 1),
	at(crash.ReplaceErased, 1), at(crash.ExportWritten, 2), at(crash.ReplaceFinished, 1), at(crash.ReplaceRenamed, 1),
}

// retiring is the kills of an invocation by whose retention somebody goes, in the order in
// which it passes the points. At the last one the work is done.
var retiring = []kill{
	at(crash.TransactionCommit, 2), at(crash.RetentionPruned, 1),
	at(crash.ReplaceBegun, 1), at(crash.ReplaceCopied, 1), at(crash.ReplaceCopied, 20), at(crash.ReplaceErased, 1),
	at(crash.ExportStaged, 1), at(crash.ExportAnnounced, 1), at(crash.ExportExchanged, 1), at(crash.ExportRecorded, 1),
	at(crash.ExportWritten, 2), at(crash.ExportDelivered, 3),
	at(crash.ReplaceFinished, 1), at(crash.SnapshotCopied, 1), at(crash.SnapshotRenamed, 1), at(crash.ReplaceRenamed, 1),
}

// TestRetentionThatIsKilledAnywhereIsMadeGoodByTheNextInvocation lets a person be served by
// nobody any more. The invocation is one that asks no vendor. The short form dies where
// retention is not as any erasure is, the long one at all points.
func TestRetentionThatIsKilledAnywhereIsMadeGoodByTheNextInvocation(t *testing.T) {
	for _, point := range append(slices.Clone(crash.Replacing), crash.RetentionPruned) {
		require.Truef(t, slices.ContainsFunc(retiring, func(k kill) bool { return k.point == point }), "nobody dies at %s", point)
	}
	undisturbed(t)
	t.Parallel()
	reference := &world{TB: t, dir: reference.dir}
	whole := reference.copied(t)
	person := whole.somebody()
	whole.retires(person)
	aged := whole.copied(t)
	whole.publishes()
	whole.holdsNothingOf(person)
	want := whole.result()
	require.NotEmpty(t, want["warehouse.duckdb etl.erasures"])
	require.Empty(t, want["warehouse.duckdb etl.suppressions"])
	lives := map[string][]kill{"at its own points": pruning}
	if os.Getenv("CHAOS_LIVES") != "" {
		lives = deaths(retiring)
	}
	for name, kills := range lives {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := aged.copied(t)
			for _, k := range kills {
				require.Truef(t, w.dies(k, "resolve"), "it was to die %s", k)
			}
			w.publishes()
			w.holdsNothingOf(person)
			requireSame(t, want, w.result())
			require.ElementsMatch(t, whole.files(), w.files(), "no litter is left")
		})
	}
}

// retires has a person last been served years ago, and turns retention on.
func (w *world) retires(s somebody) {
	w.Helper()
	db, err := sql.Open("duckdb", w.path("warehouse.duckdb"))
	require.NoError(w, err)
	of := " WHERE (source, source_id) IN (SELECT source, source_id FROM etl.people WHERE contact_id = (SELECT contact_id FROM etl.contacts WHERE email = '" + s.email + "'))"
	for _, statement := range []string{
		"UPDATE etl.records SET last_seen_at = TIMESTAMPTZ '2020-01-01'" + of,
		"DELETE FROM etl.members" + of,
		"DELETE FROM etl.sweep_members" + of,
		"DELETE FROM etl.events" + of,
		"UPDATE etl.matches SET data_date = DATE '2020-01-01'" + strings.ReplaceAll(of, "(source, source_id) IN (SELECT source, source_id", "source_id IN (SELECT source_id"),
	} {
		_, err := db.ExecContext(w.Context(), statement)
		require.NoError(w, err, statement)
	}
	require.NoError(w, db.Close())
	text, err := os.ReadFile(w.path("pipelines.yaml"))
	require.NoError(w, err)
	require.NoError(w, os.WriteFile(w.path("pipelines.yaml"), append(text, "retention: {people: 400d, matches: 400d}\n"...), 0o600))
}

// publishes ends an invocation as every run does, and asks no vendor.
func (w *world) publishes() {
	w.Helper()
	e := runs(w, w.dir, nil, "resolve")
	require.Zero(w, e.code, e.stderr)
	require.NotContains(w, e.stderr, "@")
}
