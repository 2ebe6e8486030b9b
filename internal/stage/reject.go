package stage

import (
	"context"
	"unicode/utf8"

	"contactsync/extract/vendors"
	"contactsync/load"
	"contactsync/schema"
)

// encodePayload makes a payload storable as text, without loss.
func encodePayload(raw []byte) (payload, encoding string) {
	if utf8.Valid(raw) {
		return string(raw), ""
	}
	runes := make([]rune, len(raw))
	for i, b := range raw {
		runes[i] = rune(b)
	}
	return string(runes), schema.Latin1
}

// decodePayload is the payload as the vendor served it.
func decodePayload(r schema.Reject) []byte {
	if r.Encoding != schema.Latin1 {
		return []byte(r.Payload)
	}
	raw := make([]byte, 0, len(r.Payload))
	for _, c := range r.Payload {
		raw = append(raw, byte(c))
	}
	return raw
}

// Rejects takes in the rejects that can be used now. Rows and the note that they are
// replayed are committed together.
func (s *Stager) Rejects(ctx context.Context, waiting []load.WaitingReject) error {
	records := make([]*served, len(waiting))
	for i, reject := range waiting {
		l := listing{partition: reject.Partition, audience: reject.AudienceID, sweep: reject.Sweep, outdated: !reject.Current}
		records[i] = &served{Record: asServed(reject.Reject), listing: l}
	}
	if err := s.prepare(ctx, s.guard.admit(records)); err != nil {
		return err
	}
	var dropped []string
	b := s.newBuild()
	for i, v := range records {
		b.run.RowsRead++
		if v.suppressed {
			dropped = append(dropped, waiting[i].RejectID)
		} else {
			b.retry(waiting[i].RejectID, v)
		}
	}
	if err := b.changes(); err != nil {
		return err
	}
	if err := s.commit(ctx, b); err != nil {
		return err
	}
	return s.w.Rejects().Drop(ctx, dropped)
}

// asServed is the record that was rejected.
func asServed(r schema.Reject) schema.Record {
	record := schema.Record{Source: r.Source, ID: r.SourceID, AsOf: r.AsOf, Raw: decodePayload(r)}
	if record.ID == "" {
		id, asOf := vendors.Identify(record.Source, record.Raw)
		record.ID = id
		if record.AsOf.IsZero() {
			record.AsOf = asOf
		}
	}
	return record
}

// retry takes in a reject if it can be used now.
func (b *build) retry(rejectID string, v *served) {
	if b.pipeline.Traits.Lists { // it is no person, whatever it names
		b.run.RowsRejected++
		return
	}
	if b.accept(v) != nil {
		b.run.RowsRejected++
		return
	}
	b.batch.Replayed = append(b.batch.Replayed, rejectID)
	if v.audience != "" && !v.outdated { // it ends no listing, whether or not that one has ended
		b.batch.Sweeps = append(b.batch.Sweeps, load.Sweep{Source: v.Source, Audience: v.audience, Sweep: v.sweep})
	}
}
