package transform

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"contactsync/internal/normal"
	"contactsync/schema"
	"contactsync/transform/company"
	"contactsync/transform/name"
	"contactsync/transform/phone"
	"contactsync/transform/place"
	"contactsync/transform/title"
)

// person gathers what one record says, field by field, in whatever order and
// shape its vendor says it; normal then makes the common schema of it.
type person struct {
	profile   schema.Profile
	addresses []address
	phones    []number
	hashes    []schema.Identifier
	ids       []schema.Identifier
	notes     []string

	companyCountry string // of the employer, by which its numbers are read; "": as the person's

	addressAt, phoneAt index[string]
	hashAt             index[schema.Identifier]
	sentAt             index[string] // of what was read as addresses
	sent               []int         // the address that each was read as

	scratch []string // room for the values of fields, none of which is kept
	made    []schema.Identifier
	order   []int // of those that were made
}

// address is an e-mail address in normal form.
type address struct {
	value       string
	sha256, md5 string
	mailbox     string   // that it is of (see [normal.Mailbox])
	spellings   []string // in which it was sent, and others of it
	shared      bool     // many people's or nobody's: it links nobody
	placeholder bool     // masked, or a placeholder
	company.Mailbox
	standing standing
	lastSeen time.Time // in use; zero: no vendor says
}

// newAddress makes an address of one in normal form.
func newAddress(value string) address {
	host := value[strings.LastIndexByte(value, '@')+1:]
	a := named(value)
	a.sha256, a.md5, a.Mailbox = normal.SHA256(value), normal.MD5(value), company.MailboxAt(host)
	a.placeholder = normal.IsPlaceholderAddress(value)
	a.shared = a.placeholder || normal.IsRole(value) || a.mailbox != value && normal.LinksNobody(a.mailbox)
	return a
}

// named is an address of which nothing but its names is of interest.
func named(value string) address {
	return address{value: value, mailbox: normal.Mailbox(value), spellings: normal.Spellings(value)}
}

// names are all that the address is known as: as it is, as others spell it, and by its
// mailbox.
func (a *address) names() []string {
	names := append(make([]string, 0, 2+maxSpellings), a.value)
	names = append(names, a.spellings...)
	if a.mailbox != a.value {
		names = append(names, a.mailbox)
	}
	return names
}

// maxSpellings is how many spellings of an address are known by their hashes.
const maxSpellings = 4

// spelled adds how the address was sent: what a vendor hashed may be just that.
func (a *address) spelled(sent string) {
	if s, ok := normal.SpellingAsSent(sent, a.value); ok && len(a.spellings) < maxSpellings && !slices.Contains(a.spellings, s) {
		a.spellings = append(a.spellings, s)
	}
}

// emails takes the addresses of a field and what the vendor says of their validity
// in the same positions. own holds for addresses of which it says nothing.
func (p *person) emails(field string, values, statuses []string, own *bool) {
	if len(values) == 0 {
		return
	}
	statuses = p.split(statuses)
	for i, s := range p.listed(values) {
		at, known := p.sentAt.find(s)
		if known {
			at = p.sent[at]
		} else {
			value, ok := normal.Email(s)
			if !ok {
				p.unlessNothing(s, field, schema.CauseInvalidAddress)
				continue
			}
			at = p.address(value)
			p.addresses[at].spelled(s)
			p.sentAt.add(s)
			p.sent = append(p.sent, at)
		}
		said := standingOf(own)
		if i < len(statuses) {
			said = max(said, p.status(field, statuses[i]))
		}
		a := &p.addresses[at]
		a.standing = max(a.standing, said)
		if len(values) == 1 { // its outer blanks are in the field alone
			a.spelled(values[0])
		}
		if a.placeholder {
			p.note(field, schema.CauseNobodysAddress)
		}
	}
}

// address is where an address stands among those gathered; it is added where it is new.
func (p *person) address(value string) int {
	i, known := p.addressAt.find(value)
	if !known {
		i = p.addressAt.add(value)
		p.addresses = append(p.addresses, newAddress(value))
	}
	return i
}

