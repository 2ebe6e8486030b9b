//go:build duckdb_arrow

package run_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"contactsync/internal/run"
	"contactsync/internal/runtest"

	"github.com/stretchr/testify/require"
)

func TestAnExportWaitsForOneOfItsPipelinesToHaveChangedSomething(t *testing.T) {
	t.Parallel()
	w, _ := runtest.NewSimulated(t, 50)
	pipelines := w.Runner.Config.Pipelines
	first, second := pipelines[0].Name, pipelines[1].Name
	w.Configure(w.Text + "\nexports: {late: {table: contacts, path: exports/late, after: [" + second + "]}}\n")
	w.Night(first)
	require.NoDirExists(t, filepath.Join(w.Dir, "exports/late"))
	report, err := run.Pipelines(t.Context(), w.Runner, []string{second}, run.Options{})
	require.NoError(t, err)
	require.Len(t, report.Exports, 1)
	require.DirExists(t, filepath.Join(w.Dir, "exports/late"))
}

// TestWhoeverWritesAnExportNotesHowFreshItIs: a run that finds nothing to write, and `sync
// export`, as well as a run that writes.
func TestWhoeverWritesAnExportNotesHowFreshItIs(t *testing.T) {
	t.Parallel()
	w, _ := runtest.NewSimulated(t, 50)
	w.Configure(w.Text + "\nexports: {all: {table: contacts, path: exports/all}, other: {table: contacts, path: exports/other}}\n")
	now := time.Date(2026, 11, 21, 2, 30, 0, 0, time.UTC)
	w.Runner.Now = func() time.Time { return now }
	fresh := func() map[string]time.Time { return run.Fresh(w.Runner.Config, nil) }
	require.Empty(t, fresh())
	_, err := run.Pipelines(t.Context(), w.Runner, nil, run.Options{})
	require.NoError(t, err)
	first := now
	require.Equal(t, map[string]time.Time{"all": first, "other": first}, fresh())

	now = now.Add(time.Hour)
	_, err = run.Exports(t.Context(), w.Runner, []string{"other"}, false)
	require.NoError(t, err)
	require.Equal(t, map[string]time.Time{"all": first, "other": now}, fresh(), "unchanged, and known to be")

	require.NoError(t, os.RemoveAll(filepath.Join(w.Dir, "exports/all")))
	require.Equal(t, map[string]time.Time{"other": now}, fresh(), "what is not there is not fresh")
}
