//go:build duckdb_arrow

package view_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"contactsync/internal/loadtest"
	"contactsync/internal/runtest"
	"contactsync/internal/sparktest"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/resident"
	"contactsync/load/lake/connect"
	"contactsync/load/lake/view"
	"contactsync/schema"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

func TestEveryPromisedTableIsThere(t *testing.T) {
	for _, table := range schema.Dictionary() {
		is := func(list []schema.TableInfo) bool {
			return slices.ContainsFunc(list, func(o schema.TableInfo) bool { return o.Name == table.Name })
		}
		assert.True(t, slices.Contains(view.Names(), table.Name) || resident.IsResident(table.Name) || is(view.Books()), table.Name)
	}
	for _, b := range view.Books() {
		stored := slices.ContainsFunc(layout.Tables(), func(o schema.TableInfo) bool { return o.Name == b.Name })
		assert.True(t, stored, "%s is a table of the warehouse", b.Name)
		assert.NotEmpty(t, b.Doc, b.Name)
	}
}

func TestViewsReadWhatTheLakeHas(t *testing.T) {
	known := map[string]bool{}
	for _, table := range resident.Tables() {
		known[view.Name(table.Name)] = true
	}
	for _, table := range view.Books() {
		known[view.Name(table.Name)] = true
	}
	for _, statement := range view.Statements("a`b", "c") {
		require.NotRegexp(t, `<[a-z]+\.`, statement)
		for _, part := range strings.Split(statement, "`a``b`.`c`.`")[2:] {
			name, _, _ := strings.Cut(part, "`")
			require.True(t, known[name], "%s: %s", name, statement)
		}
	}
}

// spark is a session with the server that SYNC_SPARK names, in another time zone than the
// warehouse's, and a namespace of its own.
func spark(t *testing.T) (*connect.Client, string) {
	t.Helper()
	address := sparktest.Address(t)
	a, err := connect.Parse(address)
	require.NoError(t, err)
	c, err := connect.Dial(t.Context(), a)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, c.Close()) })
	for _, s := range [][2]string{
		{"spark.sql.session.timeZone", "America/New_York"}, {"spark.sql.shuffle.partitions", "2"}, {"spark.sql.legacy.parquet.nanosAsLong", "false"},
	} {
		require.NoError(t, c.Set(t.Context(), s[0], s[1]))
	}
	namespace := fmt.Sprintf("view_%d", time.Now().UnixNano())
	require.NoError(t, c.Exec(t.Context(), "CREATE NAMESPACE lake."+namespace))
	t.Cleanup(func() {
		ctx := context.Background()
		var g errgroup.Group
		g.SetLimit(4)
		for _, name := range view.Names() {
			g.Go(func() error { return c.Exec(ctx, "DROP VIEW IF EXISTS lake."+namespace+"."+name) })
		}
		for _, table := range tables() {
			g.Go(func() error {
				return c.Exec(ctx, "DROP TABLE IF EXISTS lake."+namespace+"."+view.Name(table.Name)+" PURGE")
			})
		}
		assert.NoError(t, g.Wait())
		assert.NoError(t, c.Exec(ctx, "DROP NAMESPACE lake."+namespace))
	})
	return c, namespace
}

// tables are those that the lake has.
func tables() (list []schema.TableInfo) {
	for _, table := range resident.Tables() {
		list = append(list, table.TableInfo)
	}
	return append(list, view.Books()...)
}

// types are those of Spark.
var types = map[schema.Type]string{
	schema.Text: "string", schema.TextList: "array<string>", schema.JSON: "string", schema.Time: "timestamp", schema.Day: "date",
	schema.Flag: "boolean", schema.Integer: "bigint", schema.Number: "double", schema.Hash: "bigint", schema.HashList: "array<bigint>",
}

