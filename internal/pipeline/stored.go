package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"
)

// stored is the stored payloads of a pipeline on their way through the rules of
// today. What these rules tell to be of somebody who must stay out is left as it
// is: a replay brings nothing of them into the warehouse.
type stored struct {
	execution *execution
	stager    *stager
	origin    load.Origin
	unusable  int64
}

func (p *stored) commit(ctx context.Context, b *build, read int) error {
	p.stager.run.RowsRead += int64(read)
	if err := p.stager.commit(ctx, b); err != nil {
		return err
	}
	p.execution.show(func(shown *Progress) { shown.Rows = p.stager.run.RowsRead })
	return nil
}

// records makes the records anew from their versions.
func (p *stored) records(ctx context.Context) error {
	for after := ""; ; {
		ids, err := p.stager.w.RecordIDs(ctx, p.origin, after, replayChunk)
		if err != nil || len(ids) == 0 {
			return err
		}
		after = ids[len(ids)-1]
		read := len(ids)
		known, err := p.stager.w.Stored(ctx, p.origin.Source, ids)
		if err != nil {
			return err
		}
		admitted := p.admitted(ids, known)
		b := p.stager.newBuild()
		records := make([]*folded, len(admitted))
		err = inChunks(admitted, func(from int, part []*served) error {
			for i, v := range part {
				f := b.newFolded(v.ID)
				records[from+i] = f
				if err := f.renew(known[v.ID], v.document, p.origin.Pipeline, p.stager.drop); err != nil {
					return fmt.Errorf("%s:%s: %w", p.origin.Source, v.ID, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, f := range records {
			if f.changed {
				b.stage(f)
			}
		}
		if err := p.commit(ctx, b, read); err != nil {
			return err
		}
	}
}

// admitted are the records that may be stored.
func (p *stored) admitted(ids []string, known map[string]*load.Stored) []*served {
	records := make([]*served, len(ids))
	for i, id := range ids {
		records[i] = &served{Record: schema.Record{Source: p.origin.Source, ID: id, Raw: json.RawMessage(known[id].Payload)}}
	}
	return p.stager.guard.admit(records)
}

// renew makes a stored record anew, without the fields that must no longer be
// stored of this pipeline's payloads. The document is that of the record's payload,
// where that has been parsed.
func (f *folded) renew(stored *load.Stored, document *transform.Document, pipeline string, drop dropper) error {
	f.restore(stored)
	for _, v := range f.versions {
		if document != nil && document.Payload() == v.Payload {
			v.document = document
		}
		if v.Pipeline != pipeline || len(drop) == 0 {
			continue
		}
		whole, err := v.parse(f.rules)
		if err != nil {
			return err
		}
		if kept := whole.Without(drop.drops); kept != whole {
			v.document, v.Payload, v.PayloadHash, f.changed = kept, kept.Payload(), payloadHash([]byte(kept.Payload())), true
		}
	}
	err := f.normalise()
	f.changed = f.changed || f.record.RecordHash != stored.RecordHash
	return err
}

// facts says what a stored payload states beside the person; ok is false where
// it cannot be used any more.
func (p *stored) facts(r schema.Record, audience string) (facts transform.FactRows, ok bool, err error) {
	v := &served{Record: r, listing: listing{audience: audience}}
	if len(p.stager.guard.admit([]*served{v})) == 0 {
		return facts, false, nil
	}
	if len(p.stager.drop) > 0 {
		p.stager.drop.from(v, p.stager.rules)
	}
	if err := p.stager.read(v); err != nil {
		return facts, false, err
	}
	if v.reject != nil {
		p.unusable++
		return facts, false, nil
	}
	return v.facts, true, nil
}

// matches makes the matches anew, a day at a time.
func (p *stored) matches(ctx context.Context) error {
	days, err := p.stager.w.MatchDays(ctx, p.origin.Pipeline)
	if err != nil {
		return err
	}
	for _, day := range days {
		for after := ""; ; {
			list, err := p.stager.w.Matches(ctx, p.origin.Pipeline, day, after, replayChunk)
			if err != nil {
				return err
			}
			if len(list) == 0 {
				break
			}
			after = list[len(list)-1].SourceID
			b := p.stager.newBuild()
			if err := p.rematch(b, list); err != nil {
				return err
			}
			if err := p.commit(ctx, b, len(list)); err != nil {
				return err
			}
		}
	}
	return nil
}

// rematch stages what differs in the matches of some people: all of each. A
// payload that names several topics stands in a row for each of them; where a
// later payload took over one of the topics, that row's own payload counts.
func (p *stored) rematch(b *build, list []load.Match) error {
	known := make(map[matchKey]bool, len(list))
	for _, m := range list {
		known[keyOf(m)] = true
	}
	for _, m := range list {
		facts, ok, err := p.facts(schema.Record{Source: schema.Intent, ID: m.SourceID, AsOf: m.DataDate.Time, Raw: json.RawMessage(m.Payload)}, "")
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

// events makes the events anew.
func (p *stored) events(ctx context.Context) error {
	for after := ""; ; {
		list, err := p.stager.w.Events(ctx, p.origin, after, replayChunk)
		if err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1].EventID
		b := p.stager.newBuild()
		for _, e := range list {
			if err := p.happened(b, e); err != nil {
				return err
			}
		}
		if err := p.commit(ctx, b, len(list)); err != nil {
			return err
		}
	}
}

// happened stages an event if it comes out otherwise.
func (p *stored) happened(b *build, e schema.Event) error {
	facts, ok, err := p.facts(schema.Record{Source: e.Source, ID: e.SourceID, AsOf: e.OccurredAt, Raw: json.RawMessage(e.Payload)}, e.AudienceID)
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
