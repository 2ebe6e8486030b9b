package export

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"contactsync/internal/spreadsheet"
	"contactsync/load/export/hive"
)

// relation is the rows of an export as DuckDB is asked for them.
type relation struct {
	tx      *sql.Tx
	from    string // a table or a subquery
	columns []column
	spec    Spec
}

type column struct{ name, kind string }

// timestamptz is DuckDB's name of the type TIMESTAMPTZ.
const timestamptz = "TIMESTAMP WITH TIME ZONE"

// relate finds the columns, and says which of those that the spec names are not there.
func relate(ctx context.Context, tx *sql.Tx, s Spec) (*relation, error) {
	r := &relation{tx: tx, spec: s, from: table(s.Table)}
	if s.Query != "" {
		// The line break ends a comment that the query may end with.
		r.from = "(" + strings.TrimRight(s.Query, "; \t\r\n") + "\n)"
	}
	err := r.each(ctx, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM "+r.from+")", func(rows *sql.Rows) error {
		var c column
		err := rows.Scan(&c.name, &c.kind)
		r.columns = append(r.columns, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	if isURL(s.Path) {
		r.spec = s.inOneFile()
	}
	return r, nil
}

// inOneFile is the spec without folders, whose columns order the rows instead.
func (s Spec) inOneFile() Spec {
	order := slices.Clone(s.PartitionBy)
	for _, name := range s.SortBy {
		if !named(order, name) {
			order = append(order, name)
		}
	}
	s.PartitionBy, s.SortBy = nil, order
	return s
}

// each runs a query and hands over its rows.
func (r *relation) each(ctx context.Context, query string, row func(*sql.Rows) error) error {
	rows, err := r.tx.QueryContext(ctx, query)
	if err != nil {
		return queryFailed(ctx, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return queryFailed(ctx, err)
		}
	}
	return queryFailed(ctx, rows.Err())
}

func (r *relation) check() error {
	if err := r.known("partition_by", r.spec.PartitionBy); err != nil {
		return err
	}
	if err := r.known("sort_by", r.spec.SortBy); err != nil {
		return err
	}
	if len(r.stored()) == 0 {
		return errors.New("partition_by takes every column, and none is left for the files")
	}
	return hive.Fits(r.partitionNames())
}

// known reports a name that is no column or comes twice.
func (r *relation) known(key string, names []string) error {
	for i, name := range names {
		if _, found := r.column(name); !found {
			all := make([]string, len(r.columns))
			for i, c := range r.columns {
				all[i] = c.name
			}
			return fmt.Errorf("%s names the column %q, but there are only %s", key, name, strings.Join(all, ", "))
		}
		if named(names[:i], name) {
			return fmt.Errorf("%s names the column %q twice", key, name)
		}
	}
	return nil
}

// column finds a column as SQL does, whatever the case of its letters.
func (r *relation) column(name string) (column, bool) {
	i := slices.IndexFunc(r.columns, func(c column) bool { return strings.EqualFold(c.name, name) })
	if i < 0 {
		return column{}, false
	}
	return r.columns[i], true
}

func named(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// stored are the columns inside the files: all but those that name directories.
func (r *relation) stored() []column {
	return slices.DeleteFunc(slices.Clone(r.columns), func(c column) bool { return named(r.spec.PartitionBy, c.name) })
}

// values is the select list of a file.
func (r *relation) values() string {
	var list []string
	for _, c := range r.stored() {
		value, name := c.value(r.spec.Format), c.name
		if r.spec.inert() {
			value, name = c.inert(value), spreadsheet.Inert(name)
		}
		list = append(list, value+" AS "+identifier(name))
	}
	return strings.Join(list, ", ")
}

// value is the column in a format. Text formats write times the same whatever the
// connection's time zone is, and CSV has no lists.
func (c column) value(format string) string {
	switch {
	case format != FormatParquet && c.kind == timestamptz:
		return c.text()
	case format == FormatCSV && c.nested():
		return "to_json(" + identifier(c.name) + ")"
	}
	return identifier(c.name)
}

// constant matches the types whose values are never text to a spreadsheet.
var constant = regexp.MustCompile(`^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\)|BOOLEAN|DATE|TIME|TIMESTAMP.*|UUID)$`)

// inert is a value of the column that no spreadsheet runs.
func (c column) inert(value string) string {
	if constant.MatchString(c.kind) {
		return value
	}
	return spreadsheet.InertSQL("CAST(" + value + " AS VARCHAR)")
}

// text is the column as text: times as RFC 3339 in UTC.
func (c column) text() string {
	if c.kind == timestamptz {
		return "strftime(" + identifier(c.name) + " AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"
	}
	return "CAST(" + identifier(c.name) + " AS VARCHAR)"
}

func (c column) nested() bool {
	return strings.HasSuffix(c.kind, "]") || strings.HasPrefix(c.kind, "STRUCT(") || strings.HasPrefix(c.kind, "MAP(")
}

// order is a total order of the rows, so that the same rows give the same bytes
// however the table stores them: sort_by, then the first column, which is the key
// in most tables, then a hash of the row.
func (r *relation) order() string {
	var keys []string
	for _, name := range append(slices.Clone(r.spec.SortBy), r.stored()[0].name) {
		keys = append(keys, identifier(name)+" ASC NULLS LAST")
	}
	return strings.Join(append(keys, r.hash()), ", ")
}

// hash is the hash of a row, but for the columns that are named.
func (r *relation) hash(without ...string) string {
	var parts []string
	for _, c := range r.columns {
		if !slices.Contains(without, c.name) {
			parts = append(parts, identifier(c.name))
		}
	}
	return "hash(" + strings.Join(parts, ", ") + ")"
}

// partitionColumns are the columns that name folders, in their order.
func (r *relation) partitionColumns() []column {
	list := make([]column, len(r.spec.PartitionBy))
	for i, name := range r.spec.PartitionBy {
		list[i], _ = r.column(name)
	}
	return list
}

// partitionNames are their names.
func (r *relation) partitionNames() []string {
	names := make([]string, len(r.spec.PartitionBy))
	for i, c := range r.partitionColumns() {
		names[i] = c.name
	}
	return names
}

// key is the key of a row's partition.
func (r *relation) key() string {
	var parts []string
	for _, c := range r.partitionColumns() {
		parts = append(parts, "coalesce(url_encode("+c.text()+"), "+literal(hive.Null)+")")
	}
	return strings.Join(parts, " || '/' || ")
}
