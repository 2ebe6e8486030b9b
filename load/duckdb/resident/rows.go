package resident

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"contactsync/load/duckdb/rowio"
)

// Query asks a lake for rows of a table.
type Query struct {
	Table Table
	// Columns are those that are asked for; none: all.
	Columns []string
	// By are the columns whose values the Parquet file Keys lists, as Numbers of rows; where
	// it is one column, any of Beside may have the value, too. None: all rows.
	By     []string
	Beside []string
	Keys   string
	Number int64
	// Where is a condition besides, in the SQL that every engine has; "": none.
	Where string
	// Unless leaves rows out for which another table has one; nil: none.
	Unless *Unless
	// But is a Parquet file of the keys of rows that are left out, with all columns of the
	// table's key; "": none.
	But string
	// Counted asks, instead of the rows, for a row of each key that has any: the columns By,
	// and how many there are as the column rows.
	Counted bool
}

// Unless names the rows of another table for which rows of the table of a query are left out:
// they have the values of a key in the columns By, which Keys lists too, and those of the row
// that is left out in the columns Same.
type Unless struct {
	Table    Table
	By, Same []string
}

// OfSets reports whether a key is that of many rows, such as the members of an audience, and
// not of one thing, which has a few at most.
func (q Query) OfSets() bool {
	return q.Keys != "" && !slices.ContainsFunc(q.By, func(c string) bool {
		return slices.Contains([]string{"source_id", "contact_id", "event_id", "topic_id", "key"}, c)
	})
}

// Lake has the rows.
type Lake interface {
	// Fetch finds rows, and tells what a statement of DuckDB reads them from, such as
	// read_parquet(['...']); nothing if there are none. A row may come twice.
	Fetch(ctx context.Context, q Query, read func(from string) error) error
	// Stored is how many rows a table has.
	Stored(table string) int64
}

// Rows are the rows of a lake that a warehouse has for one step, which is one transaction.
type Rows struct {
	lake  Lake
	dir   string // of files in transit
	tx    *sql.Tx
	whole map[string]bool // tables that are here wholly
	known map[string]bool // tables that have a registry
	asked map[string]bool // table and columns of which the keys asked for are noted

	dropped map[string][]string // by table: by which columns rows were dropped
}

// New begins a step. The folder is for files in transit, which it removes.
func New(lake Lake, dir string, tx *sql.Tx) *Rows {
	return &Rows{lake: lake, dir: dir, tx: tx, whole: map[string]bool{}, known: map[string]bool{}, asked: map[string]bool{}, dropped: map[string][]string{}}
}

// By fetches the rows of a table of which these columns, in their order, have the values
// that a query gives in columns of the same names.
func (r *Rows) By(ctx context.Context, table string, by []string, query string, args ...any) error {
	if r == nil {
		return nil
	}
	return r.by(ctx, Query{Table: TableOf(table), By: by}, query, args)
}

// ByAny fetches the rows of which any of several columns, of which lists count by their
// members, has a value that a query gives as the first of them.
func (r *Rows) ByAny(ctx context.Context, table string, any []string, query string, args ...any) error {
	if r == nil {
		return nil
	}
	return r.by(ctx, Query{Table: TableOf(table), By: any[:1], Beside: any[1:]}, query, args)
}

func (r *Rows) by(ctx context.Context, q Query, query string, args []any) error {
	if r.whole[q.Table.Name] {
		return nil
	}
	asked := q.Table.registry() + "_by_" + strings.Join(slices.Concat(q.By, q.Beside), "_")
	columns := rowio.QuoteAll(q.By)
	if !r.asked[asked] {
		if err := r.exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %s AS SELECT %s FROM (%s) LIMIT 0", asked, columns, query), args...); err != nil {
			return err
		}
		r.asked[asked] = true
	}
	if err := r.exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE resident_wanted AS SELECT DISTINCT %s FROM (%s) ANTI JOIN %s USING (%s)",
		columns, query, asked, columns), args...); err != nil {
		return err
	}
	if err := r.tx.QueryRowContext(ctx, "SELECT count(*) FROM resident_wanted").Scan(&q.Number); err != nil || q.Number == 0 {
		return err
	}
	if err := r.exec(ctx, "INSERT INTO "+asked+" FROM resident_wanted"); err != nil {
		return err
	}
	return r.passing(ctx, q.Table.columns(toLake, q.By...), "resident_wanted", func(file string) error {
		q.Keys = file
		return r.fetch(ctx, q)
	})
}

