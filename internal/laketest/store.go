// Package laketest is a store of a warehouse (duckdb.Store) for tests without Spark: its
// tables are Parquet files of a folder, searched by DuckDB, and its log is in memory. What is
// tested by it is all of a lake but Spark and the bucket: which rows a step asks for, what it
// tells of their changes, and what the books and the batches come to.
package laketest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/resident"
	"contactsync/load/duckdb/rowio"
)

// Store keeps one warehouse. It outlives the warehouses that are opened with it.
type Store struct {
	dir    string
	number int

	mu      sync.Mutex // guards the rest
	db      *sql.DB
	tables  map[string]string // files, by table
	stored  map[string]int64
	fetched map[string]int64
	books   string
	staged  []batch // in no settlement, the rest of which one has
	batches []batch // in no settlement
}

type batch struct {
	load.Batch
	at time.Time
}

// New makes a store in a folder.
func New(dir string) (*Store, error) {
	db, err := sql.Open("duckdb", ":memory:?threads=1")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec("SET TimeZone = 'UTC'")
	return &Store{dir: dir, db: db, tables: map[string]string{}, stored: map[string]int64{}, fetched: map[string]int64{}}, err
}

// Open opens the warehouse that the store keeps, with a scratch of its own.
func (s *Store) Open(ctx context.Context, o duckdb.Options) (*duckdb.Warehouse, error) {
	scratch := s.file("scratch.duckdb")
	if s.books != "" {
		content, err := os.ReadFile(s.books)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(scratch, content, 0o600); err != nil {
			return nil, err
		}
	}
	o.Store = s
	return duckdb.Open(ctx, scratch, o)
}

// Succeed begins the successor of the warehouse.
func (s *Store) Succeed(ctx context.Context, o duckdb.Options) (*duckdb.Successor, error) {
	w, err := s.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	return duckdb.SucceedIn(ctx, w), nil
}

func (s *Store) file(name string) string {
	s.number++
	return filepath.Join(s.dir, fmt.Sprintf("%d-%s", s.number, name))
}

// Stored is how many rows a table has.
func (s *Store) Stored(table string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stored[table]
}

// Fetched is how many rows of a table were fetched so far.
func (s *Store) Fetched(table string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fetched[table]
}

// Fetch finds the rows that are asked for, and no others.
func (s *Store) Fetch(_ context.Context, q resident.Query, read func(string) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, ok := s.tables[q.Table.Name]
	if !ok {
		return nil
	}
	answer := s.file("answer.parquet")
	query := "SELECT t.*"
	if q.Counted {
		query = "SELECT " + rowio.QuoteAll(q.By) + ", count(*) AS rows"
	}
	query += fmt.Sprintf(" FROM %s t WHERE true", parquet(from))
	switch {
	case len(q.Beside) > 0:
		query += fmt.Sprintf(" AND list_has_any(list_concat([t.key, t.address_key], t.spellings), (SELECT list(key) FROM %s))", parquet(q.Keys))
	case q.Keys != "":
		query += fmt.Sprintf(" AND EXISTS (FROM %s k WHERE %s)", parquet(q.Keys), resident.Same("t", "k", q.By))
	}
	if q.Where != "" {
		query += " AND " + q.Where
	}
	if q.Unless != nil && s.tables[q.Unless.Table.Name] != "" {
		query += fmt.Sprintf(" AND NOT EXISTS (FROM %s u JOIN %s k ON %s WHERE %s)",
			parquet(s.tables[q.Unless.Table.Name]), parquet(q.Keys), resident.Same("u", "k", q.Unless.By), resident.Same("t", "u", q.Unless.Same))
	}
	if q.But != "" {
		query += fmt.Sprintf(" AND NOT EXISTS (FROM %s b WHERE %s)", parquet(q.But), resident.Same("t", "b", q.Table.Key))
	}
	if q.Counted {
		query += " GROUP BY ALL"
	}
	if err := s.exec("COPY (" + query + ") TO " + rowio.QuoteText(answer) + " (FORMAT parquet)"); err != nil {
		return err
	}
	rows, err := s.count(parquet(answer))
	if err != nil {
		return err
	}
	if !q.Counted {
		s.fetched[q.Table.Name] += rows
	}
	return errors.Join(read(parquet(answer)), os.Remove(answer))
}

