package schema

import "time"

// Move says that a record passed from one person to another.
type Move struct {
	From, To string // contact ids
	Change   string // merge: nothing is left of From; split: somebody is
	Source   string
	SourceID string
	At       time.Time
	RunID    string
}

// Moves is the promised table of records that are another person's now.
var Moves = Table[Move]{
	Name: "etl.merges",
	Doc:  "a record that passed from one person to another",
	Columns: []Column[Move]{
		Col("contact_id", "the person it was part of", func(m *Move) any { return &m.From }),
		Col("into_contact_id", "the person it is part of since", func(m *Move) any { return &m.To }),
		Col("change", "merge: nothing is left of the person it was part of; split: somebody is", func(m *Move) any { return &m.Change }),
		Col("source", "vendor of the record", func(m *Move) any { return &m.Source }),
		Col("source_id", "the vendor's key of the record", func(m *Move) any { return &m.SourceID }),
		Col("merged_at", "when a run moved it", func(m *Move) any { return &m.At }),
		Col("run_id", "the run that moved it", func(m *Move) any { return &m.RunID }),
	},
}

// Warning is an identifier that links nobody though its kind would.
type Warning struct {
	Kind     string
	Value    string
	Reason   string // shared or blocked
	Records  int64
	Surnames int64
	WarnedAt time.Time
	RunID    string
}

// Warnings is the promised table of identifiers that link nobody.
var Warnings = Table[Warning]{
	Name: "etl.identity_warnings",
	Doc:  "an identifier that links nobody, though its kind would",
	Columns: []Column[Warning]{
		Col("kind", "kind of identifier", func(w *Warning) any { return &w.Kind }),
		Col("value", "the identifier in normal form", func(w *Warning) any { return &w.Value }),
		Col("reason", "shared: under more surnames than identity.max_names; blocked: it would join people whom identity.overrides keeps apart", func(w *Warning) any { return &w.Reason }),
		Col("records", "records that carry it, where it is shared", func(w *Warning) any { return &w.Records }),
		Col("surnames", "different surnames of these records", func(w *Warning) any { return &w.Surnames }),
		Col("warned_at", "when a run last found so", func(w *Warning) any { return &w.WarnedAt }),
		Col("run_id", "the run that did", func(w *Warning) any { return &w.RunID }),
	},
}
