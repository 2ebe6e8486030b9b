package extract

import (
	"context"
	"errors"
	"iter"
	"reflect"
	"time"

	"contactsync/schema"
)

// The generations of the intent vendor's interface.
const (
	IntentQuery = "query" // POST /v1/intent/audiences/query, paged by cursor
	IntentRuns  = "runs"  // GET /v1/intent/audiences/{id}/runs/{runId}/results, paged by offset
)

// intentRevisited is how far behind the latest day the vendor may still add or
// replace a day of topics. Days before that are asked for only once.
const intentRevisited = 7 * 24 * time.Hour

// intentSettled is how long such a day is left alone before it is looked at
// again: once a night, and not when a run is resumed.
const intentSettled = 12 * time.Hour

// IntentMatches reads the people who are interested in topics, day by day.
type IntentMatches struct {
	AudienceID      string  // a saved audience, or
	TopicIDs        []int64 // 1 to 10 topics
	MinScore        int     // 1 to 100; 0: the vendor's default, 70
	MaxScore        int     // 1 to 100; 0: the vendor's default, 100
	MinTopicOverlap int     // 1 to 10; 0: the vendor's default, 1
	Filters         IntentFilters
	Since           schema.Date // first day to read; zero: every day that is listed, or for topics the latest
	Until           schema.Date // last day to read; zero: the latest
	API             string      // query (default) or runs
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
func (m IntentMatches) Source(env Env) Source {
	env = env.withDefaults()
	if m.API == IntentRuns {
		if s := m.selection(); s.MinScore+s.MaxScore+s.MinTopicOverlap > 0 || !reflect.ValueOf(s.Filters).IsZero() {
			env.Log.Warn("api: runs serves what the saved audience defines; scores and filters of the pipeline are not sent", "audience", m.AudienceID)
		}
		return intentSource{m, env, intentRuns{audienceID: m.AudienceID, env: env}}
	}
	return intentSource{m, env, intentQuery{intentSelection: m.selection(), env: env}}
}

// intentAPI is one generation of the vendor's interface.
type intentAPI interface {
	// listed is the days that the vendor lists, oldest first; none for topics.
	listed(ctx context.Context) ([]intentDay, error)
	// latest is the vendor's latest day, asked for without a date; zero: it names none.
	latest(ctx context.Context) (intentDay, error)
	// page reads the page of a day that the position points to, once it is ready.
	page(ctx context.Context, day intentDay, at intentPosition) (intentPage, error)
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
	IntentMatches
	env Env
	api intentAPI
}

// errStopped says that the consumer wants no more pages.
var errStopped = errors.New("reading was stopped")

// Pages implements [Source].
func (s intentSource) Pages(ctx context.Context, from State) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		stopped := false
		r := intentReader{intentSource: s, query: s.fingerprint(), emit: func(p Page) error {
			if stopped = stopped || !yield(p, nil); stopped {
				return errStopped
			}
			return nil
		}}
		if err := r.run(ctx, from); err != nil && !stopped {
			yield(Page{}, err)
		}
	}
}

// run reads the days that the vendor lists, then those up to its latest. A day
// that fails by itself is reported at the end, with what came after it stored.
func (r *intentReader) run(ctx context.Context, from State) error {
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
func (r *intentReader) unlisted(latest intentDay, listed []intentDay, from State) []intentDay {
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
	r.horizon = latest.date.Add(-intentRevisited)
	return append(days, latest)
}

// first is the first day to read: Since, or else the earliest that was ever read.
func (r *intentReader) first(latest schema.Date, from State) schema.Date {
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
func (r *intentReader) read(ctx context.Context, from State, days []intentDay) (failed, fatal error) {
	before := false
	for _, d := range days {
		if !r.wanted(d.date) {
			continue
		}
		err := r.day(ctx, d, decodeIntentPosition(from[d.date.String()]))
		if err != nil && (before || !isolated(err)) {
			return failed, err
		}
		before = err != nil && !errors.Is(err, errIncomplete)
		failed = errors.Join(failed, err)
	}
	return failed, nil
}

func (r *intentReader) wanted(day schema.Date) bool {
	return (r.Since.IsZero() || !day.Before(r.Since.Time)) && (r.Until.IsZero() || !day.After(r.Until.Time))
}

// errIncomplete says that the vendor holds back a part of a day.
var errIncomplete = errors.New("the day is incomplete")

// isolated reports whether an error may concern one day only.
func isolated(err error) bool {
	api, ok := errors.AsType[*APIError](err)
	return ok && api.Status >= 500 || errors.Is(err, errIncomplete)
}
