package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"contactsync/internal/simulate/world"
)

// Fault names something that goes wrong. "vendor/name" limits it to one vendor.
type Fault string

// Transient faults hit single requests; the same request tried again gets
// through after at most [Options.InARow] of them.
const (
	RateLimit        Fault = "rate-limit"         // 429 without any advice
	RateLimitSeconds Fault = "rate-limit-seconds" // 429, Retry-After in seconds
	RateLimitDate    Fault = "rate-limit-date"    // 429, Retry-After as an HTTP date
	RateLimitReset   Fault = "rate-limit-reset"   // 429, X-RateLimit-Reset in Unix seconds
	InternalError    Fault = "internal-error"     // 500
	BadGateway       Fault = "bad-gateway"        // 502 with a page of HTML
	Unavailable      Fault = "unavailable"        // 503
	Reset            Fault = "reset"              // connection reset before the answer
	Truncated        Fault = "truncated"          // the body ends before its Content-Length
	HTML             Fault = "html"               // 200 with a page of HTML
	Slow             Fault = "slow"               // the right answer, late
	LostAnswer       Fault = "lost-answer"        // connection reset after the work was done and charged; only by name

	RateLimitUnit   Fault = "rate-limit-unit"   // 429, Retry-After: 1s
	RateLimitWords  Fault = "rate-limit-words"  // 429, Retry-After: 1 seconds
	RateLimitZone   Fault = "rate-limit-zone"   // 429, Retry-After as a date with +0000 for GMT
	RateLimitFields Fault = "rate-limit-fields" // 429, RateLimit: limit=100, remaining=0, reset=1
	RateLimitAfter  Fault = "rate-limit-after"  // 429, X-RateLimit-Reset-After in seconds
	ForbiddenLimit  Fault = "forbidden-limit"   // 403 with Retry-After and nothing remaining: a limit, no refusal
)

// Lies are transient faults, too: an answer with status 200 in the vendor's form
// that is none. Nothing in it may be taken for data, for an end or for a removal.
const (
	ErrorBesideEmpty Fault = "error-beside-empty" // no rows, totals of 0, and an error
	ErrorBesideNull  Fault = "error-beside-null"  // null for rows, and an error in words
	ErrorBesideRows  Fault = "error-beside-rows"  // the rows, and an error
	ErrorsList       Fault = "errors-list"        // no rows, and a list of errors
	ErrorInMeta      Fault = "error-in-meta"      // no rows, and an error among what is said of the page
	NoSuccess        Fault = "no-success"         // no rows, and success: false
	DataObject       Fault = "data-object"        // an empty object where rows belong; only by name
	DataText         Fault = "data-text"          // a text where rows belong; only by name
	FailedWord       Fault = "failed-word"        // no rows, and a status that says failed; only by name
	UnknownWord      Fault = "unknown-word"       // no rows, and a status that no document names; only by name

	Latin1 Fault = "latin-1" // no lie: the right answer in ISO-8859-1, declared as such
)

// Lasting faults change how a vendor behaves, as long as they are on.
const (
	RepeatedCursor Fault = "repeated-cursor" // the second page points to itself
	RepeatedPage   Fault = "repeated-page"   // every page brings the rows of the first
	EmptyPage      Fault = "empty-page"      // the second page is empty though more is promised
	ShiftingTotal  Fault = "shifting-total"  // the declared total differs on every page
	PoisonPage     Fault = "poison-page"     // the second page of a segment or audience is always 500
	SchemaDrift    Fault = "schema-drift"    // records with a new, a missing and a retyped field
	ExpiredKey     Fault = "expired-key"     // 401 whatever the credential
	RevokedKey     Fault = "revoked-key"     // 403 whatever the credential
	ExpiredCursor  Fault = "expired-cursor"  // the first cursor of each query is refused, once
	MovingRun      Fault = "moving-run"      // intent: another cacheKey on every page
	OtherDate      Fault = "other-date"      // intent: an unknown date is answered with the latest day
	NotReady       Fault = "not-ready"       // nothing ever gets ready
	FailedBuild    Fault = "failed-build"    // every build, job, search or day fails
	UnknownStatus  Fault = "unknown-status"  // a status that no document names, and no rows, where others say not ready

	OverlappingPages Fault = "overlapping-pages" // each page shows a fifth of the one before again, and the last people are never shown
	ShortPages       Fault = "short-pages"       // a page lacks its last rows, though it says that it has them
	PageTotal        Fault = "page-total"        // the declared total is that of the page
	EmptyList        Fault = "empty-list"        // every list is empty, and says so
	BareList         Fault = "bare-list"         // every list is empty, and nothing stands beside it
	IgnoredFilters   Fault = "ignored-filters"   // a search, query or definition finds everybody
	FarDate          Fault = "far-date"          // intent: the data are of ten years ahead
	NotANumber       Fault = "not-a-number"      // records with a field of NaN, Infinity or -Infinity
	EmptyError       Fault = "empty-error"       // right answers with "error": null, "errors": [] and "success": true
	WaitAdvice       Fault = "wait-advice"       // what is not ready says in Retry-After when it may be
)

