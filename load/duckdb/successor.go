package duckdb

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"contactsync/internal/crash"
	"contactsync/internal/durable"
	"contactsync/load"
	"contactsync/load/duckdb/find"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/merge"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// predecessor is the catalog under which a new file reads the old one.
const predecessor = "old"

// Successor is a warehouse file in the making that is to take the place of
// another. DuckDB keeps the bytes of deleted rows inside its file, so who is to
// be forgotten is left out while every other row is copied into a new one. Until
// [Successor.Replace] the old file is whole and in its place, whatever happens.
type Successor struct {
	*file
	Warehouse *Warehouse // the same file, to be read and exported before Finish
	place     string     // where the old file is, and the new one will be
	found     load.Found
	open      bool
	kept      *kept // nil: the warehouse is kept in its file
}

// Succeed begins a new file beside the warehouse at path, which must be closed.
// The caller holds the [load.Lock]. End with Replace or Discard.
func Succeed(ctx context.Context, path string, o Options) (*Successor, error) {
	s, err := succeed(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("warehouse %s: begin a new file: %w", path, rowio.Short(err))
	}
	return s, nil
}

func succeed(ctx context.Context, path string, o Options) (*Successor, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := closedCleanly(path); err != nil {
		return nil, err
	}
	if err := clearUnfinished(path); err != nil {
		return nil, err
	}
	begun := fmt.Sprintf("%s.new-%d", path, os.Getpid())
	if err := writeBlank(begun); err != nil {
		return nil, err
	}
	w, err := attach(ctx, begun, o)
	if err != nil {
		return nil, err
	}
	s := &Successor{file: w.file, Warehouse: w, place: path, open: true}
	if err := execute(ctx, w.conn, fmt.Sprintf("ATTACH %s AS %s (READ_ONLY)", rowio.QuoteText(path), predecessor)); err != nil {
		return nil, errors.Join(err, s.Discard())
	}
	crash.At(crash.ReplaceBegun)
	return s, nil
}

// closedCleanly makes sure that the file is all there is of the warehouse: a log
// that stayed beside it would be replayed into the new one.
func closedCleanly(path string) error {
	if log, err := os.Stat(path + ".wal"); err == nil && log.Size() > 0 {
		return errors.New("it was not closed cleanly: a log lies beside it; open and close it once")
	}
	return nil
}

// clearUnfinished removes what a killed process left of a file in the making,
// spilled or logged by it included: there is one writer, and the caller is it.
func clearUnfinished(path string) error {
	left, err := filepath.Glob(globQuote(path) + ".new-*")
	for _, name := range left {
		err = errors.Join(err, os.RemoveAll(name))
	}
	return err
}

