//go:build duckdb_arrow

package run_test

import (
	"path/filepath"
	"testing"

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
