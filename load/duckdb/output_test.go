//go:build duckdb_arrow

package duckdb_test

import (
	"testing"

	"contactsync/load"

	"github.com/stretchr/testify/require"
)

func TestAnOutputIsDueWhenOneOfItsPipelinesChangedSomething(t *testing.T) {
	w, c := open(t)
	stands := func(output string, pipelines ...string) load.Delivery {
		t.Helper()
		d, err := w.Delivery(t.Context(), output, pipelines)
		require.NoError(t, err)
		return d
	}
	merge := func(id, pipeline, source string) {
		t.Helper()
		r := run(id, pipeline, c.t)
		require.NoError(t, w.Commit(t.Context(), batch(r, source, "s-"+pipeline, true, [4]string{id, "Ann", "Lee", id + "@acme.example"})))
		_, err := w.Merge(t.Context(), &r, people())
		require.NoError(t, err)
	}
	require.True(t, stands("all").Due, "without pipelines it is written before the first change, too")
	require.False(t, stands("one", "p1").Due)
	merge("r1", "p2", "toofr")
	require.Equal(t, load.Delivery{}, stands("one", "p1"), "it waits for its own pipeline")
	require.Equal(t, load.Delivery{Due: true, Change: 1}, stands("one", "p1", "p2"))

	merge("r2", "p1", "intent")
	require.Equal(t, load.Delivery{Due: true, Change: 2}, stands("one", "p1"))
	require.NoError(t, w.Delivered(t.Context(), "one", 2))
	require.False(t, stands("one", "p1").Due)
	require.NoError(t, w.Withdrawn(t.Context(), "one"))
	require.Equal(t, load.Delivery{Due: true, Change: 2, Anew: true}, stands("one", "p1"))
}