// passing writes columns of rows into a file for as long as it is used.
func (r *Rows) passing(ctx context.Context, columns, from string, use func(file string) error) error {
	file := filepath.Join(r.dir, "keys-"+rand.Text()+".parquet") // a name of its own: engines remember what a file was
	defer os.Remove(file)                                        //nolint:errcheck // it is in transit
	if err := r.exec(ctx, fmt.Sprintf("COPY (SELECT %s FROM %s) TO %s (FORMAT parquet)", columns, from, rowio.QuoteText(file))); err != nil {
		return err
	}
	return use(file)
}

// Where fetches the rows of a table on a condition in standard SQL.
func (r *Rows) Where(ctx context.Context, table, condition string) error {
	if r == nil || r.whole[table] {
		return nil
	}
	return r.fetch(ctx, Query{Table: TableOf(table), Where: condition})
}

// All fetches whole tables; none named: all of them.
func (r *Rows) All(ctx context.Context, tables ...string) error {
	if r == nil {
		return nil
	}
	if len(tables) == 0 {
		for _, t := range Tables() {
			tables = append(tables, t.Name)
		}
	}
	for _, table := range tables {
		if r.whole[table] {
			continue
		}
		if err := r.fetch(ctx, Query{Table: TableOf(table)}); err != nil {
			return err
		}
		r.whole[table] = true
	}
	return nil
}

// None reports whether no row of a table lies in a lake.
func (r *Rows) None(table string) bool { return r == nil || r.lake.Stored(table) == 0 }

// fetch takes in what a query finds and what was not fetched before: that is as it was when
// the step began, whatever the step has done with it since.
func (r *Rows) fetch(ctx context.Context, q Query) error {
	if r.None(q.Table.Name) {
		return nil
	}
	if err := r.lake.Fetch(ctx, q, func(from string) error { return r.take(ctx, q.Table, from) }); err != nil {
		return fmt.Errorf("rows of %s: %w", q.Table.Name, err)
	}
	return nil
}

// take takes in rows.
func (r *Rows) take(ctx context.Context, t Table, from string) error {
	if err := r.register(ctx, t); err != nil {
		return err
	}
	still := ""
	if by := r.dropped[t.Name]; by != nil {
		still = " AND NOT EXISTS (FROM " + t.drops() + " d WHERE " + Same("d", "t", by) + ")"
	}
	for _, query := range []string{
		fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE resident_fetched AS
			SELECT DISTINCT ON (%[1]s) t.* FROM (SELECT %[2]s FROM %[3]s) t
			WHERE NOT EXISTS (FROM %[4]s r WHERE %[5]s)%[6]s`,
			rowio.QuoteAll(t.Key), t.columns(fromLake), from, t.registry(), Same("r", "t", t.Key), still),
		fmt.Sprintf("INSERT INTO %s SELECT %s, hash(t) FROM resident_fetched t", t.registry(), rowio.QuoteAll(t.Key)),
		fmt.Sprintf("INSERT INTO %s BY NAME FROM resident_fetched", t.Name),
		"DROP TABLE resident_fetched",
	} {
		if err := r.exec(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

func (r *Rows) register(ctx context.Context, t Table) error {
	if r.known[t.Name] {
		return nil
	}
	r.known[t.Name] = true
	return r.exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %s AS SELECT %s, 0::UBIGINT AS h FROM %s LIMIT 0",
		t.registry(), rowio.QuoteAll(t.Key), t.Name))
}

func (r *Rows) exec(ctx context.Context, query string, args ...any) error {
	if _, err := r.tx.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	return nil
}
