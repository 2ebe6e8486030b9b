package evidence

import (
	"slices"
	"strings"
	"time"

	"contactsync/internal/normal"
	"contactsync/schema"
)

// Identifier is one that links a record, by the number under which records of the same
// value meet.
type Identifier struct {
	Kind    schema.Kind
	Number  int32
	Mailbox Mailbox // of an address that the record has in clear
	// Text is the address, slug or handle. Where it is not given, it is that of the
	// contact: the business address at Work, the personal one at Home, and what it has of
	// the kind if that is the only one of the kind.
	Text string
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
	folded  uint64 // hash of a handle or slug, where it is known
	seen    int32  // day when an address was last seen, or its record dated; 0 = not known
	trait   Trait
	mailbox Mailbox
	names   addressed
	of      kinds
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
	if slug := slugOf(c); slug != "" {
		t.add(c, schema.LinkedIn, slug, "", slug)
	}
	if c.TwitterHandle != "" {
		t.add(c, schema.TwitterHandle, c.TwitterHandle, "", c.TwitterHandle)
	}
}

// handleOf is the text of a slug or handle.
func handleOf(id schema.Identifier) string {
	if id.Kind == schema.LinkedIn || id.Kind == schema.TwitterHandle {
		return id.Value
	}
	return ""
}

func slugOf(c *schema.SourceContact) string {
	return c.LinkedInURL[strings.LastIndexByte(c.LinkedInURL, '/')+1:]
}

