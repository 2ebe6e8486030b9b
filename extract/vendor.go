package extract

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"contactsync/extract/api"
	"contactsync/schema"
)

// A Vendor is one folder: all that the rest of the program needs to know of it.
// The list of vendors is in extract/vendors; a test there finds what one leaves out.
type Vendor struct {
	Name     string         // of the source, in the config and in every `source` column
	Doc      string         // what it sells, for the reference of the config
	Section  func() Section // makes an empty section of the config's sources
	NoEffect []string       // keys of the section that the vendor decides by itself
	Streams  []Stream
	Callback bool // it calls back when what it prepares is done

	// Check asks for the cheapest thing that needs the credential and costs nothing.
	// An [*APIError] with Refused says that the credential is not accepted.
	Check func(ctx context.Context, env Env) (AccountStatus, error)

	// Identify finds the key and the date that a record says of itself, by the rules
	// by which pages are read; "" and zero where it says nothing.
	Identify func(raw json.RawMessage) (id string, asOf time.Time)
}

// AccountStatus is what a vendor says of the account that a credential belongs to.
type AccountStatus struct {
	Detail string // for people: "2047 credits, plan Expert"
}

// A Stream is one kind of thing that a vendor serves, such as toofr.prospects.
type Stream struct {
	Name string
	New  func() Definition // makes an empty definition: the pipeline's own keys
	Traits
}

// Traits are what the pipeline must know of a stream. The zero value is a stream of
// people that is read anew by every full run.
type Traits struct {
	Paid  bool // each page costs, so each is committed at once
	Days  bool // its partitions are days: it can be read from one day to another
	Lists bool // it lists audiences or pixels, not people

	// Bought reports whether a checkpoint remembers what was paid for, which a full
	// run must not forget. nil: none does.
	Bought func(partition string, c schema.Checkpoint) bool
}

// Keeps reports whether a full run keeps a checkpoint.
func (t Traits) Keeps(partition string, c schema.Checkpoint) bool {
	return t.Bought != nil && t.Bought(partition, c)
}

// Definition is what a pipeline reads, as the user wrote it: a pointer to a struct
// with the tags yaml, jsonschema and doc, which the decoder fills. It answers all
// that run, check and dry run ask of a stream.
type Definition interface {
	// Problems is what is wrong with it, given the section of its source; nil: there
	// is none.
	Problems(section Section) []Problem

	// Open makes the source that a run reads. The warnings are what a person should
	// look at.
	Open(ctx context.Context, run Run, env Env) (source Source, warnings []string, err error)

	// Plan says what a run would read, and what that can cost. It asks no vendor. An
	// error is what such a run would end with.
	Plan(ctx context.Context, run Run) (Plan, error)
}

// Optional answers of a definition.
type (
	// Adviser knows what is allowed in a definition and yet worth a look.
	Adviser interface{ Advice() []Problem }

	// Worded has keys whose values are of closed lists.
	Worded interface{ Words() map[string][]string }
)

// Run is one run of a pipeline, or one that is planned: what was asked of it, and
// where a definition finds what it does not know itself.
type Run struct {
	Pipeline     string
	Section      Section // of its source
	Full         bool    // read and buy everything again
	Since, Until schema.Date
	Now          time.Time // in the time zone of the config

	// The warehouse. Query and Spent are nil while there is none; Known then knows nobody.
	State func(ctx context.Context) (State, error) // where the run would begin; for Plan only
	Query Querying
	Spent func(ctx context.Context, since time.Time) (credits int64, err error) // by the pipeline
	Known func(ctx context.Context) (Known, error)                              // of people who may be asked for
}

// Plan is what a run would do.
type Plan struct {
	Detail   string          // what it would read, for people
	MaxCost  int64           // the most that it can cost, in the vendor's credits; -1: no bound is set
	Searches []PlannedSearch // what it would buy
	Warnings []string        // what a person should look at
	Note     string          // why a dry run shows no rows
	Request  *PlannedRequest // the first that would be sent and may cost; nil: none is

	// Preview is what a dry run reads a page of, and costs nothing. nil: it asks for nothing.
	Preview Definition
}

// A PlannedSearch is what a run would do about one search that costs.
type PlannedSearch struct {
	ID         string
	Name       string
	Websites   []string
	Industries []string
	Titles     []string
	Page       int       // the first page that would be asked for; 0: none, it rests
	Pages      int       // how many pages are known to be left; 0: not known before the first answer
	MaxCredits int64     // the most that these pages can cost; -1: not known before the first answer
	Rests      time.Time // until when it is not bought again; zero: it is due
}

// A PlannedRequest is a request that a run would send, as far as a dry run shows it.
type PlannedRequest struct {
	Method, Path string
	Body         []byte // JSON, with the first few people in it
	People       int    // whom it asks for
	Shown        int    // how many of them are in Body
}

// Ask reads what an answer has of the fields of into; whatever else it holds is
// no reason to distrust the credential.
func Ask(ctx context.Context, env Env, r api.Request, into any) error {
	r.Method = http.MethodGet
	response, err := env.WithDefaults().API.Do(ctx, r)
	if err != nil {
		return err
	}
	_ = json.Unmarshal(response.Body, into)
	return nil
}

// Unprocessed reports whether a request that must not be sent twice certainly did
// nothing: it never reached the vendor, or was turned away.
func Unprocessed(err error) bool {
	if api.Unreachable(err) {
		return true
	}
	answer, ok := errors.AsType[*APIError](err)
	if !ok {
		return false
	}
	switch answer.Status {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusPermanentRedirect, http.StatusServiceUnavailable:
		return true
	}
	return answer.Status/100 == 4 && answer.Status != http.StatusRequestTimeout
}

// Absent reports whether the vendor does not have what was asked for.
func Absent(err error) bool {
	answer, ok := errors.AsType[*APIError](err)
	if !ok {
		return false
	}
	switch answer.Status {
	case http.StatusNotFound, http.StatusGone, http.StatusNotAcceptable, http.StatusMethodNotAllowed:
		return true
	}
	return false
}