// hashed takes a vendor's hashes of addresses.
func (p *person) hashed(field string, values []string) {
	for _, s := range p.split(values) {
		h, ok := normal.Hash(s)
		if !ok {
			p.unlessNothing(s, field, schema.CauseNoHash)
			continue
		}
		if _, known := p.hashAt.find(h); !known {
			p.hashAt.add(h)
			p.hashes = append(p.hashes, h)
		}
	}
}

// keyed takes what a derived key names: where the field that it was made of is not
// stored, it is all that is known of the person.
func (p *person) keyed(id string) {
	named, ok := schema.DerivedKey(id)
	switch {
	case !ok:
	case named.Kind == schema.LinkedIn:
		p.linkedIn("key", []string{"in/" + named.Value})
	default:
		p.hashed("key", []string{named.Value})
	}
}

// numbers takes the numbers of a field and the do-not-call flags that stand in
// the same positions of its companion. own is the flag of numbers without one. A
// number without a country code is read by the country where the person lives, one of
// the employer by the employer's, so that they are to be known before.
func (p *person) numbers(kind phoneKind, field string, values, flags []string, own *bool) {
	if len(values) == 0 {
		return
	}
	flags = p.split(flags)
	country := p.profile.Country
	if kind == companyPhone {
		country = cmp.Or(p.companyCountry, country)
	}
	var room [4]phone.Number
	for i, s := range p.split(values) {
		if s == "+" || isNull(clean(s)) {
			continue
		}
		found := phone.Append(room[:0], s, country)
		if len(found) == 0 {
			p.note(field, schema.CauseInvalidNumber)
		}
		for _, n := range found {
			if n.Repair != phone.AsWritten {
				p.note(field, phoneRepairs[n.Repair])
			}
			if n.Extension {
				p.note(field, schema.CauseExtension)
			}
			p.number(number{n.E164, kind, field, flagAt(flags, i, own)})
		}
	}
}

// number adds one, or what is newly known of one already there: the more
// personal kind counts, with its field, and one "do not call" is enough.
func (p *person) number(added number) {
	i, found := p.phoneAt.find(added.e164)
	if !found {
		p.phoneAt.add(added.e164)
		p.phones = append(p.phones, added)
		return
	}
	known := &p.phones[i]
	if added.kind < known.kind {
		known.kind, known.field = added.kind, added.field
	}
	known.dnc = outweighed(known.dnc, added.dnc)
}

// handles takes identifiers that a function reads out of a field's values, and
// returns the first one.
func (p *person) handles(kind schema.Kind, field string, values []string, read func(string) (string, bool)) string {
	first := ""
	for _, s := range p.split(values) {
		if s == "" {
			continue
		}
		value, ok := read(s)
		if !ok {
			p.unlessNothing(s, field, unusable(kind))
			continue
		}
		p.ids = append(p.ids, schema.Identifier{Kind: kind, Value: value})
		first = cmp.Or(first, value)
	}
	return first
}

// linkedIn takes links to a profile; the first one found is the person's.
func (p *person) linkedIn(field string, values []string) {
	slug := p.handles(schema.LinkedIn, field, values, normal.LinkedInSlug)
	if slug != "" && p.profile.LinkedInURL == "" {
		p.profile.LinkedInURL = normal.LinkedInProfile + slug
	}
}

// twitter takes handles or links of Twitter and X. Where a value is a link, what
// separators cut off it is no handle.
func (p *person) twitter(field string, values []string) {
	handle := p.handles(schema.TwitterHandle, field, values, func(s string) (string, bool) {
		if len(s) == 0 || s[0] != '@' && !strings.ContainsAny(s, "/.%:") && slices.ContainsFunc(values, isLink) {
			return "", false
		}
		return normal.TwitterHandle(s)
	})
	p.profile.TwitterHandle = cmp.Or(p.profile.TwitterHandle, handle)
}

func isLink(s string) bool { return strings.Contains(s, "/") && strings.ContainsAny(s, ".%") }

