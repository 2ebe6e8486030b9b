//go:build duckdb_arrow

package pipeline_test

import (
	"testing"

	"contactsync/internal/pipeline"

	"github.com/stretchr/testify/require"
)

func TestAnExportWaitsForOneOfItsPipelinesToHaveChangedSomething(t *testing.T) {
	h := newHouse(t, 50)
	pipelines := h.runner.Config.Pipelines
	first, second := pipelines[0].Name, pipelines[1].Name
	h.configure(t, "version: 1\nexports: {late: {table: contacts, path: exports/late, after: ["+second+"]}}\n")
	_, err := h.runner.Run(t.Context(), []string{first}, pipeline.Options{})
	require.NoError(t, err)
	require.NoDirExists(t, h.path("exports/late"))
	report, err := h.runner.Run(t.Context(), []string{second}, pipeline.Options{})
	require.NoError(t, err)
	require.Len(t, report.Exports, 1)
	require.DirExists(t, h.path("exports/late"))
}
