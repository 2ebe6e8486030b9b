// Package view has the promised views in Spark's SQL, so that who reads the lake by Spark
// finds the tables and views of a warehouse there, by the same names and with the same
// columns and values: contacts, source_contacts, accounts, reachable_contacts and so on. A
// name of DuckDB's schema etl has an underscore in place of the dot: etl.runs is etl_runs.
//
// The views read two kinds of tables: those of [contactsync/load/duckdb/resident], and
// [Books], which are small, and which whoever writes the lake copies with each merge.
//
// # What is equal
//
// Every row of every view is the same as DuckDB's, and a test compares them. These remain:
//
//   - Types are Spark's: JSON is a STRING with the same text, VARCHAR[] an ARRAY<STRING>,
//     TIMESTAMPTZ a TIMESTAMP, which Spark shows in the time zone of the session. What the
//     views derive of times depends on no time zone: days are those of UTC.
//   - job_changes leaves out changes of spelling only, and each engine has its own version of
//     Unicode to tell letters and lower case by. They differ in Greek: Spark knows that a
//     sigma at the end of a word is another letter (ΟΔΟΣ becomes οδος), DuckDB does not.
//   - Rows of views have no order in either, and what DuckDB's take from any of several
//     equal rows, such as two changes of a field of a contact at one time, either takes.
//   - The books are as of the last merge, as the other tables are; in DuckDB they are also as
//     of the run that is on.
package view

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"contactsync/load/duckdb/resident"
	"contactsync/load/lake/connect"
	"contactsync/schema"
)

// Books lists the promised tables that the lake does not hold by itself: audiences, and what
// runs leave. Some of their rows are about people, as rejects are, so an erasure must take
// them out of the lake, too. What only the next merge has use for is none of them.
func Books() []schema.TableInfo {
	made := map[string]bool{}
	for _, v := range views() {
		made[v.name] = true
	}
	return slices.DeleteFunc(schema.Dictionary(), func(t schema.TableInfo) bool { return made[t.Name] || resident.IsResident(t.Name) })
}

// Name is the name of a table of the warehouse within the namespace of a lake.
func Name(table string) string {
	return strings.ReplaceAll(strings.TrimPrefix(table, "main."), ".", "_")
}

// Names are the names of the views.
func Names() (list []string) {
	for _, v := range views() {
		list = append(list, v.name)
	}
	return list
}

// Statements make the views of a namespace, or make them anew, in their order. The tables
// that they read must be there.
func Statements(catalog, namespace string) (list []string) {
	docs := map[string]schema.TableInfo{}
	for _, t := range schema.Dictionary() {
		docs[t.Name] = t
	}
	within := connect.Quote(catalog) + "." + connect.Quote(namespace) + "."
	for _, v := range views() {
		columns := make([]string, len(v.columns))
		for i, name := range v.columns {
			columns[i] = connect.Quote(name)
			if doc := docOf(docs[v.name], name); doc != "" {
				columns[i] += " COMMENT " + connect.QuoteText(doc)
			}
		}
		query := table.ReplaceAllStringFunc(v.query, func(s string) string { return within + connect.Quote(Name(strings.Trim(s, "<>"))) })
		list = append(list, fmt.Sprintf("CREATE OR REPLACE VIEW %s (%s) COMMENT %s AS\n%s",
			within+connect.Quote(v.name), strings.Join(columns, ", "), connect.QuoteText("A row is "+docs[v.name].Doc+"."), strings.TrimSpace(query)))
	}
	return list
}

// table is how a query names a table of the warehouse.
var table = regexp.MustCompile(`<[a-z_]+(\.[a-z_]+)?>`)

func docOf(t schema.TableInfo, column string) string {
	for _, c := range t.Columns {
		if c.Name == column {
			return c.Doc
		}
	}
	return ""
}

// UnsupportedError says that a catalog of Spark keeps tables but no views. Its tables can be
// read all the same, and a lake do without views.
type UnsupportedError struct {
	Catalog string
	Cause   error
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("the catalog %s of Spark keeps no views, so that contacts, accounts and the other views are not there; "+
		"an Iceberg catalog of type jdbc does with jdbc.schema-version=V1: %v", e.Catalog, e.Cause)
}
func (e *UnsupportedError) Unwrap() error { return e.Cause }

// Executor runs statements of Spark.
type Executor interface {
	Exec(ctx context.Context, sql string, args ...any) error
}

// Create makes the views of a namespace. Where the catalog has none it fails with an
// [*UnsupportedError], and nothing has changed.
func Create(ctx context.Context, spark Executor, catalog, namespace string) error {
	for _, statement := range Statements(catalog, namespace) {
		err := spark.Exec(ctx, statement)
		if unsupported(err) {
			return &UnsupportedError{catalog, err}
		}
		if err != nil {
			return fmt.Errorf("views of %s.%s: %w", catalog, namespace, err)
		}
	}
	return nil
}

// unsupported reports whether Spark, or the catalog, says that it has no views.
func unsupported(err error) bool {
	failure, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return false
	}
	return failure.Class == "UNSUPPORTED_FEATURE.CATALOG_OPERATION" || failure.Class == "MISSING_CATALOG_ABILITY.VIEWS" ||
		slices.Contains(failure.Exceptions, "java.lang.UnsupportedOperationException")
}
