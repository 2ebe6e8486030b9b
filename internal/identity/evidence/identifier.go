package evidence

import (
	"slices"
	"strings"

	"contactsync/internal/normal"
	"contactsync/schema"
)

// Identifier is one that links a record, by the number under which records of the same
// value meet.
type Identifier struct {
	Kind    schema.Kind
	Number  int32
	Mailbox Mailbox // of an address that the record has in clear
}

// Mailbox is what is known of whose an address is.
type Mailbox uint8

// The mailboxes.
const (
	UnknownMailbox Mailbox = iota
	Work                   // the contact's business address, or one at the same domain
	Home                   // its personal address, or one at the same domain
)

// identifier is a value that links: its hash, or its number.
type identifier struct {
	value   uint64
	trait   Trait
	mailbox Mailbox
}

// kinds are those of which a record carries identifiers. Of an address in clear all
// hashes are known.
type kinds uint8

const (
	sha256Kind kinds = 1 << iota
	sha1Kind
	md5Kind
	linkedInKind
	twitterIDKind
	twitterHandleKind
	ssIDKind
	addressKinds = sha256Kind | sha1Kind | md5Kind
)

// kindsOf are the kinds that are of a trait.
var kindsOf = [traits]kinds{
	Address: addressKinds, LinkedIn: linkedInKind, Twitter: twitterIDKind | twitterHandleKind, SSID: ssIDKind,
}

// familyOf is the trait that a kind of identifier is of; kinds that do not link are of none.
func familyOf(kind schema.Kind) (trait Trait, of kinds) {
	switch kind {
	case schema.EmailSHA256:
		return Address, sha256Kind
	case schema.EmailSHA1:
		return Address, sha1Kind
	case schema.EmailMD5:
		return Address, md5Kind
	case schema.LinkedIn:
		return LinkedIn, linkedInKind
	case schema.TwitterID:
		return Twitter, twitterIDKind
	case schema.TwitterHandle:
		return Twitter, twitterHandleKind
	case schema.SSID:
		return SSID, ssIDKind
	}
	return traits, 0
}

// addContact adds the identifiers that stand in the contact itself.
func (t *Traits) addContact(c *schema.SourceContact) {
	t.addAddresses(c)
	if slug := c.LinkedInURL[strings.LastIndexByte(c.LinkedInURL, '/')+1:]; slug != "" {
		t.add(schema.LinkedIn, slug, UnknownMailbox)
	}
	if c.TwitterHandle != "" {
		t.add(schema.TwitterHandle, c.TwitterHandle, UnknownMailbox)
	}
}

// addAddresses adds the hashes of all addresses, by which records meet.
func (t *Traits) addAddresses(c *schema.SourceContact) {
	for i, address := range append([]string{c.Email}, c.Emails...) {
		if address == "" || i > 0 && address == c.Email || normal.LinksNobody(address) {
			continue
		}
		of := MailboxOf(c, address)
		t.add(schema.EmailSHA256, normal.SHA256(address), of)
		t.add(schema.EmailMD5, normal.MD5(address), of)
		t.add(schema.EmailSHA1, normal.SHA1(address), of)
	}
	if c.Email == "" {
		if c.EmailSHA256 != "" {
			t.add(schema.EmailSHA256, c.EmailSHA256, UnknownMailbox)
		}
		if c.EmailMD5 != "" {
			t.add(schema.EmailMD5, c.EmailMD5, UnknownMailbox)
		}
	}
}

// MailboxOf is whose an address of the contact is: one at work where it is at the
// employer's domain or that of the business address.
func MailboxOf(c *schema.SourceContact, address string) Mailbox {
	domainOf := func(s string) string { return s[strings.LastIndexByte(s, '@')+1:] }
	switch domain := domainOf(address); domain {
	case "":
		return UnknownMailbox
	case domainOf(c.BusinessEmail), c.CompanyDomain:
		return Work
	case domainOf(c.PersonalEmail):
		return Home
	}
	return UnknownMailbox
}

func (t *Traits) add(kind schema.Kind, value string, mailbox Mailbox) {
	trait, of := familyOf(kind)
	if of == 0 {
		return
	}
	id := identifier{valueOf(kind, value), trait, mailbox}
	if !slices.ContainsFunc(t.identifiers, func(known identifier) bool { return known.value == id.value }) {
		t.identifiers = append(t.identifiers, id)
		t.kinds |= of
	}
}

// valueOf tells a handle from an id that reads the same.
func valueOf(kind schema.Kind, value string) uint64 { return hashOf(string(kind) + ":" + value) }

// keep leaves of the identifiers those given.
func (t *Traits) keep(given []schema.Identifier) {
	kept := t.identifiers[:0]
	t.kinds = 0
	for _, own := range t.identifiers {
		i := slices.IndexFunc(given, func(id schema.Identifier) bool { return valueOf(id.Kind, id.Value) == own.value })
		if i >= 0 {
			_, of := familyOf(given[i].Kind)
			kept, t.kinds = append(kept, own), t.kinds|of
		}
	}
	t.identifiers = kept
}

// addNumbered adds identifiers by their numbers.
func (t *Traits) addNumbered(ids []Identifier) {
	t.identifiers = make([]identifier, 0, len(ids))
	for _, id := range ids {
		trait, of := familyOf(id.Kind)
		if of == 0 {
			continue
		}
		if id.Mailbox != UnknownMailbox {
			of = addressKinds
		}
		t.identifiers = append(t.identifiers, identifier{uint64(id.Number), trait, id.Mailbox})
		t.kinds |= of
	}
}

// compareIdentifiers compares families: one value in common joins, values of one kind of
// which none is in common differ.
func compareIdentifiers(a, b *Traits, o *[traits]Outcome) {
	for i := range a.identifiers {
		x := &a.identifiers[i]
		for j := range b.identifiers {
			if y := &b.identifiers[j]; x.value == y.value && x.trait == y.trait {
				o[x.trait] = max(joinedBy(x, y), o[x.trait])
			}
		}
	}
	both := a.kinds & b.kinds
	for trait := Address; trait <= SSID; trait++ {
		if o[trait] == Missing && both&kindsOf[trait] != 0 {
			o[trait] = Different
		}
	}
}

// joinedBy is how an identifier in common joins. Where one record takes the address for
// one at work and the other for a personal one, it is either.
func joinedBy(x, y *identifier) Outcome {
	mailboxes := [2]Mailbox{min(x.mailbox, y.mailbox), max(x.mailbox, y.mailbox)}
	switch {
	case x.trait != Address || mailboxes == [2]Mailbox{Work, Home}:
		return Joined
	case mailboxes[1] == Work:
		return JoinedAtWork
	case mailboxes[1] == Home:
		return JoinedAtHome
	}
	return Joined
}
