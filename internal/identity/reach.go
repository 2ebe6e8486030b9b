package identity

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"

	"contactsync/schema"
)

var (
	emailColumn         = column("email")
	businessEmailColumn = column("business_email")
	personalEmailColumn = column("personal_email")
	sha256Column        = column("email_sha256")
	md5Column           = column("email_md5")
	verifiedPosition    = position("email_verified")
	statusPosition      = position("email_status")
	lastSeenPosition    = position("email_last_seen_at")
	dncPosition         = position("phone_dnc")
	kindPosition        = position("phone_kind")
	sourcePosition      = position("phone_source")
)

// mergeEmail chooses the addresses, and gives email what is said of it and its own
// hashes.
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
	best(emailColumn) // which may be of neither sort: thrown away after use, masked
	for _, usable := range []bool{true, false} {
		switch {
		case p.BusinessEmail != "" && verdicts.good(p.BusinessEmail) == usable:
			m.set(emailColumn, p.BusinessEmail, m.from[businessEmailColumn.position])
		case p.PersonalEmail != "" && verdicts.good(p.PersonalEmail) == usable:
			m.set(emailColumn, p.PersonalEmail, m.from[personalEmailColumn.position])
		case p.Email == "" || verdicts.good(p.Email) != usable:
			continue
		}
		break
	}
	if p.Email == "" {
		return
	}
	sha, md := sha256.Sum256([]byte(p.Email)), md5.Sum([]byte(p.Email))
	supplier := m.from[emailColumn.position]
	m.set(sha256Column, hex.EncodeToString(sha[:]), supplier)
	m.set(md5Column, hex.EncodeToString(md[:]), supplier)
	m.mergeDeliverability(ranked, verdicts.said[p.Email])
}

// mergeDeliverability says of the chosen address what a record has found out, and
// when it was last seen. Both speak of a record's email only.
func (m *merge) mergeDeliverability(ranked []*schema.SourceContact, verdict *schema.SourceContact) {
	p := &m.profile
	if verdict != nil {
		p.EmailStatus, p.EmailVerified = verdict.EmailStatus, verdict.EmailVerified
		m.from[statusPosition] = verdict
		if p.EmailVerified != nil {
			m.from[verifiedPosition] = verdict
		}
	}
	for _, r := range ranked {
		if r.Email == p.Email && r.EmailLastSeenAt.After(p.EmailLastSeenAt) {
			p.EmailLastSeenAt = r.EmailLastSeenAt
			m.from[lastSeenPosition] = r
		}
	}
}

// verdicts hold what the records of a person say of addresses.
type verdicts struct {
	// said is, by address, the best-ranked record that says whether mail to it arrives;
	// one whose vendor has tried in vain says so only where no other knows.
	said map[string]*schema.SourceContact
	// passed are the addresses before which a record prefers one that comes after them
	// unless they are invalid, or a function's: a business address where its email is
	// another, a personal one where its email is of neither sort.
	passed map[string]bool
}

func verdictsOf(ranked []*schema.SourceContact) verdicts {
	v := verdicts{map[string]*schema.SourceContact{}, map[string]bool{}}
	for _, r := range ranked {
		if r.Email == "" {
			continue
		}
		if r.Email != r.BusinessEmail {
			v.passed[r.BusinessEmail] = true
			if r.Email != r.PersonalEmail {
				v.passed[r.PersonalEmail] = true
			}
		}
		known := v.said[r.Email]
		if r.EmailStatus != "" && (known == nil || known.EmailStatus == schema.EmailUnknown && r.EmailStatus != schema.EmailUnknown) {
			v.said[r.Email] = r
		}
	}
	return v
}

// doubt orders addresses, the best first.
func (v verdicts) doubt(address string) int {
	if r := v.said[address]; r != nil {
		return r.EmailStatus.Doubt()
	}
	if v.passed[address] {
		return schema.EmailInvalid.Doubt()
	}
	return schema.EmailStatus("").Doubt()
}

// good is false of an address that is invalid, or that a record passed over.
func (v verdicts) good(address string) bool { return v.doubt(address) < schema.EmailInvalid.Doubt() }

// best is the record whose address in f is the least in doubt, then by rank.
func (v verdicts) best(ranked []*schema.SourceContact, f field) *schema.SourceContact {
	var best *schema.SourceContact
	least := 0
	for _, r := range ranked {
		address := *f.at(&r.Profile)
		if address == "" {
			continue
		}
		if doubt := v.doubt(address); best == nil || doubt < least {
			best, least = r, doubt
		}
	}
	return best
}

// mergePhone says of the chosen number what is known of it. Calling a listed number
// is what the law punishes, so a yes outweighs a no of a better-ranked record.
func (m *merge) mergePhone(ranked []*schema.SourceContact) {
	p := &m.profile
	if p.Phone == "" {
		return
	}
	for _, r := range ranked {
		if r.Phone != p.Phone {
			continue
		}
		if r.PhoneDNC != nil && (p.PhoneDNC == nil || *r.PhoneDNC && !*p.PhoneDNC) {
			p.PhoneDNC = r.PhoneDNC
			m.from[dncPosition] = r
		}
		if r.PhoneKind != "" && (p.PhoneKind == "" || p.PhoneKind == schema.PhoneUnknown && r.PhoneKind != schema.PhoneUnknown) {
			p.PhoneKind, p.PhoneSource = r.PhoneKind, r.PhoneSource
			m.from[kindPosition], m.from[sourcePosition] = r, r
		}
	}
	if p.PhoneSource == "" {
		m.from[sourcePosition] = nil
	}
}
