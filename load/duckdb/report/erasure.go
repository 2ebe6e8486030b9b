package report

import (
	"context"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Erasures lists all erasures, newest first.
func Erasures(ctx context.Context, from Connector) ([]schema.Erasure, error) {
	return rowio.Select(ctx, from, schema.Erasures.Columns, "etl.erasures t ORDER BY erasure_id DESC")
}

// Suppressions lists those of these hashes that are suppressed.
func Suppressions(ctx context.Context, from Connector, hashes []string) ([]schema.Suppression, error) {
	return rowio.Select(ctx, from, schema.Suppressions.Columns,
		`etl.suppressions t WHERE value_sha256 IN (SELECT unnest(from_json($1, '["VARCHAR"]'))) ORDER BY ALL`, rowio.List(hashes))
}