// copyAll copies the tables of a warehouse into a namespace of Spark.
func copyAll(t *testing.T, w *duckdb.Warehouse, c *connect.Client, namespace string) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o755))
	conn, err := w.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	g, ctx := errgroup.WithContext(t.Context())
	g.SetLimit(4)
	for _, table := range tables() {
		var from, to []string
		for _, column := range table.Columns {
			value := `"` + column.Name + `"`
			switch column.Type {
			case schema.Hash:
				value = "(" + value + "::HUGEINT - 9223372036854775808)::BIGINT"
			case schema.HashList:
				value = "list_transform(" + value + ", lambda x: (x::HUGEINT - 9223372036854775808)::BIGINT)"
			case schema.JSON:
				value += "::VARCHAR"
			}
			from = append(from, value+` AS "`+column.Name+`"`)
			to = append(to, fmt.Sprintf("CAST(`%[1]s` AS %[2]s) AS `%[1]s`", column.Name, types[column.Type]))
		}
		path := filepath.Join(dir, view.Name(table.Name)+".parquet")
		_, err := conn.ExecContext(t.Context(), "COPY (SELECT "+strings.Join(from, ", ")+" FROM "+table.Name+") TO '"+path+"'")
		require.NoError(t, err, table.Name)
		g.Go(func() error {
			return c.Exec(ctx, fmt.Sprintf("CREATE TABLE lake.%s.%s USING iceberg AS SELECT %s FROM parquet.`file://%s`",
				namespace, view.Name(table.Name), strings.Join(to, ", "), path))
		})
	}
	require.NoError(t, g.Wait())
}

// same compares every view, row by row.
func same(t *testing.T, w *duckdb.Warehouse) {
	t.Helper()
	c, namespace := spark(t)
	copyAll(t, w, c, namespace)
	require.NoError(t, view.Create(t.Context(), c, "lake", namespace))
	require.NoError(t, view.Create(t.Context(), c, "lake", namespace), "once more")
	names := append(view.Names(), "contact_changes")
	for _, book := range view.Books() {
		names = append(names, book.Name)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			within := "lake." + namespace + "." + view.Name(name)
			schemaName, bare, qualified := strings.Cut(name, ".")
			if !qualified {
				schemaName, bare = "main", name
			}
			columns := loadtest.Rows(t, w, fmt.Sprintf("SELECT column_name, data_type, coalesce(comment, '') FROM duckdb_columns() "+
				"WHERE schema_name = '%s' AND table_name = '%s' ORDER BY column_index", schemaName, bare))
			var list []string
			for i, column := range columns {
				kind := column[1].(string)
				list = append(list, `"`+column[0].(string)+`"`)
				if kind == "JSON" || kind == "HUGEINT" {
					list[i] += "::VARCHAR"
				}
				if kind == "TIMESTAMP WITH TIME ZONE" {
					kind = string(schema.Time)
				}
				columns[i][1] = types[schema.Type(kind)]
			}
			if slices.Contains(view.Names(), name) {
				described, err := c.Query(t.Context(), "DESCRIBE TABLE "+within)
				require.NoError(t, err)
				assert.Equal(t, columns, described.Values[:len(columns)], "names, types and comments")
			}
			want := loadtest.Rows(t, w, "SELECT "+strings.Join(list, ", ")+" FROM "+name)
			got, err := c.Query(t.Context(), "SELECT * FROM "+within)
			require.NoError(t, err)
			assert.Equal(t, lines(want), lines(got.Values))
			t.Logf("%d rows", len(want))
		})
	}
}

// lines are rows as text, sorted.
func lines(rows [][]any) []string {
	list := make([]string, len(rows))
	for i, row := range rows {
		for k, v := range row {
			row[k] = plain(v)
		}
		list[i] = fmt.Sprintf("%#v", row)
	}
	slices.Sort(list)
	return list
}

// plain is a value as both engines' clients can give it.
func plain(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i])
		}
		return list
	case nil, string, bool, int64, float64:
		return v
	}
	return fmt.Sprint(v)
}

func TestTheViewsOfSeveralNightsAreThoseOfDuckDB(t *testing.T) {
	sparktest.Address(t)
	world, simulator := runtest.NewSimulated(t, 150)
	for range 3 {
		world.Night()
		simulator.Advance(1)
	}
	world.Open(func(w *duckdb.Warehouse) { same(t, w) })
}

