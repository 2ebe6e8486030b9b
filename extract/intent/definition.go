// Package intent reads the people whom Leadpipe Orbit finds to be interested in
// topics, day by day. A partition is one day.
package intent

import (
	"context"
	"errors"
	"iter"
	"reflect"
	"time"

	"contactsync/extract"
	"contactsync/internal/words"
	"contactsync/schema"
)

// The generations of the intent vendor's interface.
const (
	QueryAPI = "query" // POST /v1/intent/audiences/query, paged by cursor
	RunsAPI  = "runs"  // GET /v1/intent/audiences/{id}/runs/{runId}/results, paged by offset
)

// revisited is how far behind the latest day the vendor may still add or
// replace a day of topics. Days before that are asked for only once.
const revisited = 7 * 24 * time.Hour

// settled is how long such a day is left alone before it is looked at
// again: once a night, and not when a run is resumed.
const settled = 12 * time.Hour

// Matches are people who are interested in topics, day by day.
type Matches struct {
	AudienceID      string      `yaml:"audience_id" jsonschema:"format=uuid" doc:"saved audience; or give topic_ids"`
	TopicIDs        []int64     `yaml:"topic_ids" jsonschema:"minItems=1,maxItems=10,uniqueItems=true,minimum=1" doc:"1 to 10 topics, found with sync intent topics; or give audience_id"`
	MinScore        int         `yaml:"min_score" jsonschema:"minimum=1,maximum=100" doc:"least score, 1 to 100; left out: the vendor's default, 70"`
	MaxScore        int         `yaml:"max_score" jsonschema:"minimum=1,maximum=100" doc:"greatest score, 1 to 100; left out: the vendor's default, 100"`
	MinTopicOverlap int         `yaml:"min_topic_overlap" jsonschema:"minimum=1,maximum=10" doc:"how many of the topics a person must be interested in; left out: the vendor's default, 1"`
	Filters         Filters     `yaml:"filters" doc:"who the people must be, by the names of the vendor's document"`
	Since           schema.Date `yaml:"since" jsonschema:"example=2026-11-01" doc:"read the daily runs from this day on; left out: every day that a saved audience lists, and for topics the latest day"`

	Until schema.Date `yaml:"-"` // last day to read; zero: the latest
	API   string      `yaml:"-"` // query (default) or runs; from the section of the source
}

// of is the definition as a section of the source has it read.
func (m *Matches) of(section extract.Section) Matches {
	read := *m
	if s, ok := section.(*Section); ok {
		read.API = s.API
	}
	return read
}

// Problems implements [extract.Definition].
func (m *Matches) Problems(section extract.Section) []extract.Problem {
	return m.of(section).problems()
}

// Open implements [extract.Definition]: narrowed to the days of a backfill.
func (m *Matches) Open(_ context.Context, run extract.Run, env extract.Env) (extract.Source, []string, error) {
	read := m.of(run.Section)
	if !run.Since.IsZero() {
		read.Since = run.Since
	}
	read.Until = run.Until
	return read.Source(env), nil, nil
}

// Plan implements [extract.Definition].
func (m *Matches) Plan(context.Context, extract.Run) (extract.Plan, error) {
	what := words.Counted(len(m.TopicIDs), "topic", "topics")
	if m.AudienceID != "" {
		what = "audience " + m.AudienceID
	}
	if !m.Since.IsZero() {
		what += " since " + m.Since.String()
	}
	return extract.Plan{Detail: "the days of " + what, Preview: m}, nil
}

// Source reads the days that are not yet read, one partition per day.
//
// A saved audience has the days that the vendor lists; each is done under the
// cache key it is listed with, and a new key is read again. Topics have the days
// from Since to the vendor's latest; a day that the vendor does not have is
// remembered as missing. Of the week before the latest, days are looked at again
// once a night, with a single request each: a missing one may have come, one that
// was read may have a new cache key. Without Since, topics begin with the latest
// day, and later runs read whatever came after it.
func (m Matches) Source(env extract.Env) extract.Source {
	env = env.WithDefaults()
	if m.API == RunsAPI {
		if s := m.selection(); s.MinScore+s.MaxScore+s.MinTopicOverlap > 0 || !reflect.ValueOf(s.Filters).IsZero() {
			env.Log.Warn("api: runs serves what the saved audience defines; scores and filters of the pipeline are not sent", "audience", m.AudienceID)
		}
		return intentSource{m, env, runsAPI{audienceID: m.AudienceID, env: env}}
	}
	return intentSource{m, env, queryAPI{intentSelection: m.selection(), env: env}}
}

