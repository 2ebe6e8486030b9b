package storetest

import (
	"context"
	"errors"
	"testing"

	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// testATransactionWhoseContextEndsHarmsNobodyElse: pipelines share the warehouse, and the
// context of one ends with its deadline.
func testATransactionWhoseContextEndsHarmsNobodyElse(t *testing.T, e Engine) {
	w, c := open(t, e)
	r := NewRun("r1", "p1", c.T)
	ctx, cancel := context.WithCancel(t.Context())
	tx, err := w.Begin(ctx)
	require.NoError(t, err)
	require.NoError(t, tx.Add(ctx, Batch(r, schema.Toofr, "s1", true, [4]string{"1", "Ann", "Lee", "ann@acme.example"})))
	cancel()
	require.ErrorIs(t, tx.Add(ctx, Batch(r, schema.Toofr, "s1", true, [4]string{"2", "Bob", "Ray", "bob@acme.example"})), context.Canceled)

	other := NewRun("r2", "p2", c.T)
	require.NoError(t, w.Commit(t.Context(), Batch(other, schema.AudienceLab, "s1", true, [4]string{"u", "Anna", "Lee", "ann@acme.example"})))
	_, err = w.Merge(t.Context(), &other, People())
	require.NoError(t, err)
	waits, err := w.Progress().Staged(t.Context(), "p1")
	require.NoError(t, err)
	require.False(t, waits, "all of a transaction is stored, or nothing")
}

// testANewRecordWhoseMergeFailedIsOnlyStaged: what goes on after it in the same session
// must not take the record for one of a person.
func testANewRecordWhoseMergeFailedIsOnlyStaged(t *testing.T, e Engine) {
	w, c := open(t, e)
	r := NewRun("r1", "p1", c.T)
	require.NoError(t, w.Commit(t.Context(), Folding(t, Batch(r, schema.Toofr, "s1", true, [4]string{"1", "Ann", "Lee", "ann@acme.example"}), nil)))
	require.NoError(t, w.Commit(t.Context(), Batch(r, schema.Toofr, "s1", true, [4]string{"2", "Bob", "Ray", "bob@acme.example"})))
	people := People()
	people.Fold = func([]load.Stored) ([]load.Folded, error) { return nil, errors.New("no memory is left") }
	_, err := w.Merge(t.Context(), &r, people)
	require.ErrorContains(t, err, "no memory is left")
	require.Zero(t, value[int64](t, e, w, "SELECT count(*) FROM etl.records"))

	m, err := w.Merge(t.Context(), &r, People())
	require.NoError(t, err)
	require.Equal(t, []int64{2, 0, 2}, []int64{m.New, m.Changed, m.Contacts})
}
