package layout

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Meta is the table of what the file itself is. Its comment ends in [Mark].
const Meta = "etl.meta"

// metaColumns say what a file is; SQL creates them.
var metaColumns = []schema.ColumnInfo{
	{Name: "layout", Type: schema.Integer, Doc: "the number of the layout of this file"},
	{Name: "rules", Type: schema.Integer, Doc: "the version of the rules by which everything in it was normalised; NULL: by older ones"},
}

// own says of the tables that nothing promises what a row of them is.
var own = map[string]string{
	"etl.records":    "a part of the view source_contacts: a record without its person",
	"etl.versions":   "what one audience served of a record, of which source_contacts is made",
	"etl.people":     "a part of all views of people: whose record it is",
	"etl.contacts":   "a part of the view contacts: a person without the derived columns",
	"etl.matches":    "a part of the view intent_matches: a match without its person",
	"etl.events":     "a part of the view events: an event without its person",
	"etl.members":    "a part of the view audience_members: a membership without its person",
	"etl.identity":   "by what people were resolved last",
	"etl.overridden": "a record that an override names",
	"etl.changes":    "how many merges of a pipeline changed something",
	Meta:             "what this file is",

	"etl.identifiers": "a part of the view identifiers, and the keys by which records are linked",
}

// columnDocs say what columns are whose rows no document tells of.
var columnDocs = map[string]string{
	"source": "vendor", "source_id": "the vendor's key of the record", "contact_id": "the person in contacts", "audience_id": "the audience in audiences",
	"pipeline": "name in pipelines.yaml", "sweep": "the listing that named it last", "key": "the value, or the hash of it, by which records are linked",
	"address_key": "the same of the mailbox of which value is another hash", "rules": "the version of the rules", "overrides": "a hash of the overrides",
	"guard": "how identity.guard was set", "change": "the number of the last", "surname_hash": "a hash of the folded surname",
}

// describedTables are all tables and views, each with what a row is and what its columns
// mean: the promised ones as `sync docs` tells it.
func describedTables() []schema.TableInfo {
	list := schema.Dictionary()
	for _, t := range append(Tables(), schema.TableInfo{Name: Meta, Columns: metaColumns}) {
		if slices.ContainsFunc(list, func(p schema.TableInfo) bool { return p.Name == t.Name }) {
			continue
		}
		if t.Doc = own[t.Name]; t.Doc == "" {
			t.Doc = "what waits to be merged, or helps the next merge"
		}
		list = append(list, t)
	}
	return list
}

// Describe makes statements that give every table, view and column its comment, from the
// one list. The last of them marks the file as described.
func Describe() []string {
	var statements []string
	views := map[string]bool{}
	for _, name := range viewNames() {
		views[name] = true
	}
	comment := func(kind, name, text string) {
		statements = append(statements, fmt.Sprintf("COMMENT ON %s %s IS %s", kind, name, literal(text)))
	}
	for _, t := range describedTables() {
		kind := "TABLE"
		if views[t.Name] {
			kind = "VIEW"
		}
		if t.Name != Meta {
			comment(kind, t.Name, "A row is "+t.Doc+".")
		}
		for _, c := range t.Columns {
			if text := c.Doc; text != "" || columnDocs[c.Name] != "" {
				if text == "" {
					text = columnDocs[c.Name]
				}
				comment("COLUMN", t.Name+"."+rowio.Quote(c.Name), text)
			}
		}
	}
	comment("TABLE", Meta, "A row is "+own[Meta]+"; "+markOf(statements))
	return statements
}

// Mark is how the comment of [Meta] ends where the views and comments of a file are
// those of this program.
var Mark = markOf(Describe())

// markOf does not change with the comment that holds it.
func markOf(descriptions []string) string {
	descriptions = slices.DeleteFunc(slices.Clone(descriptions), func(s string) bool { return strings.HasPrefix(s, "COMMENT ON TABLE "+Meta) })
	sum := sha256.Sum256([]byte(strings.Join(append(descriptions, viewsSQL()...), "\n")))
	return "views and comments " + hex.EncodeToString(sum[:8])
}

// Renewal makes the views and comments of a file what they are in a new one, and tables
// that a snapshot goes without.
func Renewal() []string {
	var statements []string
	for _, t := range Tables() {
		statements = append(statements, strings.Replace(CreateTable(t), "CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))
	}
	return append(append(statements, viewsSQL()...), Describe()...)
}

// viewNames are the names of the views, which stand in the statements that make them.
func viewNames() []string {
	var names []string
	for _, statement := range viewsSQL() {
		name, _, _ := strings.Cut(strings.TrimPrefix(statement, "CREATE OR REPLACE VIEW "), " ")
		names = append(names, name)
	}
	return names
}

// literal quotes a text for SQL.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// Helpers are the tables that readers of a snapshot have no use for, and from which the
// next merge, did the snapshot take the warehouse's place, only gains time; or, of those
// that hold what is not finished, that are empty where nothing is.
func Helpers() (idle, unfinished []string) {
	idle = []string{"etl.outputs", StaleRecords, StaleBefore, Matching, CrowdedBlocks}
	unfinished = []string{Sweeps, "etl.sweep_members"}
	for _, s := range Stages() {
		unfinished = append(unfinished, s.Name)
	}
	return idle, unfinished
}