// addAddresses adds the hashes of all addresses, by which records meet.
func (t *Traits) addAddresses(c *schema.SourceContact) {
	for i, address := range append([]string{c.Email}, c.Emails...) {
		if address == "" || i > 0 && address == c.Email || normal.LinksNobody(address) {
			continue
		}
		t.add(c, schema.EmailSHA256, normal.SHA256(address), address, "")
		t.add(c, schema.EmailMD5, normal.MD5(address), address, "")
		t.add(c, schema.EmailSHA1, normal.SHA1(address), address, "")
	}
	if c.Email == "" {
		if c.EmailSHA256 != "" {
			t.add(c, schema.EmailSHA256, c.EmailSHA256, "", "")
		}
		if c.EmailMD5 != "" {
			t.add(c, schema.EmailMD5, c.EmailMD5, "", "")
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

// add adds an identifier of the contact by its value, unless it is there.
func (t *Traits) add(c *schema.SourceContact, kind schema.Kind, value, address, handle string) {
	trait, of := familyOf(kind)
	if of == 0 {
		return
	}
	id := t.identifierOf(c, trait, MailboxOf(c, address), address, handle)
	id.value, id.of = valueOf(kind, value), of
	if !slices.ContainsFunc(t.identifiers, func(known identifier) bool { return known.value == id.value }) {
		t.identifiers = append(t.identifiers, id)
	}
}

// valueOf tells a handle from an id that reads the same.
func valueOf(kind schema.Kind, value string) uint64 { return hashOf(string(kind) + ":" + value) }

// keep leaves of the identifiers those given.
func (t *Traits) keep(given []schema.Identifier) {
	t.identifiers = slices.DeleteFunc(t.identifiers, func(own identifier) bool {
		return !slices.ContainsFunc(given, func(id schema.Identifier) bool { return valueOf(id.Kind, id.Value) == own.value })
	})
}

// addNumbered adds identifiers by their numbers.
func (t *Traits) addNumbered(c *schema.SourceContact, ids []Identifier) {
	t.identifiers = make([]identifier, 0, len(ids))
	for i := range ids {
		trait, of := familyOf(ids[i].Kind)
		if of == 0 {
			continue
		}
		address, handle := textOf(c, ids, i)
		if address != "" || ids[i].Mailbox != UnknownMailbox {
			of = addressKinds
		}
		id := t.identifierOf(c, trait, ids[i].Mailbox, address, handle)
		id.value, id.of = uint64(ids[i].Number), of
		t.identifiers = append(t.identifiers, id)
	}
}

// textOf is the address of an identifier, or its slug or handle.
func textOf(c *schema.SourceContact, ids []Identifier, i int) (address, handle string) {
	id := &ids[i]
	sole := func() bool {
		for j := range ids {
			if j != i && ids[j].Kind == id.Kind {
				return false
			}
		}
		return true
	}
	switch id.Kind {
	case schema.EmailSHA256, schema.EmailSHA1, schema.EmailMD5:
		switch {
		case id.Text != "":
			return id.Text, ""
		case id.Mailbox == Work:
			return c.BusinessEmail, ""
		case id.Mailbox == Home:
			return c.PersonalEmail, ""
		}
	case schema.LinkedIn:
		if id.Text == "" && sole() {
			return "", slugOf(c)
		}
		return "", id.Text
	case schema.TwitterHandle:
		if id.Text == "" && sole() {
			return "", c.TwitterHandle
		}
		return "", id.Text
	}
	return "", ""
}

// identifierOf is what an identifier of the contact tells beside its value.
func (t *Traits) identifierOf(c *schema.SourceContact, trait Trait, mailbox Mailbox, address, handle string) identifier {
	id := identifier{trait: trait, mailbox: mailbox}
	if trait == Address {
		id.seen = dayOf(c.AsOf)
		if address != "" {
			id.names = t.addressedIn(address)
			if address == c.Email && !c.EmailLastSeenAt.IsZero() {
				id.seen = dayOf(c.EmailLastSeenAt)
			}
		}
		return id
	}
	if handle != "" && !t.isFullName(handle) {
		id.folded = foldedHash(handle)
	}
	return id
}

// dayOf counts days, 0 for no time.
func dayOf(t time.Time) int32 {
	const day = 24 * 60 * 60
	if t.IsZero() {
		return 0
	}
	return int32(t.Unix() / day)
}

// compareIdentifiers compares families: one value in common joins, values of one kind of
// which none is in common differ. What is the company's is nobody's.
func compareIdentifiers(a, b *Traits, o *[traits]Outcome) {
	var ofA, ofB kinds
	for i := range a.identifiers {
		x := &a.identifiers[i]
		company := isCompanys(x, a, b)
		if !company {
			ofA |= x.of
		}
		for j := range b.identifiers {
			y := &b.identifiers[j]
			if x.value != y.value || x.trait != y.trait {
				continue
			}
			joined := joinedBy(x, y)
			if company || isCompanys(y, a, b) {
				joined = Companys
			}
			o[x.trait] = max(joined, o[x.trait])
			if x.trait == Address {
				o[Addressee] = max(o[Addressee], compareAddressed(x.names, y.names, o))
			}
		}
	}
	for j := range b.identifiers {
		if y := &b.identifiers[j]; !isCompanys(y, a, b) {
			ofB |= y.of
		}
	}
	if o[Address] != Missing {
		o[Beside] = compareBeside(a, b)
	}
	both := ofA & ofB
	for trait := Address; trait <= SSID; trait++ {
		if o[trait] == Missing && both&kindsOf[trait] != 0 {
			o[trait] = Different
		}
	}
}

// joinedBy is how an identifier in common joins. Where one record takes the address for
// one at work and the other for a personal one, it is either.
func joinedBy(x, y *identifier) Outcome {
	const twoYears = 2*365 + 1
	mailboxes := [2]Mailbox{min(x.mailbox, y.mailbox), max(x.mailbox, y.mailbox)}
	switch {
	case x.seen != 0 && y.seen != 0 && max(x.seen, y.seen)-min(x.seen, y.seen) > twoYears:
		return Aged
	case x.trait != Address || mailboxes == [2]Mailbox{Work, Home}:
		return Joined
	case mailboxes[1] == Work:
		return JoinedAtWork
	case mailboxes[1] == Home:
		return JoinedAtHome
	}
	return Joined
}

// isJoined holds where the two have an identifier in common.
func isJoined(o *[traits]Outcome) bool {
	for trait := Address; trait <= SSID; trait++ {
		if o[trait] != Missing && o[trait] != Different {
			return true
		}
	}
	return false
}

// compareBeside compares the addresses at work and those at home, of which one is in
// common: whether the other sort, if both records tell it, is, too.
func compareBeside(a, b *Traits) Outcome {
	var told, common [Home + 1]bool
	for i := range a.identifiers {
		x := &a.identifiers[i]
		for j := range b.identifiers {
			if y := &b.identifiers[j]; x.trait == Address && y.trait == Address && x.mailbox == y.mailbox {
				told[x.mailbox] = true
				common[x.mailbox] = common[x.mailbox] || x.value == y.value
			}
		}
	}
	switch {
	case !told[Work] || !told[Home] || !common[Work] && !common[Home]:
		return Missing
	case common[Work] && common[Home]:
		return Equal
	}
	return Different
}
