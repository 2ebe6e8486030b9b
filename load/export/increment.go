package export

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// increment writes what is newer than old and describes both together. Where old
// cannot be added to, it writes everything.
//
// The mark is the newest updated_at exported so far and how many rows carry it:
// rows that came later with that very time would else be missed. If their number
// changed, all rows of that time are written once more, which a reader, who takes
// the newest version of a row, does not notice.
func (r *relation) increment(ctx context.Context, dir string, old, next manifest) (manifest, error) {
	clock, err := r.clock()
	if err != nil {
		return manifest{}, err
	}
	if next.Newest, err = r.newest(ctx, clock); err != nil {
		return manifest{}, err
	}
	if next.NewestRows, err = r.countAt(ctx, clock, next.Newest); err != nil {
		return manifest{}, err
	}
	condition := "true"
	next.Sequence = 1
	if next.continues(old) && !r.spec.Full {
		if condition, err = r.since(ctx, clock, old); err != nil {
			return manifest{}, err
		}
		news, err := r.count(ctx, condition)
		if err != nil || news == 0 {
			return old, err
		}
		next.Sequence = old.Sequence + 1
		next.Files = slices.Clone(old.Files)
	}
	files, err := r.write(ctx, dir, condition, fmt.Sprintf("data-%06d.%s", next.Sequence, r.spec.Format))
	next.Files = append(next.Files, files...)
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
	t := time.UnixMicro(micros.Int64).UTC()
	return &t, nil
}

// since is the condition of the rows that an export whose newest row is old's lacks.
func (r *relation) since(ctx context.Context, clock column, old manifest) (string, error) {
	n, err := r.countAt(ctx, clock, old.Newest)
	if err != nil {
		return "", err
	}
	comparison := ">"
	if n != old.NewestRows {
		comparison = ">="
	}
	return identifier(clock.name) + comparison + clock.instant(*old.Newest), nil
}

func (r *relation) countAt(ctx context.Context, clock column, t *time.Time) (int64, error) {
	if t == nil {
		return 0, nil
	}
	return r.count(ctx, identifier(clock.name)+"="+clock.instant(*t))
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
