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
	list, err := rowio.Texts(ctx, w, "SELECT value_sha256 FROM etl.suppressions")
	hashes := make(map[string]bool, len(list))
	for _, hash := range list {
		hashes[hash] = true
	}
	return hashes, err
}

// Fields lists the fields seen so far in the records of a stream.
func (w lookup) Fields(ctx context.Context, source, stream string) ([]schema.Field, error) {
	return rowio.Select(ctx, w, schema.Fields.Columns, "etl.fields t WHERE source = $1 AND stream = $2 ORDER BY field", source, stream)
}

// Suppressed lists what must stay out.
func (w eraser) Suppressed(ctx context.Context) ([]schema.Suppression, error) {
	return rowio.Select(ctx, w, schema.Suppressions.Columns, "etl.suppressions t ORDER BY value_sha256")
}

// Suppress stores what must stay out from now on, and the notes of the requests
// that it follows from. What is suppressed already stays as it is.
func (w eraser) Suppress(ctx context.Context, suppressions []schema.Suppression, notes []schema.Forget) error {
	known, err := lookup(w).Suppressions(ctx)
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
