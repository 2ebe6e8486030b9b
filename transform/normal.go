package transform

import (
	"cmp"
	"slices"

	"contactsync/internal/normal"
	"contactsync/schema"
	"contactsync/transform/company"
)

// normal makes the common schema of what was gathered.
func (p *person) normal(source, sourceID string) schema.Normal {
	rankAddresses(p.addresses)
	rankNumbers(p.phones)
	n := schema.Normal{Profile: p.profile, Notes: p.notes}
	n.CompanyKey = company.Key(n.CompanyName)
	for _, a := range p.addresses {
		n.Emails = append(n.Emails, a.value)
	}
	for _, c := range p.phones {
		n.Phones = append(n.Phones, c.e164)
	}
	p.chooseEmail(&n.Profile)
	if len(p.phones) > 0 {
		best := p.phones[0]
		n.Phone, n.PhoneDNC, n.PhoneKind, n.PhoneSource = best.e164, best.dnc, best.kind.word(), best.field
	}
	n.Identifiers = p.identifiers(source, sourceID)
	return n
}

// rankAddresses sorts best first: what the vendor calls invalid comes last, before it
// what is nobody's, what is thrown away after use, and what belongs to a function; then
// business before personal (contract, part 4), what mail arrives at before what nobody
// has tried, then as sent.
func rankAddresses(all []address) {
	slices.SortStableFunc(all, func(a, b address) int {
		return cmp.Or(
			falseFirst(a.standing == invalid, b.standing == invalid),
			falseFirst(a.placeholder, b.placeholder),
			falseFirst(a.Disposable, b.Disposable),
			falseFirst(a.shared, b.shared),
			falseFirst(a.Personal, b.Personal),
			cmp.Compare(a.standing.status().Doubt(), b.standing.status().Doubt()),
		)
	})
}

// chooseEmail fills the address columns from the ranked addresses (one that is nobody's,
// or is thrown away, is neither a business address nor a personal one), and the company's
// domain from a business address where the vendor names none. Without
// an address the vendor's own hashes stand in (contract, part 4).
func (p *person) chooseEmail(out *schema.Profile) {
	employer := ""
	for _, a := range p.addresses {
		switch {
		case a.Disposable, a.placeholder:
		case a.Personal:
			out.PersonalEmail = cmp.Or(out.PersonalEmail, a.value)
		case out.BusinessEmail == "":
			out.BusinessEmail, employer = a.value, a.Employer
		}
	}
	if len(p.addresses) > 0 {
		best := p.addresses[0]
		out.Email, out.EmailStatus, out.EmailLastSeenAt = best.value, best.standing.status(), best.lastSeen
		out.EmailVerified = out.EmailStatus.Verified()
		out.EmailSHA256, out.EmailMD5 = best.sha256, best.md5
	}
	for _, h := range p.hashes {
		switch h.Kind {
		case schema.EmailSHA256:
			out.EmailSHA256 = cmp.Or(out.EmailSHA256, h.Value)
		case schema.EmailMD5:
			out.EmailMD5 = cmp.Or(out.EmailMD5, h.Value)
		}
	}
	out.CompanyDomain = cmp.Or(out.CompanyDomain, employer)
}

// identifiers is every identifier of the record, unique, sorted by kind and
// value. The hashes of a shared address have kinds of their own that link nobody; a
// switchboard identifies nobody. Hashes of one address that the record has in
// clear name that address, so that all who know one of them are judged together.
func (p *person) identifiers(source, sourceID string) []schema.Identifier {
	all := make([]schema.Identifier, 0, len(p.ids)+3*len(p.addresses)+len(p.hashes)+len(p.phones))
	all = append(all, p.ids...)
	for _, a := range p.addresses {
		all = append(all, a.identifiers()...)
	}
	all = append(all, p.hashIdentifiers()...)
	for _, c := range p.phones {
		if c.kind != companyPhone {
			all = append(all, schema.Identifier{Kind: schema.Phone, Value: c.e164})
		}
	}
	slices.SortFunc(all, func(a, b schema.Identifier) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value), cmp.Compare(b.Address, a.Address))
	})
	all = slices.CompactFunc(all, func(a, b schema.Identifier) bool { return a.Kind == b.Kind && a.Value == b.Value })
	for i := range all {
		all[i].Source, all[i].SourceID = source, sourceID
	}
	return all
}

// identifiers are those that an address makes.
func (a address) identifiers() []schema.Identifier {
	if a.shared {
		return []schema.Identifier{
			{Kind: schema.RoleEmail, Value: a.sha256},
			{Kind: schema.RoleEmailMD5, Value: a.md5, Address: a.sha256},
			{Kind: schema.RoleEmailSHA1, Value: normal.SHA1(a.value), Address: a.sha256},
		}
	}
	return []schema.Identifier{{Kind: schema.EmailSHA256, Value: a.sha256}, {Kind: schema.EmailMD5, Value: a.md5, Address: a.sha256}}
}

// hashIdentifiers are the identifiers of a vendor's hashes, without those that an
// address of the record has made already.
func (p *person) hashIdentifiers() (ids []schema.Identifier) {
	if len(p.hashes) == 0 {
		return nil
	}
	made, others := map[string]bool{}, map[string]address{} // others: by a hash that an address makes no identifier of
	for _, a := range p.addresses {
		made[a.sha256], made[a.md5], others[normal.SHA1(a.value)] = true, true, a
	}
	for _, h := range p.hashes {
		a, known := others[h.Value]
		switch {
		case made[h.Value], known && a.shared:
			continue
		case known:
			h.Address = a.sha256
		}
		ids = append(ids, h)
	}
	return ids
}
