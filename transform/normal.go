package transform

import (
	"cmp"
	"slices"

	"contactsync/schema"
)

// normal makes the common schema of what was gathered.
func (p *person) normal(source, sourceID string) Normal {
	rankAddresses(p.addresses)
	rankPhones(p.phones)
	n := Normal{Profile: p.profile, Notes: p.notes}
	for _, a := range p.addresses {
		n.Emails = append(n.Emails, a.value)
	}
	for _, c := range p.phones {
		n.Phones = append(n.Phones, c.number)
	}
	p.chooseEmail(&n.Profile)
	if len(p.phones) > 0 {
		n.Phone, n.PhoneDNC = p.phones[0].number, p.phones[0].dnc
	}
	n.Identifiers = p.identifiers(source, sourceID)
	return n
}

// rankAddresses sorts best first: what the vendor calls invalid comes last,
// before it what belongs to a function; then business before personal (contract,
// part 4), verified before unverified, then as sent.
func rankAddresses(all []address) {
	slices.SortStableFunc(all, func(a, b address) int {
		return cmp.Or(
			compareBool(a.refuted(), b.refuted()),
			compareBool(a.role, b.role),
			compareBool(a.personal, b.personal),
			compareBool(!a.confirmed(), !b.confirmed()),
		)
	})
}

func (a address) refuted() bool   { return a.verified != nil && !*a.verified }
func (a address) confirmed() bool { return a.verified != nil && *a.verified }

// compareBool puts false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// chooseEmail fills the address columns from the ranked addresses, and the
// company's domain from a business address where the vendor names none. Without
// an address the vendor's own hashes stand in (contract, part 4).
func (p *person) chooseEmail(out *schema.Profile) {
	for _, a := range p.addresses {
		if a.personal {
			out.PersonalEmail = cmp.Or(out.PersonalEmail, a.value)
			continue
		}
		out.BusinessEmail = cmp.Or(out.BusinessEmail, a.value)
	}
	if len(p.addresses) > 0 {
		best := p.addresses[0]
		out.Email, out.EmailVerified = best.value, best.verified
		out.EmailSHA256, out.EmailMD5 = best.sha256, best.md5
	}
	for _, h := range p.hashes {
		if len(p.addresses) > 0 {
			break
		}
		switch h.kind {
		case schema.EmailSHA256:
			out.EmailSHA256 = cmp.Or(out.EmailSHA256, h.value)
		case schema.EmailMD5:
			out.EmailMD5 = cmp.Or(out.EmailMD5, h.value)
		}
	}
	if out.CompanyDomain == "" && out.BusinessEmail != "" {
		_, host, _ := cutLast(out.BusinessEmail, "@")
		out.CompanyDomain, _ = registrableDomain(host)
	}
}

// identifiers is every identifier of the record, unique, sorted by kind and
// value. The hashes of a role address have kinds of their own that link nobody; a
// switchboard identifies nobody. Hashes of one address that the record has in
// clear name that address, so that all who know one of them are judged together.
func (p *person) identifiers(source, sourceID string) []schema.Identifier {
	all := slices.Clone(p.ids)
	for _, a := range p.addresses {
		all = append(all, a.identities()...)
	}
	for _, h := range p.hashes {
		if id, ok := p.hashIdentity(h); ok {
			all = append(all, id)
		}
	}
	for _, c := range p.phones {
		if c.kind != companyPhone {
			all = append(all, identity{kind: schema.Phone, value: c.number})
		}
	}
	slices.SortFunc(all, func(a, b identity) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.value, b.value), cmp.Compare(b.address, a.address))
	})
	all = slices.CompactFunc(all, func(a, b identity) bool { return a.kind == b.kind && a.value == b.value })
	identifiers := make([]schema.Identifier, len(all))
	for i, id := range all {
		identifiers[i] = schema.Identifier{Source: source, SourceID: sourceID, Kind: id.kind, Value: id.value, Address: id.address}
	}
	return identifiers
}

// identities are the identifiers that an address makes.
func (a address) identities() []identity {
	if a.role {
		return []identity{
			{kind: schema.RoleEmail, value: a.sha256},
			{kind: schema.RoleEmailMD5, value: a.md5, address: a.sha256},
			{kind: schema.RoleEmailSHA1, value: sha1Hex(a.value), address: a.sha256},
		}
	}
	return []identity{{kind: schema.EmailSHA256, value: a.sha256}, {kind: schema.EmailMD5, value: a.md5, address: a.sha256}}
}

// hashIdentity is the identifier of a vendor's hash. It is not ok where an address
// of the record has made it already.
func (p *person) hashIdentity(h hash) (id identity, ok bool) {
	id = identity{kind: h.kind, value: h.value}
	for _, a := range p.addresses {
		switch h.value {
		case a.sha256, a.md5:
			return id, false
		case sha1Hex(a.value):
			id.address = a.sha256
			return id, !a.role
		}
	}
	return id, true
}
