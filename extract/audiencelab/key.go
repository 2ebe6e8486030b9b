package audiencelab

import (
	"bytes"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"contactsync/extract"
	"contactsync/extract/audiencelab/enrichment"
	"contactsync/internal/normal"
	"contactsync/schema"
)

// A list serves the fields that its table in the Studio shows, and the table of the
// vendor's own how-to does not show the UUID (vendors' README 6.1). A row without one
// is kept under a derived key (contract, part 3):
//
//   - the SHA-256 of its first address that belongs to a person, in the order of
//     addressFields, or the first hash that the vendor itself made of one, as far as the
//     row shows whose it is;
//   - else its LinkedIn profile;
//   - else an address that several may share (info@), which is better than nothing. One
//     that is masked or a placeholder (j***@, noemail@) is not: strangers would be one.
//
// What a pixel saw is told by the hash of the visitor's address, so there that one
// comes first.

// addressFields hold addresses, in the order in which transform reads them.
var addressFields = []string{
	"BUSINESS_VERIFIED_EMAILS", "PERSONAL_VERIFIED_EMAILS", "DEEP_VERIFIED_EMAILS", "BUSINESS_EMAIL", "BUSINESS_EMAILS",
	"PERSONAL_EMAILS", "PERSONAL_EMAIL", "ADDITIONAL_PERSONAL_EMAILS", "EMAIL", "EMAIL_RAW",
}

const visitorHash = "HEM_SHA256"

// hashFields hold the vendor's own hashes of addresses, and last that by which an
// enrichment asked.
var hashFields = []string{"SHA256_BUSINESS_EMAIL", "SHA256_PERSONAL_EMAIL", visitorHash, enrichment.AskedHash}

// profileFields hold links to LinkedIn; linkedInName the name alone.
var profileFields = []string{"LINKEDIN_URL", "INDIVIDUAL_LINKEDIN_URL", enrichment.AskedLinkedIn}

const linkedInName = "LINKEDIN_USERNAME"

// keyFields are those that a key may be made of.
var keyFields = func() map[string]bool {
	known := map[string]bool{"UUID": true, "PIXEL_ID": true, linkedInName: true}
	for _, names := range [][]string{addressFields, hashFields, profileFields} {
		for _, name := range names {
			known[name] = true
		}
	}
	return known
}()

// personWithin are the members of a visit in which the person may stand: resolution,
// event_data.resolution, event.data.resolution (vendors' README 6.1).
var personWithin = map[string]bool{"RESOLUTION": true, "EVENT_DATA": true, "EVENT": true, "DATA": true}

// noUUID is said once per run and list.
const noUUID = "rows have no UUID, so they are kept under a hash of their first address or their LinkedIn profile, which may change; " +
	"show the column UUID in the Studio: people keep their memberships"

// lacksUUID reports whether a row has a derived key for want of a column. Visits have
// no UUID at all.
func (l list) lacksUUID(rows []schema.Record) bool {
	return l.members && l.kind != schema.KindPixel && slices.ContainsFunc(rows, func(r schema.Record) bool {
		_, derived := schema.DerivedKey(r.ID)
		return derived
	})
}

// decoder reads a row, or a text that may hold one.
type decoder struct{ *jsontext.Decoder }

func newDecoder(text []byte) decoder {
	return decoder{jsontext.NewDecoder(bytes.NewBuffer(text), extract.LenientJSON)}
}

// each calls read for all that the array or object that comes holds.
func (d decoder) each(read func() error) error {
	_, err := d.ReadToken()
	for err == nil && d.PeekKind() != ']' && d.PeekKind() != '}' {
		err = read()
	}
	if err == nil {
		_, err = d.ReadToken()
	}
	return err
}

// keyValues are the values of the fields that a key may be made of.
type keyValues map[string][]string

