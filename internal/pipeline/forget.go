package pipeline

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"contactsync/internal/crash"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/export"
	"contactsync/schema"
)

// Forgotten is what an erasure did, or would do.
type Forgotten struct {
	load.Found
	Notes        []schema.Forget // a note per request
	Suppressions int             // what stays out from now on
	Unwritten    []Unwritten     // exports that could not be written anew
	Published
}

// Unwritten is an export that an erasure could not write anew. Its old files may
// hold who was erased, so they are removed: an erasure waits for no export.
type Unwritten struct {
	Err  error // why, with the export's name
	Left error // why its old files could not be removed; nil: they are gone
}

// String says what happened and what to do.
func (u Unwritten) String() string {
	if u.Left != nil {
		return fmt.Sprintf("%v; nor could its old files be removed, which may hold who was erased: remove them yourself (%v)", u.Err, u.Left)
	}
	return fmt.Sprintf("%v; its old files were removed, since they may hold who was erased", u.Err)
}

// FindForget says what Forget would erase, and changes nothing.
func (r *Runner) FindForget(ctx context.Context, requests []load.Request) (f Forgotten, err error) {
	err = r.Read(ctx, func(reader *Reader) error {
		k := keepOut{}
		f.Found, err = reader.Find(ctx, requests, k.own(requests))
		f.Notes, f.Suppressions = r.notes(requests, f.Found), len(k.kinds)
		return err
	})
	return f, err
}

// Forget erases people from the warehouse, every export and the snapshot, and
// suppresses them for good, whether or not anything is known of them. The exports
// and the snapshot are made of the new warehouse file before that takes the old
// one's place: until then nothing is lost, and from then on nothing is left.
func (r *Runner) Forget(ctx context.Context, requests []load.Request, wait bool) (Forgotten, error) {
	s, err := r.Begin(ctx, wait)
	if err != nil {
		return Forgotten{}, err
	}
	f, err := s.erase(ctx, requests, reasonForgotten)
	return f, errors.Join(err, s.End())
}

// Suppress stores an opt-out list, and erases whoever on it is in the warehouse.
func (r *Runner) Suppress(ctx context.Context, entries []schema.Identifier, wait bool) (Forgotten, error) {
	s, err := r.Begin(ctx, wait)
	if err != nil {
		return Forgotten{}, err
	}
	f, err := s.suppress(ctx, []load.Request{{Selector: schema.ByList, Keys: entries}})
	return f, errors.Join(err, s.End())
}

func (s *Session) suppress(ctx context.Context, requests []load.Request) (f Forgotten, err error) {
	k := keepOut{reason: reasonOptedOut, at: s.Now().UTC()}
	if f.Found, err = s.w.Find(ctx, requests, k.own(requests)); err != nil {
		return f, err
	}
	if len(f.Rows) > 0 {
		return s.erase(ctx, requests, reasonOptedOut)
	}
	f.Notes, f.Suppressions = s.notes(requests, f.Found), len(k.kinds)
	return f, s.w.Suppress(ctx, k.rows(), f.Notes)
}

func (s *Session) erase(ctx context.Context, requests []load.Request, reason string) (f Forgotten, err error) {
	if err := s.close(); err != nil { // the new file reads the old one
		return f, err
	}
	successor, err := duckdb.Succeed(ctx, s.Config.Warehouse.Path.Full, s.options(false))
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, successor.Discard()) }()
	k := keepOut{reason: reason, at: s.Now().UTC()}
	if f.Found, err = successor.Erase(ctx, newRunID(s.Now()), requests, k.own(requests), s.people()); err != nil {
		return f, err
	}
	f.Notes, f.Suppressions = s.notes(requests, f.Found), len(k.kinds)
	if err := successor.Suppress(ctx, k.rows(), f.Notes); err != nil {
		return f, err
	}
	if f.Exports, f.Unwritten, err = s.exportAnew(ctx, successor.Warehouse); err != nil {
		return f, err
	}
	file, err := successor.Finish(ctx)
	if err != nil {
		return f, err
	}
	if !s.Config.Warehouse.Snapshot.IsZero() {
		f.Snapshot = s.Config.Warehouse.Snapshot.Full
		if err := s.publishSnapshot(ctx, file); err != nil {
			return f, fmt.Errorf("nothing was erased from the warehouse, since the snapshot would still hold it; mend that and run this again: %w", err)
		}
	}
	return f, successor.Replace()
}

// exportAnew writes every export from nothing and keeps no older file of it. One
// that cannot be written is withdrawn.
func (s *Session) exportAnew(ctx context.Context, w *duckdb.Warehouse) (written []export.Result, unwritten []Unwritten, err error) {
	conn, err := w.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer conn.Close()
	for _, e := range s.Config.Exports {
		spec := s.exportSpec(e)
		spec.Full = true
		result, err := s.publishExport(ctx, conn, spec)
		if ctx.Err() != nil {
			return written, unwritten, err
		}
		if err != nil {
			unwritten = append(unwritten, Unwritten{Err: err, Left: export.Remove(ctx, spec)})
			if err := w.Withdrawn(ctx, outputKey(e)); err != nil {
				return written, unwritten, err
			}
			continue
		}
		written = append(written, result)
		crash.At(crash.ExportWritten)
		d, err := w.Delivery(ctx, outputKey(e), e.After)
		if err != nil {
			return written, unwritten, err
		}
		if err := w.Delivered(ctx, outputKey(e), d.Change); err != nil {
			return written, unwritten, err
		}
		crash.At(crash.ExportDelivered)
	}
	return written, unwritten, nil
}

func (s *Session) publishExport(ctx context.Context, conn *sql.Conn, spec export.Spec) (export.Result, error) {
	defer s.Publishing()()
	return export.Write(ctx, conn, spec, s.Now())
}

func (s *Session) publishSnapshot(ctx context.Context, file string) error {
	defer s.Publishing()()
	return export.Snapshot(ctx, file, s.Config.Warehouse.Snapshot.Full)
}

// notes are the notes of requests: what each of them erased, and nothing of whom.
func (r *Runner) notes(requests []load.Request, found load.Found) []schema.Forget {
	now := r.Now().UTC()
	batch := newRunID(now)
	notes := make([]schema.Forget, len(requests))
	people := make([]map[string]bool, len(requests))
	gone := map[string]bool{}
	for _, id := range found.Contacts {
		gone[id] = true
	}
	for i, request := range requests {
		people[i] = map[string]bool{}
		notes[i] = schema.Forget{ForgetID: fmt.Sprintf("%s-%06d", batch, i+1), RequestedAt: now, Selector: request.Selector, Exports: int64(len(r.Config.Exports))}
	}
	for _, d := range found.Records {
		if d.Request < 0 {
			continue
		}
		notes[d.Request].Records++
		if gone[d.ContactID] {
			people[d.Request][d.ContactID] = true
		}
	}
	for i := range notes {
		notes[i].Contacts = int64(len(people[i]))
	}
	return notes
}
