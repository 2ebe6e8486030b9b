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
// what they share, in which every link is one that the identifiers table shows, that
// an override states, or that two records make which match.
type story struct {
	records   []Ref // oldest first
	overrides run.Overrides
	carries   map[Ref][]report.CarriedIdentifier
	traits    map[Ref]evidence.Traits // those of other contacts in doubts, too
	ties      []tie
	tied      map[Ref][]int // the ties of a record, in their order
	doubts    []Doubt
}

// tie is something that several records have in common.
type tie struct {
	records []Ref
	link    Link // what it says of any two of them
	some    bool // not all of them are one person by it
	bits    float64
}

func newStory(e Explanation, p report.Person, o run.Overrides) *story {
	s := &story{
		overrides: o, carries: map[Ref][]report.CarriedIdentifier{}, traits: map[Ref]evidence.Traits{}, tied: map[Ref][]int{},
	}
	for _, c := range p.Identifiers {
		ref := Ref{c.Source, c.SourceID}
		s.carries[ref] = append(s.carries[ref], c)
	}
	for _, r := range p.Records {
		ref := Ref{r.Source, r.SourceID}
		s.records, s.traits[ref] = append(s.records, ref), evidence.Of(r, s.linking(ref)...)
	}
	for _, r := range p.Others {
		s.traits[Ref{r.Source, r.SourceID}] = evidence.Of(r.SourceContact, r.Identifiers...)
	}
	for _, d := range p.Doubts {
		s.doubts = append(s.doubts, s.doubt(d, p.Contact.ContactID, e.Identifiers))
	}
	s.tieIdentifiers(e.Identifiers)
	s.tieOverrides()
	s.tieMatches()
	for i, t := range s.ties {
		for _, r := range t.records {
			s.tied[r] = append(s.tied[r], i)
		}
	}
	return s
}

// linking are the identifiers of a record that may link it.
func (s *story) linking(r Ref) (ids []schema.Identifier) {
	for _, c := range s.carries[r] {
		if c.Refused == "" || report.LinksSome(c.Refused) {
			ids = append(ids, c.Identifier)
		}
	}
	return ids
}

// doubt is a pair in doubt as seen from one of its records' contact, with the bits that
// decided.
func (s *story) doubt(d report.Doubt, contact string, identifiers []Identifier) Doubt {
	told := Doubt{
		Record: Ref{d.Source, d.SourceID}, With: Ref{d.OtherSource, d.OtherSourceID}, Contact: d.OtherContact, Reason: d.Reason,
		Kind: schema.Kind(d.Kind), Value: d.Value, Joined: d.Joined,
	}
	if d.Contact != contact {
		told.Record, told.With, told.Contact = told.With, told.Record, d.Contact
	}
	if told.Contact == contact {
		told.Contact = ""
	}
	if i := slices.IndexFunc(identifiers, func(id Identifier) bool { return id.Kind == told.Kind && id.Value == told.Value }); i >= 0 {
		told.Address = identifiers[i].Address
	}
	v := evidence.Compare(s.traits[told.Record], s.traits[told.With])
	v.Bits = d.Bits
	told.Evidence = evidenceOf(v, told.Kind)
	return told
}

func evidenceOf(v evidence.Verdict, kind schema.Kind) Evidence {
	e := Evidence{v.Rounded(), "same_person", v.Words(kind), evidence.Version(), v.Sentence(kind)}
	if e.Bits < 0 {
		e.Suggests = v.Against.String()
	}
	return e
}

// tieIdentifiers ties by identifiers, the strongest first; one that is refused ties only
// where it may link some of its records.
func (s *story) tieIdentifiers(identifiers []Identifier) {
	strongest := slices.Clone(identifiers)
	slices.SortStableFunc(strongest, func(a, b Identifier) int {
		return slices.Index(schema.StrongKinds, a.Kind) - slices.Index(schema.StrongKinds, b.Kind)
	})
	for _, id := range strongest {
		some := report.LinksSome(id.Refused) && slices.Contains(schema.StrongKinds, id.Kind)
		if id.Links || some {
			s.ties = append(s.ties, tie{records: id.Records, link: Link{Kind: id.Kind, Value: id.Value, Address: id.Address}, some: some})
		}
	}
}

