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
// value. A role address has a kind of its own that links nobody, and the vendor's
// hash of it is not taken for a person's. A switchboard identifies nobody.
func (p *person) identifiers(source, sourceID string) []schema.Identifier {
	all := slices.Clone(p.ids)
	roleHashes := map[string]bool{}
	for _, a := range p.addresses {
		if a.role {
			all = append(all, identity{schema.RoleEmail, a.sha256})
			roleHashes[a.sha256], roleHashes[a.md5], roleHashes[sha1Hex(a.value)] = true, true, true
			continue
		}
		all = append(all, identity{schema.EmailSHA256, a.sha256}, identity{schema.EmailMD5, a.md5})
	}
	for _, h := range p.hashes {
		if !roleHashes[h.value] {
			all = append(all, identity(h))
		}
	}
	for _, c := range p.phones {
		if c.kind != companyPhone {
			all = append(all, identity{schema.Phone, c.number})
		}
	}
	slices.SortFunc(all, func(a, b identity) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.value, b.value))
	})
	all = slices.Compact(all)
	identifiers := make([]schema.Identifier, len(all))
	for i, id := range all {
		identifiers[i] = schema.Identifier{Source: source, SourceID: sourceID, Kind: id.kind, Value: id.value}
	}
	return identifiers
}
