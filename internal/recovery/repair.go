package recovery

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"contactsync/internal/crash"
	"contactsync/internal/durable"
	"contactsync/internal/run"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/disk"
	"contactsync/load/duckdb/report"
	"contactsync/load/export"
)

// Repaired is what a repair found and did; the zero value is a healthy warehouse.
type Repaired struct {
	Zeros      int64  // cut from the end of the log
	Lost       int64  // bytes of the log that could not be trusted
	Aside      string // where the damaged log lies now; "": there was none
	Checkpoint bool   // the warehouse goes on from its last checkpoint: all of the log is lost
	Runs       []LostRun
	Process    *run.Heartbeat // what the process said last that died with the log; nil: it said nothing
	Paid       []string       // pipelines of which what is lost may be bought again
	Overdue    int            // suppressions that the warehouse, an older copy, lacked
}

// Healthy reports whether there was nothing to mend.
func (r Repaired) Healthy() bool {
	return r.Zeros == 0 && r.Lost == 0 && r.Aside == "" && r.Overdue == 0
}

// LostRun is a run that committed something that is lost.
type LostRun struct {
	ID       string
	Pipeline string // "": nothing of it is left, which would say
}

// Repair mends the log of the warehouse, if it is damaged, erases whom an older copy must
// not hold, and reads the whole file through. What is cut from the log is kept beside
// it but for zeros.
func Repair(ctx context.Context, r *run.Runner, wait bool) (done Repaired, err error) {
	if err := run.OnlyFile(r, "repair"); err != nil {
		return done, err
	}
	if _, err := r.Overrides(); err != nil {
		return done, err
	}
	lock, err := load.Acquire(ctx, r.Config.Warehouse.Path.Full, wait)
	if err != nil {
		return done, err
	}
	overdue, err := done.mend(ctx, r)
	if err := errors.Join(err, lock.Release()); err != nil {
		return done, err
	}
	if overdue > 0 {
		if err := r.Within(ctx, wait, func(*run.Session) error { return nil }); err != nil {
			return done, err
		}
		done.Overdue = overdue
	}
	return done, nil
}

func (done *Repaired) mend(ctx context.Context, r *run.Runner) (overdue int, err error) {
	place := r.Config.Warehouse.Path.Full
	if _, err := os.Stat(place); err != nil {
		return 0, missing(place, err)
	}
	if err := disk.Examine(place); err != nil {
		return 0, fmt.Errorf("warehouse %s: %w", place, err)
	}
	log, err := disk.ReadLog(place)
	if err != nil {
		return 0, fmt.Errorf("warehouse: %w", err)
	}
	var lost []byte
	switch log.State {
	case disk.Zeros, disk.Damaged:
		if lost, err = log.Lost(); err == nil {
			err = done.cut(ctx, r, log)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("warehouse %s: mend its log: %w", place, err)
	}
	if err := duckdb.Verify(ctx, place, r.Options(true)); err != nil {
		if lost, err = done.checkpoint(ctx, r, log, err); err != nil {
			return 0, err
		}
	}
	return done.tell(ctx, r, lost)
}

// cut ends the log before what cannot be trusted, of which a copy is kept.
func (done *Repaired) cut(ctx context.Context, r *run.Runner, log disk.Log) error {
	if log.State == disk.Zeros {
		done.Zeros = log.Size - log.Entries
	} else {
		done.Lost = log.Size - log.Entries
		aside := asideOf(r, log)
		if err := export.CopyFile(ctx, log.Path, aside, 0o600); err != nil {
			return err
		}
		if err := durable.SyncDir(filepath.Dir(aside)); err != nil {
			return err
		}
		done.Aside = aside
		crash.At(crash.RepairAside)
	}
	if err := log.Cut(); err != nil {
		return err
	}
	crash.At(crash.RepairCut)
	return nil
}

func asideOf(r *run.Runner, log disk.Log) string {
	return free(log.Path + ".damaged-" + r.Now().UTC().Format("20060102T150405Z"))
}

// checkpoint sets the whole log aside where the warehouse cannot be read with it, or has
// rows twice, and tries the file alone. If that is no better, the log is put back.
func (done *Repaired) checkpoint(ctx context.Context, r *run.Runner, log disk.Log, why error) (lost []byte, err error) {
	place := r.Config.Warehouse.Path.Full
	if log.State == disk.Empty {
		return nil, why
	}
	log.Committed, log.Entries = 0, 0
	if lost, err = log.Lost(); err != nil {
		return nil, errors.Join(why, err)
	}
	aside := asideOf(r, log)
	if err := os.Rename(log.Path, aside); err != nil {
		return nil, errors.Join(why, err)
	}
	if err := duckdb.Verify(ctx, place, r.Options(true)); err != nil {
		return nil, errors.Join(why, os.Rename(aside, log.Path))
	}
	done.Checkpoint, done.Lost = true, max(done.Lost, int64(len(lost)))
	if done.Aside == "" {
		done.Aside = aside
		return lost, errors.Join(os.Chmod(aside, 0o600), durable.SyncDir(filepath.Dir(aside)))
	}
	return lost, os.Remove(aside) // of all of it there is a copy
}

// runID is the form of run.NewRunID.
var runID = regexp.MustCompile(`[0-9]{8}T[0-9]{12}Z-[0-9a-f]{6}`)

// tell finds out whose commits are lost. Names and ids stand in a log as they are; of
// a log that is zeros only the process that died can tell, by the file of its progress.
func (done *Repaired) tell(ctx context.Context, r *run.Runner, lost []byte) (overdue int, err error) {
	w, err := duckdb.Open(ctx, r.Config.Warehouse.Path.Full, r.Options(true))
	if _, older := errors.AsType[*duckdb.OlderError](err); older {
		return 0, nil // the next run brings it to this layout, and looks then
	}
	if err != nil {
		return 0, err
	}
	if done.Zeros > 0 || done.Lost > 0 {
		if err := done.blame(ctx, r, w, lost); err != nil {
			return 0, errors.Join(err, w.Close())
		}
	}
	missing, err := run.Overdue(ctx, r, w)
	return len(missing), errors.Join(err, w.Close())
}

func (done *Repaired) blame(ctx context.Context, r *run.Runner, w *duckdb.Warehouse, lost []byte) error {
	ids := map[string]bool{}
	for _, id := range runID.FindAll(lost, -1) {
		ids[string(id)] = true
	}
	for id := range ids {
		known, _, err := report.Run(ctx, w, id)
		if err != nil {
			return err
		}
		done.Runs = append(done.Runs, LostRun{id, known.Pipeline})
	}
	slices.SortFunc(done.Runs, func(a, b LostRun) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
	if h, ok, err := r.Heartbeat(); err == nil && ok {
		done.Process = &h
	}
	for _, p := range r.Config.Pipelines {
		if (p.Traits.Paid || p.Traits.Bought != nil) && (bytes.Contains(lost, []byte(p.Name)) || done.charged(p.Name)) {
			done.Paid = append(done.Paid, p.Name)
		}
	}
	return nil
}

// charged reports whether the process that died said that a pipeline was charged for.
func (done *Repaired) charged(pipeline string) bool {
	return done.Process != nil && slices.ContainsFunc(done.Process.Pipelines, func(p run.Progress) bool {
		return p.Pipeline == pipeline && p.Credits > 0
	})
}

// Began is when a run began, by its id.
func (l LostRun) Began() time.Time {
	at, _ := time.Parse("20060102T150405", l.ID[:len("20060102T150405")]) // runID has matched it
	return at
}
