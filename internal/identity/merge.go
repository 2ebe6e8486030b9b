package identity

import (
	"slices"

	"contactsync/schema"
)

// merge is a golden profile in the making, with the record that supplied each
// column. [Golden] and [Explain] both use it.
type merge struct {
	profile schema.Profile
	from    []*schema.SourceContact // by position in schema.ProfileColumns; nil = no value
}

func mergeRecords(records []schema.SourceContact, rules Rules) *merge {
	m := &merge{from: make([]*schema.SourceContact, len(schema.ProfileColumns))}
	ranked := rules.rank(records)
	for _, g := range groups {
		m.take(g, g.supplier(ranked))
	}
	m.mergeEmail(ranked)
	m.mergePhone(ranked)
	return m
}

// field is a text column of the profile.
type field struct {
	position int // in schema.ProfileColumns
	at       func(*schema.Profile) *string
}

// position is the place of a column in schema.ProfileColumns.
func position(name string) int {
	return slices.IndexFunc(schema.ProfileColumns, func(c schema.Column[schema.Profile]) bool { return c.Name == name })
}

func column(name string) field {
	at := schema.ProfileColumns[position(name)].Field
	return field{position(name), func(p *schema.Profile) *string { return at(p).(*string) }}
}

// group is a set of columns that come from one record, the main one first.
type group []field

func columns(names ...string) group {
	g := make(group, len(names))
	for i, name := range names {
		g[i] = column(name)
	}
	return g
}

// groups are all columns that follow the common rule. The vendors' own hashes
// stand until an address replaces them; what is said of the address and of the
// number has rules of its own.
var groups = []group{
	columns("full_name", "first_name", "last_name"),
	columns("city", "region", "postal_code", "country"),
	columns("company_name", "company_domain", "company_key", "company_industry", "company_size", "company_revenue"),
	columns("job_title", "seniority", "department"),
	columns("email_sha256"),
	columns("email_md5"),
	columns("phone"),
	columns("linkedin_url"),
	columns("twitter_handle"),
	columns("gender"),
	columns("age_range"),
}

// supplier is the best-ranked record with the group's main column, else with the
// next of its columns that anyone has, else nil.
func (g group) supplier(ranked []*schema.SourceContact) *schema.SourceContact {
	for _, f := range g {
		for _, r := range ranked {
			if *f.at(&r.Profile) != "" {
				return r
			}
		}
	}
	return nil
}

// take copies a group, gaps included.
func (m *merge) take(g group, r *schema.SourceContact) {
	if r == nil {
		return
	}
	for _, f := range g {
		m.set(f, *f.at(&r.Profile), r)
	}
}

func (m *merge) set(f field, value string, r *schema.SourceContact) {
	if value != "" {
		*f.at(&m.profile) = value
		m.from[f.position] = r
	}
}
