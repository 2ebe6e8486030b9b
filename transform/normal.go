package transform

import (
	"cmp"
	"slices"
	"strings"

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
	if len(p.addresses) > 0 {
		n.Emails = make([]string, len(p.addresses))
	}
	for i := range p.addresses {
		n.Emails[i] = p.addresses[i].value
	}
	if len(p.phones) > 0 {
		n.Phones = make([]string, len(p.phones))
	}
	for i := range p.phones {
		n.Phones[i] = p.phones[i].e164
	}
	p.chooseEmail(&n.Profile)
	if len(p.phones) > 0 {
		best := p.phones[0]
		n.Phone, n.PhoneKind, n.PhoneSource = best.e164, best.kind.word(), best.field
		if best.dnc != nil {
			n.PhoneDNC = new(*best.dnc)
		}
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
	for i := range p.addresses {
		switch a := &p.addresses[i]; {
		case a.Disposable, a.placeholder:
		case a.Personal:
			out.PersonalEmail = cmp.Or(out.PersonalEmail, a.value)
		case out.BusinessEmail == "":
			out.BusinessEmail, employer = a.value, a.Employer
		}
	}
	if len(p.addresses) > 0 {
		best := &p.addresses[0]
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
	all := append(p.made[:0], p.ids...)
	for i := range p.addresses {
		all = p.addresses[i].appendIdentifiers(all)
	}
	all = p.appendHashes(all)
	for _, c := range p.phones {
		if c.kind != companyPhone {
			all = append(all, schema.Identifier{Kind: schema.Phone, Value: c.e164})
		}
	}
	p.made = all
	for i := range all {
		p.order = append(p.order, i)
	}
	slices.SortFunc(p.order, func(i, j int) int { return compareIdentifiers(&all[i], &all[j]) })
	sorted := make([]schema.Identifier, 0, len(all))
	for _, i := range p.order {
		id := &all[i]
		if n := len(sorted); n > 0 && sorted[n-1].Kind == id.Kind && sorted[n-1].Value == id.Value {
			continue
		}
		sorted = append(sorted, schema.Identifier{Source: source, SourceID: sourceID, Kind: id.Kind, Value: id.Value, Address: id.Address})
	}
	return sorted
}

// compareIdentifiers compares by kind and value; of equal ones that with an address comes first.
func compareIdentifiers(a, b *schema.Identifier) int {
	if a.Kind != b.Kind {
		return strings.Compare(string(a.Kind), string(b.Kind))
	}
	if c := strings.Compare(a.Value, b.Value); c != 0 {
		return c
	}
	return strings.Compare(b.Address, a.Address)
}

// appendIdentifiers appends those that an address makes: the hashes of its mailbox, by
// which all who know the mailbox meet, and those of the address as it is, which name the
// mailbox, as its spellings do. SHA-1 hashes, which few vendors know an address by, are
// made of what nobody may be linked by.
func (a *address) appendIdentifiers(ids []schema.Identifier) []schema.Identifier {
	clear := a.mailboxSHA256()
	ids = append(ids, schema.Identifier{Kind: a.kind(schema.EmailSHA256), Value: clear},
		schema.Identifier{Kind: a.kind(schema.EmailMD5), Value: a.md5, Address: clear})
	if a.mailbox != a.value {
		ids = append(ids, schema.Identifier{Kind: a.kind(schema.EmailSHA256), Value: a.sha256, Address: clear},
			schema.Identifier{Kind: a.kind(schema.EmailMD5), Value: normal.MD5(a.mailbox), Address: clear})
	}
	for _, s := range a.spellings {
		ids = append(ids, schema.Identifier{Kind: schema.Spelling, Value: s, Address: clear})
	}
	if a.shared {
		ids = a.appendSHA1(ids)
	}
	return ids
}

// appendSHA1 appends the SHA-1 hashes of the address and its mailbox.
func (a *address) appendSHA1(ids []schema.Identifier) []schema.Identifier {
	clear := a.mailboxSHA256()
	ids = append(ids, schema.Identifier{Kind: a.kind(schema.EmailSHA1), Value: normal.SHA1(a.value), Address: clear})
	if a.mailbox != a.value {
		ids = append(ids, schema.Identifier{Kind: a.kind(schema.EmailSHA1), Value: normal.SHA1(a.mailbox), Address: clear})
	}
	return ids
}

func (a *address) mailboxSHA256() string {
	if a.mailbox == a.value {
		return a.sha256
	}
	return normal.SHA256(a.mailbox)
}

// kind is the kind of one of the address's hashes.
func (a *address) kind(of schema.Kind) schema.Kind {
	if !a.shared {
		return of
	}
	switch of {
	case schema.EmailSHA1:
		return schema.RoleEmailSHA1
	case schema.EmailMD5:
		return schema.RoleEmailMD5
	}
	return schema.RoleEmail
}

// appendHashes appends the identifiers of a vendor's hashes: what an address of the
// record makes of the same hash, where it makes another than the vendor's.
func (p *person) appendHashes(ids []schema.Identifier) []schema.Identifier {
	if len(p.hashes) == 0 {
		return ids
	}
	var made map[string]schema.Identifier // by value, but for those that are as the vendor's
	sha1 := slices.ContainsFunc(p.hashes, func(h schema.Identifier) bool { return h.Kind == schema.EmailSHA1 })
	for i := range p.addresses {
		var known []schema.Identifier
		switch a := &p.addresses[i]; {
		case a.shared:
			known = a.appendIdentifiers(nil)
		case sha1:
			known = a.appendSHA1(nil)
		}
		for _, id := range known {
			if made == nil {
				made = map[string]schema.Identifier{}
			}
			made[id.Value] = id
		}
	}
	for _, h := range p.hashes {
		if id, known := made[h.Value]; known {
			h = id
		}
		ids = append(ids, h)
	}
	return ids
}
