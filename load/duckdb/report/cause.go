package report

import (
	"cmp"
	"context"
	"slices"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// CauseProfile is of how many records normalising left out or altered a value for one
// cause.
type CauseProfile struct {
	Cause   schema.Cause   `json:"cause"`
	Outcome schema.Outcome `json:"outcome,omitempty"` // "" of a cause that this program does not know
	Column  string         `json:"column,omitempty"`  // of the common schema; "" where there is none, or the field decides
	Records int64          `json:"records"`           // a record counts once, in however many fields it happened
	Fields  []FieldCount   `json:"fields,omitempty"`  // most records first
}

// FieldCount is a vendor's field and how many records have a cause there.
type FieldCount struct {
	Field   string `json:"field"`
	Records int64  `json:"records"`
}

// noteCount is how many records of a source have a note, or any of a cause.
type noteCount struct {
	Source  string `col:"source"`
	Note    string `col:"note"`
	Records int64  `col:"records"`
}

var noteColumns = schema.ColumnsOf[noteCount]()

// profileCauses counts what normalising noted, by cause and by field, and adds to
// each column how many records lost a value.
func profileCauses(ctx context.Context, from Connector, list []VendorProfile) error {
	count := func(notes string, yield func(*noteCount) error) error {
		return rowio.Query(ctx, from, noteColumns, yield, "SELECT source, note, count(*) AS records FROM (SELECT source, unnest("+notes+
			") AS note FROM etl.records WHERE notes IS NOT NULL) GROUP BY ALL ORDER BY source, records DESC, note")
	}
	err := count("list_distinct(list_transform(notes, lambda n: substr(n, instr(n, ': ') + 2)))", func(n *noteCount) error {
		of(list, n.Source).addCause(schema.Cause(n.Note).Info(), n.Records)
		return nil
	})
	if err != nil {
		return err
	}
	return count("notes", func(n *noteCount) error {
		v, note := of(list, n.Source), schema.ParseNote(n.Note)
		if v.Notes == nil {
			v.Notes = map[string]int64{}
		}
		v.Notes[n.Note] = n.Records
		if i := slices.IndexFunc(v.Causes, func(c CauseProfile) bool { return c.Cause == note.Cause }); i >= 0 {
			v.Causes[i].Fields = append(v.Causes[i].Fields, FieldCount{note.Field, n.Records})
		}
		return nil
	})
}

func (v *VendorProfile) addCause(cause schema.CauseInfo, records int64) {
	v.Causes = append(v.Causes, CauseProfile{Cause: cause.Cause, Outcome: cause.Outcome, Column: cause.Column, Records: records})
	i := slices.IndexFunc(v.Columns, func(c ColumnProfile) bool { return c.Column == cause.Column })
	if i >= 0 && cause.Outcome == schema.Dropped {
		v.Columns[i].Invalid += records
	}
}

// TotalCauses adds up the causes of all vendors, most records first.
func TotalCauses(list []VendorProfile) []CauseProfile {
	var total []CauseProfile
	for _, v := range list {
		for _, c := range v.Causes {
			i := slices.IndexFunc(total, func(t CauseProfile) bool { return t.Cause == c.Cause })
			if i < 0 {
				c.Fields = nil // fields are a vendor's own
				total = append(total, c)
				continue
			}
			total[i].Records += c.Records
		}
	}
	slices.SortStableFunc(total, func(a, b CauseProfile) int {
		return cmp.Or(cmp.Compare(b.Records, a.Records), cmp.Compare(a.Cause, b.Cause))
	})
	return total
}
