// Package privacy erases people and keeps them out: `sync forget` and `sync
// suppress`. An erasure makes a new warehouse file without the people, writes every
// export anew from it, and only then swaps it in.
package privacy

import (
	"context"
	"fmt"

	"contactsync/internal/crash"
	"contactsync/internal/run"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/schema"
)

// Forgotten is what an erasure did, or would do.
type Forgotten struct {
	run.Erased
	Notes        []schema.Forget // a note per request
	Suppressions int             // what stays out from now on
	Overrides    []string        // places of identity.overrides that still name who went
}

// Find says what Forget would erase, and changes nothing.
func Find(ctx context.Context, r *run.Runner, requests []load.Request) (f Forgotten, err error) {
	err = r.Read(ctx, func(reader *run.Reader) error {
		k := keepOut{}
		f.Found, err = reader.Eraser().Find(ctx, requests, k.own(requests), r.People().Fold)
		f.Notes, f.Suppressions = notesOf(r, requests, f.Found), len(k.kinds)
		return err
	})
	return f, err
}

// Forget erases people from the warehouse, every export and the snapshot, and
// suppresses them for good, whether or not anything is known of them. The exports
// and the snapshot are made of the new warehouse file before that takes the old
// one's place: until then nothing is lost, and from then on nothing is left.
func Forget(ctx context.Context, r *run.Runner, requests []load.Request, wait bool) (f Forgotten, err error) {
	err = r.Within(ctx, wait, func(s *run.Session) error {
		f, err = erase(ctx, s, requests, schema.ErasedForgotten)
		return err
	})
	return f, err
}

// Suppress stores an opt-out list, and erases whoever on it is in the warehouse.
func Suppress(ctx context.Context, r *run.Runner, entries []schema.Identifier, wait bool) (f Forgotten, err error) {
	err = r.Within(ctx, wait, func(s *run.Session) error {
		f, err = suppress(ctx, s, []load.Request{{Selector: schema.ByList, Keys: entries}})
		return err
	})
	return f, err
}

func suppress(ctx context.Context, s *run.Session, requests []load.Request) (f Forgotten, err error) {
	k := keepOut{reason: reasonOptedOut, at: s.Runner.Now().UTC()}
	if f.Found, err = s.Warehouse().Eraser().Find(ctx, requests, k.own(requests), s.Runner.People().Fold); err != nil {
		return f, err
	}
	if len(f.Rows) > 0 {
		return erase(ctx, s, requests, schema.ErasedOptedOut)
	}
	k.into(&f, s.Runner, requests)
	if err := run.KeepOut(s.Runner, k.rows()); err != nil {
		return f, err
	}
	crash.At(crash.JournalWritten)
	return f, s.Warehouse().Eraser().Suppress(ctx, k.rows(), f.Notes)
}

// reasons are, by the reason of an erasure, those of its suppressions.
var reasons = map[string]string{schema.ErasedForgotten: reasonForgotten, schema.ErasedOptedOut: reasonOptedOut}

func erase(ctx context.Context, s *run.Session, requests []load.Request, reason string) (f Forgotten, err error) {
	k := keepOut{reason: reasons[reason], at: s.Runner.Now().UTC()}
	done, err := s.Erase(ctx, run.Erasure{
		Reason: reason, Requests: requests, Own: k.own(requests),
		Note: func(found load.Found) ([]schema.Suppression, []schema.Forget) {
			f.Found = found
			k.into(&f, s.Runner, requests)
			return k.rows(), f.Notes
		},
	})
	f.Erased = done
	return f, err
}

// without makes the new file: the old one's content without those who are asked for, who
// are suppressed in it.
func (k *keepOut) without(
	ctx context.Context, r *run.Runner, successor *duckdb.Successor, requests []load.Request,
) (f Forgotten, err error) {
	if f.Found, err = successor.Erase(ctx, run.NewRunID(r.Now()), requests, k.own(requests), r.People()); err != nil {
		return f, err
	}
	k.into(&f, r, requests)
	return f, successor.Suppress(ctx, k.rows(), f.Notes)
}

// into notes what follows from an erasure.
func (k *keepOut) into(f *Forgotten, r *run.Runner, requests []load.Request) {
	f.Notes, f.Suppressions, f.Overrides = notesOf(r, requests, f.Found), len(k.kinds), k.named(run.Overridden(r))
}

// notesOf are the notes of requests: what each of them erased, and nothing of whom.
func notesOf(r *run.Runner, requests []load.Request, found load.Found) []schema.Forget {
	now := r.Now().UTC()
	batch := run.NewRunID(now)
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
