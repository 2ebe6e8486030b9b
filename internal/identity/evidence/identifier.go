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
	// contact: the business address at Work, the personal one at Home, the address that is
	// neither if the contact has one such and one identifier for it, and the slug or handle
	// if that is the only one.
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
	seen    int16  // year in which an address was last seen, or its record dated; 0 = not known
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
		mailbox := ids[i].Mailbox
		if mailbox == UnknownMailbox && address != "" {
			mailbox = MailboxOf(c, address)
		}
		if address != "" || mailbox != UnknownMailbox {
			of = addressKinds
		}
		id := t.identifierOf(c, trait, mailbox, address, handle)
		id.value, id.of = uint64(ids[i].Number), of
		known := slices.IndexFunc(t.identifiers, func(known identifier) bool { return known.value == id.value && known.trait == trait })
		switch {
		case known < 0:
			t.identifiers = append(t.identifiers, id)
		case t.identifiers[known].names == 0: // a hash of the address that this one is
			t.identifiers[known] = id
		}
	}
}

// textOf is the address of an identifier, or its slug or handle.
func textOf(c *schema.SourceContact, ids []Identifier, i int) (address, handle string) {
	id := &ids[i]
	trait, _ := familyOf(id.Kind)
	switch {
	case trait == Address && (id.Text != "" || id.Mailbox == UnknownMailbox && !isSole(ids, i)):
		return id.Text, ""
	case trait == Address && id.Mailbox == Work:
		return c.BusinessEmail, ""
	case trait == Address && id.Mailbox == Home:
		return c.PersonalEmail, ""
	case trait == Address:
		return furtherAddress(c), ""
	case id.Text != "" || !isSole(ids, i):
		return "", id.Text
	case id.Kind == schema.LinkedIn:
		return "", slugOf(c)
	case id.Kind == schema.TwitterHandle:
		return "", c.TwitterHandle
	}
	return "", ""
}

// isSole holds for the only identifier of its kind and mailbox of which no text is given.
func isSole(ids []Identifier, i int) bool {
	for j := range ids {
		if ids[j].Kind == ids[i].Kind && ids[j].Mailbox == ids[i].Mailbox && ids[j].Number != ids[i].Number && ids[j].Text == "" {
			return false
		}
	}
	return true
}

// furtherAddress is the only address beside the business and the personal one.
func furtherAddress(c *schema.SourceContact) (further string) {
	for _, address := range c.Emails {
		switch {
		case address == c.BusinessEmail || address == c.PersonalEmail || normal.LinksNobody(address):
		case further != "":
			return ""
		default:
			further = address
		}
	}
	return further
}

// identifierOf is what an identifier of the contact tells beside its value.
func (t *Traits) identifierOf(c *schema.SourceContact, trait Trait, mailbox Mailbox, address, handle string) identifier {
	id := identifier{trait: trait, mailbox: mailbox}
	if trait == Address {
		id.seen = yearOf(c.AsOf)
		if address != "" {
			id.names = t.addressedIn(address)
			if address == c.Email && !c.EmailLastSeenAt.IsZero() {
				id.seen = yearOf(c.EmailLastSeenAt)
			}
		}
		return id
	}
	if handle == "" {
		return id
	}
	if !t.isFullName(handle) {
		id.folded = foldedHash(handle)
	}
	if trait == LinkedIn {
		id.names = t.addressedIn(handle) | t.abbreviatedIn(handle)
	}
	return id
}

// yearOf is the calendar year, 0 for no time: who asks by the year only is to hear the same.
func yearOf(t time.Time) int16 {
	if t.IsZero() {
		return 0
	}
	return int16(t.UTC().Year())
}

// compareIdentifiers compares families: one value in common joins, values of one kind of
// which none is in common differ. What is the company's is nobody's.
func compareIdentifiers(a, b *Traits, o *[traits]Outcome) {
	both, spelt := kinds(0), false
	var told, common mailboxes
	for i := range a.identifiers {
		x := &a.identifiers[i]
		for j := range b.identifiers {
			y := &b.identifiers[j]
			if x.trait != y.trait {
				continue
			}
			companys := (x.folded != 0 || y.folded != 0) && (isCompanys(x, a, b) || isCompanys(y, a, b))
			if !companys {
				both |= x.of & y.of
			}
			if x.mailbox == y.mailbox {
				told |= 1 << x.mailbox
			}
			if x.value != y.value {
				continue
			}
			joined := joinedBy(x, y)
			if companys {
				joined = Companys
			}
			o[x.trait] = max(joined, o[x.trait])
			spelt = spelt || isSpelt(x.names) || isSpelt(y.names)
			if x.trait == LinkedIn && !companys {
				o[Profile] = max(o[Profile], compareProfile(x.names, y.names, o))
			}
			if x.trait == Address {
				o[Addressee] = max(o[Addressee], compareAddressed(x.names, y.names, o))
				if x.mailbox == y.mailbox {
					common |= 1 << x.mailbox
				}
			}
		}
	}
	if spelt && o[First] == Different && o[Last] == Equal && beginAlike(a.first, b.first) {
		o[First], o[Addressee], o[Profile] = Alike, Missing, Missing
	}
	if o[Addressee] == Given && a.hasOwn() && b.hasOwn() {
		o[Addressee] = Own
	}
	o[Beside] = compareBeside(told, common)
	for trait := Address; trait <= SSID; trait++ {
		if o[trait] == Missing && both&kindsOf[trait] != 0 {
			o[trait] = Different
		}
	}
}

// mailboxes are sorts of addresses.
type mailboxes uint8

// compareBeside compares the addresses at work and those at home, of which one is in
// common: whether the other sort, if both records tell it, is, too.
func compareBeside(told, common mailboxes) Outcome {
	const workAndHome mailboxes = 1<<Work | 1<<Home
	switch {
	case told&workAndHome != workAndHome || common&workAndHome == 0:
		return Missing
	case common&workAndHome == workAndHome:
		return Equal
	}
	return Different
}

// joinedBy is how an identifier in common joins. Where one record takes the address for
// one at work and the other for a personal one, it is either.
func joinedBy(x, y *identifier) Outcome {
	const fewYears = 2
	mailboxes := [2]Mailbox{min(x.mailbox, y.mailbox), max(x.mailbox, y.mailbox)}
	switch {
	case x.seen != 0 && y.seen != 0 && max(x.seen, y.seen)-min(x.seen, y.seen) > fewYears:
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
