// Package export writes what others read: exports of tables and queries as
// Parquet, CSV or NDJSON files, and the snapshot, a copy of the warehouse file.
//
// # What a reader sees
//
// A directory holds exactly one complete export at every moment. The new one is
// written beside it, under a hidden name in the same parent, and then the two
// directories change places in one step, so a reader of path/**/*.parquet meets
// the old files or the new ones. A reader that is still listing when a partition
// vanishes may find a file gone and lists again; the old directory stays hidden for
// another 100 ms, so that this is rare. Files that did not change are
// hard-linked from the old export: inode and modification time stay, and caches
// that go by them stay warm. Rows have a total order, so unchanged rows give
// unchanged bytes, and an export whose files are all the same is left alone. That
// order is [Spec.SortBy] and then our own: an ORDER BY in a query serves its LIMIT only.
//
// Nothing but data lies in the directory, since not every reader passes over other files.
// Beside it lies a manifest, which lists the files and tells our directories from other
// people's: one that holds anything else is refused, never emptied. The manifest of the new
// export is written before the exchange, as next.json, and takes its place after it; where
// a crash left both, the content of the files tells which of them is there.
//
//	exports/contacts.sync/manifest.json
//	exports/contacts/data.parquet                           without partition_by
//	exports/contacts/country=US/data.parquet                with partition_by: [country]
//	exports/contacts/country=__HIVE_DEFAULT_PARTITION__/... rows without a country
//	exports/contacts/data-000002.parquet                    incremental, second export with news
//
// Partitions are Hive's: the column is in the folder's name and not in the file, values are
// percent-encoded, and NULL is __HIVE_DEFAULT_PARTITION__. A value whose name would be too
// long is cut and ends with ~ and its SHA-256; the manifest says which value that is. No two
// values share a folder, also where a disk does not tell upper from lower case. An
// empty table gives one file without rows, so that its columns can still be read.
//
// # Formats
//
// Parquet is compressed with zstd in row groups of 122,880 rows; lists stay lists.
// In CSV (with a header) a list is a JSON array, and what a spreadsheet would run as a
// formula is made inert, see contactsync/internal/spreadsheet, unless [Spec.Formulas]. Times are RFC 3339 in UTC in both
// text formats.
//
// # Incremental exports
//
// Each export with news adds one file (per partition) with the rows whose
// updated_at is newer than the newest row exported before, or the same and came
// later, which a file beside the manifest tells: the hashes of the rows of that time
// that were exported. So a row that changed is in several files, and the one with the newest updated_at counts; a row that
// left the table stays in the older files. [Spec.Full] starts anew, and so does a
// changed definition, a changed column, and a file that was lost or damaged.
//
// # Match lists
//
// A list for an ad platform is whole.csv, added.csv and removed.csv, hashed as the platform
// documents it, see [contactsync/load/export/match]; what it remembers, list.go says.
//
// # Object storage
//
// There nothing can be exchanged but a single object, so the data has no folders: a
// snapshot is one object, which one request writes over, and each increment one object
// more. The columns of [Spec.PartitionBy] stay in the rows, which they order first, so
// readers pass over row groups as they pass over folders. Nothing but data lies in the
// prefix, and any pattern reads the old export or the new one:
//
//	exports/contacts/data.parquet
//	exports/contacts.sync/manifest.json
//	exports/contacts.sync/latest.sql
//	exports/contacts.sync/run-20261121T023000Z-6f1c2a9d/data.parquet.copy
//
// Beside it lie the same data under names that are never written over, the manifest,
// which is written before the prefix changes and is what a later run goes by, and a query
// of the files that it names. These stay until the export after the next that brings
// news, so whoever reads by the query can finish; older ones are removed. Only
// names of these forms are ever removed. Credentials come from the standard AWS environment. One
// writer per prefix.
package export

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"contactsync/load/export/lists"
	"contactsync/load/export/match"
	"contactsync/load/export/storage"
)

// The modes and formats of an export.
const (
	ModeSnapshot    = "snapshot"
	ModeIncremental = "incremental"

	FormatParquet = "parquet"
	FormatCSV     = "csv"
	FormatNDJSON  = "ndjson"
)

// Spec says what to export, and where to.
type Spec struct {
	Name        string   // name in pipelines.yaml, for messages
	Table       string   // a table or view, may be qualified; or:
	Query       string   // one SELECT; or:
	For         string   // a match list for this platform, see [contactsync/load/export/match]
	People      string   // of a list: one SELECT with a column contact_id
	Change      int64    // of a list: the warehouse's last change; a list of another one is compared with the list before
	Path        string   // an absolute directory, or s3://bucket/prefix with the parameters of gocloud.dev/blob/s3blob
	PartitionBy []string // columns that become directories
	SortBy      []string // columns that order the rows of a file
	Mode        string   // ModeSnapshot when empty
	Format      string   // FormatParquet when empty
	TempDir     string   // where files wait for their upload; the system's when empty
	Formulas    bool     // of CSV: leave texts that a spreadsheet would run as they are
	Full        bool     // write everything anew and keep no older file: what a forgotten person needs
}

// Result is what an export holds once it is written, old files of an incremental
// one included.
type Result struct {
	Name      string
	Path      string // without the parameters of a URL
	Rows      int64
	Files     int64
	Bytes     int64
	Shortened int64 // values that are too long for the names of folders
	Unchanged bool  // nothing had to be written
	List      bool  // a match list, of which Rows are the whole:
	Added     int64 // who came and
	Removed   int64 // went since the one before
	Erased    bool  // a list: it names some whom an erasure took out, so it must be written again until it does not
	Duration  time.Duration
}

