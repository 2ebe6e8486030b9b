package duckdb

import (
	"context"
	"database/sql"
	"fmt"

	"contactsync/load"
	"contactsync/schema"
)

// Resolve works out who is one person, without a pipeline's run: what changed in
// overrides or rules since the last merge, or, anew, everything from nothing.
// RunID names it in the books.
func (w *Warehouse) Resolve(ctx context.Context, runID string, people load.People, anew bool) (m load.Merged, err error) {
	if err := w.openFeeds(ctx, mergeFrames()); err != nil {
		return m, fmt.Errorf("warehouse: resolve: %w", plain(err))
	}
	err = w.transaction(ctx, nil, func(ctx context.Context, tx *sql.Tx) error {
		g := merge{w: w, tx: tx, run: &schema.Run{RunID: runID}, at: w.now().UTC(), anew: anew}
		if err := g.records(ctx); err != nil { // nothing is staged for no pipeline: nothing changed
			return err
		}
		if err := g.people(ctx, people); err != nil {
			return err
		}
		m = g.merged
		return g.noteChange(ctx)
	})
	if err != nil {
		return m, fmt.Errorf("warehouse: resolve: %w", plain(err))
	}
	return m, nil
}
