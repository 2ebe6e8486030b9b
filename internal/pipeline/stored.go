package pipeline

import (
	"context"
	"encoding/json"
	"errors"
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
		ids = p.admitted(ids, known)
		b := p.stager.newBuild()
		for _, id := range ids {
			b.records[id] = &folded{source: p.origin.Source, id: id}
		}
		err = inChunks(ids, func(_ int, ids []string) error {
			for _, id := range ids {
				if err := b.records[id].renew(known[id], p.origin.Pipeline, p.stager.drop); err != nil {
					return fmt.Errorf("%s:%s: %w", p.origin.Source, id, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, id := range ids {
			if b.records[id].changed {
				b.stage(b.records[id])
			}
		}
		if err := p.commit(ctx, b, read); err != nil {
			return err
		}
	}
}

// admitted are the ids of the records that may be stored.
func (p *stored) admitted(ids []string, known map[string]*load.Stored) (admitted []string) {
	records := make([]schema.Record, len(ids))
	for i, id := range ids {
		records[i] = schema.Record{Source: p.origin.Source, ID: id, Raw: json.RawMessage(known[id].Payload)}
	}
	for i, out := range p.stager.guard.judge(records) {
		if !out {
			admitted = append(admitted, ids[i])
		}
	}
	return admitted
}

// renew makes a stored record anew, without the fields that must no longer be
// stored of this pipeline's payloads.
func (f *folded) renew(stored *load.Stored, pipeline string, drop dropper) error {
	f.restore(stored)
	for audience, v := range f.versions {
		if v.Pipeline != pipeline {
			continue
		}
		kept, err := drop.apply([]byte(v.Payload))
		if err != nil {
			return err
		}
		if string(kept) != v.Payload {
			v.Payload, v.PayloadHash, f.changed = string(kept), payloadHash(kept), true
			f.versions[audience] = v
		}
	}
	err := f.normalise()
	f.changed = f.changed || f.record.RecordHash != stored.RecordHash
	return err
}

// facts says what a stored payload states beside the person; ok is false where
// it cannot be used any more.
func (p *stored) facts(r schema.Record, audience string) (facts transform.FactRows, ok bool, err error) {
	if p.stager.guard.judge([]schema.Record{r})[0] {
		return facts, false, nil
	}
	raw, err := p.stager.drop.apply(r.Raw)
	if err != nil {
		return facts, false, err
	}
	r.Raw = raw
	facts, err = transform.Facts(r, p.origin.Pipeline, audience)
	if _, rejected := errors.AsType[*transform.RejectError](err); rejected {
		p.unusable++
		return facts, false, nil
	}
	return facts, err == nil, err
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
