package stage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"
)

// A replay sends what is stored through the rules of today. What these rules tell to
// be of somebody who must stay out is left as it is: a replay brings nothing of them
// into the warehouse.

// NewReplay makes the stager of a replay: nothing in it is news of the vendor.
func NewReplay(ctx context.Context, w Warehouse, p *config.Pipeline, run *schema.Run, now func() time.Time) (*Stager, error) {
	s, err := New(ctx, w, p, run, new(extract.Meter), now)
	if err != nil {
		return nil, err
	}
	s.drift = new(drift)
	return s, nil
}

// Unusable is how many stored payloads would be rejected now; their rows stay.
func (s *Stager) Unusable() int64 { return s.unusable }

// commitRead commits what became of some rows that a replay has read.
func (s *Stager) commitRead(ctx context.Context, b *build, read int) error {
	s.run.RowsRead += int64(read)
	return s.commit(ctx, b)
}

// Records commits that records are to be made anew of their versions, without the
// fields that must no longer be stored of this pipeline's payloads.
func (s *Stager) Records(ctx context.Context, ids []string) error {
	known, err := s.w.History().Stored(ctx, s.pipeline.Source, ids)
	if err != nil {
		return err
	}
	admitted := s.admitted(ids, known)
	versions := make([][]load.Version, len(admitted))
	err = inChunks(admitted, func(from int, part []*served) (err error) {
		for i, v := range part {
			if versions[from+i], err = s.renewed(known[v.ID]); err != nil {
				return fmt.Errorf("%s:%s: %w", s.pipeline.Source, v.ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	b := s.newBuild()
	for _, list := range versions {
		for _, v := range list {
			b.version(v)
		}
	}
	return s.commitRead(ctx, b, len(ids))
}

// Matches makes the matches of some people anew, all of each, and commits what differs.
func (s *Stager) Matches(ctx context.Context, list []load.Match) error {
	b := s.newBuild()
	if err := s.rematch(b, list); err != nil {
		return err
	}
	return s.commitRead(ctx, b, len(list))
}

// Events makes events anew, and commits those that come out otherwise.
func (s *Stager) Events(ctx context.Context, list []schema.Event) error {
	b := s.newBuild()
	for _, e := range list {
		if err := s.happened(b, e); err != nil {
			return err
		}
	}
	return s.commitRead(ctx, b, len(list))
}

// admitted are the records that may be stored.
func (s *Stager) admitted(ids []string, known map[string]*load.Stored) []*served {
	records := make([]*served, len(ids))
	for i, id := range ids {
		records[i] = &served{Record: schema.Record{Source: s.pipeline.Source, ID: id, Raw: json.RawMessage(known[id].Payload)}}
	}
	return s.guard.admit(records)
}

// renewed are the pipeline's versions of a record, with a payload where that must no
// longer be stored as it is.
func (s *Stager) renewed(stored *load.Stored) (list []load.Version, err error) {
	for _, v := range stored.Versions {
		if v.Pipeline != s.pipeline.Name {
			continue
		}
		now := load.Version{Version: v, Whole: true}
		now.Payload = ""
		if len(s.drop) > 0 {
			whole := &version{Version: v}
			whole.Payload = cmp.Or(v.Payload, stored.Payload)
			document, err := whole.parse(s.rules)
			if err != nil {
				return nil, err
			}
			if kept := document.Without(s.drop.drops); kept != document {
				now.Payload, now.PayloadHash = kept.Payload(), payloadHash([]byte(kept.Payload()))
			}
		}
		list = append(list, now)
	}
	return list, nil
}

// restate says what a stored payload states beside the person; ok is false where
// it cannot be used any more.
func (s *Stager) restate(r schema.Record, audience string) (facts transform.FactRows, ok bool, err error) {
	v := &served{Record: r, listing: listing{audience: audience}}
	if len(s.guard.admit([]*served{v})) == 0 {
		return facts, false, nil
	}
	if len(s.drop) > 0 {
		s.drop.from(v, s.rules)
	}
	if err := s.read(v); err != nil {
		return facts, false, err
	}
	if v.reject != nil {
		s.unusable++
		return facts, false, nil
	}
	return v.facts, true, nil
}

// rematch stages what differs in the matches of some people: all of each. A
// payload that names several topics stands in a row for each of them; where a
// later payload took over one of the topics, that row's own payload counts.
func (s *Stager) rematch(b *build, list []load.Match) error {
	known := make(map[matchKey]bool, len(list))
	for _, m := range list {
		known[keyOf(m)] = true
	}
	for _, m := range list {
		facts, ok, err := s.restate(schema.Record{Source: schema.Intent, ID: m.SourceID, AsOf: m.DataDate.Time, Raw: json.RawMessage(m.Payload)}, "")
		if err != nil {
			return err
		}
		stands := !ok
		for _, now := range facts.Matches {
			now := load.Match{Match: now, Sweep: m.Sweep}
			own := keyOf(now) == keyOf(m)
			stands = stands || own
			now.RunID, now.DataDate = m.RunID, m.DataDate
			if own && now != m || !own && !known[keyOf(now)] {
				b.match(now)
			}
		}
		if !stands {
			b.batch.GoneMatches = append(b.batch.GoneMatches, load.MatchKey{DataDate: m.DataDate, TopicID: m.TopicID, HEM: m.HEM})
		}
	}
	return nil
}

// happened stages an event if it comes out otherwise.
func (s *Stager) happened(b *build, e schema.Event) error {
	facts, ok, err := s.restate(schema.Record{Source: e.Source, ID: e.SourceID, AsOf: e.OccurredAt, Raw: json.RawMessage(e.Payload)}, e.AudienceID)
	if err != nil || !ok {
		return err
	}
	if len(facts.Events) == 1 {
		now := facts.Events[0]
		now.RunID, now.OccurredAt = e.RunID, now.OccurredAt.UTC().Truncate(time.Microsecond)
		if now == e {
			return nil
		}
	}
	b.batch.GoneEvents = append(b.batch.GoneEvents, load.EventKey{EventID: e.EventID})
	for _, now := range facts.Events {
		b.event(now)
	}
	return nil
}
