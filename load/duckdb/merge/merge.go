package merge

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"contactsync/internal/crash"
	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/match"
	"contactsync/load/duckdb/resident"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Input is what a merge works with. Nobody else uses the connection while the
// transaction, which is one of it, is open.
type Input struct {
	Conn *sql.Conn
	Tx   *sql.Tx
	// Beside is another connection, to read what is committed while Conn is at work; nil:
	// there is none.
	Beside *sql.Conn
	// Partly is told that a part of all people is resolved; nil: nobody needs to know. For
	// that the program itself holds less, but the engine more: for each vector of rows of
	// which one is deleted 8 bytes a row, and what changes in a night lies in all of them.
	Partly func(context.Context) error
	Feeds  *rowio.Feeds
	Run    *schema.Run // whose pipeline is merged; its id stands in what the merge notes
	At     time.Time
	// Warned says that a merge before this session has told what the guard would do, so
	// that it may be done.
	Warned bool
	// TookOthers is told that what other pipelines had staged is merged as well; nil: nobody
	// needs to know.
	TookOthers func()
	// Rows fetches rows that lie elsewhere before a step reads them; nil: all are here.
	Rows *resident.Rows
	// EventsBefore is the time before which events occurred that are not taken in: a vendor
	// may serve for ever what retention has removed.
	EventsBefore time.Time
}

// Frames are empty frames of the tables that a merge fills from memory, for
// opening their feeds before its transaction begins.
func Frames() []rowio.Frame {
	return append(match.Frames(),
		rowio.NewFrame[assignment]("assigned", assignmentColumns, nil),
		rowio.NewFrame[finding]("findings", findingColumns, nil),
		rowio.NewFrame[witness]("witnesses", witnessColumns, nil),
		rowio.NewFrame[candidate]("candidates", candidateColumns, nil),
		rowio.NewFrame[schema.Contact]("etl.contacts", schema.Contacts.Columns, nil),
		rowio.NewFrame[schema.Change](schema.Changes.Name, schema.Changes.Columns, nil),
		rowio.NewFrame[changedRecord]("changed", changedRecordColumns, nil),
		rowio.NewFrame[layout.Identifier]("new_identifiers", layout.Identifiers.Columns, nil),
		rowio.NewFrame[layout.Identifier](layout.Identifiers.Name, layout.Identifiers.Columns, nil),
		rowio.NewFrame[load.Record]("etl.records", layout.RecordColumns, nil),
		rowio.NewFrame[schema.Version]("etl.versions", schema.VersionColumns, nil),
	)
}

// Staged merges what the run's pipeline has staged, resolves who is one person and
// clears the pipeline's staging tables.
func Staged(ctx context.Context, in Input, people load.People) (load.Merged, error) {
	g := merge{Input: in}
	err := g.all(ctx, people)
	return g.merged, err
}

// Resolve works out who is one person though nothing is staged: what overrides or
// rules have changed, or, anew, everything from nothing. The run names no pipeline.
func Resolve(ctx context.Context, in Input, people load.People, anew bool) (load.Merged, error) {
	g := merge{Input: in, anew: anew}
	for _, step := range []func(context.Context) error{g.restage, g.unchanged, g.relinked} { // nothing is staged for no pipeline
		if err := step(ctx); err != nil {
			return g.merged, err
		}
	}
	if err := g.people(ctx, people); err != nil {
		return g.merged, err
	}
	return g.merged, g.noteChange(ctx)
}

// Remaining resolves the records that stay when others are erased. The caller has
// filled the temporary tables changed, changed_identifiers and relinked.
func Remaining(ctx context.Context, in Input, people load.People) error {
	in.Warned = false // an erasure splits nobody whom the guard did not split before
	g := merge{Input: in, silent: true}
	if err := g.forgetStaleBefore(ctx); err != nil { // what went may have been somebody's last membership
		return err
	}
	return g.people(ctx, people)
}

// merge is one merge under way.
type merge struct {
	Input
	merged load.Merged

	anew       bool // everybody is resolved and merged from nothing
	everything bool // everybody is resolved
	silent     bool // nobody is told what the guard would do

	renewed int64 // events that a replay made otherwise

	staged  map[string]int64 // by table, the rows that the pipeline has staged
	changed int64            // records that differ from what was stored, or are new
	known   int64            // of those, the ones that are not new
	unnamed bool             // no override names anybody, and none did
	matched bool             // some pair without an identifier in common is joined
}

func (g *merge) all(ctx context.Context, people load.People) error {
	records := func(ctx context.Context) error { return g.records(ctx, people) }
	for _, step := range []func(context.Context) error{
		g.restage, g.stagedRows, g.rejects, g.audiences, g.members, records, g.gone, g.matches, g.events,
	} {
		if err := step(ctx); err != nil {
			return err
		}
		crash.At(crash.MergeStep)
	}
	if err := g.people(ctx, people); err != nil {
		return err
	}
	if err := g.carried(ctx); err != nil {
		return fmt.Errorf("memberships: %w", err)
	}
	if err := g.noteChange(ctx); err != nil {
		return err
	}
	return g.clearStages(ctx)
}

// exec runs a statement with only the arguments it names.
func (g *merge) exec(ctx context.Context, query string, args ...any) error {
	_, err := g.Tx.ExecContext(ctx, query, args...)
	return err
}

func (g *merge) count(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = g.Tx.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}
