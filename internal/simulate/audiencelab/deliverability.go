package audiencelab

import (
	"slices"
	"strings"
	"time"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// validations are the vendor's words for how deliverable an address is; how they
// are written varies (vendors' README, 4.7 and 6.1).
var validations = []string{
	"Valid (esp)", "Valid (esp)", "valid(esp)", "VALID (ESP)", "Valid", "valid", "Catch-all", "catch-all", "Unknown", "Invalid",
}

// deliverability is what newer segments say beside the 74 fields: a status and a
// date for each address by its position, and where traced numbers come from.
func (r record) deliverability() api.Object {
	return api.Object{
		{"BUSINESS_EMAIL_VALIDATION_STATUS", joined(r.statuses(r.business, 40))},
		{"BUSINESS_EMAIL_LAST_SEEN_BY_ESP_DATE", joined(r.seen(r.business, 40))},
		{"PERSONAL_EMAIL_VALIDATION_STATUS", joined(r.statuses(r.personal, 50))},
		{"PERSONAL_EMAIL_LAST_SEEN_BY_ESP_DATE", joined(r.seen(r.personal, 50))},
		{"SKIPTRACE_MATCH_BY", r.pick(60, "ADDRESS,EMAIL,NAME", "EMAIL,NAME", "NAME", "")},
		{"SKIPTRACE_B2B_WIRELESS", ""}, {"SKIPTRACE_B2B_LANDLINE", strings.TrimPrefix(r.person.Employer.Phone(), "+1")},
		{"COMPANY_LAST_UPDATED", "2026-10-01"}, {"JOB_TITLE_LAST_UPDATED", "2026-09-15"},
	}
}

// statuses has a status for each address.
func (r record) statuses(addresses []string, detail int) []string {
	found := make([]string, len(addresses))
	for k := range addresses {
		found[k] = r.pick(detail+k, validations...)
	}
	return found
}

// seen has a day for each address: the last on which a provider saw it.
func (r record) seen(addresses []string, detail int) []string {
	found := make([]string, len(addresses))
	for k := range addresses {
		found[k] = firstSeen.AddDate(0, 0, r.bits(detail+100+k, 400)).Format(time.DateOnly)
	}
	return found
}

var firstSeen = time.Date(2025, 10, 1, 0, 0, 0, 0, time.UTC)

// verifiedAddress is what the segment of the how-to shows: the person's own address
// at the employer, for all who could not be told apart without.
func (r record) verifiedAddress() string {
	if r.slug == "" || slices.Contains(r.business, r.person.Business) {
		return r.person.Business
	}
	return ""
}

// howTo has the fields of the how-to's segment that differ from those of others.
func (r record) howTo() api.Object {
	return api.Object{{"BUSINESS_VERIFIED_EMAILS", r.verifiedAddress()}}
}

// howToTruth is what is true of a record without UUID: its key is the hash of its
// address, or the LinkedIn slug.
func (r record) howToTruth() world.Record {
	address := r.verifiedAddress()
	ids := append(world.EmailIdentifiers(true, address), world.Own("linkedin", r.slug)...)
	ids = append(ids, world.PhoneIdentifiers(r.mobile)...)
	found := world.Record{ID: "li:" + r.slug, Person: r.person.Index, Surname: r.last, Identifiers: ids}
	if address != "" {
		found.ID = "hem:" + world.SHA256Hex(address)
	}
	return found
}
