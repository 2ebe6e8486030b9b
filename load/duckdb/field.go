package duckdb

import (
	"context"

	"contactsync/schema"
)

// Fields lists the fields seen so far in the records of a stream.
func (w *Warehouse) Fields(ctx context.Context, source, stream string) (fields []schema.Field, err error) {
	err = query(ctx, w, schema.Fields.Columns, func(f *schema.Field) error {
		fields = append(fields, *f)
		return nil
	}, "SELECT "+selectList("f", schema.Fields.Columns)+" FROM etl.fields f WHERE source = $1 AND stream = $2 ORDER BY field", source, stream)
	return fields, err
}
