// Package explain says why some records are one person, and where each of the
// person's values comes from.
package explain

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"contactsync/internal/identity"
	"contactsync/internal/run"
	"contactsync/internal/selector"
	"contactsync/load"
	"contactsync/load/duckdb/report"
	"contactsync/schema"
	"contactsync/transform"
)

// Explanation is why some records are one person, and what follows from it.
type Explanation struct {
	ContactID   string       `json:"contact_id"`
	FullName    string       `json:"full_name"`
	FirstSeenAt time.Time    `json:"first_seen_at"`
	LastSeenAt  time.Time    `json:"last_seen_at"`
	Records     []Record     `json:"records"`     // oldest first: the first names the person
	Links       []Link       `json:"links"`       // one for each record but the first, as far as links hold
	Identifiers []Identifier `json:"identifiers"` // all of them
	KeptApart   []string     `json:"kept_apart"`  // overrides (file:line) that keep the person apart from another
	Doubts      []Doubt      `json:"doubts"`      // by reason, then most bits first
	Guard       load.Guard   `json:"guard"`       // by which people were last resolved: on, warn or off
	Values      []Value      `json:"values"`      // golden values and where they come from
	Memberships []Membership `json:"memberships"`
	Interests   []Interest   `json:"interests"`
	Moves       []Move       `json:"moves"` // merges and splits
}

// Ref names a record.
type Ref struct {
	Source   string `json:"source"`
	SourceID string `json:"source_id"`
}

// String is the record as source:id.
func (r Ref) String() string { return r.Source + ":" + r.SourceID }

// Record is a record of the person.
type Record struct {
	Ref
	FullName    string    `json:"full_name,omitempty"`
	Email       string    `json:"email,omitempty"`
	AsOf        time.Time `json:"as_of,omitzero"`
	FirstSeenAt time.Time `json:"first_seen_at"`
	LastSeenAt  time.Time `json:"last_seen_at"`
}

// Link is why a record belongs to the person: what it shares with a record that
// is older or linked already. Override is the file:line of identity.overrides
// that says so; then there is no identifier, and neither is there where the two match by
// evidence alone.
type Link struct {
	Record   Ref         `json:"record"`
	With     Ref         `json:"with"`
	Kind     schema.Kind `json:"kind,omitempty"`
	Value    string      `json:"value,omitempty"`
	Address  string      `json:"address,omitempty"` // in clear, where a record has it so
	Override string      `json:"override,omitempty"`
	Match    bool        `json:"match,omitempty"`
	Evidence Evidence    `json:"evidence,omitzero"` // none for an override
}

// Evidence is what two records say of each other beside the identifier that links them.
// By it the guard keeps apart who shares an identifier and does not seem to be one person.
type Evidence struct {
	Bits     float64  `json:"bits"`     // above 0 for one person, below for two
	Suggests string   `json:"suggests"` // same_person, or, below 0, relatives, namesakes, colleagues or strangers
	Words    []string `json:"words"`    // the two or three strongest
	Weights  int      `json:"weights"`  // version of the weights
	Sentence string   `json:"sentence"` // all that in a line
}

// Doubt is a pair of records of which evidence and identifiers do not say the same: they
// share an identifier by which the guard does not link them (or would not, if it did more
// than warn), or they match without one.
type Doubt struct {
	Record   Ref         `json:"record"`
	With     Ref         `json:"with"`
	Contact  string      `json:"contact_id,omitempty"` // of the other record, where that is another's
	Reason   string      `json:"reason"`               // guard or match
	Kind     schema.Kind `json:"kind,omitempty"`
	Value    string      `json:"value,omitempty"`
	Address  string      `json:"address,omitempty"`
	Joined   bool        `json:"joined"` // they are one person all the same
	Evidence Evidence    `json:"evidence"`
}

// Identifier is an identifier and the records of the person that carry it.
type Identifier struct {
	Kind      schema.Kind `json:"kind"`
	Value     string      `json:"value"`
	Address   string      `json:"address,omitempty"`
	Records   []Ref       `json:"records"`
	Links     bool        `json:"links"`               // whether it links records of the person
	Refused   string      `json:"refused,omitempty"`   // why a kind that links does not, or not all: role, shared, blocked, doubtful or large
	Elsewhere int64       `json:"elsewhere,omitempty"` // other people who carry it
	Others    []string    `json:"others,omitempty"`    // a few of them, where it links not all
}

// Value is a golden value and the record that gave it.
type Value struct {
	Field string `json:"field"`
	Value string `json:"value"`
	From  Ref    `json:"from"`
}

// Membership is a period in an audience.
type Membership struct {
	Ref
	AudienceID string    `json:"audience_id"`
	Kind       string    `json:"kind,omitempty"`
	Name       string    `json:"name,omitempty"`
	From       time.Time `json:"valid_from"`
	To         time.Time `json:"valid_to,omitzero"`
}

// Interest is an interest on a day.
type Interest struct {
	Day      string  `json:"data_date"`
	Topic    string  `json:"topic_id"`
	Score    float64 `json:"score"`
	Pipeline string  `json:"pipeline"`
}

// Move is a record that passed from one person to another.
type Move struct {
	Ref
	From   string    `json:"from"`
	To     string    `json:"to"`
	Change string    `json:"change"` // merge or split
	At     time.Time `json:"at"`
	RunID  string    `json:"run_id"`
}

