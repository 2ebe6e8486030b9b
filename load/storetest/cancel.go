package storetest

import (
	"context"
	"testing"

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