// derivedKey is the key of a row without a UUID of its own; "" where it has nothing
// to tell its person by.
func derivedKey(raw []byte) string {
	values := keyValues{}
	if values.read(newDecoder(raw)) != nil {
		return ""
	}
	if uuid := first(values["UUID"], ownKey); uuid != "" { // of the person within a visit
		return uuid
	}
	readers := []func() string{values.address, values.hash, values.profile, values.role}
	if values["PIXEL_ID"] != nil {
		readers = append([]func() string{values.visitor}, readers...)
	}
	for _, read := range readers {
		if key := read(); key != "" {
			return key
		}
	}
	return ""
}

// read gathers the values of an object, those of the person within it included.
func (v keyValues) read(d decoder) error {
	if d.PeekKind() != '{' {
		return d.SkipValue()
	}
	return d.each(func() error {
		token, err := d.ReadToken()
		if err != nil {
			return err
		}
		name := strings.ToUpper(token.String())
		switch kind := d.PeekKind(); {
		case kind == '{' && personWithin[name]:
			return v.read(d)
		case kind == '"' && personWithin[name]:
			return v.readText(d)
		case keyFields[name]:
			return v.add(d, name)
		}
		return d.SkipValue()
	})
}

// readText gathers the values of an object that was sent as a text; any other text, as
// the name of an event, has none.
func (v keyValues) readText(d decoder) error {
	token, err := d.ReadToken()
	if err == nil {
		_ = v.read(newDecoder([]byte(token.String())))
	}
	return err
}

// add takes the value that comes, or the elements of a list.
func (v keyValues) add(d decoder, name string) error {
	take := func() error {
		raw, err := d.ReadValue()
		var text extract.LenientText
		if err == nil && text.UnmarshalJSON(raw) == nil && text != "" {
			v[name] = append(v[name], string(text))
		}
		return err
	}
	if d.PeekKind() == jsontext.Kind('[') {
		return d.each(take)
	}
	return take()
}

func (v keyValues) address() string { return v.firstAddress(false) }

func (v keyValues) role() string { return v.firstAddress(true) }

func (v keyValues) firstAddress(role bool) string {
	for _, field := range addressFields {
		key := first(normal.Emails(v[field]), func(s string) string {
			if address, ok := normal.Email(s); ok && normal.IsRole(address) == role && !normal.IsPlaceholderAddress(address) {
				return schema.HashKey + normal.SHA256(address)
			}
			return ""
		})
		if key != "" {
			return key
		}
	}
	return ""
}

// hash is made of the vendor's own hashes, those apart that are of an address which
// stands in the row and makes no such key.
func (v keyValues) hash() string {
	unlinked := map[string]bool{}
	for _, field := range addressFields {
		for _, s := range normal.Emails(v[field]) {
			if address, ok := normal.Email(s); ok && normal.LinksNobody(address) {
				unlinked[schema.HashKey+normal.SHA256(address)] = true
			}
		}
	}
	for _, field := range hashFields {
		key := first(normal.Split(v[field], normal.Separators), func(s string) string {
			if key := hashKey(s); !unlinked[key] {
				return key
			}
			return ""
		})
		if key != "" {
			return key
		}
	}
	return ""
}

func (v keyValues) visitor() string {
	return first(normal.Split(v[visitorHash], normal.Separators), hashKey)
}

func (v keyValues) profile() string {
	for _, field := range profileFields {
		if key := first(normal.Split(v[field], normal.Separators), profileKey); key != "" {
			return key
		}
	}
	return first(v[linkedInName], func(s string) string { return profileKey("in/" + strings.TrimPrefix(s, "in/")) })
}

// first is the first key that can be made of some values.
func first(values []string, key func(string) string) string {
	for _, s := range values {
		if k := key(s); k != "" {
			return k
		}
	}
	return ""
}

// ownKey is the vendor's own key, unless it says nothing.
func ownKey(s string) string {
	if normal.IsPlaceholder(normal.AnyColumn, s) {
		return ""
	}
	return s
}

func hashKey(s string) string {
	if h, ok := normal.Hash(s); ok && h.Kind == schema.EmailSHA256 {
		return schema.HashKey + h.Value
	}
	return ""
}

func profileKey(s string) string {
	if slug, ok := normal.LinkedInSlug(s); ok {
		return schema.ProfileKey + slug
	}
	return ""
}