// named sets the names. An address in a name's place is no name; one that stands
// beside it in brackets goes with these.
func (p *person) named(first, last, full string) {
	for _, part := range []*string{&first, &last, &full} {
		if strings.IndexByte(*part, '@') < 0 || strings.IndexByte(*part, '<') > 0 {
			continue
		}
		if _, ok := normal.Email(*part); ok {
			p.note("name", schema.CauseAddressInNamesPlace)
			*part = ""
		}
	}
	first, last, full = p.withoutPlaceholders(first, last, full)
	n, lost := name.Normal(first, last, full)
	for _, known := range nameLosses {
		if lost.Has(known.loss) {
			p.note("name", known.cause)
		}
	}
	p.profile.FirstName, p.profile.LastName, p.profile.FullName = n.First, n.Last, n.Full
}

// nameLosses are the causes of what is left out of names.
var nameLosses = []struct {
	loss  name.Loss
	cause schema.Cause
}{
	{name.Honorific, schema.CauseHonorific},
	{name.Credential, schema.CauseCredential},
	{name.Nickname, schema.CauseNickname},
	{name.Pronouns, schema.CausePronouns},
	{name.Symbols, schema.CauseSymbols},
	{name.NotAName, schema.CauseNoName},
}

// titled sets the title, and rank and function from the vendor's words or the title.
func (p *person) titled(job string, seniority, department []string) {
	p.profile.JobTitle = job
	p.profile.Seniority, p.profile.Department = title.Read(job, seniority, department)
}

// home is where a person lives, by one block of fields, and what was changed in it.
type home struct {
	place.Place
	fields  placeFields
	changes place.Changes
}

// placeFields are the fields of city, region, postal code and country that belong
// together.
type placeFields struct{ city, region, postalCode, country string }

// homeOf reads a block of fields.
func (p *person) homeOf(o object, f placeFields) home {
	at, changes := place.Normal(
		p.text(normal.PlaceColumn, o, f.city), p.text(normal.PlaceColumn, o, f.region),
		p.text(normal.PlaceColumn, o, f.postalCode), p.text(normal.PlaceColumn, o, f.country))
	return home{at, f, changes}
}

// lives sets the place, and notes what became of the fields that say it.
func (p *person) lives(at home) {
	p.profile.City, p.profile.Region, p.profile.PostalCode, p.profile.Country = at.City, at.Region, at.PostalCode, at.Country
	p.moved(at)
}

// moved notes what was changed in a place.
func (p *person) moved(at home) {
	if at.changes == 0 {
		return
	}
	for _, c := range []struct {
		change place.Changes
		field  string
		cause  schema.Cause
	}{
		{place.CountryDropped, at.fields.country, schema.CauseUnknownCountry},
		{place.RegionDropped, at.fields.region, schema.CauseNoRegion},
		{place.PostalCodeDropped, at.fields.postalCode, schema.CauseNoPostalCode},
		{place.PostalCodeRepaired, at.fields.postalCode, schema.CausePostalCode},
		{place.CityToldApart, at.fields.city, schema.CausePlaceToldApart},
		{place.RegionToldApart, at.fields.region, schema.CausePlaceToldApart},
		{place.PostalCodeToldApart, at.fields.postalCode, schema.CausePlaceToldApart},
	} {
		if at.changes&c.change != 0 {
			p.note(c.field, c.cause)
		}
	}
}

// website sets the employer's domain from what the vendor calls a domain or website;
// of several fields the first usable one counts.
func (p *person) website(field string, values []string) {
	if p.profile.CompanyDomain != "" || !anyText(values) {
		return
	}
	domain, why := company.Domain(values)
	if why != "" {
		p.note(field, why)
	}
	p.profile.CompanyDomain = domain
}

func anyText(values []string) bool {
	return slices.ContainsFunc(values, func(s string) bool { return !isNull(clean(s)) })
}

// normalGender is female or male; other words stay as sent, and "unknown" says nothing.
func normalGender(s string) string {
	switch strings.ToLower(strings.Trim(s, " .")) {
	case "f", "female", "woman", "w":
		return "female"
	case "m", "male", "man":
		return "male"
	case "u", "unknown":
		return ""
	}
	return s
}
