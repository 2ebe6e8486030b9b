package pipeline

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"contactsync/extract"
	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"
)

// build is one batch in the making.
type build struct {
	*stager
	batch   load.Batch
	order   []string // ids in the order they came
	records map[string]*folded
	seen    map[load.Seen]bool
	matches map[matchKey]int
	events  map[string]bool
}

func (s *stager) newBuild() *build {
	return &build{stager: s, records: map[string]*folded{}, seen: map[load.Seen]bool{}, matches: map[matchKey]int{}, events: map[string]bool{}}
}

// listing is what a page knows of all its records.
type listing struct {
	partition string
	audience  string // "" = no membership
	sweep     string
	outdated  bool // its partition has been listed anew since
}

// page takes in one page: its facts, its memberships, its checkpoint.
func (b *build) page(p extract.Page) error {
	b.run.Pages++
	b.run.RowsRead += int64(len(p.Records))
	b.run.Warnings = append(b.run.Warnings, p.Warnings...)
	l := listing{partition: p.Partition, audience: p.Audience, sweep: p.Sweep}
	for _, r := range b.guard.admit(p.Records) {
		if err := b.record(l, r); err != nil {
			return err
		}
	}
	for _, a := range p.Audiences {
		if len(p.Records) == 0 && p.Audience == "" { // a listing of audiences, not of their members
			a.LastSeenAt = b.now().UTC()
			b.run.RowsRead++
		}
		b.batch.Audiences = slices.DeleteFunc(b.batch.Audiences, func(o schema.Audience) bool { return o.AudienceID == a.AudienceID })
		b.batch.Audiences = append(b.batch.Audiences, a)
	}
	for _, raw := range p.Nameless {
		b.run.RowsRead++
		b.quarantine(l, schema.Record{Source: b.pipeline.Source, Raw: raw}, "no id, so nobody can tell which audience or pixel it is")
	}
	if p.Audience != "" {
		b.batch.Sweeps = append(b.batch.Sweeps, load.Sweep{Source: b.pipeline.Source, Audience: p.Audience, Sweep: p.Sweep, Complete: p.Complete})
	}
	if date, err := schema.ParseDate(p.Partition); err == nil && b.pipeline.Intent != nil {
		b.batch.Days = append(b.batch.Days, load.Day{DataDate: date, Sweep: p.Sweep, Complete: p.Complete})
	}
	b.batch.Positions = slices.DeleteFunc(b.batch.Positions, func(o schema.Position) bool { return o.Partition == p.Partition })
	b.batch.Positions = append(b.batch.Positions, schema.Position{
		Pipeline: b.pipeline.Name, Partition: p.Partition, Checkpoint: p.Next, Complete: p.Complete, Sweep: p.Sweep, RunID: b.run.RunID, UpdatedAt: b.now().UTC(),
	})
	return nil
}

// record takes in one record as served; one that cannot be used is quarantined.
func (b *build) record(l listing, r schema.Record) error {
	served := r
	if raw, err := b.drop.apply(r.Raw); err == nil {
		r.Raw = raw
	}
	reason, err := b.accept(l, r)
	if err == nil && reason != "" {
		b.quarantine(l, served, reason)
	}
	return err
}

// quarantine keeps a record as served that cannot be used, without what is never stored.
func (b *build) quarantine(l listing, r schema.Record, reason string) {
	raw, unreadable := b.drop.apply(r.Raw)
	if r.Raw = raw; unreadable != nil {
		r.Raw, reason = nil, reason+"; its payload is not kept, for drop_fields cannot be taken out of it"
	}
	b.reject(l, r, reason)
}

// accept takes in a record, or says why it cannot be used.
func (b *build) accept(l listing, r schema.Record) (reason string, err error) {
	facts, err := transform.Facts(r, b.pipeline.Name, l.audience)
	reject, rejected := errors.AsType[*transform.RejectError](err)
	if err != nil && !rejected {
		return "", err
	}
	if r.ID != "" && l.audience != "" && !l.outdated { // a record that cannot be read is still a member
		b.member(load.Seen{Source: r.Source, Audience: l.audience, Sweep: l.sweep, SourceID: r.ID})
	}
	if rejected {
		return reject.Reason, nil
	}
	if !l.outdated {
		for _, m := range facts.Matches {
			b.match(load.Match{Match: m, Sweep: l.sweep})
		}
	}
	for _, e := range facts.Events {
		b.event(e)
	}
	f := b.records[r.ID]
	if f == nil {
		f = &folded{source: r.Source, id: r.ID}
		b.records[r.ID] = f
		b.order = append(b.order, r.ID)
	}
	f.served = append(f.served, served{outdated: l.outdated, Version: schema.Version{
		Source: r.Source, SourceID: r.ID, Pipeline: b.pipeline.Name, Audience: cmp.Or(l.audience, b.pipeline.Name),
		AsOf: r.AsOf, PayloadHash: payloadHash(r.Raw), Payload: string(r.Raw),
	}})
	return "", nil
}

func payloadHash(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

func (b *build) reject(l listing, r schema.Record, reason string) {
	b.run.RowsRejected++
	reject := schema.Reject{
		RejectID: fmt.Sprintf("%s-%06d", b.run.RunID, b.run.RowsRejected), RunID: b.run.RunID, Pipeline: b.pipeline.Name,
		Source: r.Source, SourceID: r.ID, AsOf: r.AsOf, Partition: l.partition, AudienceID: l.audience, Sweep: l.sweep,
		Reason: reason, RejectedAt: b.now().UTC(),
	}
	reject.Payload, reject.Encoding = encodePayload(r.Raw)
	b.batch.Rejects = append(b.batch.Rejects, reject)
}

func (b *build) member(seen load.Seen) {
	if !b.seen[seen] {
		b.seen[seen] = true
		b.batch.Seen = append(b.batch.Seen, seen)
	}
}

// match keeps the last of the matches with one key.
func (b *build) match(m load.Match) {
	m.RunID = b.run.RunID
	key := keyOf(m)
	if i, ok := b.matches[key]; ok {
		b.batch.Matches[i] = m
		return
	}
	b.matches[key] = len(b.batch.Matches)
	b.batch.Matches = append(b.batch.Matches, m)
}

// matchKey is the key of a match within its pipeline.
type matchKey struct{ date, topic, hem string }

func keyOf(m load.Match) matchKey { return matchKey{m.DataDate.String(), m.TopicID, m.HEM} }

func (b *build) event(e schema.Event) {
	if !b.events[e.EventID] {
		b.events[e.EventID] = true
		e.RunID = b.run.RunID
		b.batch.Events = append(b.batch.Events, e)
	}
}
