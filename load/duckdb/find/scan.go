package find

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// books are the tables whose rows are about no person: the program's own notes,
// and what vendors say of audiences. All others, and those that are still to
// come, are searched for a person who is to be erased. (The names of fields are
// searched, since a vendor may use a value as a name.)
var books = map[string]bool{
	schema.Runs.Name: true, schema.Checkpoints.Name: true, schema.Audiences.Name: true,
	schema.Suppressions.Name: true, schema.Forgets.Name: true, schema.Erasures.Name: true, schema.Enrichments.Name: true,
	"etl.changes": true, "etl.outputs": true, "etl.identity": true,
	layout.Sweeps: true, layout.StaleBefore: true, layout.Matching: true, layout.CrowdedBlocks: true,
	"etl.staged_audiences": true, "etl.staged_sweeps": true, "etl.staged_days": true,
}

// IsBook reports whether the rows of a table are about no person.
func IsBook(table string) bool { return books[table] }

// fieldNames are the tables that name fields: a vendor may use a value as a name.
var fieldNames = map[string]bool{schema.Drifts.Name: true, schema.Fields.Name: true}

// searched reports whether the texts of a table are read for who is to be erased. By age,
// a row about somebody else, whom a vendor serves, does not go for what its text says.
func (f Finder) searched(t schema.TableInfo) bool {
	if f.byAge {
		return unread[t.Name] || fieldNames[t.Name] || messages[t.Name] != nil
	}
	return !books[t.Name] || messages[t.Name] != nil
}

// wholeRecords are the tables of which a row that mentions somebody condemns the
// record that it belongs to. An event or a match that does goes by itself.
var wholeRecords = map[string]bool{"etl.records": true, "etl.versions": true, "etl.staged_versions": true}

// unread are the tables that hold records that could not be read, so that a bare
// vendor id in them may be the key of one.
var unread = map[string]bool{schema.Rejects.Name: true}

// messages are, by book, the columns with what went wrong, in words: a record that
// could not be stored may be named in them, or quoted. The row stays.
var messages = map[string]map[string]string{schema.Runs.Name: {
	"error":    "'removed: it named somebody who was erased'",
	"warnings": "['removed: they named somebody who was erased']",
}}

// UnnamedSQL is what stands in the columns of a book once no one who is erased is
// named in them.
func UnnamedSQL(t schema.TableInfo) map[string]string {
	columns := map[string]string{}
	for column, instead := range messages[t.Name] {
		columns[column] = fmt.Sprintf(`CASE WHEN t.%[1]s IS NULL THEN NULL
			WHEN t.rowid IN (SELECT id FROM erasing_rows WHERE name = '%[2]s') OR EXISTS (FROM erasing d WHERE contains(t.%[1]s::VARCHAR, d.source || ':' || d.source_id)) THEN %[3]s
			ELSE t.%[1]s END`, column, t.Name, instead)
	}
	return columns
}

// ErasingSQL is the condition, on a row t of a table, of rows that go: those of
// erased records and people, by the names of the columns, and those that mention
// them.
func ErasingSQL(t schema.TableInfo) string {
	has := func(name string) bool {
		return slices.ContainsFunc(t.Columns, func(c schema.ColumnInfo) bool { return c.Name == name })
	}
	conditions := []string{"t.rowid IN (SELECT id FROM erasing_rows WHERE name = '" + t.Name + "')"}
	if source := sourceSQL(t); source != "" && has("source_id") {
		conditions = append(conditions, "EXISTS (FROM erasing d WHERE d.source = "+source+" AND d.source_id = t.source_id)")
	}
	if has("other_source_id") {
		conditions = append(conditions, "EXISTS (FROM erasing d WHERE d.source = t.other_source AND d.source_id = t.other_source_id)")
	}
	for _, c := range []string{"contact_id", "into_contact_id"} {
		if has(c) {
			conditions = append(conditions, "EXISTS (FROM erasing_people d WHERE d.contact_id = t."+c+")")
		}
	}
	if has("kind") && has("value") {
		conditions = append(conditions, "EXISTS (FROM erasing_keys d WHERE d.kind = replace(t.kind, 'role_', '') AND d.value = t.value)")
	}
	if t.Name == "etl.contacts" { // made anew of the records that stay
		conditions = append(conditions, "EXISTS (FROM reduced_people d WHERE d.contact_id = t.contact_id)")
	}
	return "(" + strings.Join(conditions, " OR ") + ")"
}

// sourceSQL is the vendor of a row t; "" where it has none.
func sourceSQL(t schema.TableInfo) string {
	for _, c := range t.Columns {
		switch {
		case c.Name == "source":
			return "t.source"
		case c.Name == "topic_id":
			return "'" + schema.Intent + "'" // only intent has topics
		}
	}
	return ""
}

// scan reads every text of every table that is about people or may name them,
// finds the rows that mention somebody, and lists them as erased; where it is a whole
// record, all of it.
func (f Finder) scan(ctx context.Context, mentions load.Mentions) error {
	if err := f.run(ctx, "CREATE OR REPLACE TEMP TABLE erasing_rows (name VARCHAR, id BIGINT)"); err != nil {
		return err
	}
	for _, t := range layout.Tables() {
		if !f.searched(t) {
			continue
		}
		if err := f.scanTable(ctx, t, mentions); err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
		if wholeRecords[t.Name] {
			if err := f.run(ctx, fmt.Sprintf(`INSERT INTO erasing SELECT DISTINCT -1, t.source, t.source_id, false FROM @%[1]s t
				WHERE t.rowid IN (SELECT id FROM erasing_rows WHERE name = '%[1]s')
					AND NOT EXISTS (FROM erasing d WHERE d.source = t.source AND d.source_id = t.source_id)`, t.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

type scanned struct {
	ID     int64  `col:"id"`
	Source string `col:"source"`
	Text   string `col:"text"`
}

var scannedColumns = schema.ColumnsOf[scanned]()

func (f Finder) scanTable(ctx context.Context, t schema.TableInfo, mentions load.Mentions) error {
	var texts []string
	for _, c := range t.Columns {
		switch c.Type {
		case schema.Text, schema.TextList, schema.JSON:
			texts = append(texts, "t."+rowio.Quote(c.Name)+"::VARCHAR")
		}
	}
	if len(texts) == 0 {
		return nil // it names nobody
	}
	source := cmp.Or(sourceSQL(t), "NULL::VARCHAR")
	var found []int64
	query := f.in(fmt.Sprintf("SELECT t.rowid AS id, %s AS source, concat_ws(' ', %s) AS text FROM @%s t",
		source, strings.Join(texts, ", "), t.Name))
	err := rowio.Read(ctx, f.Conn, scannedColumns, func(s *scanned) error {
		if mentions(s.Source, s.Text, unread[t.Name]) {
			found = append(found, s.ID)
		}
		return nil
	}, query)
	if err != nil || len(found) == 0 {
		return err
	}
	_, err = f.Conn.ExecContext(ctx, "INSERT INTO erasing_rows SELECT $1, unnest(from_json($2, '[\"BIGINT\"]'))", t.Name, rowio.Numbers(found))
	return err
}
