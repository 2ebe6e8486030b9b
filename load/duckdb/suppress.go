package duckdb

import (
	"context"
	"database/sql"
	"fmt"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Suppressions returns the hashes of all that must stay out.
func (w lookup) Suppressions(ctx context.Context) (map[string]bool, error) {
	hashes := map[string]bool{}
	err := rowio.Query(ctx, w, rowio.SingleColumns, func(s *rowio.Single) error {
		hashes[s.Value] = true
		return nil
	}, "SELECT value_sha256 FROM etl.suppressions")
	return hashes, err
}

// Suppress stores what must stay out from now on, and the notes of the requests
// that it follows from. What is suppressed already stays as it is.
func (w eraser) Suppress(ctx context.Context, suppressions []schema.Suppression, notes []schema.Forget) error {
	known, err := lookup{w.file}.Suppressions(ctx)
	if err != nil {
		return err
	}
	var fresh []schema.Suppression
	for _, s := range suppressions {
		if !known[s.ValueSHA256] {
			known[s.ValueSHA256] = true
			fresh = append(fresh, s)
		}
	}
	f := tableFrame(nil, schema.Suppressions, fresh)
	f = tableFrame(f, schema.Forgets, notes)
	if err := w.transaction(ctx, f, func(context.Context, *sql.Tx) error { return nil }); err != nil {
		return fmt.Errorf("warehouse: store suppressions: %w", rowio.Short(err))
	}
	return nil
}
