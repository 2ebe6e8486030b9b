package identity

import (
	"cmp"
	"slices"
	"strings"

	"contactsync/schema"
)

// Rules say whose word counts more.
type Rules struct {
	Priority []string // sources, the most trusted first; those not named come after all of them, as equals
}

// Golden merges the records of one person. It does not depend on their order;
// no records make an empty contact.
//
// Records are ranked by source priority, then by the vendor's own date (none
// comes last), then those with a vendor's own key before those with a derived one,
// then by record_hash. Each value comes from the best-ranked record
// that has one, except that
//
//   - name, address, company and job travel as groups: the best-ranked record
//     that has the group's main column (full_name, city, company_name, job_title)
//     supplies the whole group, gaps included. Where no record has the main
//     column, the group's next column decides, and so on;
//   - email is the best business address, else the best personal one, else one of
//     neither sort (thrown away after use, masked); each also goes before one that is
//     invalid, or for which a record prefers it; of several those at which mail
//     arrives come first and the invalid last. Its hashes are its own, and the
//     vendors' only where there is no address. Its status is that of the best-ranked
//     record that knows one, the day on which it was last seen the latest;
//   - phone_dnc is what is said of the very number in phone, and a yes by anyone
//     outweighs a no. So are phone_kind and phone_source, which come from the
//     best-ranked record that knows the kind.
//
// contact_id is that of the oldest record. UpdatedAt is the warehouse's to set.
func Golden(records []schema.SourceContact, rules Rules) schema.Contact {
	if len(records) == 0 {
		return schema.Contact{}
	}
	oldest := &records[0]
	c := schema.Contact{RecordCount: int64(len(records)), LastSeenAt: oldest.LastSeenAt}
	for i := range records {
		r := &records[i]
		if older(r, oldest) {
			oldest = r
		}
		if r.LastSeenAt.After(c.LastSeenAt) {
			c.LastSeenAt = r.LastSeenAt
		}
		if at, known := slices.BinarySearch(c.Sources, r.Source); !known {
			c.Sources = slices.Insert(c.Sources, at, r.Source)
		}
	}
	c.ContactID = ContactID(oldest.Source, oldest.SourceID)
	c.FirstSeenAt = oldest.FirstSeenAt
	c.Profile = mergeRecords(records, rules).profile
	return c
}

// Origin tells which record supplied a golden value.
type Origin struct {
	Field    string // column of contacts
	Value    string
	Source   string
	SourceID string
}

// Explain tells where each value comes from that [Golden] gives for the same
// records, in the order of [schema.ProfileColumns]; columns without a value are
// left out.
func Explain(records []schema.SourceContact, rules Rules) []Origin {
	m := mergeRecords(records, rules)
	var origins []Origin
	for i, column := range schema.ProfileColumns {
		if r := m.from[i]; r != nil {
			origins = append(origins, Origin{column.Name, text(column, &m.profile), r.Source, r.SourceID})
		}
	}
	return origins
}

// older orders records by age as [Graph] numbers them.
func older(a, b *schema.SourceContact) bool {
	return cmp.Or(a.FirstSeenAt.Compare(b.FirstSeenAt), strings.Compare(a.Source, b.Source), strings.Compare(a.SourceID, b.SourceID)) < 0
}

// rank returns the records from the most to the least trusted.
func (rules Rules) rank(records []schema.SourceContact) []*schema.SourceContact {
	ranked := make([]*schema.SourceContact, len(records))
	for i := range records {
		ranked[i] = &records[i]
	}
	slices.SortFunc(ranked, rules.compare)
	return ranked
}

func (rules Rules) compare(a, b *schema.SourceContact) int {
	return cmp.Or(
		cmp.Compare(rules.priority(a.Source), rules.priority(b.Source)),
		b.AsOf.Compare(a.AsOf), // the zero time is older than any date
		cmp.Compare(derived(a), derived(b)),
		strings.Compare(a.RecordHash, b.RecordHash),
		strings.Compare(a.Source, b.Source),
		strings.Compare(a.SourceID, b.SourceID))
}

// derived is 1 for a record without its vendor's own key. A list that shows that key
// later brings the same people anew, and what was kept of them before is of that day.
func derived(r *schema.SourceContact) int {
	if _, ok := schema.DerivedKey(r.SourceID); ok {
		return 1
	}
	return 0
}

func (rules Rules) priority(source string) int {
	if at := slices.Index(rules.Priority, source); at >= 0 {
		return at
	}
	return len(rules.Priority)
}