// Warning is what readers should know, "" if it is nothing.
func (r Result) Warning() string {
	switch r.Shortened {
	case 0:
		return ""
	case 1:
		return "1 value of partition_by is too long for the name of a folder and is cut there; shortened in " + r.manifest() + " has it whole"
	}
	return fmt.Sprintf("%d values of partition_by are too long for the names of folders and are cut there; shortened in %s has them whole",
		r.Shortened, r.manifest())
}

// manifest is the path of the manifest, from the folder that the export lies in.
func (r Result) manifest() string { return filepath.Base(r.Path) + beside + manifestKey }

// A place is where an export is published.
type place interface {
	// current is what readers see now; the zero manifest if that is nothing yet.
	current(ctx context.Context) (manifest, error)
	// stage is an empty directory of our own for the new files.
	stage() (*stage, error)
	// local is a copy on this machine of a file of the current manifest, "" if it is not
	// there as it was written.
	local(ctx context.Context, st *stage, f file) (string, error)
	// publish makes next what readers see: files that old has are taken from
	// there, the others from the stage.
	publish(ctx context.Context, st *stage, old, next manifest) error
	// settle makes what readers see that which m, the current manifest, says, where a
	// crash left something else.
	settle(ctx context.Context, m manifest) error
	// remove removes what publish put there.
	remove(ctx context.Context) error
	close() error
}

// Write writes one export: all of it or nothing. It reads on conn in a
// transaction of its own, so conn must not be in one. at is the time of the
// export, for its manifest.
func Write(ctx context.Context, conn *sql.Conn, s Spec, at time.Time) (Result, error) {
	started := time.Now()
	m, unchanged, err := write(ctx, conn, &s, at)
	if err != nil {
		return Result{}, fmt.Errorf("export %s: %w", s.Name, s.withoutValues(err))
	}
	r := Result{
		Name: s.Name, Path: storage.Display(s.Path), Files: int64(len(m.Files)), Shortened: int64(len(m.Shortened)), Unchanged: unchanged,
		Duration: time.Since(started),
	}
	for _, f := range m.Files {
		switch r.Bytes += f.Bytes; f.name() {
		case lists.Added:
			r.Added = f.Rows
		case lists.Removed:
			r.Removed = f.Rows
		default:
			r.Rows += f.Rows
		}
	}
	r.List, r.Erased = s.For != "", m.ErasedAt != nil
	return r, nil
}

func write(ctx context.Context, conn *sql.Conn, s *Spec, at time.Time) (m manifest, unchanged bool, err error) {
	p, err := open(ctx, s)
	if err != nil {
		return m, false, err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	old, err := p.current(ctx)
	if err != nil {
		return m, false, err
	}
	st, err := p.stage()
	if err != nil {
		return m, false, err
	}
	defer func() { err = errors.Join(err, st.remove()) }()
	next, err := prepare(ctx, conn, s, st, old, func(f file) (string, error) { return p.local(ctx, st, f) }, at)
	if err != nil {
		return m, false, err
	}
	if next.same(old) && !s.Full {
		return old, true, p.settle(ctx, old)
	}
	return next, false, p.publish(ctx, st, old, next)
}

// prepare writes what is new into the stage.
func prepare(
	ctx context.Context, conn *sql.Conn, s *Spec, st *stage, old manifest, local func(file) (string, error), at time.Time,
) (next manifest, err error) {
	if s.For != "" {
		return list(ctx, conn, *s, st.path, old, local, at)
	}
	known := ""
	if old.Known != nil {
		if known, err = local(*old.Known); err != nil {
			return manifest{}, err
		}
	}
	return extract(ctx, conn, *s, st.path, old, known, at)
}

// complete sets the defaults and finds what makes no sense.
func (s *Spec) complete() error {
	s.Mode = cmp.Or(s.Mode, ModeSnapshot)
	if s.For != "" {
		s.Format = cmp.Or(s.Format, FormatCSV)
	}
	s.Format = cmp.Or(s.Format, FormatParquet)
	_, known := match.Of(s.For)
	switch {
	case s.Name == "":
		return errors.New("it has no name")
	case s.For != "" && !known:
		return fmt.Errorf("for %q is no platform whose lists are known", s.For)
	case s.For != "" && (s.People == "" || s.Table != "" || s.Query != "" || s.Mode != ModeSnapshot || s.Format != FormatCSV):
		return errors.New("a list for a platform takes people, and no table, query, mode or format")
	case s.For == "" && (s.Table == "") == (s.Query == ""):
		return errors.New("give either a table or a query")
	case s.Mode != ModeSnapshot && s.Mode != ModeIncremental:
		return fmt.Errorf("mode %q is neither %s nor %s", s.Mode, ModeSnapshot, ModeIncremental)
	case s.Format != FormatParquet && s.Format != FormatCSV && s.Format != FormatNDJSON:
		return fmt.Errorf("format %q is none of %s, %s and %s", s.Format, FormatParquet, FormatCSV, FormatNDJSON)
	case !isURL(s.Path) && !filepath.IsAbs(s.Path):
		return fmt.Errorf("path %q is neither an absolute directory nor an s3:// URL", s.Path)
	case isURL(s.Path):
		_, err := storage.Parse(s.Path)
		return err
	}
	return nil
}

// inert reports whether texts are made so that no spreadsheet runs them.
func (s *Spec) inert() bool { return s.Format == FormatCSV && !s.Formulas }

// open completes a spec and opens its place.
func open(ctx context.Context, s *Spec) (place, error) {
	if err := s.complete(); err != nil {
		return nil, err
	}
	if isURL(s.Path) {
		return openBucket(ctx, *s)
	}
	return openDirectory(s.Path)
}

func isURL(path string) bool { return strings.Contains(path, "://") }
