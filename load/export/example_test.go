package export_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"contactsync/load/export"
)

// An export is written whole: readers of path/**/*.parquet see the old files or
// the new ones. Where nothing changed, nothing is written.
func ExampleWrite() {
	dir, err := os.MkdirTemp("", "export")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := writeTwice(context.Background(), dir); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 3 rows in 2 files, unchanged: false
	// 3 rows in 2 files, unchanged: true
	// country=DE/data.parquet
	// country=US/data.parquet
}

func writeTwice(ctx context.Context, dir string) error {
	db, err := sql.Open("duckdb", filepath.Join(dir, "warehouse.duckdb")+"?threads=1")
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `CREATE TABLE contacts AS
		SELECT * FROM (VALUES ('ann@acme.com', 'US'), ('bob@acme.com', 'US'), ('eva@acme.de', 'DE')) t(email, country)`); err != nil {
		return err
	}
	spec := export.Spec{
		Name: "contacts", Table: "contacts", Path: filepath.Join(dir, "contacts"),
		PartitionBy: []string{"country"}, SortBy: []string{"email"},
	}
	for day := range 2 {
		result, err := export.Write(ctx, conn, spec, time.Date(2026, 11, 20+day, 0, 0, 0, 0, time.UTC))
		if err != nil {
			return err
		}
		fmt.Printf("%d rows in %d files, unchanged: %t\n", result.Rows, result.Files, result.Unchanged)
	}
	files, err := filepath.Glob(filepath.Join(spec.Path, "*", "*.parquet"))
	for _, file := range files {
		inside, _ := filepath.Rel(spec.Path, file) // both are under dir
		fmt.Println(inside)
	}
	return err
}
