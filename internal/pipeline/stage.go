package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"

	"golang.org/x/sync/errgroup"
)

// Pages gather into one commit until it has this many records or is this old;
// what a crash can lose is read again.
const (
	batchRows = 10_000
	batchAge  = 2 * time.Second
)

// stager turns pages into batches: it keeps only what differs from what is
// stored, folds it with the other versions of each record, and normalises it.
type stager struct {
	w        *load.Warehouse
	pipeline *config.Pipeline
	drop     dropper
	now      func() time.Time
	run      *schema.Run
	meter    *extract.Meter

	pages []extract.Page
	rows  int
	since time.Time
}

// add takes a page and commits when it is time. Pages that cost money, and those
// that only carry a checkpoint, are committed at once.
func (s *stager) add(ctx context.Context, p extract.Page) error {
	if len(s.pages) == 0 {
		s.since = s.now()
	}
	s.pages = append(s.pages, p)
	s.rows += len(p.Records)
	paid := s.pipeline.Source == schema.Toofr
	if paid || len(p.Records) == 0 || s.rows >= batchRows || s.now().Sub(s.since) >= batchAge {
		return s.flush(ctx)
	}
	return nil
}

// flush commits the pages gathered so far, with the run's counters.
func (s *stager) flush(ctx context.Context) error {
	b := build{stager: s, records: map[string]*folded{}}
	for _, p := range s.pages {
		if err := b.page(p); err != nil {
			return err
		}
	}
	if err := b.fold(ctx); err != nil {
		return err
	}
	s.run.Requests, s.run.Credits = s.meter.Requests(), s.meter.Credits()
	b.batch.Run = *s.run
	if err := s.w.Commit(ctx, b.batch); err != nil {
		return err
	}
	s.pages, s.rows = nil, 0
	return nil
}

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

// folded is a record of the batch: the versions as served, and all of it once
// they are laid over what is stored.
type folded struct {
	served   []schema.Version // payloads in the order of pages
	versions map[string]schema.Version
	record   load.Record
	ids      []schema.Identifier
	changed  bool
}

type matchKey struct {
	date  string
	topic string
	hem   string
}

// page takes in one page: its facts, its memberships, its checkpoint.
func (b *build) page(p extract.Page) error {
	b.run.Pages++
	b.run.RowsRead += int64(len(p.Records))
	b.run.Warnings = append(b.run.Warnings, p.Warnings...)
	audience := cmp.Or(p.Audience, b.pipeline.Name)
	for _, r := range p.Records {
		if err := b.record(p, r, audience); err != nil {
			return err
		}
	}
	for _, a := range p.Audiences {
		if len(p.Records) == 0 && p.Audience == "" {
			a.LastSeenAt = b.now().UTC() // a listing of audiences, not of their members
		}
		b.batch.Audiences = slices.DeleteFunc(b.batch.Audiences, func(o schema.Audience) bool { return o.AudienceID == a.AudienceID })
		b.batch.Audiences = append(b.batch.Audiences, a)
	}
	if p.Audience != "" {
		b.batch.Sweeps = append(b.batch.Sweeps, load.Sweep{Source: b.pipeline.Source, Audience: p.Audience, Sweep: p.Sweep, Complete: p.Complete})
	}
	if date, err := schema.ParseDate(p.Partition); err == nil && b.pipeline.Intent != nil {
		b.batch.Days = append(b.batch.Days, load.Day{DataDate: date, Sweep: p.Sweep, Complete: p.Complete})
	}
	b.batch.Positions = slices.DeleteFunc(b.batch.Positions, func(o schema.Position) bool { return o.Partition == p.Partition })
	b.batch.Positions = append(b.batch.Positions, schema.Position{
		Pipeline: b.pipeline.Name, Partition: p.Partition, Checkpoint: p.Next, Complete: p.Complete, RunID: b.run.RunID, UpdatedAt: b.now().UTC(),
	})
	return nil
}

// record takes in one record as served.
func (b *build) record(p extract.Page, r schema.Record, audience string) error {
	raw, err := b.drop.apply(r.Raw)
	if err == nil {
		r.Raw = raw
	}
	facts, err := transform.Facts(r, b.pipeline.Name, p.Audience)
	if reject, ok := errors.AsType[*transform.RejectError](err); ok {
		b.reject(r, reject.Reason)
	} else if err != nil {
		return err
	}
	if r.ID != "" && p.Audience != "" { // a record that cannot be read is still a member
		b.member(load.Seen{Source: r.Source, Audience: p.Audience, Sweep: p.Sweep, SourceID: r.ID})
	}
	if err != nil {
		return nil
	}
	for _, m := range facts.Matches {
		b.match(load.Match{Match: m, Sweep: p.Sweep})
	}
	for _, e := range facts.Events {
		b.event(e)
	}
	f := b.records[r.ID]
	if f == nil {
		f = &folded{}
		b.records[r.ID] = f
		b.order = append(b.order, r.ID)
	}
	sum := sha256.Sum256(r.Raw)
	f.served = append(f.served, schema.Version{
		Source: r.Source, SourceID: r.ID, Audience: audience, AsOf: r.AsOf, PayloadHash: hex.EncodeToString(sum[:]), Payload: string(r.Raw),
	})
	return nil
}

func (b *build) reject(r schema.Record, reason string) {
	b.run.RowsRejected++
	b.batch.Rejects = append(b.batch.Rejects, schema.Reject{
		RejectID: fmt.Sprintf("%s-%06d", b.run.RunID, b.run.RowsRejected), RunID: b.run.RunID, Pipeline: b.pipeline.Name,
		Source: r.Source, Reason: reason, Payload: string(r.Raw), RejectedAt: b.now().UTC(),
	})
}

