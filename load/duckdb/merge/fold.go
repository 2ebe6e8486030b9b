package merge

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"contactsync/internal/identity/evidence"
	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// foldChunk is how many records are folded at a time, which bounds memory.
const foldChunk = 5_000

// folding reads records with all their versions and folds them. The temporary table
// folding lists them, with the last commit that counts of each.
type folding struct {
	conn    *sql.Conn
	catalog string // prefix of the tables to read, "" = the connection's own
	fold    load.Fold
}

// foldedRecord is a record of the table folding, and of what is stored of it what a
// fold asks for.
type foldedRecord struct {
	K int64 `col:"k"`
	load.Record
}

// foldedVersion is one of its versions; a stored one has no seq.
type foldedVersion struct {
	K   int64 `col:"k"`
	Seq int64 `col:"seq"`
	load.Version
}

// leftAudience is an audience that it has left.
type leftAudience struct {
	K        int64  `col:"k"`
	Audience string `col:"audience_id"`
}

var (
	foldedRecordColumns = only(schema.ColumnsOf[foldedRecord](),
		append([]string{"k", "source", "source_id", "record_hash", "surname_hash", "first_seen_at", "payload"}, evidence.Columns...)...)
	foldedVersionColumns = schema.ColumnsOf[foldedVersion]()
	leftAudienceColumns  = schema.ColumnsOf[leftAudience]()
)

// FoldStaged hands over what a merge of all that is staged would make of each record,
// some at a time, and changes nothing but temporary tables. The catalog is the prefix
// of the tables.
func FoldStaged(ctx context.Context, conn *sql.Conn, catalog string, fold load.Fold, yield func([]load.Folded) error) error {
	return foldAgain(ctx, conn, catalog, "SELECT source, source_id, seq, place FROM @etl.staged_versions", fold, yield)
}

// FoldStored is [FoldStaged] of merged records as they are stored, those of a query for
// source and source_id.
func FoldStored(
	ctx context.Context, conn *sql.Conn, catalog, records string, fold load.Fold, yield func([]load.Folded) error,
) error {
	return foldAgain(ctx, conn, catalog, "SELECT source, source_id, 0 AS seq, 0 AS place FROM ("+records+")", fold, yield)
}

func foldAgain(
	ctx context.Context, conn *sql.Conn, catalog, records string, fold load.Fold, yield func([]load.Folded) error,
) error {
	f := folding{conn: conn, catalog: catalog, fold: fold}
	if err := f.prepare(ctx, records); err != nil {
		return err
	}
	return f.each(ctx, func(_ int64, _ []load.Stored, folded []load.Folded) error { return yield(folded) })
}

// prepare lists the records of a query, which gives their staged versions' seq and
// place, and collects what folding them takes, in their order. Of a record that the
// query gives with seq 0 only, no staged version counts.
func (f folding) prepare(ctx context.Context, records string, args ...any) error {
	stored, staged := rowio.SelectList("s", schema.VersionColumns), rowio.SelectList("s", layout.VersionColumns)
	for i, query := range []string{
		`CREATE OR REPLACE TEMP TABLE folding AS
			SELECT f.*, r.payload::VARCHAR AS payload, r.record_hash, r.first_seen_at, r.surname_hash, ` + rowio.SelectList("r", recordTestimony) + ` FROM (
				SELECT source, source_id, max(seq) AS last, row_number() OVER (ORDER BY min(seq), min(place), source, source_id) - 1 AS k
				FROM (` + records + `) GROUP BY source, source_id
			) f LEFT JOIN @etl.records r USING (source, source_id) ORDER BY k`,
		`CREATE OR REPLACE TEMP TABLE folded_versions AS
			SELECT f.k, 0::BIGINT AS seq, ` + stored + `, 0::BIGINT AS place, false AS outdated, false AS whole FROM @etl.versions s JOIN folding f USING (source, source_id)
			UNION ALL
			SELECT f.k, s.seq, ` + staged + ` FROM @etl.staged_versions s JOIN folding f USING (source, source_id) WHERE s.seq <= f.last
			ORDER BY k, seq, place`,
		`CREATE OR REPLACE TEMP TABLE left_audiences AS
			SELECT DISTINCT f.k, m.audience_id FROM @etl.members m JOIN folding f USING (source, source_id)
			WHERE NOT EXISTS (FROM @etl.members o WHERE o.source = m.source AND o.audience_id = m.audience_id AND o.source_id = m.source_id AND o.valid_to IS NULL)`,
	} {
		if i > 0 {
			args = nil
		}
		if _, err := f.conn.ExecContext(ctx, strings.ReplaceAll(query, "@", f.catalog), args...); err != nil {
			return err
		}
	}
	return nil
}

// each folds the records, some at a time from a place in the table folding, and hands
// them over with what they were.
func (f folding) each(ctx context.Context, do func(from int64, before []load.Stored, after []load.Folded) error) error {
	var n int64
	if err := f.conn.QueryRowContext(ctx, "SELECT count(*) FROM folding").Scan(&n); err != nil {
		return err
	}
	for from := int64(0); from < n; from += foldChunk {
		records, err := f.read(ctx, from, min(from+foldChunk, n))
		if err != nil {
			return err
		}
		folded, err := f.fold(records)
		if err != nil {
			return err
		}
		if err := do(from, records, folded); err != nil {
			return err
		}
	}
	return nil
}

// read reads some records with their versions.
func (f folding) read(ctx context.Context, from, to int64) ([]load.Stored, error) {
	records := make([]load.Stored, to-from)
	where := fmt.Sprintf(" WHERE k >= %d AND k < %d ", from, to)
	err := rowio.Read(ctx, f.conn, foldedRecordColumns, func(r *foldedRecord) error {
		records[r.K-from].Record = r.Record
		return nil
	}, "SELECT "+rowio.QuoteAll(rowio.Names(foldedRecordColumns))+" FROM folding"+where)
	if err != nil {
		return nil, err
	}
	err = rowio.Read(ctx, f.conn, foldedVersionColumns, func(v *foldedVersion) error {
		r := &records[v.K-from]
		if v.Seq == 0 {
			r.Versions = append(r.Versions, v.Version.Version)
		} else {
			r.Staged = append(r.Staged, v.Version)
		}
		return nil
	}, "FROM folded_versions"+where+"ORDER BY k, seq, place")
	if err != nil {
		return nil, err
	}
	err = rowio.Read(ctx, f.conn, leftAudienceColumns, func(l *leftAudience) error {
		r := &records[l.K-from]
		if r.Left == nil {
			r.Left = map[string]bool{}
		}
		r.Left[l.Audience] = true
		return nil
	}, "FROM left_audiences"+where)
	return records, err
}

// only are the columns of these names, in their own order.
func only[R any](columns []schema.Column[R], names ...string) []schema.Column[R] {
	return schema.Without(columns, rowio.Names(schema.Without(columns, names...))...)
}
