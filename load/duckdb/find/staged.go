package find

import (
	"context"
	"encoding/json"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/merge"
	"contactsync/schema"
)

// clearAddress is the kind under which staged_keys has addresses in clear, and their
// spellings.
const clearAddress = "address"

// foldStaged tells which keys a merge would give to the records with staged versions. A
// hash of a spelling names the mailbox that it is of, as in etl.identifiers; that of a
// role address's is a role's, since no kind tells it apart.
func (f Finder) foldStaged(ctx context.Context, fold load.Fold) error {
	if err := f.run(ctx, `CREATE OR REPLACE TEMP TABLE staged_keys
		(source VARCHAR, source_id VARCHAR, kind VARCHAR, value VARCHAR, address VARCHAR)`); err != nil {
		return err
	}
	return merge.FoldStaged(ctx, f.Conn, f.Catalog, fold, func(list []load.Folded) error {
		var keys [][5]string
		for _, r := range list {
			source, id := r.Record.Source, r.Record.SourceID
			keys = append(keys, [5]string{source, id, string(schema.VendorID(source)), id})
			for _, a := range r.Record.Emails {
				keys = append(keys, [5]string{source, id, clearAddress, a})
			}
			for _, i := range r.Identifiers {
				keys = append(keys, [5]string{source, id, string(i.Kind), i.Value, i.Address})
			}
		}
		rows, err := json.Marshal(keys)
		if err == nil {
			_, err = f.Conn.ExecContext(ctx, stagedKeysSQL, string(rows))
		}
		return err
	})
}

// stagedKeysSQL stores the keys of some records.
var stagedKeysSQL = `INSERT INTO staged_keys
	WITH staged AS (
		SELECT r[1] AS source, r[2] AS source_id, r[3] AS kind, r[4] AS value, r[5] AS address
		FROM (SELECT unnest(from_json($1, '[["VARCHAR"]]')) AS r)
	), spelled AS (
		SELECT i.*, CASE WHEN EXISTS (FROM staged r WHERE r.source = i.source AND r.source_id = i.source_id
			AND r.kind = '` + string(schema.RoleEmail) + `' AND r.value = i.address) THEN 'role_' ELSE '' END AS role
		FROM staged i WHERE ` + layout.IsSpellingSQL("i") + `
	)
	SELECT source, source_id, kind, value, NULL FROM staged i WHERE NOT ` + layout.IsSpellingSQL("i") + `
	UNION ALL SELECT source, source_id, '` + clearAddress + `', value, NULL FROM spelled
	UNION ALL SELECT source, source_id, role || unnest(['email_sha256', 'email_md5']), unnest([sha256(value), md5(value)]), address FROM spelled`

// spellings returns how those who are erased spelled the addresses that are their own:
// others may know them by the hashes of just that.
func (f Finder) spellings(ctx context.Context, fold load.Fold) (list []string, err error) {
	own := map[string]bool{}
	hashes, err := f.texts(ctx, "SELECT value FROM erasing_keys WHERE kind = '"+string(schema.EmailSHA256)+"'")
	if err != nil || len(hashes) == 0 {
		return nil, err
	}
	for _, hash := range hashes {
		own[hash] = true
	}
	const records = "SELECT source, source_id FROM erasing JOIN @etl.records USING (source, source_id) WHERE whole"
	err = merge.FoldStored(ctx, f.Conn, f.Catalog, records, fold, func(folded []load.Folded) error {
		for _, r := range folded {
			for _, i := range r.Identifiers {
				if i.Kind == schema.Spelling && own[i.Address] {
					list = append(list, i.Value)
				}
			}
		}
		return nil
	})
	return list, err
}