func (b *build) member(seen load.Seen) {
	if b.seen == nil {
		b.seen = map[load.Seen]bool{}
	}
	if !b.seen[seen] {
		b.seen[seen] = true
		b.batch.Seen = append(b.batch.Seen, seen)
	}
}

// match keeps the last of the matches with one key.
func (b *build) match(m load.Match) {
	m.RunID = b.run.RunID
	key := matchKey{m.DataDate.String(), m.TopicID, m.HEM}
	if b.matches == nil {
		b.matches = map[matchKey]int{}
	}
	if i, ok := b.matches[key]; ok {
		b.batch.Matches[i] = m
		return
	}
	b.matches[key] = len(b.batch.Matches)
	b.batch.Matches = append(b.batch.Matches, m)
}

func (b *build) event(e schema.Event) {
	if b.events == nil {
		b.events = map[string]bool{}
	}
	if !b.events[e.EventID] {
		b.events[e.EventID] = true
		e.RunID = b.run.RunID
		b.batch.Events = append(b.batch.Events, e)
	}
}

// fold lays the served payloads over what is stored and normalises what changed.
func (b *build) fold(ctx context.Context) error {
	changed, err := b.changed(ctx)
	if err != nil || len(changed) == 0 {
		return err
	}
	stored, err := b.w.Stored(ctx, b.pipeline.Source, changed)
	if err != nil {
		return err
	}
	var work errgroup.Group
	work.SetLimit(4)
	for chunk := range slices.Chunk(changed, 256) {
		work.Go(func() error {
			for _, id := range chunk {
				if err := b.records[id].settle(stored[id]); err != nil {
					return fmt.Errorf("%s:%s: %w", b.pipeline.Source, id, err)
				}
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	for _, id := range changed {
		f := b.records[id]
		f.record.RunID = b.run.RunID
		b.batch.Records = append(b.batch.Records, f.record)
		b.batch.Identifiers = append(b.batch.Identifiers, f.ids...)
		for _, v := range f.ordered() {
			if len(f.versions) == 1 {
				v.Payload = "" // the record has it
			}
			b.batch.Versions = append(b.batch.Versions, v)
		}
	}
	return nil
}

// changed lists the records that were served otherwise than the last time.
func (b *build) changed(ctx context.Context) ([]string, error) {
	byAudience := map[string][]string{}
	for _, id := range b.order {
		for _, v := range b.records[id].served {
			byAudience[v.Audience] = append(byAudience[v.Audience], id)
		}
	}
	for audience, ids := range byAudience {
		hashes, err := b.w.Hashes(ctx, b.pipeline.Source, audience, ids)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			for _, v := range b.records[id].served {
				if v.Audience == audience && v.PayloadHash != hashes[id] {
					b.records[id].changed = true
				}
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(b.order), func(id string) bool { return !b.records[id].changed }), nil
}

// settle works out the record: the versions as they are now, the payload they
// fold to, and what that says in the common schema.
func (f *folded) settle(stored *load.Stored) error {
	f.versions = map[string]schema.Version{}
	if stored != nil {
		for _, v := range stored.Versions {
			v.Payload = cmp.Or(v.Payload, stored.Payload)
			f.versions[v.Audience] = v
		}
	}
	for _, v := range f.served {
		if err := f.take(v); err != nil {
			return err
		}
	}
	var payload json.RawMessage
	for _, v := range f.ordered() {
		var err error
		if payload, err = transform.Fold(payload, json.RawMessage(v.Payload)); err != nil {
			return err
		}
		f.record.AsOf = v.AsOf
	}
	v := f.served[0]
	normal, err := transform.Contact(v.Source, v.SourceID, payload)
	if err != nil {
		return err
	}
	f.record.Source, f.record.SourceID = v.Source, v.SourceID
	f.record.Profile, f.record.Emails, f.record.Phones, f.record.Notes = normal.Profile, normal.Emails, normal.Phones, normal.Notes
	f.record.Payload = string(payload)
	f.record.Surname = int64(identity.SurnameHash(normal.LastName, normal.FullName))
	f.ids = normal.Identifiers
	f.record.RecordHash, err = recordHash(f.record.SourceContact)
	return err
}

// take lays one served payload over its audience's version. By the vendor's own
// date, an older payload only fills what the newer lacks; of one date, the later
// page wins.
func (f *folded) take(v schema.Version) error {
	was, ok := f.versions[v.Audience]
	if !ok {
		f.versions[v.Audience] = v
		return nil
	}
	older, newer := was, v
	if v.AsOf.Before(was.AsOf) {
		older, newer = v, was
	}
	payload, err := transform.Fold(json.RawMessage(older.Payload), json.RawMessage(newer.Payload))
	if err != nil {
		return err
	}
	newer.Payload = string(payload)
	f.versions[v.Audience] = newer
	return nil
}

// ordered lists the versions as they fold: by the vendor's date, then by hash,
// never by the time of fetching, so that a quiet night over all audiences of a
// record changes nothing.
func (f *folded) ordered() []schema.Version {
	list := make([]schema.Version, 0, len(f.versions))
	for _, v := range f.versions {
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b schema.Version) int {
		return cmp.Or(a.AsOf.Compare(b.AsOf), cmp.Compare(a.PayloadHash, b.PayloadHash), cmp.Compare(a.Audience, b.Audience))
	})
	return list
}

// recordHash is the hash of everything a row says, but not of when and by whom
// it was stored.
func recordHash(r schema.SourceContact) (string, error) {
	r.RecordHash, r.RunID = "", ""
	r.FirstSeenAt, r.LastSeenAt, r.UpdatedAt = time.Time{}, time.Time{}, time.Time{}
	content, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), nil
}
