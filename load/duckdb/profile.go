package duckdb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"contactsync/schema"
)

// VendorProfile is the quality of one vendor's records, or of all contacts.
type VendorProfile struct {
	Source  string // "" = the contacts, merged over all vendors
	Records int64
	Columns []ColumnProfile  // of the common schema, in its order
	Notes   map[string]int64 // records by what normalising dropped or repaired ("FIELD: what")
}

// ColumnProfile is the quality of one column.
type ColumnProfile struct {
	Column   string
	Filled   int64 // records that have a value
	Distinct int64
	Invalid  int64        // records of which a value was dropped as unusable
	Top      []ValueCount // the most frequent values; only of columns that point to nobody
}

// ValueCount is a value and how many records have it.
type ValueCount struct {
	Value string
	Count int64
}

// topValues is how many values a profile names.
const topValues = 5

// impersonal are the columns with few values, none of which points to a person.
var impersonal = []string{
	"email_verified", "phone_dnc", "seniority", "department", "company_industry", "company_size", "company_revenue", "region", "country", "gender", "age_range",
}

// Profile measures every column of every vendor's records and of the contacts:
// fill and values in one pass over each, then what is distinct, column by column,
// since that takes memory.
func (w *Warehouse) Profile(ctx context.Context) ([]VendorProfile, error) {
	list, err := w.profile(ctx, "source", "etl.records GROUP BY source ORDER BY source")
	if err != nil {
		return nil, err
	}
	if err := w.profileDistinct(ctx, list, "source", "etl.records"); err != nil {
		return nil, err
	}
	if err := w.profileNotes(ctx, list); err != nil {
		return nil, err
	}
	contacts, err := w.profile(ctx, "NULL", "etl.contacts")
	if err != nil {
		return nil, err
	}
	return append(list, contacts...), w.profileDistinct(ctx, contacts, "NULL", "etl.contacts")
}

// profileDistinct counts distinct values by their 64-bit hashes.
func (w *Warehouse) profileDistinct(ctx context.Context, list []VendorProfile, name, from string) error {
	type count struct {
		Source   string
		Distinct int64
	}
	columns := []schema.Column[count]{
		schema.Col("source", "", func(c *count) any { return &c.Source }),
		schema.Col("n", "", func(c *count) any { return &c.Distinct }),
	}
	for i, column := range schema.ProfileColumns {
		q := quote(column.Name)
		if err := query(ctx, w, columns, func(c *count) error {
			list[slices.IndexFunc(list, func(v VendorProfile) bool { return v.Source == c.Source })].Columns[i].Distinct = c.Distinct
			return nil
		}, fmt.Sprintf("SELECT source, count(*) AS n FROM (SELECT DISTINCT %s::VARCHAR AS source, hash(%s) FROM %s WHERE %[2]s IS NOT NULL) GROUP BY source", name, q, from)); err != nil {
			return err
		}
	}
	return nil
}

// profile measures the groups of a table. The result has a row per group: its
// name, its size and, per column, how many are filled and, as JSON, how often each
// value stands.
func (w *Warehouse) profile(ctx context.Context, name, from string) (list []VendorProfile, err error) {
	type row struct {
		VendorProfile
		values []string
	}
	columns := []schema.Column[row]{
		schema.Col("source", "", func(r *row) any { return &r.Source }),
		schema.Col("records", "", func(r *row) any { return &r.Records }),
	}
	parts := []string{name + "::VARCHAR AS source", "count(*) AS records"}
	for i, c := range schema.ProfileColumns {
		q := quote(c.Name)
		values := "NULL"
		if slices.Contains(impersonal, c.Name) {
			values = "to_json(histogram(" + q + "::VARCHAR))"
		}
		parts = append(parts, fmt.Sprintf("count(%s)", q), values+"::VARCHAR")
		at := func(r *row) *ColumnProfile {
			if r.Columns == nil {
				r.Columns, r.values = make([]ColumnProfile, len(schema.ProfileColumns)), make([]string, len(schema.ProfileColumns))
			}
			r.Columns[i].Column = c.Name
			return &r.Columns[i]
		}
		columns = append(columns,
			schema.Col(c.Name, "", func(r *row) any { return &at(r).Filled }),
			schema.Col(c.Name, "", func(r *row) any { at(r); return &r.values[i] }))
	}
	err = query(ctx, w, columns, func(r *row) error {
		for i, values := range r.values {
			var err error
			if r.Columns[i].Top, err = topOf(values); err != nil {
				return fmt.Errorf("values of %s: %w", r.Columns[i].Column, err)
			}
		}
		list = append(list, r.VendorProfile)
		return nil
	}, "SELECT "+strings.Join(parts, ", ")+" FROM "+from)
	return list, err
}

// topOf picks the most frequent values.
func topOf(histogram string) (top []ValueCount, err error) {
	if histogram == "" {
		return nil, nil
	}
	var counts map[string]int64
	if err := json.Unmarshal([]byte(histogram), &counts); err != nil {
		return nil, err
	}
	for value, n := range counts {
		top = append(top, ValueCount{value, n})
	}
	slices.SortFunc(top, func(a, b ValueCount) int {
		if a.Count != b.Count {
			return int(b.Count - a.Count)
		}
		return strings.Compare(a.Value, b.Value)
	})
	return top[:min(len(top), topValues)], nil
}

// profileNotes counts what normalising noted, and adds to each column how many
// records lost a value.
func (w *Warehouse) profileNotes(ctx context.Context, list []VendorProfile) error {
	type note struct {
		Source, Note string
		Records      int64
	}
	columns := []schema.Column[note]{
		schema.Col("source", "", func(n *note) any { return &n.Source }),
		schema.Col("note", "", func(n *note) any { return &n.Note }),
		schema.Col("records", "", func(n *note) any { return &n.Records }),
	}
	return query(ctx, w, columns, func(n *note) error {
		v := &list[slices.IndexFunc(list, func(v VendorProfile) bool { return v.Source == n.Source })]
		if v.Notes == nil {
			v.Notes = map[string]int64{}
		}
		v.Notes[n.Note] = n.Records
		if c := slices.IndexFunc(v.Columns, func(c ColumnProfile) bool { return c.Column == lostColumn(n.Note) }); c >= 0 {
			v.Columns[c].Invalid += n.Records
		}
		return nil
	}, "SELECT source, note, count(*) FROM (SELECT source, unnest(notes) AS note FROM etl.records WHERE notes IS NOT NULL) GROUP BY ALL ORDER BY ALL")
}

// lostColumn is the column to which the value of a note would have gone: notes
// name the vendor's field and say what kind of value was dropped.
func lostColumn(note string) string {
	field, what, _ := strings.Cut(note, ": ")
	field = strings.ToLower(field)
	switch {
	case !strings.HasSuffix(what, "dropped"):
		return ""
	case strings.Contains(what, "in place of a name"):
		return "full_name"
	case strings.Contains(what, "address") && !strings.Contains(what, "hash"):
		return "email"
	case strings.Contains(what, "number"):
		return "phone"
	case strings.Contains(what, "domain"):
		return "company_domain"
	case strings.Contains(field, "linkedin"):
		return "linkedin_url"
	case strings.Contains(field, "twitter"):
		return "twitter_handle"
	}
	return ""
}
