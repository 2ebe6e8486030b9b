package merge

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"contactsync/internal/identity/evidence"
	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// foldChunk is how many records are folded at a time, which bounds memory: one chunk is
// folded while the rows of the one before are written.
const foldChunk = 2_048

// folding reads records with all their versions and folds them. The temporary table
// folding lists them in the order in which they were staged, so that a chunk of them has
// most of its versions in a few commits, and these are read from where they lie. Only
// what lies elsewhere is collected first: what is stored, and what was staged of a record
// again.
type folding struct {
	conn    *sql.Conn
	catalog string // prefix of the tables to read, "" = the connection's own
	fold    load.Fold
}

// foldedRecord is a record, and of what is stored of it what a fold asks for.
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
	listedColumns       = only(schema.ColumnsOf[foldedRecord](), "k", "source", "source_id")
	foldedRecordColumns = only(schema.ColumnsOf[foldedRecord](),
		append([]string{"k", "record_hash", "surname_hash", "first_seen_at", "payload"}, evidence.Columns...)...)
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
	return foldAgain(ctx, conn, catalog, "SELECT source, source_id, 0::BIGINT AS seq, 0::BIGINT AS place FROM ("+records+")", fold, yield)
}

func foldAgain(
	ctx context.Context, conn *sql.Conn, catalog, records string, fold load.Fold, yield func([]load.Folded) error,
) error {
	f := folding{conn: conn, catalog: catalog, fold: fold}
	if err := f.prepare(ctx, records); err != nil {
		return err
	}
	whole := func(_ chunk, _ []load.Stored, after []load.Folded) []load.Folded { return after }
	return foldEach(ctx, f, whole, yield)
}

