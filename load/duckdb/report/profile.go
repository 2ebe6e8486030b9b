package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// VendorProfile is the quality of one vendor's records, or of all contacts.
type VendorProfile struct {
	Source  string           `json:"source"` // "" = the contacts, merged over all vendors
	Records int64            `json:"records"`
	Columns []ColumnProfile  `json:"columns"`         // of the common schema, in its order
	Notes   map[string]int64 `json:"notes,omitempty"` // records by what normalising dropped or repaired ("FIELD: cause")
	Causes  []CauseProfile   `json:"causes,omitempty"`
}

// ColumnProfile is the quality of one column.
type ColumnProfile struct {
	Column   string       `json:"column"`
	Filled   int64        `json:"filled"` // records that have a value
	Distinct int64        `json:"distinct"`
	Invalid  int64        `json:"invalid"`              // records of which a value was dropped as unusable
	Top      []ValueCount `json:"top_values,omitempty"` // the most frequent values; only of columns that point to nobody
}

// ValueCount is a value and how many records have it.
type ValueCount struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}

// topValues is how many values a profile names.
const topValues = 5

// impersonal are the columns with few values, none of which points to a person.
var impersonal = []string{
	"email_verified", "email_status", "phone_dnc", "phone_kind", "phone_source", "seniority", "department", "company_industry", "company_size", "company_revenue",
	"region", "country", "gender", "age_range",
}

// Profile measures every column of every vendor's records and of the contacts:
// fill and values in one pass over each, then what is distinct, column by column,
// since that takes memory.
func Profile(ctx context.Context, from Connector) ([]VendorProfile, error) {
	list, err := profile(ctx, from, "source", "etl.records GROUP BY source")
	if err != nil {
		return nil, err
	}
	if err := profileDistinct(ctx, from, list, "source", "etl.records"); err != nil {
		return nil, err
	}
	if err := profileCauses(ctx, from, list); err != nil {
		return nil, err
	}
	contacts, err := profile(ctx, from, "NULL", "etl.contacts")
	if err != nil {
		return nil, err
	}
	return append(list, contacts...), profileDistinct(ctx, from, contacts, "NULL", "etl.contacts")
}

// distinctCount is how many values of one column a source has.
type distinctCount struct {
	Source string `col:"source"`
	N      int64  `col:"n"`
}

// measured is one column of one source's records.
type measured struct {
	Source  string `col:"source"`
	Records int64  `col:"records"`
	Column  string `col:"column"`
	Filled  int64  `col:"filled"`
	Values  string `col:"values"` // as JSON, how often each value stands; "" where values point to a person
}

var (
	distinctColumns = schema.ColumnsOf[distinctCount]()
	measuredColumns = schema.ColumnsOf[measured]()
)

// of is the profile of a source.
func of(list []VendorProfile, source string) *VendorProfile {
	return &list[slices.IndexFunc(list, func(v VendorProfile) bool { return v.Source == source })]
}

// profileDistinct counts distinct values by their 64-bit hashes.
func profileDistinct(ctx context.Context, from Connector, list []VendorProfile, name, table string) error {
	for i, column := range schema.ProfileColumns {
		q := rowio.Quote(column.Name)
		if err := rowio.Query(ctx, from, distinctColumns, func(c *distinctCount) error {
			of(list, c.Source).Columns[i].Distinct = c.N
			return nil
		}, fmt.Sprintf("SELECT source, count(*) AS n FROM (SELECT DISTINCT %s::VARCHAR AS source, hash(%s) FROM %s WHERE %[2]s IS NOT NULL) GROUP BY source", name, q, table)); err != nil {
			return err
		}
	}
	return nil
}

// profile measures the groups of a table, all columns of a group in one pass.
func profile(ctx context.Context, from Connector, name, table string) (list []VendorProfile, err error) {
	var names, filled, values []string
	for _, c := range schema.ProfileColumns {
		q, histogram := rowio.Quote(c.Name), "NULL"
		if slices.Contains(impersonal, c.Name) {
			histogram = "to_json(histogram(" + q + "::VARCHAR))"
		}
		names = append(names, "'"+c.Name+"'")
		filled = append(filled, "count("+q+")")
		values = append(values, histogram+"::VARCHAR")
	}
	array := func(items []string) string { return "[" + strings.Join(items, ", ") + "]" }
	err = rowio.Query(ctx, from, measuredColumns, func(m *measured) error {
		top, err := topOf(m.Values)
		if err != nil {
			return fmt.Errorf("values of %s: %w", m.Column, err)
		}
		if len(list) == 0 || list[len(list)-1].Source != m.Source {
			list = append(list, VendorProfile{Source: m.Source, Records: m.Records})
		}
		v := &list[len(list)-1]
		v.Columns = append(v.Columns, ColumnProfile{Column: m.Column, Filled: m.Filled, Top: top})
		return nil
	}, fmt.Sprintf(`SELECT source, records, unnest(%s) AS "column", unnest(filled) AS filled, unnest("values") AS "values" FROM (
			SELECT %s::VARCHAR AS source, count(*) AS records, %s AS filled, %s AS "values" FROM %s)
		ORDER BY source, list_position(%[1]s, "column")`, array(names), name, array(filled), array(values), table))
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
