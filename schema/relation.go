package schema

import (
	"slices"
	"strings"
)

// Relation says that rows of From name a row of To by these columns.
type Relation struct {
	From, To string
	Columns  []string
}

// keyed are the promised tables that others name, with the columns they do it by. What
// has two of them, as a membership has a record and an audience, names both.
var keyed = []Relation{
	{To: "contacts", Columns: []string{"contact_id"}},
	{To: "accounts", Columns: []string{"account_id"}},
	{To: "source_contacts", Columns: []string{"source", "source_id"}},
	{To: "audiences", Columns: []string{"source", "audience_id"}},
	{To: "etl.runs", Columns: []string{"run_id"}},
}

// Relations are how the tables of the dictionary name one another, by the names of their
// columns.
func Relations() (list []Relation) {
	for _, t := range Dictionary() {
		for _, k := range keyed {
			has := !slices.ContainsFunc(k.Columns, func(name string) bool {
				return !slices.ContainsFunc(t.Columns, func(c ColumnInfo) bool { return c.Name == name })
			})
			if has && t.Name != k.To {
				list = append(list, Relation{t.Name, k.To, k.Columns})
			}
		}
	}
	return list
}

// Diagram draws the relations as Mermaid's erDiagram, each table with its keys.
func Diagram() string {
	var b strings.Builder
	b.WriteString("erDiagram\n")
	keys := map[string][]string{}
	for _, k := range keyed {
		keys[k.To] = k.Columns
	}
	for _, r := range Relations() {
		b.WriteString("  \"" + r.To + "\" ||--o{ \"" + r.From + "\" : \"" + strings.Join(r.Columns, ", ") + "\"\n")
		keys[r.From] = append(keys[r.From], r.Columns...)
	}
	for _, t := range Dictionary() {
		if len(keys[t.Name]) == 0 {
			continue
		}
		b.WriteString("  \"" + t.Name + "\" {\n")
		for _, c := range t.Columns {
			if slices.Contains(keys[t.Name], c.Name) {
				b.WriteString("    " + string(c.Type) + " " + c.Name + "\n")
			}
		}
		b.WriteString("  }\n")
	}
	return b.String()
}
