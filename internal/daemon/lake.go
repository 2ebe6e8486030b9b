package daemon

import (
	"context"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/load/duckdb/report"
)

// lakeSeen is which state of a warehouse that Spark holds the books were read from, and when
// somebody looked last whether there is another. That is a question to its bucket, so it
// is asked now and then, and never while anybody waits for the mutex.
type lakeSeen struct {
	mark   string
	looked time.Time
}

// lookEvery is how often the daemon looks.
const lookEvery = time.Minute

// lakeOutdated reports whether it is time to look. The caller holds the mutex.
func (d *Daemon) lakeOutdated() bool { return d.runner.Now().Sub(d.lake.looked) >= lookEvery }

// newMark looks; ok is false where the books are of what is stored.
func (d *Daemon) newMark(ctx context.Context, r *run.Runner) (mark string, ok bool) {
	mark = run.Mark(ctx, r)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lake.looked = r.Now()
	return mark, mark != "" && mark != d.lake.mark
}

// sameLake reports whether two configs name the same lake.
func sameLake(a, b config.Warehouse) bool {
	return a.Engine == b.Engine && a.Place() == b.Place() && a.Catalog == b.Catalog && a.Namespace == b.Namespace
}

// readLakeData reads what a warehouse holds that Spark holds, unless that was read before.
// The caller holds reading.
func (d *Daemon) readLakeData(ctx context.Context, r *run.Runner) (Data, error) {
	mark, place := run.Mark(ctx, r), r.Config.Warehouse.Place()
	if mark == "" {
		return Data{}, nil // nothing was ever read, or the bucket cannot be reached
	}
	if before := d.lastData(); before.path == place && before.mark == mark {
		return before.Data, nil
	}
	var data Data
	err := r.Read(ctx, func(reader *run.Reader) (err error) {
		if err := run.BringFor(ctx, reader, "FROM etl.records", "FROM vendor_overlap", "FROM hot_accounts", "FROM rising_topics",
			"FROM contact_changes", "FROM job_changes"); err != nil {
			return err
		}
		data.Data, err = report.ReadData(ctx, reader, r.Config.Timezone.String())
		return err
	})
	if err != nil {
		return Data{}, err
	}
	data.AsOf = r.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.data = seenData{Data: data, path: place, mark: mark}
	return data, nil
}