// prepare lists the records of a query, which gives their staged versions' seq and
// place, and collects what folding them takes that is not read where it lies. Of a record
// that the query gives with seq 0 only, no staged version counts.
func (f folding) prepare(ctx context.Context, records string, args ...any) error {
	stored, staged := rowio.SelectList("s", schema.VersionColumns), rowio.SelectList("s", layout.VersionColumns)
	for i, query := range []string{
		`CREATE OR REPLACE TEMP TABLE folding AS
			SELECT *, row_number() OVER (ORDER BY first NULLS FIRST, place, source, source_id) - 1 AS k FROM (
				SELECT source, source_id, max(seq) AS last, min(seq) FILTER (WHERE seq > 0) AS first, min(place) AS place
				FROM (` + records + `) GROUP BY source, source_id
			) ORDER BY k`,
		`CREATE OR REPLACE TEMP TABLE folded_before AS
			SELECT f.k, ` + rowio.SelectList("r", schema.Without(foldedRecordColumns, "k", "payload")) + `, r.payload::VARCHAR AS payload
			FROM @etl.records r JOIN folding f USING (source, source_id) ORDER BY f.k`,
		`CREATE OR REPLACE TEMP TABLE folded_versions AS
			SELECT f.k, 0::BIGINT AS seq, ` + stored + `, 0::BIGINT AS place, false AS outdated, false AS whole FROM @etl.versions s JOIN folding f USING (source, source_id)
			UNION ALL
			SELECT f.k, s.seq, ` + staged + ` FROM @etl.staged_versions s JOIN folding f USING (source, source_id) WHERE s.seq <= f.last AND s.seq <> f.first
			ORDER BY k`,
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

// chunk is some of the records, by k, and the commits that brought them first; none is 0.
type chunk struct {
	From  int64 `col:"from"`
	To    int64 `col:"to"`
	First int64 `col:"first"`
	Last  int64 `col:"last"`
}

var chunkColumns = schema.ColumnsOf[chunk]()

func (f folding) chunks(ctx context.Context) (list []chunk, err error) {
	err = rowio.Read(ctx, f.conn, chunkColumns, rowio.Collect(&list), fmt.Sprintf(
		`SELECT min(k) AS "from", max(k) + 1 AS "to", min(first) AS first, max(first) AS last FROM folding GROUP BY k // %d ORDER BY 1`, foldChunk))
	return list, err
}

// made is what was made of a chunk.
type made[T any] struct {
	of  T
	err error
}

// foldEach folds the records, some at a time, makes something of what they were and what
// they are, and hands that over. Folding and making go on beside the reading of the next
// chunk and what is done with the one before, which share the connection.
func foldEach[T any](
	ctx context.Context, f folding, of func(c chunk, before []load.Stored, after []load.Folded) T, do func(T) error,
) error {
	chunks, err := f.chunks(ctx)
	if err != nil {
		return err
	}
	ahead := make(chan made[T], 1) // so that what is under way ends, though nobody waits for it any more
	for i := range len(chunks) + 1 {
		var before []load.Stored
		var unread error
		if i < len(chunks) {
			before, unread = f.read(ctx, chunks[i])
		}
		var ready made[T]
		if i > 0 {
			ready = <-ahead
		}
		if err := cmp.Or(ready.err, unread); err != nil {
			return err
		}
		if i < len(chunks) {
			go func() {
				var m made[T]
				after, err := f.fold(before)
				if m.err = err; err == nil {
					m.of = of(chunks[i], before, after)
				}
				ahead <- m
			}()
		}
		if i > 0 {
			if err := do(ready.of); err != nil {
				return err
			}
		}
	}
	return nil
}

// read reads some records with their versions.
func (f folding) read(ctx context.Context, c chunk) ([]load.Stored, error) {
	records := make([]load.Stored, c.To-c.From)
	where := fmt.Sprintf(" WHERE k >= %d AND k < %d", c.From, c.To)
	if err := rowio.Read(ctx, f.conn, listedColumns, func(r *foldedRecord) error {
		records[r.K-c.From].Record = r.Record
		return nil
	}, "SELECT k, source, source_id FROM folding"+where); err != nil {
		return nil, err
	}
	if err := rowio.Read(ctx, f.conn, foldedRecordColumns, func(r *foldedRecord) error {
		known := &records[r.K-c.From].Record
		r.Source, r.SourceID = known.Source, known.SourceID
		*known = r.Record
		return nil
	}, "SELECT "+rowio.QuoteAll(rowio.Names(foldedRecordColumns))+" FROM folded_before"+where); err != nil {
		return nil, err
	}
	if err := f.readVersions(ctx, c, records); err != nil {
		return nil, err
	}
	return records, rowio.Read(ctx, f.conn, leftAudienceColumns, func(l *leftAudience) error {
		r := &records[l.K-c.From]
		if r.Left == nil {
			r.Left = map[string]bool{}
		}
		r.Left[l.Audience] = true
		return nil
	}, "FROM left_audiences"+where)
}

// readVersions adds their versions: those collected, and those that the commits of the
// chunk staged.
func (f folding) readVersions(ctx context.Context, c chunk, records []load.Stored) error {
	staged := make([][]foldedVersion, len(records))
	add := func(v *foldedVersion) error {
		if v.Seq == 0 {
			records[v.K-c.From].Versions = append(records[v.K-c.From].Versions, v.Version.Version)
		} else {
			staged[v.K-c.From] = append(staged[v.K-c.From], *v)
		}
		return nil
	}
	where := fmt.Sprintf("WHERE k >= %d AND k < %d", c.From, c.To)
	if err := rowio.Read(ctx, f.conn, foldedVersionColumns, add, "FROM folded_versions "+where); err != nil {
		return err
	}
	if c.Last > 0 {
		query := fmt.Sprintf(`SELECT f.k, s.seq, %s FROM %setl.staged_versions s JOIN (FROM folding %s) f
			ON s.source = f.source AND s.source_id = f.source_id AND s.seq = f.first WHERE s.seq BETWEEN %d AND %d`,
			rowio.SelectList("s", layout.VersionColumns), f.catalog, where, c.First, c.Last)
		if err := rowio.Read(ctx, f.conn, foldedVersionColumns, add, query); err != nil {
			return err
		}
	}
	for i, list := range staged {
		slices.SortFunc(list, func(a, b foldedVersion) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Place, b.Place)) })
		for _, v := range list {
			records[i].Staged = append(records[i].Staged, v.Version)
		}
	}
	return nil
}

// only are the columns of these names, in their own order.
func only[R any](columns []schema.Column[R], names ...string) []schema.Column[R] {
	return schema.Without(columns, rowio.Names(schema.Without(columns, names...))...)
}