func parquet(file string) string { return "read_parquet(" + rowio.QuoteText(file) + ")" }

func (s *Store) count(from string) (rows int64, err error) {
	err = s.db.QueryRow("SELECT count(*) FROM " + from).Scan(&rows)
	return rows, err
}

func (s *Store) exec(query string) error {
	if _, err := s.db.Exec(query); err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	return nil
}

// segment is the batches of one transaction.
type segment struct {
	store *Store
	at    time.Time
	list  []batch
}

// Segment begins one.
func (s *Store) Segment(at time.Time) (duckdb.Segment, error) { return &segment{store: s, at: at}, nil }

func (g *segment) Add(b load.Batch) error {
	g.list = append(g.list, batch{b, g.at})
	return nil
}

func (g *segment) Append(context.Context) error {
	g.store.mu.Lock()
	defer g.store.mu.Unlock()
	g.store.batches = append(g.store.batches, g.list...)
	return nil
}

func (g *segment) Discard() error { return nil }

// Batches tells what is in no settlement.
func (s *Store) Batches(_ context.Context, do func(b load.Batch, at time.Time, onlyStaged bool) error) error {
	for _, b := range s.staged {
		if err := do(b.Batch, b.at, true); err != nil {
			return err
		}
	}
	for _, b := range s.batches {
		if err := do(b.Batch, b.at, false); err != nil {
			return err
		}
	}
	return nil
}

// Prepare applies changes at once: a settlement follows.
func (s *Store) Prepare(_ context.Context, changes []resident.Change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range changes {
		if err := s.apply(c); err != nil {
			return err
		}
	}
	return nil
}

// Settle stores the books.
func (s *Store) Settle(_ context.Context, d duckdb.Settlement) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	books := s.file("books.duckdb")
	content, err := os.ReadFile(d.Books)
	if err == nil {
		err = os.WriteFile(books, content, 0o600)
	}
	if err != nil {
		return err
	}
	s.books = books
	waiting := append(s.staged, s.batches...)
	s.staged, s.batches = slices.DeleteFunc(waiting, func(b batch) bool { return d.Staged || b.Run.Pipeline == d.Merged }), nil
	return nil
}

// apply replaces the file of a table. A row that is to go must be there.
func (s *Store) apply(c resident.Change) error {
	before, now := s.tables[c.Table.Name], s.file("table.parquet")
	var parts []string
	var dropped int64
	if before != "" {
		part := "SELECT t.* FROM " + parquet(before) + " t WHERE true"
		if c.Dropped != "" {
			gone := fmt.Sprintf("EXISTS (FROM %s k WHERE %s)", parquet(c.Dropped), resident.Same("t", "k", c.DroppedBy))
			var err error
			if dropped, err = s.count(parquet(before) + " t WHERE " + gone); err != nil {
				return err
			}
			part += " AND NOT " + gone
		}
		if c.Gone != "" {
			part += fmt.Sprintf(" AND NOT EXISTS (FROM %s k WHERE %s)", parquet(c.Gone), resident.Same("t", "k", c.Table.Key))
		}
		parts = append(parts, part)
	}
	if c.Come != "" {
		parts = append(parts, "SELECT * FROM "+parquet(c.Come))
	}
	if err := s.exec("COPY (" + strings.Join(parts, " UNION ALL ") + ") TO " + rowio.QuoteText(now) + " (FORMAT parquet)"); err != nil {
		return err
	}
	rows, err := s.count(parquet(now))
	if err != nil {
		return err
	}
	if want := s.stored[c.Table.Name] + c.ComeRows - c.GoneRows - dropped; rows != want {
		return fmt.Errorf("%s: %d rows are left where %d should be", c.Table.Name, rows, want)
	}
	s.tables[c.Table.Name], s.stored[c.Table.Name] = now, rows
	return nil
}

// Maintain does nothing.
func (s *Store) Maintain(context.Context, duckdb.BookTables) error { return nil }

// Close does nothing: the store is opened again.
func (s *Store) Close() error { return nil }