// empty is a warehouse with nothing in it.
func empty(t *testing.T) *duckdb.Warehouse {
	t.Helper()
	path := filepath.Join(t.TempDir(), "warehouse.duckdb")
	loadtest.PutEmpty(t, path, 1)
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{Threads: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w
}

func TestTheViewsOfOddRowsAreThoseOfDuckDB(t *testing.T) {
	sparktest.Address(t)
	w := empty(t)
	fill(t, w)
	same(t, w)
}

func TestAnEmptyLakeHasEmptyViews(t *testing.T) {
	sparktest.Address(t)
	same(t, empty(t))
}

// pools are the values that columns take, so that few are told from one another; nil is NULL.
var pools = map[string][]string{
	"contact_id": {"c_1", "c_2", "c_3", "c_4", "c_5", "c_6", "c_7", "c_8", "c_9", "c_10", "c_11", "c_12", "c_13",
		"c_14", "c_15", "c_16", "c_17", "c_18", "c_19", "c_20", "c_21", "c_22", "c_23", "c_24", "c_25", "c_26", "c_27", "c_28", "c_29", "c_30"},
	"source":         {"audiencelab", "toofr", "intent", "statsocial"},
	"source_id":      {"1", "2", "3", "4", "5", "6", "7", "8"},
	"audience_id":    {"a", "b", "ä", "A"},
	"topic_id":       {"1", "2", "3"},
	"hem":            {"h1", "h2", "h3", "h4"},
	"email":          {"ann@acme.example", "bob@acme.example", "info@acme.example", ""},
	"business_email": {"ann@acme.example", "bob@acme.example", "info@acme.example", ""},
	"personal_email": {"ann@acme.example", "", ""},
	"email_sha256":   {"s1", "s2", "s3", ""},
	"value":          {"s1", "s2", "x", ""},
	"kind":           {"role_email_sha256", "email_sha256", "linkedin", "spelling"},
	"email_status":   {"valid", "valid_esp", "catch_all", "invalid", ""},
	"phone":          {"+12025550101", "", ""},
	"company_domain": {"acme.example", "b.example", "c.example", "", ""},
	"company_key":    {"acme", "b", "ä", "", ""},
	"company_name":   {"Acme", "ACME", "Äcme, Inc.", "acme\U0001F600", "\uFF5Eacme", ""},
	"job_title":      {"CEO", "C.E.O.", "VP Sales", "İstanbul Chef", "istanbul chef", "ǅ", ""},
	"seniority":      {"c_suite", "vp", "manager", ""},
	"field":          {"company_name", "job_title", "email", "company_name"},
	"old_value":      {"Acme", "ACME!", "ÄCME", "Straße", "東京", ""},
	"new_value":      {"acme", "Äcme", "STRASSE", "東 京", "Other \\ 'one'\n", ""},
	"pipeline":       {"p", "q"},
	"full_name":      {"Ann Lee", "Zoë \"Z\" O'Neil", ""},
	"sources":        {"['audiencelab', 'toofr']", "['intent']", "[]", "NULL"},
	"payload":        {`{"a": 1.10, "b": "x\\u0000\\n"}`, `{}`, ""},
	"attributes":     {`{"n":12345678901234567890}`, ""},
	"started_at":     {"2026-10-30 04:00:00.123456+00", "2026-11-01 06:30:00+00"},
	"finished_at":    {"2026-11-01 06:31:00+00", "2026-11-02 00:30:00+00", ""},
	"swept_at":       {"2026-11-01 00:00:00+00", "2026-10-01 00:00:00+00", ""},
	"valid_from":     {"2026-10-31 03:59:59.999999+00", "2026-11-01 00:00:00+00", "1969-12-31 23:59:59.5+00", "1970-01-01 00:00:00+00"},
	"valid_to":       {"2026-11-01 23:59:59.999999+00", "2026-11-02 00:00:00+00", "", ""},
	"first_seen_at":  {"2026-10-25 00:30:00+00", "2026-10-26 00:30:00+00", "2026-10-26 00:30:00.000001+00", "2026-10-26 01:00:00+00"},
	"last_seen_at":   {"2026-10-30 00:00:00+00", "2026-11-02 00:00:00+00", ""},
	"email_last_seen_at": {
		"2026-08-04 00:30:00+00", "2026-08-04 00:29:59.999999+00", "2026-08-03 23:30:00+00", "2026-08-04 01:00:00+00", "2026-08-04 00:00:00+00", "",
	},
	"changed_at": {"2026-10-30 00:00:00+00", "2026-10-31 00:00:00.000001+00", "2026-11-01 00:00:00+00"},
	"data_date":  {"2026-11-02", "2026-10-27", "2026-10-26", "2026-10-19", "2026-10-20", "2026-10-05", "2026-10-06", "2026-09-01"},
	"score":      {"70", "80.5", "0.1", "99.99999999999999"},
}

// unique are the columns by which rows of tables are told apart.
var unique = map[string][]string{
	"etl.contacts": {"contact_id"}, "etl.people": {"source", "source_id"}, "etl.records": {"source", "source_id"}, "audiences": {"source", "audience_id"},
	"contact_changes": {"contact_id", "field", "changed_at"},
}

// fill puts rows of values that are taken by chance into the tables that views read.
func fill(t *testing.T, w *duckdb.Warehouse) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	conn, err := w.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	read := map[string]bool{
		"etl.records": true, "etl.people": true, "etl.identifiers": true, "etl.matches": true, "etl.events": true, "etl.members": true, "etl.contacts": true,
		"contact_changes": true, "audiences": true, "etl.runs": true,
	}
	for _, table := range layout.Tables() {
		if !read[table.Name] {
			continue
		}
		seen := map[string]bool{}
		for range 120 {
			key, values := "", make([]string, len(table.Columns))
			for i, column := range table.Columns {
				values[i] = chosen(random, column)
				if slices.Contains(unique[table.Name], column.Name) {
					key += values[i] + "|"
				}
			}
			if key != "" && seen[key] {
				continue
			}
			seen[key] = true
			_, err := conn.ExecContext(t.Context(), "INSERT INTO "+table.Name+" VALUES ("+strings.Join(values, ", ")+")")
			require.NoError(t, err)
		}
	}
}