// transientFaults are those that are drawn.
var transientFaults = []Fault{
	RateLimit, RateLimitSeconds, RateLimitDate, RateLimitReset, InternalError, BadGateway, Unavailable, Reset, Truncated, HTML, Slow,
	RateLimitUnit, RateLimitWords, RateLimitZone, RateLimitFields, RateLimitAfter, ForbiddenLimit,
	ErrorBesideEmpty, ErrorBesideNull, ErrorBesideRows, ErrorsList, ErrorInMeta, NoSuccess, Latin1,
}

// namedFaults are transient, and hit only whom they are meant for: an answer that
// is lost has its price, and what says that it failed, or makes no sense, may be
// taken at its word instead of being asked for again.
var namedFaults = []Fault{LostAnswer, DataObject, DataText, FailedWord, UnknownWord}

var lastingFaults = []Fault{
	RepeatedCursor, RepeatedPage, EmptyPage, ShiftingTotal, PoisonPage, SchemaDrift, ExpiredKey, RevokedKey,
	ExpiredCursor, MovingRun, OtherDate, NotReady, FailedBuild, UnknownStatus,
	OverlappingPages, ShortPages, PageTotal, EmptyList, BareList, IgnoredFilters, FarDate, NotANumber, EmptyError, WaitAdvice,
}

// Faults lists every fault by name: the transient ones, then the lasting ones.
func Faults() []Fault {
	return slices.Concat(transientFaults, namedFaults, lastingFaults)
}

// At limits a fault to one vendor.
func (f Fault) At(vendor string) Fault { return Fault(vendor + "/" + string(f)) }

// split gives the vendor, "" for all, and the fault's own name.
func (f Fault) split() (vendor string, base Fault) {
	if v, name, ok := strings.Cut(string(f), "/"); ok {
		return v, Fault(name)
	}
	return "", f
}

// Lasting reports whether a fault changes how a vendor behaves, not single requests.
func (f Fault) Lasting() bool {
	_, base := f.split()
	return slices.Contains(lastingFaults, base)
}

// SetFaults changes what goes wrong from now on: transient kinds are drawn for
// that share of the requests (no kinds at all: every one but those that are named only),
// lasting kinds are on.
func (s *Simulation) SetFaults(share float64, kinds ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.share, s.kinds, s.lasting = share, nil, map[Fault]bool{}
	clear(s.attempts)
	for _, k := range kinds {
		if k.Lasting() {
			s.lasting[k] = true
		} else {
			s.kinds = append(s.kinds, k)
		}
	}
	if len(kinds) == 0 {
		s.kinds = transientFaults
	}
}

// draw decides which transient fault hits a request, "" for none. It depends on
// the request and on how often it failed just before, not on when it comes.
func (s *Simulation) draw(vendor, fingerprint string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var kinds []Fault
	for _, k := range s.kinds {
		if v, base := k.split(); v == "" || v == vendor {
			kinds = append(kinds, base)
		}
	}
	failed := s.attempts[fingerprint]
	h := world.HashText(s.Options.Seed, fingerprint) ^ world.HashInts(uint64(world.SaltFault), uint64(s.night), uint64(failed))
	h = world.Mix(h)
	if len(kinds) == 0 || failed >= s.Options.InARow || world.Unit(h) >= s.share {
		delete(s.attempts, fingerprint)
		return ""
	}
	s.attempts[fingerprint] = failed + 1
	return world.Pick(world.Mix(h), kinds)
}

// drift changes a record as vendors do without notice: a key vanishes, a number
// becomes a string or a string a list, a new key comes.
func drift(o Object, missing, retyped string) Object {
	changed := make(Object, 0, len(o)+1)
	for _, f := range o {
		switch f.Key {
		case missing:
			continue
		case retyped:
			f.Value = retype(f.Value)
		}
		changed = append(changed, f)
	}
	return changed.With("simulated_new_field", Object{{"version", 2}})
}

// retype gives a value another JSON type.
func retype(value any) any {
	switch v := value.(type) {
	case string:
		return []string{v}
	case json.RawMessage:
		return string(v)
	default:
		return fmt.Sprint(v)
	}
}
