package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"contactsync/internal/crash"
	"contactsync/internal/durable"
	"contactsync/load"
	"contactsync/schema"
)

// Version is the layout of the warehouse that this program writes.
const Version = 3

// hugeNumber is the type of keys that never leave the database.
const hugeNumber schema.Type = "UHUGEINT"

var (
	matchColumns      = schema.ColumnsOf[load.Match]()
	recordColumns     = schema.ColumnsOf[load.Record]()
	identifierColumns = append(infoOf("", schema.Without(schema.IdentifierColumns, "address")).Columns,
		schema.ColumnInfo{Name: "key", Type: hugeNumber}, schema.ColumnInfo{Name: "address_key", Type: hugeNumber})
	personColumns = []schema.ColumnInfo{{Name: "source", Type: schema.Text}, {Name: "source_id", Type: schema.Text}, {Name: "contact_id", Type: schema.Text}}
)

func infoOf[R any](name string, columns []schema.Column[R]) schema.TableInfo {
	return schema.Table[R]{Name: name, Columns: columns}.Info()
}

// tables lists the stored tables of the current layout.
func tables() []schema.TableInfo {
	list := []schema.TableInfo{
		infoOf("etl.records", recordColumns),
		infoOf("etl.versions", schema.VersionColumns),
		{Name: "etl.identifiers", Columns: identifierColumns},
		infoOf("etl.matches", matchColumns),
		infoOf("etl.events", schema.EventColumns),
		infoOf("etl.members", schema.MemberColumns),
		infoOf("etl.sweep_members", seenColumns),
		infoOf("etl.contacts", schema.Contacts.Columns),
		{Name: "etl.people", Columns: personColumns},
		schema.Moves.Info(), schema.Warnings.Info(),
		{Name: "etl.identity", Columns: []schema.ColumnInfo{{Name: "rules", Type: schema.Text}, {Name: "overrides", Type: schema.Text}}},
		{Name: "etl.overridden", Columns: []schema.ColumnInfo{{Name: "source", Type: schema.Text}, {Name: "source_id", Type: schema.Text}}},
		{Name: "etl.changes", Columns: []schema.ColumnInfo{{Name: "pipeline", Type: schema.Text}, {Name: "change", Type: schema.Integer}}},
		{Name: "etl.outputs", Columns: []schema.ColumnInfo{{Name: "output", Type: schema.Text}, {Name: "change", Type: schema.Integer}}},
		schema.Audiences.Info(), schema.Changes.Info(), schema.Runs.Info(), schema.Checkpoints.Info(),
		schema.Rejects.Info(), schema.Suppressions.Info(), schema.Forgets.Info(), schema.Drifts.Info(), schema.Fields.Info(),
	}
	for _, s := range stages() {
		list = append(list, schema.TableInfo{Name: s.name, Columns: s.columns})
	}
	return list
}

// layoutSQL creates everything that a new warehouse holds.
func layoutSQL() []string {
	statements := []string{
		"CREATE SCHEMA etl",
		"CREATE TABLE etl.meta (layout INTEGER NOT NULL)",
		fmt.Sprintf("INSERT INTO etl.meta VALUES (%d)", Version),
	}
	for _, t := range tables() {
		statements = append(statements, createTable(t))
	}
	return append(statements, viewsSQL()...)
}

func createTable(t schema.TableInfo) string {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = quote(c.Name) + " " + string(c.Type)
	}
	return fmt.Sprintf("CREATE TABLE %s (%s)", t.Name, strings.Join(columns, ", "))
}

// create makes a new warehouse under a temporary name and renames it: killed at
// any instant, there is either no warehouse or a whole one. (Of 148 processes
// killed while DuckDB created a file in place, 3 left an unreadable one.)
func create(ctx context.Context, path string, o Options) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := clearUnfinished(path); err != nil {
		return err
	}
	crash.At(crash.CreateBefore)
	temporary := fmt.Sprintf("%s.new-%d", path, os.Getpid())
	defer os.Remove(temporary) //nolint:errcheck // there only after a failure
	defer os.Remove(temporary + ".wal")
	w, err := attach(ctx, temporary, o)
	if err != nil {
		return err
	}
	for _, statement := range append(layoutSQL(), "CHECKPOINT") {
		if _, err := w.conn.ExecContext(ctx, statement); err != nil {
			return errors.Join(fmt.Errorf("%s: %w", statement, err), w.Close())
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	crash.At(crash.CreateRename)
	if err := durable.Replace(temporary, path, 0o600); err != nil {
		return err
	}
	crash.At(crash.CreateAfter)
	return nil
}

// Blank is an empty warehouse of this layout in memory, to try queries on.
func Blank(ctx context.Context) (*sql.DB, error) {
	db, err := sql.Open("duckdb", ":memory:?threads=1&autoinstall_known_extensions=false&autoload_known_extensions=false")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // another connection would be another database
	for _, statement := range layoutSQL() {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", statement, plain(err)), db.Close())
		}
	}
	return db, nil
}