// globQuote takes the special meaning from the characters of a path.
func globQuote(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// Erase copies everything but what Find would find, and works out
// anew who is one person where that may be somebody else now: the new file is
// what resolving everything that stays would make it. RunID names the change in
// the books.
func (s *Successor) Erase(
	ctx context.Context, runID string, requests []load.Request, own load.Own, people load.People,
) (load.Found, error) {
	erase := s.erase
	if s.kept != nil {
		erase = s.eraseHere
	}
	if err := erase(ctx, runID, requests, own, people); err != nil {
		return load.Found{}, fmt.Errorf("warehouse: erase: %w", rowio.Short(err))
	}
	crash.At(crash.ReplaceErased)
	return s.found, nil
}

// Suppress stores in the new file what must stay out; see [load.Eraser].
func (s *Successor) Suppress(ctx context.Context, suppressions []schema.Suppression, notes []schema.Forget) error {
	return s.Warehouse.Eraser().Suppress(ctx, suppressions, notes)
}

func (s *Successor) erase(
	ctx context.Context, runID string, requests []load.Request, own load.Own, people load.People,
) (err error) {
	f := find.Finder{Conn: s.conn, Catalog: predecessor + "."}
	if s.found, err = f.Find(ctx, requests, own, people.Fold); err != nil {
		return err
	}
	for _, t := range layout.Tables() {
		stay := ""
		if !find.IsBook(t.Name) {
			stay = "WHERE NOT " + find.ErasingSQL(t)
		}
		if err := s.copyTable(ctx, t, find.UnnamedSQL(t), stay); err != nil {
			return fmt.Errorf("copy %s: %w", t.Name, err)
		}
	}
	if len(s.found.Rows) > 0 {
		if err := s.resolveRest(ctx, runID, people); err != nil {
			return err
		}
	}
	if err := execute(ctx, s.conn, "UPDATE etl.meta SET rules = (SELECT rules FROM "+predecessor+".etl.meta)", "DETACH "+predecessor); err != nil {
		return err
	}
	return s.conn.QueryRowContext(ctx, layout.LastSeqSQL()).Scan(&s.seq)
}

// copyTable copies the rows that stay, and counts them on both sides. Values are
// the columns that the old table lacks, or that are to be otherwise.
func (s *Successor) copyTable(ctx context.Context, t schema.TableInfo, values map[string]string, stay string) error {
	names, selected := make([]string, len(t.Columns)), make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i], selected[i] = c.Name, cmp.Or(values[c.Name], "t."+rowio.Quote(c.Name))
	}
	from := predecessor + "." + t.Name
	if !strings.Contains(t.Name, ".") {
		from = predecessor + ".main." + t.Name
	}
	insert := fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s t %s",
		t.Name, rowio.QuoteAll(names), strings.Join(selected, ", "), from, stay)
	if _, err := s.conn.ExecContext(ctx, insert); err != nil {
		return err
	}
	var before, after int64
	count := fmt.Sprintf("SELECT (SELECT count(*) FROM %s), (SELECT count(*) FROM %s)", from, t.Name)
	if err := s.conn.QueryRowContext(ctx, count).Scan(&before, &after); err != nil {
		return err
	}
	if gone := s.found.Rows[t.Name]; after != before-gone {
		return fmt.Errorf("%d rows without %d came to %d; nothing was changed", before, gone, after)
	}
	crash.At(crash.ReplaceCopied)
	return nil
}

// resolveRest works out anew who the people are that lost records and stay, and
// whoever carries an identifier that went: one that linked no records, since it was
// shared, blocked or a role's, may be one person's now. The golden values of
// people who lost records were not copied, so that no change tells what they were.
func (s *Successor) resolveRest(ctx context.Context, runID string, people load.People) error {
	if err := s.openFeeds(ctx); err != nil {
		return err
	}
	return s.transaction(ctx, nil, func(ctx context.Context, tx *sql.Tx) error {
		if err := find.Rest(ctx, tx, predecessor+"."); err != nil {
			return err
		}
		return merge.Remaining(ctx, s.mergeInput(tx, &schema.Run{RunID: runID}), people)
	})
}

// Finish writes everything into the new file and closes it; copies of it may be
// made then. It returns its name.
func (s *Successor) Finish(ctx context.Context) (string, error) {
	if s.kept != nil {
		return s.finishHere(ctx)
	}
	if err := s.checkpoint(ctx); err != nil {
		return "", fmt.Errorf("warehouse %s: write the new file: %w", s.place, rowio.Short(err))
	}
	s.open = false
	if err := s.Close(); err != nil {
		return "", fmt.Errorf("warehouse %s: close the new file: %w", s.place, rowio.Short(err))
	}
	crash.At(crash.ReplaceFinished)
	return s.path, closedCleanly(s.path)
}

// Replace puts the finished file in the place of the old one, which is gone then.
func (s *Successor) Replace() error {
	if s.kept != nil {
		return s.kept.settle()
	}
	err := os.Remove(s.place + ".wal") // empty, or there is none
	if err == nil || errors.Is(err, os.ErrNotExist) {
		err = durable.Replace(s.path, s.place, 0o600)
	}
	if err != nil {
		return fmt.Errorf("warehouse %s: put the new file in its place: %w", s.place, err)
	}
	crash.At(crash.ReplaceRenamed)
	// What both files spilled while they were open is of no use any more.
	return errors.Join(os.RemoveAll(spillDir(s.place)), clearUnfinished(s.place))
}

// Discard removes the new file, if it has not taken the old one's place.
func (s *Successor) Discard() error {
	var err error
	if s.open {
		s.open = false
		err = s.Close()
	}
	if s.kept != nil {
		return errors.Join(err, s.kept.store.Close())
	}
	return errors.Join(err, clearUnfinished(s.place))
}
