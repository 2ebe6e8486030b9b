package schema

import (
	"slices"
	"strings"
)

// Dictionary describes every promised table: what `sync docs` prints and what an
// export may name. The tables that are about people show contact_id first,
// wherever it is kept.
func Dictionary() []TableInfo {
	return []TableInfo{
		contacts(),
		joined("source_contacts", "the latest version of one vendor record, in the common schema", SourceContactColumns),
		joined("identifiers", "one identifier of one record", Without(IdentifierColumns, "address")), // serves the loader only
		joined("intent_matches", "a person's interest in a topic on a day; key: pipeline, data_date, topic_id, hem", MatchColumns),
		Accounts.Info(), HotAccounts.Info(), RisingTopics.Info(),
		NewContacts.Info(), JobChanges.Info(), ReachableContacts.Info(),
		AudienceOverlap.Info(), VendorOverlap.Info(), AudienceMovement.Info(),
		Audiences.Info(),
		joined("audience_members", "a period of membership", MemberColumns),
		joined("events", "a visit or other event of a pixel segment", EventColumns),
		Changes.Info(), Moves.Info(), Warnings.Info(), CandidatePairs.Info(),
		Runs.Info(), Checkpoints.Info(), Rejects.Info(), Suppressions.Info(), Forgets.Info(), Erasures.Info(), Drifts.Info(),
		Enrichments.Info(), AskedPeople.Info(),
	}
}

// contacts shows the company, too, which follows from the other contacts' values.
func contacts() TableInfo {
	info := Contacts.Info()
	info.Columns = append(info.Columns, ColumnInfo{"account_id", Text, "the company in accounts; NULL where neither its domain nor its key is known"})
	return info
}

// joined is a table whose rows belong to a person.
func joined[R any](name, doc string, columns []Column[R]) TableInfo {
	info := Table[R]{Name: name, Doc: doc, Columns: columns}.Info()
	info.Columns = slices.Insert(info.Columns, 0, ColumnInfo{"contact_id", Text, "the person in contacts"})
	return info
}

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
