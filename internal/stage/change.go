package stage

import (
	"fmt"

	"contactsync/load"
	"contactsync/schema"

	"golang.org/x/sync/errgroup"
)

// changes adds what differs from what was served last: the payloads as versions, for
// the merge to fold, and what is seen of their fields.
func (b *build) changes() error {
	var changed []string
	for _, id := range b.order {
		same := true
		for _, v := range b.served[id] {
			b.drift.read[b.drift.origin(v)]++
			same = same && (v.unchanged || v.past)
		}
		if !same {
			changed = append(changed, id)
		}
	}
	err := inChunks(changed, func(from int, ids []string) error {
		seen := map[string]*sightings{}
		for i, id := range ids {
			if err := b.sight(seen, id, b.drift.place+from+i); err != nil {
				return fmt.Errorf("%s:%s: %w", b.pipeline.Source, id, err)
			}
		}
		b.drift.note(seen)
		return nil
	})
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		b.drift.compare()
		b.drift.place += len(changed)
	}
	if err := b.split(changed); err != nil {
		return err
	}
	b.order, b.served = nil, nil // the documents are large, and the commit is next
	return nil
}

// split stages the versions of records of which something is stored, and folds those of
// which nothing is.
func (b *build) split(ids []string) error {
	var fresh []string
	for _, id := range ids {
		if list := b.served[id]; !list[0].known { // nor is the record in another audience's list
			fresh = append(fresh, id)
			continue
		}
		for _, v := range b.served[id] {
			if !v.past {
				b.version(load.Version{Outdated: v.outdated, Version: b.versionOf(v)})
			}
		}
	}
	b.batch.New = make([]load.Folded, len(fresh))
	return inChunks(fresh, func(from int, part []string) error {
		for i, id := range part {
			f := record{rules: b.rules}
			for _, v := range b.served[id] {
				if err := f.take(&version{Version: b.versionOf(v), document: v.document}, v.outdated, false); err != nil {
					return fmt.Errorf("%s:%s: %w", b.pipeline.Source, id, err)
				}
			}
			var err error
			if b.batch.New[from+i], err = f.fold(id); err != nil {
				return fmt.Errorf("%s:%s: %w", b.pipeline.Source, id, err)
			}
		}
		return nil
	})
}

func (b *build) versionOf(v *served) schema.Version {
	return schema.Version{
		Source: v.Source, SourceID: v.ID, Pipeline: b.pipeline.Name, Audience: b.audience(v), AsOf: v.AsOf, PayloadHash: v.hash, Payload: v.payload(),
	}
}

// version adds a version after those that came before it.
func (b *build) version(v load.Version) {
	v.Pipeline, v.Place = b.pipeline.Name, int64(len(b.batch.Versions))
	b.batch.Versions = append(b.batch.Versions, v)
}

// sight notes the fields of a record as served, at its place in the run.
func (b *build) sight(seen map[string]*sightings, id string, place int) error {
	for _, v := range b.served[id] {
		if v.past {
			continue
		}
		document, err := v.parse(b.rules) // an unchanged one was not asked for yet
		if err != nil {
			return err
		}
		origin := b.drift.origin(v)
		if seen[origin] == nil {
			seen[origin] = &sightings{}
		}
		seen[origin].record(document, place)
	}
	return nil
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
