package pipeline

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"slices"
	"time"

	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"

	"golang.org/x/sync/errgroup"
)

// folded is a record of the batch that changed: all of it once the versions as
// served are laid over what is stored.
type folded struct {
	rules    *transform.Rules
	id       string
	versions map[string]*version
	left     map[string]bool // the audiences that it is no member of any more
	record   load.Record
	ids      []schema.Identifier
	changed  bool // by a replay
}

// version is a version whose payload is parsed when something asks.
type version struct {
	schema.Version
	document *transform.Document
}

func (v *version) parse(rules *transform.Rules) (*transform.Document, error) {
	if v.document == nil {
		var err error
		if v.document, err = rules.Parse(v.SourceID, v.Payload); err != nil {
			return nil, fmt.Errorf("stored payload: %w", err)
		}
	}
	return v.document, nil
}

func (s *stager) newFolded(id string) *folded { return &folded{rules: s.rules, id: id} }

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
	stored, err := b.w.Stored(ctx, b.pipeline.Source, changed)
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

// restore begins with the versions as they are stored.
func (f *folded) restore(stored *load.Stored) {
	f.versions = map[string]*version{}
	if stored == nil {
		return
	}
	f.left = stored.Left
	for _, v := range stored.Versions {
		v.Payload = cmp.Or(v.Payload, stored.Payload)
		f.versions[v.Audience] = &version{Version: v}
	}
}

// take lays one served payload over its audience's version. By the vendor's own
// date, an older payload only fills what the newer lacks; of one date, the later
// page wins, unless its audience has been listed anew since: then it is outdated.
func (f *folded) take(v *version, outdated bool) error {
	if !outdated {
		delete(f.left, v.Audience)
	}
	was := f.versions[v.Audience]
	if was == nil {
		f.versions[v.Audience] = v
		return nil
	}
	older, newer := was, v
	if v.AsOf.Before(was.AsOf) || outdated && v.AsOf.Equal(was.AsOf) {
		older, newer = newer, older
	}
	f.versions[v.Audience] = newer
	if older.Payload == newer.Payload {
		newer.document = cmp.Or(newer.document, older.document)
		return nil
	}
	before, err := older.parse(f.rules)
	if err != nil {
		return err
	}
	after, err := newer.parse(f.rules)
	if err != nil {
		return err
	}
	newer.document = after.Over(before)
	newer.Payload = newer.document.Payload()
	return nil
}

// normalise makes the record of its versions.
func (f *folded) normalise() error {
	var whole *transform.Document
	for _, v := range f.ordered() {
		document, err := v.parse(f.rules)
		if err != nil {
			return err
		}
		whole = document.Over(whole)
		f.record.AsOf = v.AsOf
	}
	if whole == nil {
		return errors.New("a record without a version")
	}
	normal := whole.Contact()
	f.record.Source, f.record.SourceID = f.rules.Source, f.id
	f.record.Profile, f.record.Emails, f.record.Phones, f.record.Notes = normal.Profile, normal.Emails, normal.Phones, normal.Notes
	f.record.Payload = whole.Payload()
	f.record.Surname = int64(identity.SurnameHash(normal.LastName, normal.FullName))
	f.ids = normal.Identifiers
	var err error
	f.record.RecordHash, err = recordHash(f.record, f.ids, whole)
	return err
}

// ordered lists the versions as they fold: by the vendor's date, then those of
// audiences that the record has left before the others, then as the
// vendor replaces one audience by another, then by hash; never by the time of fetching, so that a quiet
// night over all audiences of a record changes nothing.
func (f *folded) ordered() []*version {
	list := make([]*version, 0, len(f.versions))
	for _, v := range f.versions {
		list = append(list, v)
	}
	replaced := f.rules.CompareAudiences
	if replaced == nil {
		replaced = func(string, string) int { return 0 }
	}
	slices.SortFunc(list, func(a, b *version) int {
		return cmp.Or(a.AsOf.Compare(b.AsOf), cmp.Compare(f.weight(a), f.weight(b)), replaced(a.Audience, b.Audience),
			cmp.Compare(a.PayloadHash, b.PayloadHash), cmp.Compare(a.Audience, b.Audience))
	})
	return list
}

// weight is less for a version of an audience that the record has left.
func (f *folded) weight(v *version) int {
	if f.left[v.Audience] {
		return 0
	}
	return 1
}

// refold makes a stored record anew of its versions as they are.
func refold(s *load.Stored) (load.Record, []schema.Identifier, error) {
	rules, err := transform.RulesOf(s.Source)
	if err != nil {
		return load.Record{}, nil, err
	}
	f := &folded{rules: rules, id: s.SourceID}
	f.restore(s)
	err = f.normalise()
	return f.record, f.ids, err
}

// recordHash is the hash of everything a record says, its identifiers and what
// identity needs of it included, but not of when and by whom it was stored.
func recordHash(r load.Record, ids []schema.Identifier, d *transform.Document) (string, error) {
	r.Payload = d.Canonical()
	r.RecordHash, r.RunID = "", ""
	r.FirstSeenAt, r.LastSeenAt, r.UpdatedAt = time.Time{}, time.Time{}, time.Time{}
	sum := sha256.New()
	err := json.NewEncoder(withoutNewline{sum}).Encode(struct {
		Record      load.Record
		Identifiers []schema.Identifier
	}{r, ids})
	return hex.EncodeToString(sum.Sum(nil)), err
}

// withoutNewline hashes what [json.Encoder] writes but for the newline at its end,
// so that the hash is that of what [json.Marshal] returns.
type withoutNewline struct{ hash.Hash }

func (h withoutNewline) Write(text []byte) (int, error) {
	_, err := h.Hash.Write(bytes.TrimSuffix(text, []byte("\n")))
	return len(text), err
}
