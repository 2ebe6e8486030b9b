package daemon

import (
	"context"
	"os"
	"time"

	"contactsync/internal/run"
	"contactsync/load/duckdb/report"
)

// Data is what the data page shows, and of when.
type Data struct {
	report.Data
	AsOf time.Time // of the snapshot; zero: of the warehouse itself, now
}

// seenData is data with the file that it was read from.
type seenData struct {
	Data
	path    string
	written time.Time
}

// Data reads what the warehouse holds from the snapshot; where there is none, from the
// warehouse, unless a run is on: then it fails with a [*run.BusyError]. It is read anew
// only once the file is another one, and for one visitor at a time.
func (d *Daemon) Data(ctx context.Context) (Data, error) {
	select {
	case d.reading <- struct{}{}:
		defer func() { <-d.reading }()
	case <-ctx.Done():
		return Data{}, context.Cause(ctx)
	}
	r := d.current()
	path, read := r.Config.Warehouse.Snapshot.Full, (*run.Runner).ReadSnapshot
	written := writtenAt(path)
	if written.IsZero() && !d.begins() {
		path, read = r.Config.Warehouse.Path.Full, (*run.Runner).Read
		if written = writtenAt(path); written.IsZero() {
			return Data{}, nil // nothing was ever read
		}
	}
	if d.data.path == path && d.data.written.Equal(written) && !written.IsZero() {
		return d.data.Data, nil
	}
	var data Data
	err := read(r, ctx, func(reader *run.Reader) (err error) {
		data.AsOf = reader.AsOf
		data.Data, err = report.ReadData(ctx, reader, r.Config.Timezone.String())
		return err
	})
	if err != nil {
		return Data{}, err
	}
	d.data = seenData{data, path, written}
	return data, nil
}

// writtenAt is when a file was written; zero: it is not there.
func writtenAt(path string) time.Time {
	info, err := os.Stat(path)
	if path == "" || err != nil {
		return time.Time{}
	}
	return info.ModTime()
}
