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
	mark    string // of a warehouse that Spark holds, in the place of written
}

// Data reads what the warehouse holds from the snapshot; where there is none, from the
// warehouse, unless a run is on: then it fails with a [*run.BusyError]. It is read anew
// only once the file is another one, and by one visitor at a time. Who comes meanwhile gets
// what the snapshot before held, and waits only where that was not read.
func (d *Daemon) Data(ctx context.Context) (Data, error) {
	before := d.look()
	select {
	case d.reading <- struct{}{}:
		defer func() { <-d.reading }()
		return d.readData(ctx)
	default:
	}
	w := d.current().Config.Warehouse
	path := w.Snapshot.Full
	if w.InLake() {
		path = w.Place()
	}
	if path != "" && before.path == path {
		return before.Data, nil
	}
	return d.waitForData(ctx)
}

// lastData is what the data page showed last.
func (d *Daemon) lastData() seenData {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.data
}

// look notes that somebody looks at the data page, and returns what it showed last.
func (d *Daemon) look() seenData {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.looked = true
	return d.data
}

// readAhead reads each new snapshot that somebody may look at, so that no visitor waits
// for it, until the context ends.
func (d *Daemon) readAhead(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.fresh:
		}
		if _, err := d.waitForData(ctx); err != nil && ctx.Err() == nil {
			d.current().Log.Warn("the data page could not be read ahead; its next visitor reads it", "error", err)
		}
	}
}

// waitForData reads what the warehouse holds once nobody else reads.
func (d *Daemon) waitForData(ctx context.Context) (Data, error) {
	select {
	case d.reading <- struct{}{}:
		defer func() { <-d.reading }()
		return d.readData(ctx)
	case <-ctx.Done():
		return Data{}, context.Cause(ctx)
	}
}

// readData reads what the warehouse holds, unless that was read before. The caller holds
// reading.
func (d *Daemon) readData(ctx context.Context) (Data, error) {
	r := d.current()
	if r.Config.Warehouse.InLake() {
		return d.readLakeData(ctx, r)
	}
	path, read := r.Config.Warehouse.Snapshot.Full, (*run.Runner).ReadSnapshot
	written := writtenAt(path)
	if written.IsZero() && !d.begins() {
		path, read = r.Config.Warehouse.Path.Full, (*run.Runner).Read
		if written = writtenAt(path); written.IsZero() {
			return Data{}, nil // nothing was ever read
		}
	}
	if before := d.lastData(); before.path == path && before.written.Equal(written) && !written.IsZero() {
		return before.Data, nil
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
	d.mu.Lock()
	defer d.mu.Unlock()
	d.data = seenData{Data: data, path: path, written: written}
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
