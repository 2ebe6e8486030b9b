package stage

import (
	"bytes"
	"cmp"
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

// Refold makes a stored record anew of its versions as they are.
func Refold(s *load.Stored) (load.Record, []schema.Identifier, error) {
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
