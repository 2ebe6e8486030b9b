package transform

import (
	"cmp"
	"strings"
	"time"

	"contactsync/internal/normal"
	"contactsync/schema"
)

// visitors are where the person of a visit stands (vendors' README 4.9 and 6.1).
var visitors = []string{"RESOLUTION", "EVENT_DATA.RESOLUTION", "EVENT.DATA.RESOLUTION"}

// visitor reads what a visit says of its visitor outside of the person whom the vendor
// recognised: the hash that the visitor is known by, and an address that was typed.
func (p *person) visitor(visit object) {
	p.emails("EMAIL_RAW", p.texts(visit, "EMAIL_RAW"), nil, nil)
	p.hashed("HEM_SHA256", p.texts(visit, "HEM_SHA256"))
}

// audienceLabFacts is the event of a row of a pixel, or of a segment over one, which
// holds events rather than contacts (vendors' README 4.7 and 4.9). The id of a visit
// is made of what tells it from others, pixel, visitor, time and page, for it has no
// type; that of a segment's event of person, type and time (contract, parts 2 and 3).
func audienceLabFacts(d *Document, _ time.Time, _, audience string) FactRows {
	o := d.members
	kind := o.text("EVENT_TYPE", "EVENT")
	sent := o.text("EVENT_TIMESTAMP", "ACTIVITY_START_DATE")
	key := []string{cmp.Or(o.text("UUID"), d.id), kind, sent}
	switch {
	case d.isVisit(audience):
		page := o.text("FULL_URL", "PAGE_URL", "LANDING_URL")
		if sent == "" && page == "" {
			return FactRows{}
		}
		hash := strings.ToLower(o.text("HEM_SHA256"))
		if hash == "" {
			hash = d.id
		}
		key = []string{cmp.Or(o.text("PIXEL_ID"), audience), hash, sent, page}
	case kind == "":
		return FactRows{}
	}
	occurred, _ := schema.ParseTime(sent)
	return FactRows{Events: []schema.Event{{
		Source: schema.AudienceLab, EventID: normal.SHA256(strings.Join(key, "|")),
		AudienceID: audience, SourceID: d.id, EventType: kind, OccurredAt: occurred, Payload: d.text,
	}}}
}

// isVisit reports whether a record is what a pixel saw: the pixel's own list has it,
// or it has no person's id but a visitor, recognised or known by a hash.
func (d *Document) isVisit(audience string) bool {
	o := d.members
	switch pixel := o.text("PIXEL_ID"); {
	case pixel != "" && pixel == audience:
		return true
	case o.text("UUID") != "":
		return false
	}
	return o.at(audienceLabName, visitors).all != nil ||
		o.text("EVENT_TYPE", "EVENT") == "" && o.text("HEM_SHA256") != "" && o.text("EVENT_TIMESTAMP") != ""
}
