package find

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Held reads the rows of what was found, and of the books those that they name.
func (f Finder) Held(ctx context.Context) (tables []load.HeldTable, err error) {
	for _, t := range layout.Tables() {
		condition := related()[t.Name]
		if !books[t.Name] {
			condition = ErasingSQL(t)
		}
		if condition == "" {
			continue
		}
		const query = "SELECT to_json({%s})::VARCHAR AS value FROM @%s t WHERE %s ORDER BY t.rowid"
		rows, err := f.texts(ctx, fmt.Sprintf(query, objectSQL(t), t.Name, condition))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name, err)
		}
		table := load.HeldTable{Name: t.Name}
		for _, row := range rows {
			table.Rows = append(table.Rows, json.RawMessage(row))
		}
		tables = append(tables, table)
	}
	return tables, nil
}

// objectSQL are the columns of a row t as JSON has them: times are RFC 3339, numbers that
// JSON readers would round are texts.
func objectSQL(t schema.TableInfo) string {
	fields := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		value := "t." + rowio.Quote(c.Name)
		switch c.Type {
		case schema.Time:
			value = "strftime(" + value + ", '%Y-%m-%dT%H:%M:%S.%fZ')"
		case schema.JSON:
			value += "::JSON"
		case schema.Hash:
			value += "::VARCHAR"
		case schema.HashList:
			value += "::VARCHAR[]"
		}
		fields[i] = "'" + c.Name + "': " + value
	}
	return strings.Join(fields, ", ")
}

// related are, by book, the conditions of the rows that have to do with somebody: the
// runs that brought or changed what was found or quote it, the audiences it was served
// by, and the jobs that asked for it.
func related() map[string]string {
	var runs, audiences []string
	for _, t := range layout.Tables() {
		has := func(name string) bool {
			return slices.ContainsFunc(t.Columns, func(c schema.ColumnInfo) bool { return c.Name == name })
		}
		from := " FROM @" + t.Name + " t WHERE " + ErasingSQL(t)
		if books[t.Name] {
			continue
		}
		if has("run_id") {
			runs = append(runs, "SELECT t.run_id"+from)
		}
		for _, column := range []string{"audience_id", "audience"} {
			if source := sourceSQL(t); source != "" && has(column) {
				audiences = append(audiences, "SELECT "+source+", t."+column+from)
			}
		}
	}
	union := func(list []string) string { return " IN (" + strings.Join(list, " UNION ") + ")" }
	return map[string]string{
		schema.Runs.Name: "t.run_id" + union(runs) +
			" OR t.rowid IN (SELECT id FROM erasing_rows WHERE name = '" + schema.Runs.Name + "')",
		schema.Audiences.Name: "(t.source, t.audience_id)" + union(audiences),
		schema.Enrichments.Name: "(t.pipeline, t.name) IN (SELECT t.pipeline, t.job FROM @" + schema.AskedPeople.Name +
			" t WHERE " + ErasingSQL(schema.AskedPeople.Info()) + ")",
	}
}
