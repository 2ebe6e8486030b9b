package daemon

import (
	"time"

	"contactsync/internal/run"
)

// ExportStanding is how an export of the config stands.
type ExportStanding struct {
	Name      string
	Success   time.Time // when it was last written, or found to lack nothing, by whomever; zero: never
	Failures  int64     // since the daemon began
	Failing   bool      // the last writing failed
	Written   bool      // this daemon wrote it when it last published
	Rows      int64     // then
	Unchanged bool      // then
}

// SnapshotStanding is how the snapshot stands.
type SnapshotStanding struct {
	Configured bool
	Written    time.Time // by whomever; zero: it is not there
}

// publish takes in how exports and snapshot were written. When each export last held all
// there is outlives a restart, since a quiet night writes none. The caller holds the mutex.
func (d *Daemon) publish(p publication) {
	d.outcome = p
	if d.memory.Exports == nil {
		d.memory.Exports = map[string]time.Time{}
	}
	for _, name := range p.Current {
		d.memory.Exports[name] = p.at.UTC()
	}
	for _, name := range p.Failed {
		d.failures[name]++
	}
	d.store()
}

func (d *Daemon) exportStandings() []ExportStanding {
	var list []ExportStanding
	fresh := run.Fresh(d.runner.Config, d.memory.Exports)
	for _, e := range d.runner.Config.Exports {
		s := ExportStanding{Name: e.Name, Success: fresh[e.Name], Failures: d.failures[e.Name]}
		for _, failed := range d.outcome.Failed {
			s.Failing = s.Failing || failed == e.Name
		}
		for _, w := range d.outcome.Exports {
			if w.Name == e.Name {
				s.Written, s.Rows, s.Unchanged = true, w.Rows, w.Unchanged
			}
		}
		list = append(list, s)
	}
	return list
}

// snapshotStanding asks the file itself, which any command may have written.
func (d *Daemon) snapshotStanding() SnapshotStanding {
	path := d.runner.Config.Warehouse.Snapshot
	if path.IsZero() {
		return SnapshotStanding{}
	}
	return SnapshotStanding{Configured: true, Written: writtenAt(path.Full)}
}
