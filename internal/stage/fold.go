package stage

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"
)

// Fold makes records of their versions: the staged ones laid over the stored, in the
// order in which they came, and the versions over each other.
func Fold(list []load.Stored) ([]load.Folded, error) {
	out := make([]load.Folded, len(list))
	return out, inChunks(list, func(from int, part []load.Stored) (err error) {
		for i := range part {
			if out[from+i], err = foldOne(&part[i]); err != nil {
				return fmt.Errorf("%s:%s: %w", part[i].Source, part[i].SourceID, err)
			}
		}
		return nil
	})
}

func foldOne(s *load.Stored) (r load.Folded, err error) {
	f := record{left: s.Left, versions: make([]*version, 0, len(s.Versions)+len(s.Staged))}
	if f.rules, err = transform.RulesOf(s.Source); err != nil {
		return r, err
	}
	for _, v := range s.Versions {
		v.Payload = cmp.Or(v.Payload, s.Payload)
		f.put(&version{Version: v})
	}
	for _, v := range s.Staged {
		if err := f.take(&version{Version: v.Version}, v.Outdated, v.Whole); err != nil {
			return r, err
		}
	}
	return f.fold(s.SourceID)
}

// record is a record that is folded.
type record struct {
	rules    *transform.Rules
	versions []*version      // one of an audience
	left     map[string]bool // the audiences that it is no member of any more
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

// of is the version of an audience, nil for none. A record is in a few audiences.
func (f *record) of(audience string) *version {
	for _, v := range f.versions {
		if v.Audience == audience {
			return v
		}
	}
	return nil
}

// put sets the version of its audience.
func (f *record) put(v *version) {
	for i, was := range f.versions {
		if was.Audience == v.Audience {
			f.versions[i] = v
			return
		}
	}
	f.versions = append(f.versions, v)
}

// take lays one payload over its audience's version, or, if it is whole, puts it in its
// place. By the vendor's own date, an older payload only fills what the newer lacks; of
// one date, the later one wins, unless it is outdated.
func (f *record) take(v *version, outdated, whole bool) error {
	if v.Payload == "" {
		return nil
	}
	was := f.of(v.Audience)
	if was == nil || whole {
		f.put(v)
		return nil
	}
	older, newer := was, v
	if v.AsOf.Before(was.AsOf) || outdated && v.AsOf.Equal(was.AsOf) {
		older, newer = newer, older
	}
	f.put(newer)
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

// fold makes the record of its versions, and normalises it.
func (f *record) fold(id string) (r load.Folded, err error) {
	var whole *transform.Document
	r.Versions = make([]schema.Version, 0, len(f.versions))
	for _, v := range f.ordered() {
		document, err := v.parse(f.rules)
		if err != nil {
			return r, err
		}
		whole = document.Over(whole)
		r.Record.AsOf = v.AsOf
		if len(f.versions) == 1 {
			v.Payload = "" // the record has it
		}
		r.Versions = append(r.Versions, v.Version)
	}
	if whole == nil {
		return r, errors.New("a record without a version")
	}
	normal := whole.Contact()
	r.Record.Source, r.Record.SourceID, r.Record.Payload = f.rules.Source, id, whole.Payload()
	r.Record.Profile, r.Record.Emails, r.Record.Phones, r.Record.Notes = normal.Profile, normal.Emails, normal.Phones, normal.Notes
	r.Record.Surname = int64(identity.SurnameHash(normal.LastName, normal.FullName))
	r.Identifiers = normal.Identifiers
	r.Record.RecordHash, err = recordHash(&r.Record, r.Identifiers, whole)
	return r, err
}

// ordered lists the versions as they fold: by the vendor's date, then those of
// audiences that the record has left before the others, then as the
// vendor replaces one audience by another, then by hash; never by the time of fetching, so that a quiet
// night over all audiences of a record changes nothing.
func (f *record) ordered() []*version {
	list := f.versions
	if len(list) == 1 {
		return list
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
func (f *record) weight(v *version) int {
	if f.left[v.Audience] {
		return 0
	}
	return 1
}
