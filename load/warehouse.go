package load

import (
	"context"
	"io"
	"time"

	"contactsync/schema"
)

// Warehouse is an open warehouse, whatever engine keeps it. What changes it are its
// own methods; everything else is a part, and callers ask for the part that they need.
// storetest holds an engine to all of them.
type Warehouse interface {
	Writer
	Progress() Progress
	Lookup() Lookup
	History() History
	Rejects() Rejects
	Outputs() Outputs
	Eraser() Eraser
	io.Closer
}

// Writer changes a warehouse, and only as a whole: what one call does is stored, or
// nothing of it.
type Writer interface {
	// Commit applies a batch, its checkpoints and the run's counters. What it stages
	// becomes visible by Merge.
	Commit(ctx context.Context, b Batch) error
	// Begin begins a transaction for several batches: all of them are stored, or nothing.
	// Until it ends nobody else can write.
	Begin(ctx context.Context) (Transaction, error)
	// Merge moves what the run's pipeline has staged into the promised tables, works
	// out who is one person, and stores the run as it ended.
	Merge(ctx context.Context, run *schema.Run, people People) (Merged, error)
	// Resolve works out who is one person without a pipeline's run; anew from nothing.
	Resolve(ctx context.Context, runID string, people People, anew bool) (Merged, error)
	// Recover closes the runs that a crash left running. The caller holds the [Lock].
	Recover(ctx context.Context) (closed int64, err error)
	// Prune removes old rows, and withdraws the outputs that may hold those of people.
	Prune(ctx context.Context, r Retention) (Pruned, error)
}

// Transaction applies batches in their order. After an error the rest is rolled back.
type Transaction interface {
	Add(ctx context.Context, b Batch) error
	Commit() error
	Rollback() error
}

// Progress tells how far pipelines have come.
type Progress interface {
	// Positions returns where a pipeline stands, by partition.
	Positions(ctx context.Context, pipeline string) (map[string]schema.Position, error)
	// ForgetPositions makes the next run read these partitions anew.
	ForgetPositions(ctx context.Context, pipeline string, partitions []string) error
	// Staged reports whether rows of a pipeline wait for a merge.
	Staged(ctx context.Context, pipeline string) (bool, error)
	// Credits is what a pipeline's runs have cost since a moment.
	Credits(ctx context.Context, pipeline string, since time.Time) (int64, error)
	// Enrichments lists the jobs that a pipeline has booked since a moment.
	Enrichments(ctx context.Context, pipeline string, since time.Time) ([]schema.Enrichment, error)
	// Asked lists whom a pipeline has asked for since a moment.
	Asked(ctx context.Context, pipeline string, since time.Time) ([]schema.Asked, error)
}

// Lookup is what staging asks about what is stored, merged or not.
type Lookup interface {
	// Compare tells how versions of a source, without payloads, stand to what is stored,
	// merged or not. A record whose version is the same needs no more work than noting that
	// it was seen. To say that one differs which does not costs work, and no more: the merge
	// finds that nothing has changed. To say the opposite, or that nothing is stored of a
	// record of which something is, must never happen.
	Compare(ctx context.Context, source string, served []schema.Version) ([]Standing, error)
	// KnownEvents returns which of some events are stored, merged or not.
	KnownEvents(ctx context.Context, ids []string) (map[string]bool, error)
	// Fields lists the fields seen so far in the records of a stream.
	Fields(ctx context.Context, source, stream string) ([]schema.Field, error)
	// Suppressions returns the hashes of all that must stay out.
	Suppressions(ctx context.Context) (map[string]bool, error)
}

// History gives back what was stored, for a replay, in chunks: up to limit items by
// their ids, from the first after the one named.
type History interface {
	// Origins lists the pipelines whose payloads are stored.
	Origins(ctx context.Context) ([]Origin, error)
	RecordIDs(ctx context.Context, o Origin, after string, limit int) ([]string, error)
	// Stored returns merged records with all their versions; those unknown are left out.
	Stored(ctx context.Context, source string, ids []string) (map[string]*Stored, error)
	// MatchDays lists the days of which a pipeline has matches.
	MatchDays(ctx context.Context, pipeline string) ([]schema.Date, error)
	// Matches lists the matches of up to limit people: all of a person or none.
	Matches(ctx context.Context, pipeline string, day schema.Date, after string, limit int) ([]Match, error)
	Events(ctx context.Context, o Origin, after string, limit int) ([]schema.Event, error)
	// Outdated counts the stored records if some of them may have been normalised by
	// older rules than this program's.
	Outdated(ctx context.Context) (records int64, err error)
	// Prunable counts what Prune would remove.
	Prunable(ctx context.Context, r Retention) (Pruned, error)
	// Renewed notes that everything stored has been normalised by this program's rules.
	Renewed(ctx context.Context) error
}

// Rejects are the quarantined records that a replay tries again.
type Rejects interface {
	// Origins lists the pipelines that have waiting rejects.
	Origins(ctx context.Context) ([]Origin, error)
	// Waiting lists up to limit of them that come after the one named.
	Waiting(ctx context.Context, pipeline, after string, limit int) ([]WaitingReject, error)
	Drop(ctx context.Context, ids []string) error
}

// Outputs remember which change an output, such as an export, holds.
type Outputs interface {
	// Delivery tells whether an output lacks a change that one of these pipelines'
	// merges made, or anyone's if none is named.
	Delivery(ctx context.Context, output string, pipelines []string) (Delivery, error)
	// Delivered notes that an output holds everything up to a change.
	Delivered(ctx context.Context, output string, change int64) error
	// Withdrawn notes that nothing of an output may be kept.
	Withdrawn(ctx context.Context, output string) error
}

// Eraser finds people and keeps them out.
type Eraser interface {
	// Find finds all that would be erased, and changes nothing. It folds what is staged.
	Find(ctx context.Context, requests []Request, own Own, fold Fold) (Found, error)
	// Suppressed lists what must stay out.
	Suppressed(ctx context.Context) ([]schema.Suppression, error)
	// Held finds all that is held of whom requests name, and changes nothing: of every
	// table, the rows that an erasure would take, and the runs, audiences and jobs that
	// these name.
	Held(ctx context.Context, requests []Request, own Own, fold Fold) (Held, error)
	// Expired lists the people whom no vendor has served since a moment.
	Expired(ctx context.Context, since time.Time) (contacts []string, err error)
	// Erased notes an erasure.
	Erased(ctx context.Context, e schema.Erasure) error
	// Suppress stores what must stay out, and the notes of the requests that it follows from.
	Suppress(ctx context.Context, suppressions []schema.Suppression, notes []schema.Forget) error
}

// Successor is a warehouse without the people who were erased, in the making. Until
// Replace the old one is whole and in its place, whatever happens.
type Successor interface {
	// Erase takes over everything but what Find would find.
	Erase(ctx context.Context, runID string, requests []Request, own Own, people People) (Found, error)
	Suppress(ctx context.Context, suppressions []schema.Suppression, notes []schema.Forget) error
	// Finish writes and closes the new warehouse, and returns where it lies.
	Finish(ctx context.Context) (string, error)
	// Replace puts it in the place of the old one, which is gone then.
	Replace() error
	// Discard removes it, if it has not taken the old one's place.
	Discard() error
}
