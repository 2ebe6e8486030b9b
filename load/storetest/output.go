package storetest

import (
	"testing"

	"contactsync/load"

	"github.com/stretchr/testify/require"
)

func testAnOutputIsDueWhenOneOfItsPipelinesChangedSomething(t *testing.T, e Engine) {
	w, c := open(t, e)
	stands := func(output string, pipelines ...string) load.Delivery {
		t.Helper()
		d, err := w.Outputs().Delivery(t.Context(), output, pipelines)
		require.NoError(t, err)
		return d
	}
	merge := func(id, pipeline, source string) {
		t.Helper()
		r := NewRun(id, pipeline, c.T)
		require.NoError(t, w.Commit(t.Context(), Batch(r, source, "s-"+pipeline, true, [4]string{id, "Ann", "Lee", id + "@acme.example"})))
		_, err := w.Merge(t.Context(), &r, People())
		require.NoError(t, err)
	}
	require.True(t, stands("all").Due, "without pipelines it is written before the first change, too")
	require.False(t, stands("one", "p1").Due)
	merge("r1", "p2", "toofr")
	require.Equal(t, load.Delivery{}, stands("one", "p1"), "it waits for its own pipeline")
	require.Equal(t, load.Delivery{Due: true, Change: 1}, stands("one", "p1", "p2"))

	merge("r2", "p1", "intent")
	require.Equal(t, load.Delivery{Due: true, Change: 2}, stands("one", "p1"))
	require.NoError(t, w.Outputs().Delivered(t.Context(), "one", 2))
	require.False(t, stands("one", "p1").Due)
	require.NoError(t, w.Outputs().Withdrawn(t.Context(), "one"))
	require.Equal(t, load.Delivery{Due: true, Change: 2, Anew: true}, stands("one", "p1"))
}
