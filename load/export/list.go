package export

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"contactsync/load/export/match"
)

// A match list is three files: everybody, and who came and went since the list before.
// Nothing else is remembered of that list: the new one is compared with its rows, which are
// hashes. The list before is the one of an older change of the warehouse; one written again
// of the same change, by hand or after a crash, adds to what the last one told.
//
// Who was erased is told as removed, too, since the platform still has them: the rows that
// an erasure takes out of the list are kept beside it for [removedFor], and with them go
// the hashes.
const (
	wholeList   = "whole.csv"
	addedList   = "added.csv"
	removedList = "removed.csv"
	erasedRows  = "_sync_export_erased"
)

// removedFor is how long a list names whom an erasure took out of it: long enough for the
// upload after the next nightly run.
const removedFor = 48 * time.Hour

// list writes a match list into dir.
func list(ctx context.Context, conn *sql.Conn, s Spec, dir string, old manifest, local func(file) (string, error), at time.Time) (manifest, error) {
	platform, _ := match.Of(s.For) // the spec is complete
	next := manifest{
		Layout: layout, Export: s.Name, Mode: s.Mode, Format: s.Format, Definition: listDefinition(platform), ExportedAt: at.UTC(),
		Change: s.Change, ErasedAt: old.ErasedAt,
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return manifest{}, queryFailed(ctx, err)
	}
	defer tx.Rollback() //nolint:errcheck // it drops temporary tables, and has nothing to commit
	l := &lists{relation: &relation{tx: tx, spec: s}, header: strings.Join(platform.Header, ","), dir: dir}
	if err := l.load(ctx, old, next, local); err != nil {
		return manifest{}, err
	}
	if err := l.writePeople(ctx, platform); err != nil {
		return manifest{}, err
	}
	if err := l.compare(ctx, s, old, &next); err != nil {
		return manifest{}, err
	}
	for _, name := range []string{wholeList, addedList, removedList} {
		f, err := l.file(ctx, name)
		if err != nil {
			return manifest{}, err
		}
		next.Files = append(next.Files, f)
	}
	return next, nil
}

// listDefinition is that of a list: another query gives other people, who came or went, but
// no other kind of list.
func listDefinition(p match.Platform) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "list %d %q %q", layout, p.Name, p.Header))
	return hex.EncodeToString(sum[:])
}

// lists are the rows of the lists as tables of lines: the new list, and of the one before
// the whole, what it told, and who was erased.
type lists struct {
	*relation
	header string
	dir    string
}

// load reads the list before, as far as it is of the same kind.
func (l *lists) load(ctx context.Context, old, next manifest, local func(file) (string, error)) error {
	tables := map[string]string{wholeList: "sync_list_before", addedList: "sync_list_told_added", removedList: "sync_list_told_removed"}
	for name, table := range tables {
		rows := "SELECT NULL::VARCHAR AS line WHERE false"
		for _, f := range old.Files {
			if f.name() != name || old.Definition != next.Definition {
				continue
			}
			path, err := local(f)
			if err != nil {
				return err
			}
			if path != "" {
				rows = linesOf(path, 1)
			}
		}
		if err := l.execute(ctx, "CREATE OR REPLACE TEMP TABLE "+table+" AS "+rows); err != nil {
			return err
		}
	}
	rows := "SELECT NULL::VARCHAR AS line WHERE false"
	if old.Known != nil && old.Definition == next.Definition {
		path, err := local(*old.Known)
		if err != nil {
			return err
		}
		if path != "" {
			rows = linesOf(path, 0)
		}
	}
	return l.execute(ctx, "CREATE OR REPLACE TEMP TABLE sync_list_erased AS "+rows)
}

// linesOf is a query of the lines of a file, which hold no separator that it could take for
// one, and no quotes.
func linesOf(name string, header int) string {
	const query = "SELECT line FROM read_csv(%s, columns = {'line': 'VARCHAR'}, header = false, skip = %d, delim = '\x01', quote = '', escape = '', auto_detect = false)"
	return fmt.Sprintf(query, literal(name), header)
}

func (l *lists) execute(ctx context.Context, query string) error {
	_, err := l.tx.ExecContext(ctx, query)
	return queryFailed(ctx, err)
}

// compare makes the tables of who came and went.
func (l *lists) compare(ctx context.Context, s Spec, old manifest, next *manifest) error {
	again := s.Full || old.Change == next.Change
	if s.Full {
		next.ErasedAt = &next.ExportedAt
	}
	added, gone := "SELECT line FROM sync_list EXCEPT SELECT line FROM sync_list_before", "SELECT line FROM sync_list_before"
	if again {
		added = "(" + added + ") UNION (SELECT line FROM sync_list_told_added INTERSECT SELECT line FROM sync_list)"
		gone += " UNION SELECT line FROM sync_list_told_removed"
	}
	statements := []string{"CREATE OR REPLACE TEMP TABLE sync_list_added AS " + added}
	switch {
	case s.Full: // whoever is gone may have been erased, now or before
		statements = append(statements,
			"INSERT INTO sync_list_erased "+gone,
			"CREATE OR REPLACE TEMP TABLE sync_list_gone AS SELECT line FROM sync_list_erased")
	case next.ErasedAt != nil && next.ExportedAt.Sub(*next.ErasedAt) < removedFor:
		statements = append(statements, "CREATE OR REPLACE TEMP TABLE sync_list_gone AS SELECT line FROM sync_list_erased UNION "+gone)
	default: // those who were erased have been told for long enough
		statements = append(statements,
			"CREATE OR REPLACE TEMP TABLE sync_list_gone AS ("+gone+") EXCEPT SELECT line FROM sync_list_erased",
			"DELETE FROM sync_list_erased")
		next.ErasedAt = nil
	}
	statements = append(statements, "CREATE OR REPLACE TEMP TABLE sync_list_removed AS SELECT line FROM sync_list_gone EXCEPT SELECT line FROM sync_list")
	for _, query := range statements {
		if err := l.execute(ctx, query); err != nil {
			return err
		}
	}
	if next.ErasedAt == nil {
		return nil
	}
	if err := l.execute(ctx, "CREATE OR REPLACE TEMP TABLE sync_list_erased AS SELECT line FROM sync_list_erased EXCEPT SELECT line FROM sync_list"); err != nil {
		return err
	}
	f, err := l.lines(ctx, "sync_list_erased", erasedRows, "")
	next.Known = &f
	return err
}

// file writes one of the files.
func (l *lists) file(ctx context.Context, name string) (file, error) {
	table := map[string]string{wholeList: "sync_list", addedList: "sync_list_added", removedList: "sync_list_removed"}[name]
	return l.lines(ctx, table, name, l.header)
}

// lines writes the lines of a table in their order, which tells nothing of the people: they
// begin with a hash.
func (l *lists) lines(ctx context.Context, table, name, header string) (f file, err error) {
	target := filepath.Join(l.dir, name)
	out, err := os.Create(target)
	if err != nil {
		return file{}, err
	}
	defer func() {
		if err == nil {
			f.Bytes, f.SHA256, err = digest(target)
		}
	}()
	defer func() { err = errors.Join(err, out.Close()) }()
	w := bufio.NewWriter(out)
	if header != "" {
		fmt.Fprintln(w, header)
	}
	f.Path = name
	err = l.each(ctx, "SELECT DISTINCT line FROM "+table+" ORDER BY line", func(rows *sql.Rows) error {
		var line string
		err := rows.Scan(&line)
		f.Rows++
		fmt.Fprintln(w, line)
		return err
	})
	return f, errors.Join(err, w.Flush())
}
