package explain

import (
	"slices"

	"contactsync/internal/identity/evidence"
	"contactsync/internal/run"
	"contactsync/load"
	"contactsync/load/duckdb/report"
	"contactsync/schema"
)

// story finds, record by record, why records are one person: a spanning tree over
// what they share, in which every link is one that the identifiers table shows or
// that an override states.
type story struct {
	records     []Ref // oldest first
	identifiers []Identifier
	overrides   run.Overrides
	carries     map[Ref][]report.CarriedIdentifier
}

func newStory(e Explanation, p report.Person, o run.Overrides) *story {
	s := &story{identifiers: slices.Clone(e.Identifiers), overrides: o, carries: map[Ref][]report.CarriedIdentifier{}}
	slices.SortStableFunc(s.identifiers, func(a, b Identifier) int { // the strongest are told first
		return slices.Index(schema.StrongKinds, a.Kind) - slices.Index(schema.StrongKinds, b.Kind)
	})
	for _, r := range e.Records {
		s.records = append(s.records, r.Ref)
	}
	for _, c := range p.Identifiers {
		ref := Ref{c.Source, c.SourceID}
		s.carries[ref] = append(s.carries[ref], c)
	}
	return s
}

// tell walks from the oldest record over identifiers and overrides to all it
// reaches. A record that cannot be reached, because the overrides changed since
// the last run, has no link.
func (s *story) tell() []Link {
	var links []Link
	if len(s.records) == 0 {
		return nil
	}
	reached := []Ref{s.records[0]}
	reach := func(l Link) {
		if !slices.Contains(reached, l.Record) {
			reached = append(reached, l.Record)
			links = append(links, l)
		}
	}
	for i := 0; i < len(reached); i++ {
		from := reached[i]
		for _, id := range s.identifiers {
			if !id.Links || !slices.Contains(id.Records, from) {
				continue
			}
			for _, r := range id.Records {
				reach(Link{Record: r, With: from, Kind: id.Kind, Value: id.Value, Address: id.Address})
			}
		}
		for k, o := range s.overrides.List {
			if !o.Always {
				continue
			}
			a, b := s.named(o.A), s.named(o.B)
			if all := slices.Concat(a, b); len(a) > 0 && len(b) > 0 && slices.Contains(all, from) {
				for _, r := range all {
					reach(Link{Record: r, With: from, Override: s.overrides.Places[k]})
				}
			}
		}
	}
	return links
}

// weigh adds to each link by an identifier what its two records say of each other.
func (s *story) weigh(links []Link, records []schema.SourceContact) {
	traits := map[Ref]evidence.Traits{}
	for _, r := range records {
		ref := Ref{r.Source, r.SourceID}
		traits[ref] = evidence.Of(r, s.linking(ref)...)
	}
	for i, l := range links {
		if l.Override != "" {
			continue
		}
		v := evidence.Compare(traits[l.With], traits[l.Record])
		e := Evidence{v.Rounded(), "same_person", v.Words(l.Kind), evidence.Version(), v.Sentence(l.Kind)}
		if e.Bits < 0 {
			e.Suggests = v.Against.String()
		}
		links[i].Evidence = e
	}
}

// linking are the identifiers of a record that are not refused.
func (s *story) linking(r Ref) (ids []schema.Identifier) {
	for _, c := range s.carries[r] {
		if c.Refused == "" {
			ids = append(ids, c.Identifier)
		}
	}
	return ids
}

// keptApart lists the overrides that keep the person apart from somebody else.
func (s *story) keptApart() (places []string) {
	for k, o := range s.overrides.List {
		if !o.Always && (len(s.named(o.A)) > 0) != (len(s.named(o.B)) > 0) {
			places = append(places, s.overrides.Places[k])
		}
	}
	return places
}

// named are the person's records that a selector means.
func (s *story) named(selector load.Selector) (refs []Ref) {
	for _, r := range s.records {
		means := r == Ref{selector.Source, selector.SourceID}
		for _, c := range s.carries[r] {
			for _, id := range selector.Identifiers {
				means = means || c.Kind == id.Kind && c.Value == id.Value
			}
		}
		if means {
			refs = append(refs, r)
		}
	}
	return refs
}