func chosen(random *rand.Rand, column schema.ColumnInfo) string {
	pool := pools[column.Name]
	if len(pool) == 0 {
		switch column.Type {
		case schema.Flag:
			pool = []string{"true", "false", ""}
			if column.Name == "replay" {
				pool = pool[:2]
			}
		case schema.Integer:
			pool = []string{"1", "-2", "9223372036854775807"}
		case schema.Number:
			pool = []string{"1.5", "0.1"}
		case schema.Hash:
			pool = []string{"18446744073709551615", "1"}
		case schema.HashList:
			pool = []string{"[1, 18446744073709551615]", "NULL"}
		case schema.TextList:
			pool = []string{"['b, ''c''', 'a']", "NULL"}
		case schema.Time:
			pool = []string{"2026-01-01 00:00:00+00", ""}
		case schema.JSON:
			pool = []string{"[1, 2]", ""}
		case schema.Day:
			pool = []string{"2026-01-01", ""}
		default:
			pool = []string{"x", "Ünï\\'\"`", ""}
		}
	}
	v := pool[random.IntN(len(pool))]
	switch {
	case v == "":
		return "NULL"
	case column.Type == schema.HashList || column.Type == schema.TextList:
		return v
	}
	return "'" + strings.ReplaceAll(v, "'", "''") + "'::" + string(column.Type)
}

func TestACatalogWithoutViewsIsToldFromWhatIsWrong(t *testing.T) {
	c, namespace := spark(t)
	require.NoError(t, c.Set(t.Context(), "spark.sql.catalog.viewless", "org.apache.iceberg.spark.SparkCatalog"))
	require.NoError(t, c.Set(t.Context(), "spark.sql.catalog.viewless.type", "hadoop"))
	require.NoError(t, c.Set(t.Context(), "spark.sql.catalog.viewless.warehouse", "file://"+t.TempDir()))
	_, none := errors.AsType[*view.UnsupportedError](view.Create(t.Context(), c, "lake", namespace))
	require.False(t, none, "its tables are missing")
	require.NoError(t, c.Exec(t.Context(), "CREATE NAMESPACE viewless.n"))
	for _, table := range tables() {
		var columns []string
		for _, column := range table.Columns {
			columns = append(columns, "`"+column.Name+"` "+types[column.Type])
		}
		require.NoError(t, c.Exec(t.Context(), "CREATE TABLE viewless.n."+view.Name(table.Name)+" ("+strings.Join(columns, ", ")+") USING iceberg"))
	}
	err := view.Create(t.Context(), c, "viewless", "n")
	_, none = errors.AsType[*view.UnsupportedError](err)
	require.True(t, none, "%v", err)
	t.Log(err)
}