// MatchError says that not exactly one person answers to a name.
type MatchError struct{ ContactIDs []string }

func (e *MatchError) Error() string {
	const most = 10
	n := len(e.ContactIDs)
	switch {
	case n == 0:
		return "nobody in the warehouse answers to that"
	case n > most:
		return fmt.Sprintf("%d people answer to that; name one by contact id: %s, ...", n, strings.Join(e.ContactIDs[:most], ", "))
	}
	return fmt.Sprintf("%d people answer to that; name one by contact id: %s", n, strings.Join(e.ContactIDs, ", "))
}

// Explain tells a person's story. The text is a contact id, an e-mail address, a
// LinkedIn URL or source:id; where it means nobody or several people the error is
// a [*MatchError], and where it names nobody a [*selector.Error].
func Explain(ctx context.Context, w report.Connector, text string, overrides run.Overrides, rules identity.Rules) (Explanation, error) {
	id, err := findOne(ctx, w, text)
	if err != nil {
		return Explanation{}, err
	}
	p, err := report.ReadPerson(ctx, w, id)
	if err != nil {
		return Explanation{}, err
	}
	return explain(p, overrides, rules), nil
}

// Contact is the one contact that a text names, as Explain takes it.
func Contact(ctx context.Context, w report.Connector, text string) (schema.Contact, error) {
	id, err := findOne(ctx, w, text)
	if err != nil {
		return schema.Contact{}, err
	}
	p, err := report.ReadPerson(ctx, w, id)
	return p.Contact, err
}

func findOne(ctx context.Context, w report.Connector, text string) (string, error) {
	s, ok := selector.Parse(text)
	var ids []string
	var err error
	switch {
	case !ok:
		return "", &selector.Error{Problems: []string{"name a person by contact id (c_...), e-mail address, LinkedIn URL, or source:id (source is one of " + strings.Join(schema.Sources, ", ") + ")"}}
	case s.Contact != "":
		ids, err = report.ContactsByID(ctx, w, s.Contact)
	case s.Record.Source != "":
		ids, err = report.ContactsOf(ctx, w, load.Selector{Source: s.Record.Source, SourceID: s.Record.ID})
	default:
		for i := range s.Identifiers { // a role address, too, may be asked for
			s.Identifiers[i].Kind = schema.Kind(strings.TrimPrefix(string(s.Identifiers[i].Kind), "role_"))
		}
		ids, err = report.ContactsOf(ctx, w, load.Selector{Identifiers: s.Identifiers})
	}
	if err == nil && len(ids) != 1 {
		err = &MatchError{ids}
	}
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

func explain(p report.Person, o run.Overrides, rules identity.Rules) Explanation {
	c := p.Contact
	e := Explanation{ContactID: c.ContactID, FullName: c.FullName, FirstSeenAt: c.FirstSeenAt, LastSeenAt: c.LastSeenAt, Guard: p.Guard}
	for _, r := range p.Records {
		e.Records = append(e.Records, Record{Ref{r.Source, r.SourceID}, r.FullName, r.Email, r.AsOf, r.FirstSeenAt, r.LastSeenAt})
	}
	e.Identifiers = explainIdentifiers(p)
	s := newStory(e, p, o)
	e.Links, e.KeptApart, e.Doubts = s.tell(), s.keptApart(), s.doubts
	for i, id := range e.Identifiers {
		e.Identifiers[i].Links = id.Links || slices.ContainsFunc(e.Links, func(l Link) bool { return l.Kind == id.Kind && l.Value == id.Value })
	}
	for _, v := range identity.Explain(p.Records, rules) {
		e.Values = append(e.Values, Value{v.Field, v.Value, Ref{v.Source, v.SourceID}})
	}
	for _, m := range p.Memberships {
		e.Memberships = append(e.Memberships, Membership{Ref{m.Source, m.SourceID}, m.AudienceID, m.Kind, m.Name, m.ValidFrom, m.ValidTo})
	}
	for _, m := range p.Interests {
		e.Interests = append(e.Interests, Interest{m.DataDate.String(), m.TopicID, m.Score, m.Pipeline})
	}
	for _, m := range p.Moves {
		e.Moves = append(e.Moves, Move{Ref{m.Source, m.SourceID}, m.From, m.To, m.Change, m.At, m.RunID})
	}
	return e
}

// explainIdentifiers gathers the records that carry each identifier.
func explainIdentifiers(p report.Person) []Identifier {
	clear := map[string]string{} // addresses by any of their hashes
	for _, r := range p.Records {
		for _, address := range r.Emails {
			ids, _ := transform.Selector(address)
			for _, id := range ids {
				clear[id.Value] = address
			}
		}
	}
	var list []Identifier
	for _, c := range p.Identifiers {
		if n := len(list); n == 0 || list[n-1].Kind != c.Kind || list[n-1].Value != c.Value {
			strong := slices.Contains(schema.StrongKinds, c.Kind)
			list = append(list, Identifier{
				Kind: c.Kind, Value: c.Value, Address: clear[c.Value], Links: strong && c.Refused == "", Refused: c.Refused, Elsewhere: c.Elsewhere,
				Others: c.Others,
			})
		}
		last := &list[len(list)-1]
		last.Records = append(last.Records, Ref{c.Source, c.SourceID})
	}
	return list
}