// tieOverrides ties those who are always one person.
func (s *story) tieOverrides() {
	for k, o := range s.overrides.List {
		if !o.Always {
			continue
		}
		if a, b := s.named(o.A), s.named(o.B); len(a) > 0 && len(b) > 0 {
			s.ties = append(s.ties, tie{records: slices.Concat(a, b), link: Link{Override: s.overrides.Places[k]}})
		}
	}
}

// tieMatches ties records that match.
func (s *story) tieMatches() {
	for _, d := range s.doubts {
		if d.Reason == schema.PairMatch && d.Joined && d.Contact == "" {
			s.ties = append(s.ties, tie{
				records: []Ref{d.Record, d.With}, link: Link{Match: true, Evidence: d.Evidence}, some: true, bits: d.Evidence.Bits,
			})
		}
	}
}

// unsure is the strongest known link of a record that no sure one has reached yet.
type unsure struct {
	Link
	bits float64
}

// tell walks from the oldest record over all that ties records for sure to whom it
// reaches, and from there over the strongest of the other ties, and so on. A record
// that cannot be reached, because the overrides changed since the last run, has no link.
func (s *story) tell() (links []Link) {
	if len(s.records) == 0 {
		return nil
	}
	queue, reached := []Ref{s.records[0]}, map[Ref]bool{s.records[0]: true}
	followed, others := make([]bool, len(s.ties)), map[Ref]unsure{}
	reach := func(l Link) {
		queue, reached[l.Record] = append(queue, l.Record), true
		links = append(links, s.weighed(l))
	}
	for i := 0; ; i++ {
		if i == len(queue) {
			l, ok := s.strongest(others, reached)
			if !ok {
				return links
			}
			reach(l)
		}
		for _, n := range s.tied[queue[i]] {
			if t := s.ties[n]; t.some {
				s.consider(t, queue[i], reached, others)
			} else if !followed[n] {
				followed[n] = true
				for _, r := range t.records {
					if !reached[r] {
						reach(t.between(queue[i], r))
					}
				}
			}
		}
	}
}

// between is the link that a tie makes of two records.
func (t tie) between(with, record Ref) Link {
	l := t.link
	l.Record, l.With = record, with
	return l
}

// mostWeighed is of how many records all pairs are weighed.
const mostWeighed = 500

// consider keeps, of each record not reached yet, the strongest link over ties that link
// some records only. One that speaks for one person is strong enough.
func (s *story) consider(t tie, from Ref, reached map[Ref]bool, others map[Ref]unsure) {
	for _, r := range t.records {
		known, ok := others[r]
		if reached[r] || ok && (known.bits >= 0 || len(t.records) > mostWeighed) {
			continue
		}
		bits := t.bits
		if !t.link.Match {
			bits = evidence.Compare(s.traits[from], s.traits[r]).Bits
		}
		if !ok || bits > known.bits {
			others[r] = unsure{t.between(from, r), bits}
		}
	}
}

// strongest is the strongest link to a record that is not reached yet.
func (s *story) strongest(others map[Ref]unsure, reached map[Ref]bool) (best Link, ok bool) {
	most := 0.0
	for _, r := range s.records {
		if l, known := others[r]; known && !reached[r] && (!ok || l.bits > most) {
			best, most, ok = l.Link, l.bits, true
		}
	}
	return best, ok
}

// weighed is a link with what its two records say of each other; of an override that
// does not matter, and a match has it.
func (s *story) weighed(l Link) Link {
	if l.Kind != "" {
		l.Evidence = evidenceOf(evidence.Compare(s.traits[l.With], s.traits[l.Record]), l.Kind)
	}
	return l
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
