package stage

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"unicode/utf8"
	"unsafe"

	"contactsync/extract"
	"contactsync/schema"
	"contactsync/transform"
)

// served is a record as a page brought it.
type served struct {
	schema.Record // Raw as it came
	listing

	document *transform.Document // without what is never stored; nil where nobody asked yet, or Raw cannot be parsed
	problem  error               // why not
	hash     string              // of the payload that is to be stored
	facts    transform.FactRows
	reject   *transform.RejectError // why it cannot be used

	suppressed bool // it is of somebody who must stay out
	unchanged  bool // its audience served the same last
	older      bool // its audience served something of a later date last
	known      bool // something is stored of the record
	past       bool // it is an event that is stored, of somebody of whom a later one is
}

// row tells the rows of one record from one another. Those with a date of their own,
// as events have, are as many as say something different, and so are those under a
// derived key, which two people may share; without either, a record that is listed
// twice is one row that came twice.
func (v *served) row() int64 {
	sum, err := hex.DecodeString(v.hash)
	_, derived := schema.DerivedKey(v.ID)
	if err != nil || len(sum) < 8 || v.AsOf.IsZero() && !derived {
		return 0
	}
	return int64(binary.BigEndian.Uint64(sum))
}

// listing is what a page knows of all its records.
type listing struct {
	partition string
	audience  string // "" = no membership
	sweep     string
	outdated  bool // its partition has been listed anew since
}

func listingOf(p extract.Page) listing {
	return listing{partition: p.Partition, audience: p.Audience, sweep: p.Sweep}
}

// parse parses the record, unless that has been done.
func (v *served) parse(rules *transform.Rules) (*transform.Document, error) {
	if v.document == nil && v.problem == nil {
		v.document, v.problem = rules.Parse(v.ID, v.text())
	}
	return v.document, v.problem
}

// payload is the text that is to be stored.
func (v *served) payload() string {
	if v.document != nil {
		return v.document.Payload()
	}
	return v.text()
}

// text is the record as it came, which is part of its page and is not copied: nothing
// changes a page after it was read, and what is stored of a record keeps its page in
// memory no longer than the batch that the page is in.
func (v *served) text() string { return unsafe.String(unsafe.SliceData(v.Raw), len(v.Raw)) }

// prepare readies records that may be stored to be taken in. Without fields to drop
// it parses those alone that are not what their audience served last: of the others
// all is stored, but for the facts of a day, which each day states anew.
func (s *Stager) prepare(ctx context.Context, list []*served) error {
	list = usable(list)
	err := inChunks(list, func(_ int, part []*served) error {
		for _, v := range part {
			if len(s.drop) > 0 {
				s.drop.from(v, s.rules)
				v.hash = payloadHash([]byte(v.payload()))
			} else {
				v.hash = payloadHash(v.Raw)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.settleFor(func(yield func(string) bool) {
		for _, v := range list {
			if !yield(v.ID) {
				return
			}
		}
	}); err != nil {
		return err
	}
	if err := s.compare(ctx, list); err != nil {
		return err
	}
	err = inChunks(list, func(_ int, part []*served) error {
		for _, v := range part {
			if !v.unchanged || s.rules.Daily && !v.outdated {
				if err := s.read(v); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.recall(ctx, list)
}

// recall marks the events that bring nothing: a list of events has all of them every
// night, of which only the latest of each person is what was served last. An older one
// that is stored has been laid under that already.
func (s *Stager) recall(ctx context.Context, list []*served) error {
	ofEvent := map[string][]*served{}
	for _, v := range list {
		if v.older && len(v.facts.Events) == 1 {
			id := v.facts.Events[0].EventID
			ofEvent[id] = append(ofEvent[id], v)
		}
	}
	if len(ofEvent) == 0 {
		return nil
	}
	if err := s.settleFor(maps.Keys(ofEvent)); err != nil {
		return err
	}
	known, err := s.w.Lookup().KnownEvents(ctx, slices.Collect(maps.Keys(ofEvent)))
	for id := range known {
		for _, v := range ofEvent[id] {
			v.past, v.facts.Events = true, nil
		}
	}
	return err
}

// read parses a record and takes out what it states beside the person.
func (s *Stager) read(v *served) (err error) {
	d, err := v.parse(s.rules)
	if err == nil {
		v.facts, err = d.Facts(v.AsOf, s.pipeline.Name, v.audience)
	}
	if reject, ok := errors.AsType[*transform.RejectError](err); ok {
		v.reject, err = reject, nil
	}
	return err
}

// compare marks the records that are what their audience served last, and not under
// a later date of the vendor. One that could not be kept under its key is none.
func (s *Stager) compare(ctx context.Context, list []*served) error {
	alone := s.isAlone() // a pipeline that begins after this sees what is stored because of it
	var usable []*served
	var versions []schema.Version
	for _, v := range list {
		if v.ID != "" && utf8.ValidString(v.ID) && s.rules.CheckKey(v.ID) == nil {
			usable = append(usable, v)
			versions = append(versions, schema.Version{SourceID: v.ID, Audience: s.audience(v), AsOf: v.AsOf, PayloadHash: v.hash})
		}
	}
	if len(usable) == 0 {
		return nil
	}
	standings, err := s.w.Lookup().Compare(ctx, s.pipeline.Source, versions)
	if err != nil {
		return err
	}
	for i, v := range usable {
		v.known = !alone || standings[i].Known
		v.unchanged, v.older = standings[i].Same, standings[i].Older
	}
	return nil
}

// audience is what the record's version is kept under: what listed it, or the pipeline.
func (s *Stager) audience(v *served) string {
	if v.audience == "" {
		return s.pipeline.Name
	}
	return v.audience
}
