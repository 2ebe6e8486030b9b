package find

import (
	"context"
	"database/sql"
	"strings"

	"contactsync/load/duckdb/layout"
)

// Rest finds, by the tables of a catalog in which nothing is gone yet, who is to be resolved
// anew once it is: the people who lost records and stay, and whoever carries an identifier
// that went. A merge of what stays takes it from temporary tables (merge.Remaining).
func Rest(ctx context.Context, tx *sql.Tx, catalog string) error {
	gone := "(FROM " + catalog + "etl.identifiers t WHERE " + ErasingSQL(layout.Identifiers.Info()) + ")"
	for _, query := range []string{
		`CREATE OR REPLACE TEMP TABLE changed AS FROM reduced_records UNION ` + strings.ReplaceAll(matchedSQL, "@", catalog),
		`CREATE OR REPLACE TEMP TABLE changed_identifiers AS
			SELECT k.source, k.source_id, k.kind, k.key, k.address_key, false AS now FROM ` + layout.KeysSQL(gone) + ` k`,
		`CREATE OR REPLACE TEMP TABLE relinked AS FROM changed UNION SELECT source, source_id FROM changed_identifiers`,
	} {
		if _, err := tx.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// matchedSQL are the records that stay and matched one that goes: whom else they match
// about as well is another question now.
const matchedSQL = `SELECT * FROM (
	SELECT p.source, p.source_id FROM @etl.candidate_pairs p
	JOIN erasing d ON d.source = p.other_source AND d.source_id = p.other_source_id WHERE p.reason = 'match'
	UNION
	SELECT p.other_source, p.other_source_id FROM @etl.candidate_pairs p
	JOIN erasing d ON d.source = p.source AND d.source_id = p.source_id WHERE p.reason = 'match'
) ANTI JOIN erasing USING (source, source_id)`
