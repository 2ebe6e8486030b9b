package run

import (
	"context"
	"errors"
	"fmt"

	"contactsync/internal/crash"
	"contactsync/load"
	"contactsync/schema"
)

// Erasure is whom to erase, and why.
type Erasure struct {
	Reason   string // schema.ErasedForgotten, ...
	Requests []load.Request
	Own      load.Own
	// Note tells, once it is known who is found, what must stay out from now on, and the
	// notes of the requests; nil: nothing, and none.
	Note func(load.Found) ([]schema.Suppression, []schema.Forget)
}

// Erased is what an erasure did.
type Erased struct {
	load.Found
	Unwritten []Unwritten // exports that could not be written anew
	Published
}

// Erase makes a new warehouse file without some people, writes every export and the
// snapshot from it, and only then puts it in the place of the old one: until then nothing
// is lost, and from then on nothing is left. The warehouse is closed before and after it.
func (s *Session) Erase(ctx context.Context, e Erasure) (done Erased, err error) {
	if err := s.Close(); err != nil { // the new file reads the old one
		return done, err
	}
	successor, err := s.succeed(ctx)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, successor.Discard()) }()
	id := NewRunID(s.Runner.Now())
	var suppressions []schema.Suppression
	if done.Found, err = successor.Erase(ctx, id, e.Requests, e.Own, s.Runner.People()); err != nil {
		return done, err
	}
	if e.Note != nil {
		var notes []schema.Forget
		suppressions, notes = e.Note(done.Found)
		if err := successor.Suppress(ctx, suppressions, notes); err != nil {
			return done, err
		}
	}
	if done.Exports, done.Unwritten, err = s.exportAnew(ctx, successor.Warehouse); err != nil {
		return done, err
	}
	for _, w := range done.Exports {
		done.Current = append(done.Current, w.Name)
	}
	for _, u := range done.Unwritten {
		done.Failed = append(done.Failed, u.Name)
	}
	if err := successor.Warehouse.Eraser().Erased(ctx, s.noteOf(id, e.Reason, done)); err != nil {
		return done, err
	}
	file, err := successor.Finish(ctx)
	if err != nil {
		return done, err
	}
	if !s.Runner.Config.Warehouse.Snapshot.IsZero() {
		done.Snapshot = s.Runner.Config.Warehouse.Snapshot.Full
		if err := s.publishSnapshot(ctx, file); err != nil {
			return done, fmt.Errorf(
				"nothing was erased from the warehouse, since the snapshot would still hold it; mend that and run this again: %w", err)
		}
	}
	// Died between the two, the next command finds an older copy, and erases them from it.
	if err := KeepOut(s.Runner, suppressions); err != nil {
		return done, err
	}
	crash.At(crash.JournalWritten)
	return done, successor.Replace()
}

// noteOf is the note of an erasure: it names nobody.
func (s *Session) noteOf(id, reason string, done Erased) schema.Erasure {
	note := schema.Erasure{
		ErasureID: id, ErasedAt: s.Runner.Now().UTC(), Reason: reason, Command: s.Runner.Command, Version: s.Runner.Version,
		People: int64(len(done.Contacts)), Records: int64(len(done.Records)),
		Exports: int64(len(done.Exports)), Unwritten: int64(len(done.Unwritten)),
	}
	for _, rows := range done.Rows {
		note.Rows += rows
	}
	return note
}
