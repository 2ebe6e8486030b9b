package duckdb

import (
	"context"
	"fmt"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// ofTheseSQL is the condition, on a row t, of the records of a source in a list.
const ofTheseSQL = `t.source = $1 AND t.source_id IN (SELECT unnest(from_json($2, '["VARCHAR"]')))`

// Compare tells how versions of a source stand to what is stored.
func (w lookup) Compare(ctx context.Context, source string, served []schema.Version) ([]load.Standing, error) {
	return w.standing.Compare(ctx, source, served)
}

// KnownEvents returns which of some events are stored, merged or not.
func (w lookup) KnownEvents(ctx context.Context, ids []string) (map[string]bool, error) {
	return w.standing.KnownEvents(ctx, ids)
}

// Stored returns what is merged of these records.
func (w history) Stored(ctx context.Context, source string, ids []string) (map[string]*load.Stored, error) {
	if err := w.need(ctx, "etl.records", "etl.versions"); err != nil {
		return nil, err
	}
	stored := make(map[string]*load.Stored, len(ids))
	err := rowio.Query(ctx, w, layout.RecordColumns, func(r *load.Record) error {
		stored[r.SourceID] = &load.Stored{Record: *r}
		return nil
	}, "SELECT "+rowio.SelectList("t", layout.RecordColumns)+" FROM etl.records t WHERE "+ofTheseSQL, source, rowio.List(ids))
	if err != nil {
		return nil, err
	}
	err = rowio.Query(ctx, w, schema.VersionColumns, func(v *schema.Version) error {
		s := stored[v.SourceID]
		if s == nil {
			return fmt.Errorf("etl.versions has a version of %s:%s without a record", v.Source, v.SourceID)
		}
		s.Versions = append(s.Versions, *v)
		return nil
	}, "SELECT "+rowio.SelectList("t", schema.VersionColumns)+" FROM etl.versions t WHERE "+ofTheseSQL, source, rowio.List(ids))
	return stored, err
}
