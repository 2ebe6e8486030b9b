package storetest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/schema"
)

// The people of many tests.
const (
	AnnMail = "ann.lee@acme.example"
	BobMail = "bob.ray@acme.example"
)

// Clock is a clock that a test moves.
type Clock struct{ T time.Time }

// Now is the time of the clock.
func (c *Clock) Now() time.Time { return c.T }

// Advance moves the clock by an hour.
func (c *Clock) Advance() { c.T = c.T.Add(time.Hour) }

// People are the rules of identity in most tests, and how records are made.
func People() load.People { return load.People{Priority: schema.Sources, MaxNames: 5, Fold: Fold} }

// Said is what a payload of these tests says of a person.
type Said struct {
	ID          string              `json:"id"`
	First       string              `json:"first"`
	Last        string              `json:"last"`
	Email       string              `json:"email"`
	JobTitle    string              `json:"title,omitempty"`
	Country     string              `json:"country,omitempty"`
	PostalCode  string              `json:"postal_code,omitempty"`
	Phones      []string            `json:"phones,omitempty"`
	Household   string              `json:"household,omitempty"` // somebody whom it mentions
	Notes       []string            `json:"notes,omitempty"`
	EmailStatus schema.EmailStatus  `json:"status,omitempty"`
	Surname     int64               `json:"surname,omitempty"`     // its hash; 0 = that of Last
	Identifiers []schema.Identifier `json:"identifiers,omitempty"` // beside that of the address
}

// Version makes the version of audience "a" that says it.
func (s Said) Version(source string) load.Version {
	payload, err := json.Marshal(s)
	if err != nil {
		panic(err) // it is made of texts
	}
	v := schema.Version{Source: source, SourceID: s.ID, Audience: "a", PayloadHash: hashOf(string(payload)), Payload: string(payload)}
	return load.Version{Version: v}
}

// Change makes one of a batch's versions say something else.
func Change(b *load.Batch, i int, change func(*Said)) {
	v := b.Versions[i]
	var said Said
	if err := json.Unmarshal([]byte(v.Payload), &said); err != nil {
		panic(err) // it is one of Version's
	}
	change(&said)
	b.Versions[i] = said.Version(v.Source)
	b.Versions[i].Pipeline = v.Pipeline
}

// Fold makes records of what the version of one audience says: of those that they did not leave
// the first by name, if there is any.
func Fold(list []load.Stored) ([]load.Folded, error) {
	folded := make([]load.Folded, len(list))
	for i, s := range list {
		versions := map[string]schema.Version{}
		for _, v := range s.Versions {
			v.Payload = cmp.Or(v.Payload, s.Payload)
			versions[v.Audience] = v
		}
		for _, v := range s.Staged {
			versions[v.Audience] = v.Version
		}
		audiences := slices.Sorted(maps.Keys(versions))
		shown := slices.IndexFunc(audiences, func(a string) bool { return !s.Left[a] })
		r, identifiers, err := recordOf(versions[audiences[max(shown, 0)]])
		if err != nil {
			return nil, err
		}
		folded[i] = load.Folded{Record: r, Identifiers: identifiers}
		for _, audience := range audiences {
			v := versions[audience]
			if len(audiences) == 1 {
				v.Payload = ""
			}
			folded[i].Versions = append(folded[i].Versions, v)
		}
	}
	return folded, nil
}

func recordOf(v schema.Version) (r load.Record, identifiers []schema.Identifier, err error) {
	var said Said
	if err := json.Unmarshal([]byte(v.Payload), &said); err != nil {
		return r, nil, err
	}
	r.Source, r.SourceID, r.Payload, r.RecordHash = v.Source, v.SourceID, v.Payload, hashOf(v.Payload)
	r.FirstName, r.LastName, r.FullName = said.First, said.Last, strings.TrimSpace(said.First+" "+said.Last)
	r.JobTitle, r.Country, r.Notes, r.EmailStatus = said.JobTitle, said.Country, said.Notes, said.EmailStatus
	r.PostalCode, r.Phones, r.Phone = said.PostalCode, said.Phones, strings.Join(said.Phones[:min(1, len(said.Phones))], "")
	r.EmailVerified = said.EmailStatus.Verified()
	r.Surname = cmp.Or(said.Surname, int64(identity.SurnameHash(said.Last, "")))
	if said.Email != "" {
		r.Email, r.BusinessEmail, r.EmailSHA256 = said.Email, said.Email, hashOf(said.Email)
		own := schema.Identifier{Source: v.Source, SourceID: v.SourceID, Kind: schema.EmailSHA256, Value: r.EmailSHA256}
		identifiers = append(identifiers, own)
	}
	return r, append(identifiers, said.Identifiers...), nil
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Batch makes a batch of people listed by one sweep of audience "a".
func Batch(run schema.Run, source, sweep string, complete bool, persons ...[4]string) load.Batch {
	b := load.Batch{Run: run, Sweeps: []load.Sweep{{Source: source, Audience: "a", Sweep: sweep, Complete: complete, Ended: complete}}}
	for _, p := range persons {
		b.Versions = append(b.Versions, Said{ID: p[0], First: p[1], Last: p[2], Email: p[3]}.Version(source))
		b.Seen = append(b.Seen, load.Seen{Source: source, Audience: "a", Sweep: sweep, SourceID: p[0]})
	}
	b.Audiences = []schema.Audience{{Source: source, AudienceID: "a", Kind: schema.KindSegment}}
	return b
}

// NewRun makes the row of a run that begins.
func NewRun(id, pipeline string, at time.Time) schema.Run {
	return schema.Run{RunID: id, Pipeline: pipeline, StartedAt: at, Status: schema.Running}
}

// NewClock is a clock that shows a night in November.
func NewClock() *Clock { return &Clock{time.Date(2026, 11, 1, 2, 0, 0, 0, time.UTC)} }
