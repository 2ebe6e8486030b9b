package duckdb

import (
	"context"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Fields lists the fields seen so far in the records of a stream.
func (w lookup) Fields(ctx context.Context, source, stream string) (fields []schema.Field, err error) {
	err = rowio.Query(ctx, w, schema.Fields.Columns, rowio.Collect(&fields), "SELECT "+rowio.SelectList("f", schema.Fields.Columns)+" FROM etl.fields f WHERE source = $1 AND stream = $2 ORDER BY field", source, stream)
	return fields, err
}