// generation is one generation of the vendor's interface.
type generation interface {
	// listed is the days that the vendor lists, oldest first; none for topics.
	listed(ctx context.Context) ([]intentDay, error)
	// latest is the vendor's latest day, asked for without a date; zero: it names none.
	latest(ctx context.Context) (intentDay, error)
	// page reads the page of a day that the position points to, once it is ready.
	page(ctx context.Context, day intentDay, at position) (intentPage, error)
}

// intentDay is a day that can be read.
type intentDay struct {
	date   schema.Date
	listed string // the key under which the vendor names the day's data; "" when it was not asked
	state  intentState
}

// intentState is how far the vendor is with a day, best first.
type intentState int

const (
	intentReady intentState = iota
	intentPending
	intentFailed
)

// intentPage is one page of one day.
type intentPage struct {
	records  []schema.Record
	cacheKey string
	date     string // the day that the vendor served; "" when it does not say
	total    int64
	cursor   string // of the next page
	offset   int64  // of the next page
	more     bool
	counted  bool // another count of the vendor's confirms that this is the end
}

type intentSource struct {
	Matches
	env extract.Env
	api generation
}

// Pages implements [Source].
func (s intentSource) Pages(ctx context.Context, from extract.State) iter.Seq2[extract.Page, error] {
	return func(yield func(extract.Page, error) bool) {
		stopped := false
		r := reader{intentSource: s, query: s.fingerprint(), emit: func(p extract.Page) error {
			if stopped = stopped || !yield(p, nil); stopped {
				return extract.ErrStopped
			}
			return nil
		}}
		if err := r.run(ctx, from); err != nil && !stopped {
			yield(extract.Page{}, err)
		}
	}
}

// run reads the days that the vendor lists, then those up to its latest. A day
// that fails by itself is reported at the end, with what came after it stored.
func (r *reader) run(ctx context.Context, from extract.State) error {
	listed, err := r.api.listed(ctx)
	if err != nil {
		return err
	}
	failed, err := r.read(ctx, from, listed)
	if err != nil {
		return errors.Join(failed, err)
	}
	latest, err := r.api.latest(ctx)
	if err != nil {
		return errors.Join(failed, err)
	}
	later, err := r.read(ctx, from, r.unlisted(latest, listed, from))
	return errors.Join(failed, later, err)
}

// unlisted is the days to read that no list names: for topics every day from the
// first to the latest, for a saved audience the latest.
func (r *reader) unlisted(latest intentDay, listed []intentDay, from extract.State) []intentDay {
	if latest.date.IsZero() {
		return nil
	}
	for _, d := range listed {
		if d.date == latest.date {
			return nil
		}
	}
	if r.AudienceID != "" {
		return []intentDay{latest}
	}
	var days []intentDay
	for day := r.first(latest.date, from); day.Before(latest.date.Time); day = (schema.Date{Time: day.AddDate(0, 0, 1)}) {
		days = append(days, intentDay{date: day})
	}
	r.horizon = latest.date.Add(-revisited)
	return append(days, latest)
}

// first is the first day to read: Since, or else the earliest that was ever read.
func (r *reader) first(latest schema.Date, from extract.State) schema.Date {
	if !r.Since.IsZero() {
		return r.Since
	}
	first := latest
	for partition := range from {
		if day, err := schema.ParseDate(partition); err == nil && day.Before(first.Time) {
			first = day
		}
	}
	return first
}

// read reads days one after another. A day whose pages keep failing at the vendor
// or that is incomplete does not hold up the days after it; two failures in a row
// mean that the vendor is down.
func (r *reader) read(ctx context.Context, from extract.State, days []intentDay) (failed, fatal error) {
	before := false
	for _, d := range days {
		if !r.wanted(d.date) {
			continue
		}
		err := r.day(ctx, d, decodePosition(from[d.date.String()]))
		if err != nil && (before || !isolated(err)) {
			return failed, err
		}
		before = err != nil && !errors.Is(err, errIncomplete)
		failed = errors.Join(failed, err)
	}
	return failed, nil
}

func (r *reader) wanted(day schema.Date) bool {
	return (r.Since.IsZero() || !day.Before(r.Since.Time)) && (r.Until.IsZero() || !day.After(r.Until.Time))
}

// errIncomplete says that the vendor holds back a part of a day.
var errIncomplete = errors.New("the day is incomplete")

// isolated reports whether an error may concern one day only.
func isolated(err error) bool {
	answer, ok := errors.AsType[*extract.APIError](err)
	return ok && answer.Status >= 500 || errors.Is(err, errIncomplete)
}
