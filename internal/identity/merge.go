package identity

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
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
	m.mergeDNC(ranked)
	return m
}

// field is a text column of the profile.
type field struct {
	position int // in schema.ProfileColumns
	at       func(*schema.Profile) *string
}

func column(name string) field {
	position := slices.IndexFunc(schema.ProfileColumns, func(c schema.Column[schema.Profile]) bool { return c.Name == name })
	at := schema.ProfileColumns[position].Field
	return field{position, func(p *schema.Profile) *string { return at(p).(*string) }}
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
// stand until an address replaces them; the address and the flags have rules of
// their own.
var groups = []group{
	columns("full_name", "first_name", "last_name"),
	columns("city", "region", "postal_code", "country"),
	columns("company_name", "company_domain", "company_industry", "company_size", "company_revenue"),
	columns("job_title", "seniority", "department"),
	columns("email_sha256"),
	columns("email_md5"),
	columns("phone"),
	columns("linkedin_url"),
	columns("twitter_handle"),
	columns("gender"),
	columns("age_range"),
}

var (
	emailColumn         = column("email")
	businessEmailColumn = column("business_email")
	personalEmailColumn = column("personal_email")
	sha256Column        = column("email_sha256")
	md5Column           = column("email_md5")
	verifiedColumn      = column("email_verified")
	dncColumn           = column("phone_dnc")
)

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

// mergeEmail chooses the addresses, and gives email its own flag and hashes.
func (m *merge) mergeEmail(ranked []*schema.SourceContact) {
	verdicts := verdictsOf(ranked)
	best := func(f field) {
		if r := verdicts.best(ranked, f); r != nil {
			m.set(f, *f.at(&r.Profile), r)
		}
	}
	best(businessEmailColumn)
	best(personalEmailColumn)
	p := &m.profile
	switch {
	case p.BusinessEmail != "":
		m.set(emailColumn, p.BusinessEmail, m.from[businessEmailColumn.position])
	case p.PersonalEmail != "":
		m.set(emailColumn, p.PersonalEmail, m.from[personalEmailColumn.position])
	default:
		best(emailColumn)
	}
	if p.Email == "" {
		return
	}
	sha, md := sha256.Sum256([]byte(p.Email)), md5.Sum([]byte(p.Email))
	supplier := m.from[emailColumn.position]
	m.set(sha256Column, hex.EncodeToString(sha[:]), supplier)
	m.set(md5Column, hex.EncodeToString(md[:]), supplier)
	if r := verdicts[p.Email]; r != nil {
		p.EmailVerified = r.EmailVerified
		m.from[verifiedColumn.position] = r
	}
}

// verdicts hold, by address, the best-ranked record that says whether it was
// verified. The flag of a record speaks of its email only.
type verdicts map[string]*schema.SourceContact

func verdictsOf(ranked []*schema.SourceContact) verdicts {
	var v verdicts
	for _, r := range ranked {
		if r.EmailVerified == nil || r.Email == "" || v[r.Email] != nil {
			continue
		}
		if v == nil {
			v = verdicts{}
		}
		v[r.Email] = r
	}
	return v
}

// best is the record whose address in f is the most trustworthy: verified before
// unknown before refuted, then by rank.
func (v verdicts) best(ranked []*schema.SourceContact, f field) *schema.SourceContact {
	const verified, unknown, refuted, none = 0, 1, 2, 3
	var best *schema.SourceContact
	least := none
	for _, r := range ranked {
		address := *f.at(&r.Profile)
		if address == "" {
			continue
		}
		doubt := unknown
		if said := v[address]; said != nil {
			doubt = refuted
			if *said.EmailVerified {
				doubt = verified
			}
		}
		if doubt < least {
			best, least = r, doubt
		}
	}
	return best
}

// mergeDNC flags the chosen number. Calling a listed number is what the law
// punishes, so a yes outweighs a no of a better-ranked record.
func (m *merge) mergeDNC(ranked []*schema.SourceContact) {
	p := &m.profile
	for _, r := range ranked {
		if p.Phone == "" || r.Phone != p.Phone || r.PhoneDNC == nil {
			continue
		}
		if p.PhoneDNC == nil || *r.PhoneDNC && !*p.PhoneDNC {
			p.PhoneDNC = r.PhoneDNC
			m.from[dncColumn.position] = r
		}
	}
}
