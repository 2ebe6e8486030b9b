package pipeline

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/sync/errgroup"
)

// folded is a record of the batch: the versions as served, and all of it once
// they are laid over what is stored.
type folded struct {
	source, id string
	served     []served // in the order of pages
	versions   map[string]schema.Version
	left       map[string]bool // the audiences that it is no member of any more
	record     load.Record
	ids        []schema.Identifier
	changed    bool
}

// served is a payload as a page brought it.
type served struct {
	schema.Version
	outdated bool // its audience has been listed anew since
}

// fold lays the served payloads over what is stored and normalises what changed.
func (b *build) fold(ctx context.Context) error {
	for _, f := range b.records {
		for _, v := range f.served {
			b.drift.read[b.drift.origin(v.Version)]++
		}
	}
	changed, err := b.changed(ctx)
	if err != nil || len(changed) == 0 {
		return err
	}
	stored, err := b.w.Stored(ctx, b.pipeline.Source, changed)
	if err != nil {
		return err
	}
	err = inChunks(changed, func(from int, ids []string) error {
		seen := map[string]*sightings{}
		for i, id := range ids {
			f := b.records[id]
			if err := f.settle(stored[id]); err != nil {
				return fmt.Errorf("%s:%s: %w", b.pipeline.Source, id, err)
			}
			for _, v := range f.served {
				origin := b.drift.origin(v.Version)
				if seen[origin] == nil {
					seen[origin] = &sightings{}
				}
				seen[origin].add([]byte(v.Payload), b.drift.place+from+i)
			}
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
	return nil
}

// inChunks works on a few parts of a list at a time, each from a place in it:
// normalising is what costs most.
func inChunks(list []string, do func(from int, part []string) error) error {
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
		b.batch.Versions = append(b.batch.Versions, v)
	}
}

// changed lists the records that were served otherwise than the last time, or the
// same under a later date of the vendor.
func (b *build) changed(ctx context.Context) ([]string, error) {
	byAudience := map[string][]string{}
	for _, id := range b.order {
		for _, v := range b.records[id].served {
			byAudience[v.Audience] = append(byAudience[v.Audience], id)
		}
	}
	for audience, ids := range byAudience {
		last, err := b.w.Served(ctx, b.pipeline.Source, audience, ids)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			for _, v := range b.records[id].served {
				if v.Audience == audience && (v.PayloadHash != last[id].PayloadHash || v.AsOf.After(last[id].AsOf)) {
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
	f.restore(stored)
	for _, v := range f.served {
		if err := f.take(v); err != nil {
			return err
		}
	}
	return f.normalise()
}

// restore begins with the versions as they are stored.
func (f *folded) restore(stored *load.Stored) {
	f.versions = map[string]schema.Version{}
	if stored == nil {
		return
	}
	f.left = stored.Left
	for _, v := range stored.Versions {
		v.Payload = cmp.Or(v.Payload, stored.Payload)
		f.versions[v.Audience] = v
	}
}

// take lays one served payload over its audience's version. By the vendor's own
// date, an older payload only fills what the newer lacks; of one date, the later
// page wins, unless its audience has been listed anew since.
func (f *folded) take(v served) error {
	if !v.outdated {
		delete(f.left, v.Audience)
	}
	was, ok := f.versions[v.Audience]
	if !ok {
		f.versions[v.Audience] = v.Version
		return nil
	}
	older, newer := was, v.Version
	if v.AsOf.Before(was.AsOf) || v.outdated && v.AsOf.Equal(was.AsOf) {
		older, newer = newer, older
	}
	payload, err := transform.Fold(f.source, json.RawMessage(older.Payload), json.RawMessage(newer.Payload))
	if err != nil {
		return err
	}
	newer.Payload = string(payload)
	f.versions[v.Audience] = newer
	return nil
}

// normalise makes the record of its versions.
func (f *folded) normalise() error {
	var payload json.RawMessage
	for _, v := range f.ordered() {
		var err error
		if payload, err = transform.Fold(f.source, payload, json.RawMessage(v.Payload)); err != nil {
			return err
		}
		f.record.AsOf = v.AsOf
	}
	normal, err := transform.Contact(f.source, f.id, payload)
	if err != nil {
		return err
	}
	f.record.Source, f.record.SourceID = f.source, f.id
	f.record.Profile, f.record.Emails, f.record.Phones, f.record.Notes = normal.Profile, normal.Emails, normal.Phones, normal.Notes
	f.record.Payload = string(payload)
	f.record.Surname = int64(identity.SurnameHash(normal.LastName, normal.FullName))
	f.ids = normal.Identifiers
	f.record.RecordHash, err = recordHash(f.record, f.ids)
	return err
}

// ordered lists the versions as they fold: by the vendor's date, then those of
// audiences that the record has left before the others, then by the number of a
// StatSocial build, then by hash; never by the time of fetching, so that a quiet
// night over all audiences of a record changes nothing.
func (f *folded) ordered() []schema.Version {
	list := make([]schema.Version, 0, len(f.versions))
	for _, v := range f.versions {
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b schema.Version) int {
		return cmp.Or(a.AsOf.Compare(b.AsOf), cmp.Compare(f.weight(a), f.weight(b)), f.compareBuilds(a, b),
			cmp.Compare(a.PayloadHash, b.PayloadHash), cmp.Compare(a.Audience, b.Audience))
	})
	return list
}

// compareBuilds compares the numbers that StatSocial gives to audiences: it builds
// a definition anew under a greater one.
func (f *folded) compareBuilds(a, b schema.Version) int {
	if f.source != schema.StatSocial {
		return 0
	}
	return cmp.Or(cmp.Compare(len(a.Audience), len(b.Audience)), cmp.Compare(a.Audience, b.Audience))
}

// weight is less for a version of an audience that the record has left.
func (f *folded) weight(v schema.Version) int {
	if f.left[v.Audience] {
		return 0
	}
	return 1
}

// refold makes a stored record anew of its versions as they are.
func refold(s *load.Stored) (load.Record, []schema.Identifier, error) {
	f := &folded{source: s.Source, id: s.SourceID}
	f.restore(s)
	err := f.normalise()
	return f.record, f.ids, err
}

// recordHash is the hash of everything a record says, its identifiers and what
// identity needs of it included, but not of when and by whom it was stored.
func recordHash(r load.Record, ids []schema.Identifier) (string, error) {
	sorted := jsontext.Value(r.Payload) // the order in which a vendor sends keys says nothing
	if err := sorted.Format(jsontext.ReorderRawObjects(true), jsontext.AllowDuplicateNames(true)); err != nil {
		return "", err
	}
	r.Payload = string(sorted)
	r.RecordHash, r.RunID = "", ""
	r.FirstSeenAt, r.LastSeenAt, r.UpdatedAt = time.Time{}, time.Time{}, time.Time{}
	content, err := json.Marshal(struct {
		Record      load.Record
		Identifiers []schema.Identifier
	}{r, ids})
	if err != nil {
		return "", err
	}
	return payloadHash(content), nil
}
