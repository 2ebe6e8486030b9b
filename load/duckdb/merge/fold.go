package merge

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sort"
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
	beside  *sql.Conn // reads what is staged while conn is in use; nil: conn itself does, in turn
	catalog string    // prefix of the tables to read, "" = the connection's own
	fold    load.Fold
}

// listedRecord is a record of the table folding. Its home is where the first of its
// versions is staged: the commit, in the upper half, and the place in it; zero if none is.
type listedRecord struct {
	K        int64  `col:"k"`
	Home     int64  `col:"home"`
	Source   string `col:"source"`
	SourceID string `col:"source_id"`
}

// homeSQL is where a staged row s is.
const homeSQL = "(s.seq * 4294967296 + s.place)"

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
	listedColumns       = schema.ColumnsOf[listedRecord]()
	foldedRecordColumns = only(schema.ColumnsOf[foldedRecord](),
		append([]string{"k", "record_hash", "surname_hash", "first_seen_at", "payload"}, evidence.Columns...)...)
	foldedVersionColumns = schema.ColumnsOf[foldedVersion]()
	leftAudienceColumns  = schema.ColumnsOf[leftAudience]()
)

// FoldStaged hands over what a merge of all that waits for one would make of each record,
// some at a time, and changes nothing but temporary tables. The catalog is the prefix
// of the tables.
func FoldStaged(ctx context.Context, conn *sql.Conn, catalog string, fold load.Fold, yield func([]load.Folded) error) error {
	return foldAgain(ctx, conn, catalog, `SELECT source, source_id, seq, place FROM @etl.staged_versions
		UNION ALL SELECT source, source_id, 0::BIGINT AS seq, 0::BIGINT AS place FROM @etl.staged_new`, fold, yield)
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
			SELECT *, row_number() OVER (ORDER BY home NULLS FIRST, source, source_id) - 1 AS k FROM (
				SELECT source, source_id, max(seq) AS last, min(` + homeSQL + `) FILTER (WHERE seq > 0) AS home
				FROM (` + records + `) s GROUP BY source, source_id
			) ORDER BY k`,
		`CREATE OR REPLACE TEMP TABLE folded_before AS
			SELECT f.k, ` + rowio.SelectList("r", schema.Without(foldedRecordColumns, "k", "payload")) + `, r.payload::VARCHAR AS payload
			FROM @etl.records r JOIN folding f USING (source, source_id) ORDER BY f.k`,
		`CREATE OR REPLACE TEMP TABLE folded_versions AS
			SELECT f.k, 0::BIGINT AS seq, ` + stored + `, 0::BIGINT AS place, false AS outdated, false AS whole FROM @etl.versions s JOIN folding f USING (source, source_id)
			UNION ALL
			SELECT f.k, s.seq, ` + staged + ` FROM @etl.staged_versions s JOIN folding f USING (source, source_id) WHERE s.seq <= f.last AND ` + homeSQL + ` <> f.home
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

// chunk is some of the records, by k.
type chunk struct {
	From int64 `col:"from"`
	To   int64 `col:"to"`
}

var chunkColumns = schema.ColumnsOf[chunk]()

func (f folding) chunks(ctx context.Context) (list []chunk, err error) {
	err = rowio.Read(ctx, f.conn, chunkColumns, rowio.Collect(&list), fmt.Sprintf(
		`SELECT min(k) AS "from", max(k) + 1 AS "to" FROM folding GROUP BY k // %d ORDER BY 1`, foldChunk))
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
		var next stored
		var unread error
		if i < len(chunks) {
			next, unread = f.read(ctx, chunks[i])
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
				var after []load.Folded
				if m.err = f.addStaged(ctx, f.beside, next); m.err == nil {
					after, m.err = f.fold(next.records)
				}
				if m.err == nil {
					m.of = of(chunks[i], next.records, after)
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

// stored is a chunk that is read: its records, and their staged versions so far.
type stored struct {
	records []load.Stored
	homes   []int64 // of each record, ascending; records of one home by source and id
	staged  [][]foldedVersion
}

// read reads some records with their versions but for those that lie at home, which are
// read beside it if that is possible.
func (f folding) read(ctx context.Context, c chunk) (s stored, err error) {
	n := c.To - c.From
	s = stored{make([]load.Stored, n), make([]int64, n), make([][]foldedVersion, n)}
	where := fmt.Sprintf(" WHERE k >= %d AND k < %d", c.From, c.To)
	if err := rowio.Read(ctx, f.conn, listedColumns, func(r *listedRecord) error {
		i := r.K - c.From
		s.homes[i], s.records[i].Source, s.records[i].SourceID = r.Home, r.Source, r.SourceID
		return nil
	}, "SELECT k, home, source, source_id FROM folding"+where); err != nil {
		return s, err
	}
	if err := rowio.Read(ctx, f.conn, foldedRecordColumns, func(r *foldedRecord) error {
		known := &s.records[r.K-c.From].Record
		r.Source, r.SourceID = known.Source, known.SourceID
		*known = r.Record
		return nil
	}, "SELECT "+rowio.QuoteAll(rowio.Names(foldedRecordColumns))+" FROM folded_before"+where); err != nil {
		return s, err
	}
	if err := rowio.Read(ctx, f.conn, foldedVersionColumns, func(v *foldedVersion) error {
		i := v.K - c.From
		if v.Seq == 0 {
			s.records[i].Versions = append(s.records[i].Versions, v.Version.Version)
		} else {
			s.staged[i] = append(s.staged[i], *v)
		}
		return nil
	}, "FROM folded_versions"+where); err != nil {
		return s, err
	}
	if err := rowio.Read(ctx, f.conn, leftAudienceColumns, func(l *leftAudience) error {
		r := &s.records[l.K-c.From]
		if r.Left == nil {
			r.Left = map[string]bool{}
		}
		r.Left[l.Audience] = true
		return nil
	}, "FROM left_audiences"+where); err != nil {
		return s, err
	}
	if f.beside == nil {
		err = f.addHome(ctx, f.conn, s)
	}
	return s, err
}

// addStaged completes the versions of a chunk by those at home, unless read has done so,
// and puts the staged ones into the order of commits.
func (f folding) addStaged(ctx context.Context, beside *sql.Conn, s stored) error {
	if beside != nil {
		if err := f.addHome(ctx, beside, s); err != nil {
			return err
		}
	}
	for i, list := range s.staged {
		slices.SortFunc(list, func(a, b foldedVersion) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Place, b.Place)) })
		for _, v := range list {
			s.records[i].Staged = append(s.records[i].Staged, v.Version)
		}
	}
	return nil
}

// addHome reads the versions that lie at home: between the first home and the last, where
// hardly anything else lies.
func (f folding) addHome(ctx context.Context, conn *sql.Conn, s stored) error {
	first, last := s.homes[0], s.homes[len(s.homes)-1]
	if i := slices.IndexFunc(s.homes, func(home int64) bool { return home > 0 }); i >= 0 {
		first = s.homes[i]
	}
	if last == 0 {
		return nil
	}
	query := fmt.Sprintf("SELECT 0::BIGINT AS k, s.seq, %s FROM %setl.staged_versions s WHERE s.seq BETWEEN %d AND %d AND %s BETWEEN %d AND %d",
		rowio.SelectList("s", layout.VersionColumns), f.catalog, first>>32, last>>32, homeSQL, first, last)
	return rowio.Read(ctx, conn, foldedVersionColumns, func(v *foldedVersion) error {
		i, found := sort.Find(len(s.homes), func(i int) int {
			return cmp.Or(cmp.Compare(v.Seq<<32+v.Place, s.homes[i]), cmp.Compare(v.Source, s.records[i].Source), cmp.Compare(v.SourceID, s.records[i].SourceID))
		})
		if found {
			s.staged[i] = append(s.staged[i], *v)
		}
		return nil
	}, query)
}

// only are the columns of these names, in their own order.
func only[R any](columns []schema.Column[R], names ...string) []schema.Column[R] {
	return schema.Without(columns, rowio.Names(schema.Without(columns, names...))...)
}
