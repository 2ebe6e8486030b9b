package stage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"contactsync/extract"
	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"
)

// build is one batch in the making.
type build struct {
	*Stager
	batch   load.Batch
	order   []string             // ids in the order they came
	served  map[string][]*served // of each id, in the order of pages
	seen    map[load.Seen]bool
	matches map[matchKey]int
	events  map[string]bool
}

func (s *Stager) newBuild() *build {
	return &build{
		Stager: s, served: map[string][]*served{},
		seen: map[load.Seen]bool{}, matches: map[matchKey]int{}, events: map[string]bool{},
	}
}

// page takes in one page and its records: its facts, its memberships, its checkpoint.
func (b *build) page(p extract.Page, records []*served) {
	b.run.Pages++
	b.run.RowsRead += int64(len(p.Records))
	b.run.Warnings = append(b.run.Warnings, p.Warnings...)
	for _, v := range records {
		if !v.suppressed {
			b.record(v)
		}
	}
	for _, a := range p.Audiences {
		if len(p.Records) == 0 && p.Audience == "" { // a listing of audiences, not of their members
			a.LastSeenAt = b.now().UTC()
			b.run.RowsRead++
		}
		if b.refuseAudience(p, a) {
			continue
		}
		b.batch.Audiences = slices.DeleteFunc(b.batch.Audiences, func(o schema.Audience) bool { return o.AudienceID == a.AudienceID })
		b.batch.Audiences = append(b.batch.Audiences, a)
	}
	for _, raw := range p.Nameless {
		b.run.RowsRead++
		nameless := schema.Record{Source: b.pipeline.Source, Raw: cut(raw)}
		b.quarantine(&served{Record: nameless, listing: listingOf(p)}, "no id, so nobody can tell which audience or pixel it is")
	}
	b.jobs(p)
	if p.Audience != "" {
		b.batch.Sweeps = append(b.batch.Sweeps, load.Sweep{
			Source: b.pipeline.Source, Audience: p.Audience, Sweep: p.Sweep, Complete: p.Complete, Ended: p.Ended || p.Complete,
			Declared: p.Declared, Served: p.Served, Unnamed: unnamed(records),
		})
	}
	if date, err := schema.ParseDate(p.Partition); err == nil && b.pipeline.Traits.Days {
		b.batch.Days = append(b.batch.Days, load.Day{
			DataDate: date, Sweep: p.Sweep, Complete: p.Complete, Declared: p.Declared, Unnamed: unnamed(records),
		})
	}
	b.batch.Positions = slices.DeleteFunc(b.batch.Positions, func(o schema.Position) bool { return o.Partition == p.Partition })
	b.batch.Positions = append(b.batch.Positions, schema.Position{
		Pipeline: b.pipeline.Name, Partition: p.Partition, Checkpoint: p.Next, Complete: p.Complete, Sweep: p.Sweep, RunID: b.run.RunID, UpdatedAt: b.now().UTC(),
	})
}

// jobs takes in how the jobs stand by which people are asked for.
func (b *build) jobs(p extract.Page) {
	for _, job := range p.Enrichments {
		job.Pipeline, job.RunID = b.pipeline.Name, b.run.RunID
		b.batch.Enrichments = slices.DeleteFunc(b.batch.Enrichments, func(o schema.Enrichment) bool { return o.Name == job.Name })
		b.batch.Enrichments = append(b.batch.Enrichments, job)
	}
	for _, asked := range p.Asked {
		asked.Pipeline = b.pipeline.Name
		b.batch.Asked = append(b.batch.Asked, asked)
	}
	b.batch.Unasked = append(b.batch.Unasked, p.Unasked...)
}

// unnamed is how many records are members whom nothing in the warehouse may or can
// name.
func unnamed(records []*served) (n int64) {
	for _, v := range records {
		if v.suppressed || v.ID == "" {
			n++
		}
	}
	return n
}

// record takes in one record as served; one that cannot be used is quarantined.
func (b *build) record(v *served) {
	if reject := b.accept(v); reject != nil {
		b.quarantine(v, reject.Reason)
	}
}

// quarantine keeps a record as served that cannot be used, without what is never stored.
func (b *build) quarantine(v *served, reason string) {
	raw, err := b.drop.Apply(v.Raw, b.rules)
	if err != nil {
		raw, reason = nil, reason+"; its payload is not kept, for drop_fields cannot be taken out of it"
	}
	b.reject(v, raw, reason)
}

// accept takes in a record that is prepared, or says why it cannot be used.
func (b *build) accept(v *served) *transform.RejectError {
	if v.ID != "" && v.audience != "" && !v.outdated { // a record that cannot be read is still a member
		b.member(load.Seen{Source: v.Source, Audience: v.audience, Sweep: v.sweep, SourceID: v.ID, Row: v.row()})
	}
	if v.reject != nil {
		return v.reject
	}
	if !v.outdated {
		for _, m := range v.facts.Matches {
			b.match(load.Match{Match: m, Sweep: v.sweep})
		}
	}
	for _, e := range v.facts.Events {
		b.event(e)
	}
	if b.served[v.ID] == nil {
		b.order = append(b.order, v.ID)
	}
	b.served[v.ID] = append(b.served[v.ID], v)
	return nil
}

func payloadHash(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

func (b *build) reject(v *served, raw []byte, reason string) {
	b.run.RowsRejected++
	reject := schema.Reject{
		RejectID: fmt.Sprintf("%s-%06d", b.run.RunID, b.run.RowsRejected), RunID: b.run.RunID, Pipeline: b.pipeline.Name,
		Source: v.Source, SourceID: v.ID, AsOf: v.AsOf, Partition: v.partition, AudienceID: v.audience, Sweep: v.sweep,
		Reason: reason, RejectedAt: b.now().UTC(),
	}
	reject.Payload, reject.Encoding = encodePayload(raw)
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
