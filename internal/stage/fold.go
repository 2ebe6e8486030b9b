package stage

import (
	"context"
	"fmt"

	"contactsync/load"
	"contactsync/schema"

	"golang.org/x/sync/errgroup"
)

func (s *Stager) newFolded(id string) *folded { return &folded{rules: s.rules, id: id} }

// fold lays the served payloads over what is stored and normalises what changed.
func (b *build) fold(ctx context.Context) error {
	var changed []string
	for _, id := range b.order {
		same := true
		for _, v := range b.served[id] {
			b.drift.read[b.drift.origin(v)]++
			same = same && v.unchanged
		}
		if !same {
			changed = append(changed, id)
			b.records[id] = b.newFolded(id)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	stored, err := b.w.Lookup().Stored(ctx, b.pipeline.Source, changed)
	if err != nil {
		return err
	}
	err = inChunks(changed, func(from int, ids []string) error {
		seen := map[string]*sightings{}
		for i, id := range ids {
			if err := b.settle(b.records[id], stored[id]); err != nil {
				return fmt.Errorf("%s:%s: %w", b.pipeline.Source, id, err)
			}
			b.sight(seen, id, b.drift.place+from+i)
		}
		b.drift.note(seen)
		return nil
	})
	if err != nil {
		return err
	}
	b.drift.compare()
	b.drift.place += len(changed)
	for _, id := range changed {
		b.stage(b.records[id])
	}
	b.order, b.served, b.records = nil, nil, nil // the documents are large, and the commit is next
	return nil
}

// sight notes the fields of a record as served, at its place in the run.
func (b *build) sight(seen map[string]*sightings, id string, place int) {
	for _, v := range b.served[id] {
		origin := b.drift.origin(v)
		if seen[origin] == nil {
			seen[origin] = &sightings{}
		}
		seen[origin].add(v.document, place)
	}
}

// inChunks works on a few parts of a list at a time, each from a place in it:
// normalising is what costs most.
func inChunks[E any](list []E, do func(from int, part []E) error) error {
	const size = 256
	var work errgroup.Group
	work.SetLimit(4)
	for from := 0; from < len(list); from += size {
		work.Go(func() error { return do(from, list[from:min(from+size, len(list))]) })
	}
	return work.Wait()
}

// stage adds a record and its versions to the batch.
func (b *build) stage(f *folded) {
	f.record.RunID = b.run.RunID
	b.batch.Records = append(b.batch.Records, f.record)
	b.batch.Identifiers = append(b.batch.Identifiers, f.ids...)
	for _, v := range f.ordered() {
		if len(f.versions) == 1 {
			v.Payload = "" // the record has it
		}
		b.batch.Versions = append(b.batch.Versions, v.Version)
	}
}

// settle works out the record: the versions as they are now, the payload they
// fold to, and what that says in the common schema.
func (b *build) settle(f *folded, stored *load.Stored) error {
	f.restore(stored)
	for _, v := range b.served[f.id] {
		document, err := v.parse(b.rules)
		if err != nil {
			return err
		}
		served := &version{document: document, Version: schema.Version{
			Source: v.Source, SourceID: v.ID, Pipeline: b.pipeline.Name, Audience: b.audience(v),
			AsOf: v.AsOf, PayloadHash: v.hash, Payload: document.Payload(),
		}}
		if err := f.take(served, v.outdated); err != nil {
			return err
		}
	}
	return f.normalise()
}
