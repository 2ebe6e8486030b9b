package storetest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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

// People are the rules of identity in most tests.
func People() load.People { return load.People{Priority: schema.Sources, MaxNames: 5} }

// Record makes a stored record of a person who has an address.
func Record(source, id, first, last, email string) (load.Record, schema.Version, schema.Identifier) {
	sum := sha256.Sum256([]byte(email))
	r := load.Record{Surname: int64(identity.SurnameHash(last, ""))}
	r.Source, r.SourceID = source, id
	r.FirstName, r.LastName, r.FullName = first, last, first+" "+last
	r.Email, r.BusinessEmail, r.EmailSHA256 = email, email, hex.EncodeToString(sum[:])
	r.Payload = fmt.Sprintf(`{"id":%q,"first":%q,"email":%q}`, id, first, email)
	hash := sha256.Sum256([]byte(r.Payload))
	r.RecordHash = hex.EncodeToString(hash[:])
	return r, schema.Version{Source: source, SourceID: id, Audience: "a", PayloadHash: r.RecordHash},
		schema.Identifier{Source: source, SourceID: id, Kind: schema.EmailSHA256, Value: r.EmailSHA256}
}

// Batch makes a batch of people listed by one sweep of audience "a".
func Batch(run schema.Run, source, sweep string, complete bool, persons ...[4]string) load.Batch {
	b := load.Batch{Run: run, Sweeps: []load.Sweep{{Source: source, Audience: "a", Sweep: sweep, Complete: complete}}}
	for _, p := range persons {
		r, v, i := Record(source, p[0], p[1], p[2], p[3])
		b.Records, b.Versions, b.Identifiers = append(b.Records, r), append(b.Versions, v), append(b.Identifiers, i)
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
