package console

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"contactsync/load/duckdb/console"
	"contactsync/load/duckdb/layout"
	"contactsync/load/lake/connect"
	"contactsync/load/lake/view"
	"contactsync/schema"
)

// known are the tables and views of a warehouse by their names in Spark.
var known = func() map[string]schema.TableInfo {
	tables := map[string]schema.TableInfo{}
	for _, t := range slices.Concat(layout.Tables(), schema.Dictionary()) {
		tables[view.Name(t.Name)] = t
	}
	return tables
}()

// Tables lists what can be asked: the views and tables that are promised first.
func (s *Source) Tables(ctx context.Context) ([]console.Table, error) {
	spark, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	views, err := shown(ctx, spark, "SHOW VIEWS")
	if failure, ok := errors.AsType[*connect.Error](err); err != nil && (!ok || failure.IsSessionLost()) {
		return nil, s.again(spark, err)
	}
	tables, err := shown(ctx, spark, "SHOW TABLES")
	if err != nil {
		return nil, s.again(spark, err)
	}
	sql := s.viewsSQL()
	var list []console.Table
	for _, name := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(views, tables)))) {
		t := console.Table{Schema: "main", Name: name, Kind: "table", SQL: sql[name]}
		if slices.Contains(views, name) {
			t.Kind = "view"
		}
		if info, ok := known[name]; ok {
			t.Columns = int64(len(info.Columns))
			if info.Doc != "" {
				t.Comment = "A row is " + info.Doc + "."
			}
		}
		list = append(list, t)
	}
	slices.SortStableFunc(list, func(a, b console.Table) int { return rank(a.Name) - rank(b.Name) })
	return list, nil
}

// rank puts before the others what is made for people.
func rank(name string) int {
	if strings.HasPrefix(name, "etl_") {
		return 1
	}
	return 0
}

// again forgets a lost session, so that whoever asks next has another.
func (s *Source) again(spark *connect.Client, err error) error {
	if failure, ok := errors.AsType[*connect.Error](err); ok && failure.IsSessionLost() {
		s.lose(spark)
	}
	return told(err, 0)
}

// viewsSQL are the statements that make the views.
func (s *Source) viewsSQL() map[string]string {
	statements, names := view.Statements(s.Catalog, s.Namespace), view.Names()
	sql := map[string]string{}
	for i, name := range names {
		sql[name] = statements[i]
	}
	return sql
}

// shown are the names that SHOW VIEWS or SHOW TABLES answers, without temporary ones.
func shown(ctx context.Context, spark *connect.Client, statement string) (names []string, err error) {
	rows, err := spark.Query(ctx, statement)
	for _, row := range rows.Values {
		if len(row) < 3 || row[2] == true {
			continue
		}
		if name, ok := row[1].(string); ok {
			names = append(names, name)
		}
	}
	return names, err
}

// Fields lists the columns of a table.
func (s *Source) Fields(ctx context.Context, t console.Table) (list []console.Field, err error) {
	spark, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	table := fmt.Sprintf("%s.%s.%s", connect.Quote(s.Catalog), connect.Quote(s.Namespace), connect.Quote(t.Name))
	rows, err := spark.Query(ctx, "DESCRIBE TABLE "+table)
	if err != nil {
		return nil, s.again(spark, err)
	}
	for _, row := range rows.Values {
		name, _ := row[0].(string)
		if name == "" || strings.HasPrefix(name, "#") { // how it is partitioned, and the like
			break
		}
		f := console.Field{Name: name}
		f.Type, _ = row[1].(string)
		f.Comment, _ = row[2].(string)
		list = append(list, f)
	}
	return list, nil
}

// keywords are those that a query mostly needs.
var keywords = strings.Fields("SELECT FROM WHERE GROUP BY ALL ORDER HAVING LIMIT OFFSET DISTINCT WITH AS JOIN LEFT RIGHT FULL OUTER " +
	"INNER CROSS SEMI ANTI ON USING UNION EXCEPT INTERSECT AND OR NOT IN LIKE ILIKE BETWEEN IS NULL TRUE FALSE " +
	"CASE WHEN THEN ELSE END CAST ASC DESC NULLS FIRST LAST OVER PARTITION QUALIFY FILTER " +
	"VALUES TABLE SHOW TABLES VIEWS DESCRIBE EXPLAIN " +
	"count sum min max avg coalesce date_sub date_add date_trunc array_contains explode lower upper concat_ws")

// Suggest completes a statement that is being written by the names of tables, of the columns
// of those that it names, and by keywords; it asks nothing of Spark, which has no such thing.
func (s *Source) Suggest(_ context.Context, statement string) (start int, list []console.Suggestion, err error) {
	start = len(statement)
	all := tokens(statement)
	if last := len(all) - 1; last >= 0 && all[last].kind != symbol && all[last].kind != blank {
		if all[last].kind != word {
			return start, nil, nil // within quotes
		}
		start -= len(all[last].text)
	} else if last >= 0 && all[last].wrong != nil {
		return start, nil, nil // within a comment
	}
	typed := strings.ToLower(statement[start:])
	add := func(name, kind string) {
		is := func(o console.Suggestion) bool { return o.Word == name }
		if strings.HasPrefix(strings.ToLower(name), typed) && !slices.ContainsFunc(list, is) {
			list = append(list, console.Suggestion{Word: name, Kind: kind})
		}
	}
	columns, behindDot := namedTables(all), strings.HasSuffix(statement[:start], ".")
	for _, t := range columns {
		for _, c := range t.Columns {
			add(c.Name, "column")
		}
	}
	if behindDot || typed == "" && len(columns) > 0 {
		return start, list, nil
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if rank(name) == 0 || strings.HasPrefix(typed, "e") {
			add(name, "table")
		}
	}
	for _, k := range keywords {
		if typed != "" && typed == statement[start:] { // in small letters, as it is typed
			k = strings.ToLower(k)
		}
		add(k, "keyword")
	}
	return start, list, nil
}

// namedTables are the tables of the warehouse that a text names.
func namedTables(all []token) (list []schema.TableInfo) {
	for _, t := range all {
		if info, ok := known[strings.ToLower(t.name())]; ok {
			list = append(list, info)
		}
	}
	return list
}
