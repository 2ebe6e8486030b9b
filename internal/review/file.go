package review

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
	"unicode/utf8"

	"contactsync/internal/durable"
	"contactsync/internal/identity"
	"contactsync/internal/selector"
	"contactsync/load"
	"contactsync/load/duckdb/report"
	"contactsync/schema"
)

// Error says what is wrong in what a person wrote: identity.yaml, a sheet of answers or an
// answer. It shows places, never contents, which are personal data.
type Error struct{ Err error }

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// ErrNoFile says that the config names no file for the answers.
var ErrNoFile = errors.New("is not set, so there is no file for the answers: " +
	"add the line `identity: {overrides: identity.yaml}`, or where there is a section identity the line `overrides: identity.yaml` to it")

// Written counts what became of decisions.
type Written struct {
	New      int // added
	Replaced int // added in the place of one that said the contrary
	Known    int // that the file had already
}

// head begins a file that a review creates.
const head = "# What people decided about identity: docs/identity.md. `sync review` adds its answers.\n"

// read gives the overrides of the file; a file that is not there yet decides nothing.
func (d Desk) read() (list []load.Override, err error) {
	if d.Overrides.IsZero() {
		return nil, nil
	}
	text, err := os.ReadFile(d.Overrides.Full)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("identity.overrides: %w", err)
	}
	parsed, err := identity.ParseOverrides(d.Overrides.Written, text)
	if err != nil {
		return nil, &Error{err}
	}
	for i, p := range slices.Concat(parsed.Always, parsed.Never) {
		list = append(list, load.Override{Always: i < len(parsed.Always), A: means(p.A), B: means(p.B)})
	}
	return list, nil
}

// means is whom a selector of the file means; nobody, where it names nobody in person.
func means(text string) load.Selector {
	s, ok := selector.Parse(text)
	if !ok || s.IsRole() {
		return load.Selector{}
	}
	return load.Selector{Source: s.Record.Source, SourceID: s.Record.ID, Identifiers: s.Identifiers}
}

// Writable is why answers cannot be written, before anybody is asked: [ErrNoFile], or nil.
func (d Desk) Writable() error {
	if d.Overrides.IsZero() {
		return ErrNoFile
	}
	return nil
}

// Begin makes the file if it is not there yet: without it no run would start.
func (d Desk) Begin(ctx context.Context) error {
	_, err := d.Decide(ctx, nil)
	return err
}

// Decide writes decisions into the file, all or none, and keeps what else stands there.
// A decision that says the contrary of an older one takes its place. Whoever writes at the
// same time by this program waits. A file that is not there yet is made.
func (d Desk) Decide(ctx context.Context, decisions []Decision) (w Written, err error) {
	if err := d.Writable(); err != nil {
		return w, err
	}
	for _, decision := range decisions {
		if err := decision.check(); err != nil {
			return w, &Error{err}
		}
	}
	path := d.Overrides.Full
	if target, err := filepath.EvalSymlinks(path); err == nil { // the link stays one
		path = target
	}
	release, err := lock(ctx, path+".lock")
	if err != nil {
		return w, fmt.Errorf("identity.overrides: %w", err)
	}
	defer func() { err = errors.Join(err, release()) }()
	text, mode, err := readFile(path)
	begun := errors.Is(err, fs.ErrNotExist)
	if begun { // only its owner may read it, since it tells who is who
		text, mode, err = []byte(head), 0o600, nil
	}
	if err != nil {
		return w, fmt.Errorf("identity.overrides: %w", err)
	}
	next, w, err := edited(d.Overrides.Written, text, decisions)
	if err != nil || !begun && w.New+w.Replaced == 0 {
		return w, err
	}
	if err := durable.WriteFile(path, next, mode); err != nil {
		return Written{}, fmt.Errorf("identity.overrides: %w", err)
	}
	return w, nil
}

// readFile reads a file and its mode.
func readFile(path string) (text []byte, mode os.FileMode, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	text, err = os.ReadFile(path)
	return text, info.Mode().Perm(), err
}

// lockPoll is how often a writer that waits looks again.
const lockPoll = 20 * time.Millisecond

// lock takes the right to write the file, as soon as it is free. The file of the lock
// stays: removing it would let two processes lock two files of one name.
func lock(ctx context.Context, path string) (release func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		taken, err := durable.TryLock(f, durable.Exclusive)
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		if taken {
			return f.Close, nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), f.Close())
		case <-time.After(lockPoll):
		}
	}
}

// parseRecord reads a record as source:id, the form that identity.yaml and sheets have.
func parseRecord(text string) (k report.RecordKey, ok bool) {
	s, ok := selector.Parse(text)
	return report.RecordKey{Source: s.Record.Source, SourceID: s.Record.ID}, ok && s.Record.Source != ""
}

// NewDecision reads a decision on two records, each named as source:id. It fails with an
// [*Error].
func NewDecision(record, other string, same bool) (Decision, error) {
	a, okA := parseRecord(record)
	b, okB := parseRecord(other)
	if !okA || !okB {
		return Decision{}, &Error{errNoRecord}
	}
	d := Decision{a, b, same}
	if err := d.check(); err != nil {
		return Decision{}, &Error{err}
	}
	return d, nil
}

var (
	errNoRecord = errors.New("want a record as source:id")
	errOne      = errors.New("both of the pair are the same")
)

// check reports whether the file can hold the decision.
func (d Decision) check() error {
	for _, k := range []report.RecordKey{d.Record, d.Other} {
		if !slices.Contains(schema.Sources, k.Source) || k.SourceID == "" || !utf8.ValidString(k.SourceID) {
			return errNoRecord
		}
	}
	if d.Record == d.Other {
		return errOne
	}
	return nil
}

func (d Decision) pair() identity.Pair {
	return identity.Pair{A: d.Record.String(), B: d.Other.String()}
}
