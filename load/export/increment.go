package export

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"contactsync/load/export/hive"
)

// increment writes what is newer than old and describes both together. Where old
// cannot be added to, it writes everything; so it does where the folder of a new value and
// an older one would be one on some disks.
//
// The mark is the newest updated_at exported so far, and the hashes of the rows
// that carry it. A merge gives all its rows one time, so that time alone would not
// do: the rows of it that are not in the hashes came later and are written, and
// those that are have been, however many of their kind have changed since. Where
// the hashes are lost, all rows of that time are written once more, which a reader,
// who takes the newest version of a row, does not notice.
func (r *relation) increment(ctx context.Context, dir string, old, next manifest, known string) (manifest, error) {
	clock, err := r.clock()
	if err != nil {
		return manifest{}, err
	}
	if next.Newest, err = r.newest(ctx, clock); err != nil {
		return manifest{}, err
	}
	if next.continues(old) && !r.spec.Full {
		condition := r.since(clock, *old.Newest, known)
		news, err := r.count(ctx, condition)
		if err != nil || news == 0 {
			return old, err
		}
		added, err := r.split(ctx, condition, old.folders())
		if err != nil {
			return manifest{}, err
		}
		if !old.clashes(added.partitions) {
			next.Sequence, next.Files, next.Shortened = old.Sequence+1, slices.Clone(old.Files), slices.Clone(old.Shortened)
			return r.add(ctx, dir, added, clock, next)
		}
	}
	// In a directory all files are exchanged at once; in a bucket those of before are still
	// seen and named, so no name of theirs is taken.
	next.Sequence = 1
	if isURL(r.spec.Path) {
		next.Sequence = old.Sequence + 1
	}
	all, err := r.split(ctx, "true", nil)
	if err != nil {
		return manifest{}, err
	}
	return r.add(ctx, dir, all, clock, next)
}

// add writes parts as the newest files of an export.
func (r *relation) add(ctx context.Context, dir string, p *parts, clock column, next manifest) (manifest, error) {
	files, err := r.write(ctx, dir, p, fmt.Sprintf("data-%06d.%s", next.Sequence, r.spec.Format))
	next.Files = append(next.Files, files...)
	next.Shortened = hive.Compact(append(next.Shortened, p.shortened...))
	if err != nil || next.Newest == nil {
		return next, err
	}
	next.Known, err = r.remember(ctx, dir, identifier(clock.name)+"="+clock.instant(*next.Newest))
	return next, err
}

// clock is the column that says when a row last changed.
func (r *relation) clock() (column, error) {
	c, found := r.column("updated_at")
	if !found {
		return column{}, errors.New("mode incremental needs a column updated_at, and there is none; use mode snapshot")
	}
	if c.kind != timestamptz && c.kind != "TIMESTAMP" {
		return column{}, fmt.Errorf("mode incremental needs updated_at to be a TIMESTAMPTZ, and it is %s", c.kind)
	}
	return c, nil
}

// newest is the newest time of all rows; nil if there are none.
func (r *relation) newest(ctx context.Context, clock column) (*time.Time, error) {
	var without int64
	var micros sql.NullInt64
	query := fmt.Sprintf("SELECT count(*) - count(%[1]s), epoch_us(max(%[1]s)) FROM %[2]s", identifier(clock.name), r.from)
	if err := r.tx.QueryRowContext(ctx, query).Scan(&without, &micros); err != nil {
		return nil, queryFailed(ctx, err)
	}
	if without > 0 {
		return nil, fmt.Errorf("mode incremental needs updated_at in every row, and %d rows have none", without)
	}
	if !micros.Valid {
		return nil, nil
	}
	return new(time.UnixMicro(micros.Int64).UTC()), nil
}

// since is the condition of the rows that an export whose newest row has this time
// lacks; known is the file of the hashes of its rows of that time, "" if it is lost.
func (r *relation) since(clock column, newest time.Time, known string) string {
	at, t := identifier(clock.name), clock.instant(newest)
	if known == "" {
		return at + ">=" + t
	}
	return fmt.Sprintf("(%[1]s>%[2]s OR %[1]s=%[2]s AND %[3]s NOT IN (SELECT row_hash FROM read_parquet(%[4]s)))",
		at, t, r.hash(seenAt), literal(known))
}

// seenAt moves with every sweep that lists a record, which is no change of its row.
const seenAt = "last_seen_at"

// knownRows is the name of the file of hashes: one that no reader of data files meets.
const knownRows = "_sync_export_rows"

// remember writes the hashes of the rows that satisfy a condition.
func (r *relation) remember(ctx context.Context, dir, condition string) (*file, error) {
	query := fmt.Sprintf("SELECT DISTINCT %s AS row_hash FROM %s WHERE %s ORDER BY 1", r.hash(seenAt), r.from, condition)
	f, err := r.copyAs(ctx, query, dir, knownRows, options[FormatParquet])
	return &f, err
}

func (r *relation) count(ctx context.Context, condition string) (n int64, err error) {
	err = r.tx.QueryRowContext(ctx, "SELECT count(*) FROM "+r.from+" WHERE "+condition).Scan(&n)
	return n, queryFailed(ctx, err)
}

// instant is a time as a constant of the column's type.
func (c column) instant(t time.Time) string {
	if c.kind == timestamptz {
		return fmt.Sprintf("make_timestamptz(%d)", t.UnixMicro())
	}
	return fmt.Sprintf("make_timestamp(%d)", t.UnixMicro())
}
