package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestViewsAreAskedOfASnapshot asks everything of a few people: each answer has rows.
func TestViewsAreAskedOfASnapshot(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, universe(t.Context(), 1000, dir))
	db, err := sql.Open("duckdb", filepath.Join(dir, snapshotFile))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	for _, q := range questions {
		if q.query == "" {
			continue
		}
		var rows int
		require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM ("+q.query+")").Scan(&rows), q.name)
		require.Positive(t, rows, q.name)
	}
}

func TestViewsAreMeasured(t *testing.T) {
	t.Setenv("BENCH_IS_PROGRAM", "1") // for the processes that it starts
	document := filepath.Join(t.TempDir(), "performance.md")
	require.NoError(t, os.WriteFile(document, []byte("before\n"+viewsStart+"\nold\n"+viewsEnd+"\nafter\n"), 0o600))
	var out, progress strings.Builder
	require.NoError(t, views(t.Context(), viewOptions{people: 500, rounds: 1, dir: t.TempDir(), document: document, command: "the command"}, &out, &progress))
	text, err := os.ReadFile(document)
	require.NoError(t, err)
	require.Contains(t, string(text), "the command")
	for _, q := range questions {
		require.Contains(t, out.String(), "| "+q.name+" ")
		require.Contains(t, string(text), "| "+q.name+" ")
	}
	require.NotContains(t, string(text), "old")
}
