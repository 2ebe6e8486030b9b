package duckdb

import (
	"context"
	"encoding/json"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/merge"
	"contactsync/schema"
)

// clearAddress is the kind under which staged_keys has addresses in clear.
const clearAddress = "address"

// foldStaged tells which keys a merge would give to the records with staged versions.
func (f finder) foldStaged(ctx context.Context, fold load.Fold) error {
	if err := f.run(ctx, "CREATE OR REPLACE TEMP TABLE staged_keys (source VARCHAR, source_id VARCHAR, kind VARCHAR, value VARCHAR)"); err != nil {
		return err
	}
	return merge.FoldStaged(ctx, f.conn, f.catalog, fold, func(list []load.Folded) error {
		var keys [][4]string
		for _, r := range list {
			source, id := r.Record.Source, r.Record.SourceID
			keys = append(keys, [4]string{source, id, string(schema.VendorID(source)), id})
			for _, a := range r.Record.Emails {
				keys = append(keys, [4]string{source, id, clearAddress, a})
			}
			for _, i := range r.Identifiers {
				keys = append(keys, [4]string{source, id, string(i.Kind), i.Value})
			}
		}
		rows, err := json.Marshal(keys)
		if err == nil {
			_, err = f.conn.ExecContext(ctx, `INSERT INTO staged_keys
				WITH staged AS (SELECT r[1] AS source, r[2] AS source_id, r[3] AS kind, r[4] AS value FROM (SELECT unnest(from_json($1, '[["VARCHAR"]]')) AS r))
				SELECT * FROM staged i WHERE NOT `+layout.IsSpellingSQL("i")+`
				UNION ALL
				SELECT source, source_id, unnest(['email_sha256', 'email_md5']), unnest([sha256(value), md5(value)]) FROM staged i WHERE `+layout.IsSpellingSQL("i"), string(rows))
		}
		return err
	})
}
