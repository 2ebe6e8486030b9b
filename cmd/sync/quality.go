package main

import (
	"fmt"
	"slices"

	"contactsync/internal/words"
	"contactsync/load/duckdb/report"
)

// identitySections are the tables of how well records were brought together.
func identitySections(q report.Quality) []profileSection {
	sizes := grid{columns: []string{"records", "contacts", "percent"}}
	all, several := int64(0), int64(0)
	for i, s := range q.Sizes {
		all += s.Contacts
		if i > 0 { // the first are of one record
			several += s.Contacts
		}
	}
	for _, s := range q.Sizes {
		sizes.add(s.Records, s.Contacts, percent(s.Contacts, all))
	}
	links := grid{columns: []string{"identifiers", "contacts", "percent", "alone"}}
	for _, l := range q.Links {
		links.add(l.Family, l.Contacts, percent(l.Contacts, several), l.Alone)
	}
	warnings := grid{columns: []string{"reason", "identifiers"}}
	for _, w := range q.Warnings {
		warnings.add(w.Reason, w.Identifiers)
	}
	pairs := grid{columns: []string{"reason", "open", "joined", "reviewed"}}
	for _, p := range q.Pairs {
		pairs.add(p.Reason, p.Open, p.Joined, p.Reviewed)
	}
	overrides := grid{columns: []string{"override", "pairs", "applied", "idle"}}
	for _, o := range q.Overrides {
		if o.Pairs > 0 {
			overrides.add(o.Override, o.Pairs, o.Applied, o.Idle)
		}
	}
	return slices.DeleteFunc([]profileSection{
		{"Identity: contacts by how many records they are of", sizes},
		{"Identity: the largest contacts; `sync explain` tells why", contactsGrid(q.Largest)},
		{
			fmt.Sprintf("Identity: %s under more than five full names; those with most", words.Counted(q.Crowded, "contact", "contacts")),
			contactsGrid(q.MostNames),
		},
		{"Identity: contacts of several records that identifiers hold together; alone: no other family does", links},
		{"Identity: identifiers that link nobody, or not everybody (etl.identity_warnings)", warnings},
		{"Identity: doubtful pairs (etl.candidate_pairs); reviewed: identity.overrides names both", pairs},
		{"Identity: pairs of identity.overrides; idle: one of the two is no record yet", overrides},
	}, func(s profileSection) bool { return len(s.g.rows) == 0 })
}

func contactsGrid(list []report.ContactSize) grid {
	g := grid{columns: []string{"contact_id", "records", "full_names"}}
	for _, c := range list {
		g.add(c.ContactID, c.Records, c.FullNames)
	}
	return g
}
