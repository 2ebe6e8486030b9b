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
	positions map[Ref]int
	overrides run.Overrides
	carries   map[Ref][]report.CarriedIdentifier
	traits    map[Ref]evidence.Traits // those of other contacts in doubts, too
	ties      []tie
	tied      [][]int // per record, its ties, in their order
	doubts    []Doubt
}

// tie is something that several records have in common.
type tie struct {
	records []int // positions in story.records
	link    Link  // what it says of any two of them
	some    bool  // not all of them are one person by it
}

func newStory(e Explanation, p report.Person, o run.Overrides) *story {
	s := &story{
		positions: map[Ref]int{}, overrides: o, carries: map[Ref][]report.CarriedIdentifier{}, traits: map[Ref]evidence.Traits{},
		tied: make([][]int, len(p.Records)),
	}
	for _, c := range p.Identifiers {
		ref := Ref{c.Source, c.SourceID}
		s.carries[ref] = append(s.carries[ref], c)
	}
	for i, r := range p.Records {
		ref := Ref{r.Source, r.SourceID}
		s.positions[ref] = i
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
	return s
}

// tie ties records.
func (s *story) tie(records []Ref, link Link, some bool) {
	t := tie{link: link, some: some}
	for _, r := range records {
		if i, ok := s.positions[r]; ok {
			t.records, s.tied[i] = append(t.records, i), append(s.tied[i], len(s.ties))
		}
	}
	s.ties = append(s.ties, t)
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
			s.tie(id.Records, Link{Kind: id.Kind, Value: id.Value, Address: id.Address}, some)
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
			s.tie(slices.Concat(a, b), Link{Override: s.overrides.Places[k]}, false)
		}
	}
}

// tieMatches ties records that match.
func (s *story) tieMatches() {
	for _, d := range s.doubts {
		if d.Reason == schema.PairMatch && d.Joined && d.Contact == "" {
			s.tie([]Ref{d.Record, d.With}, Link{Match: true, Evidence: d.Evidence}, true)
		}
	}
}

// walk is the way over the records so far.
type walk struct {
	*story
	queue    []int
	reached  []bool   // per record
	followed []bool   // per tie
	unsure   []unsure // per record, the strongest link over ties that link some records only
	links    []Link
}

type unsure struct {
	from, tie int
	bits      float64
	known     bool
}

// tell walks from the oldest record over all that ties records for sure to whom it
// reaches, and from there over the strongest of the other ties, and so on. A record
// that cannot be reached, because the overrides changed since the last run, has no link.
func (s *story) tell() []Link {
	if len(s.records) == 0 {
		return nil
	}
	w := walk{story: s, reached: make([]bool, len(s.records)), followed: make([]bool, len(s.ties)), unsure: make([]unsure, len(s.records))}
	w.queue, w.reached[0] = []int{0}, true
	for i := 0; i < len(w.queue) || w.goOn(); i++ {
		from := w.queue[i]
		for _, n := range s.tied[from] {
			switch {
			case w.followed[n]:
			case s.ties[n].some:
				w.consider(n, from)
			default:
				w.followed[n] = true
				for _, r := range s.ties[n].records {
					w.reach(r, from, n)
				}
			}
		}
	}
	return w.links
}

func (w *walk) reach(record, from, tie int) {
	if !w.reached[record] {
		w.queue, w.reached[record] = append(w.queue, record), true
		l := w.ties[tie].link
		l.Record, l.With = w.records[record], w.records[from]
		w.links = append(w.links, w.weighed(l))
	}
}

// mostWeighed is of how many records all pairs are weighed.
const mostWeighed = 500

// consider keeps, of each record not reached yet, the strongest link. One that speaks for
// one person is strong enough.
func (w *walk) consider(tie, from int) {
	t := w.ties[tie]
	w.followed[tie] = len(t.records) > mostWeighed
	for _, r := range t.records {
		if known := w.unsure[r]; w.reached[r] || known.known && known.bits >= 0 {
			continue
		}
		bits := t.link.Evidence.Bits // of a match
		if !t.link.Match {
			bits = evidence.Compare(w.traits[w.records[from]], w.traits[w.records[r]]).Bits
		}
		if known := w.unsure[r]; !known.known || bits > known.bits {
			w.unsure[r] = unsure{from, tie, bits, true}
		}
	}
}

// goOn reaches the record with the strongest link of those not reached yet.
func (w *walk) goOn() bool {
	best := -1
	for r, u := range w.unsure {
		if u.known && !w.reached[r] && (best < 0 || u.bits > w.unsure[best].bits) {
			best = r
		}
	}
	if best < 0 {
		return false
	}
	w.reach(best, w.unsure[best].from, w.unsure[best].tie)
	return true
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
