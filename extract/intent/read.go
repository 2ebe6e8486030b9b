package intent

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"time"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/schema"
)

// source is the stream as read by env.
func (o order) source(env extract.Env) extract.Source {
	s := source{o, env.WithDefaults()}
	if o.api == RunsAPI && (o.MinScore+o.MaxScore+o.MinTopicOverlap > 0 || !reflect.ValueOf(o.Filters).IsZero()) {
		s.env.Log.Warn("api: runs serves what the saved audience defines; scores and filters of the pipeline are not sent", "audience", o.AudienceID)
	}
	return s
}

type source struct {
	order
	env extract.Env
}

// Pages implements [extract.Source]: the days that the vendor lists, then those up
// to its latest. A day that fails by itself is reported at the end, with what came
// after it stored.
func (s source) Pages(ctx context.Context, from extract.State) iter.Seq2[extract.Page, error] {
	return extract.Sequence(func(emit extract.Emit) error {
		listed, err := s.listed(ctx)
		if err != nil {
			return err
		}
		listed, slips := s.possible(listed)
		broken, err := s.days(ctx, from, listed, emit)
		broken = errors.Join(slips, broken)
		var latest day
		if err == nil {
			latest, err = s.latest(ctx)
		}
		if err != nil {
			return errors.Join(broken, err)
		}
		later, err := s.days(ctx, from, s.unlisted(latest, listed, from), emit)
		return errors.Join(broken, later, err)
	})
}

// days reads days one after another. A day whose pages keep failing at the vendor,
// that is incomplete or has more than max_records does not hold up the days after
// it; two failures in a row mean that the vendor is down, or ignores the filters.
func (s source) days(ctx context.Context, from extract.State, days []day, emit extract.Emit) (broken, fatal error) {
	query, failing := s.fingerprint(), false
	for _, d := range days {
		if !s.wants(d.date) {
			continue
		}
		// A checkpoint that cannot be read counts as none: reading a day again costs nothing.
		known, _ := extract.Decode[position](from[d.date.String()], nil)
		r, page := begin(d, known, query, s.env.Now())
		err := s.day(ctx, d, r, page, emit)
		answer, answered := errors.AsType[*extract.APIError](err)
		_, useless := errors.AsType[unusable](err)
		limit, limited := errors.AsType[*extract.LimitError](err)
		incomplete := errors.Is(err, errIncomplete)
		down := useless || limited && limit.List != "" || answered && (answer.Status >= 500 || answer.Status/100 == 2)
		if err != nil && (failing || !incomplete && !down) {
			return broken, err
		}
		failing = err != nil && !incomplete
		broken = errors.Join(broken, err)
	}
	return broken, nil
}

// day reads one day to its end. It is no [extract.Walk]: a day may begin anew
// between two pages, and an empty page that leads on is read on.
func (s source) day(ctx context.Context, d day, r reading, page *extract.Page, emit extract.Emit) (err error) {
	for {
		if page != nil {
			if stopped := emit(*page); stopped != nil {
				return stopped
			}
		}
		if err != nil || r.over {
			return err
		}
		a, asked := s.ask(ctx, d, r.at)
		if asked == nil && r.at.hollow(a) { // which may be a passing mistake
			a, asked = s.ask(ctx, d, r.at)
		}
		if asked == nil {
			asked = s.within(d, r.at, a)
		}
		r, page, err = r.after(a, asked, s.env.Now())
	}
}

// within keeps max_records, before anything of a page is stored.
func (s source) within(d day, at position, a reply) error {
	served := int64(len(a.records))
	if !at.replacedBy(a) {
		served += at.Read
	}
	return s.env.Within(s.what(d.date.String()), a.total, served)
}

// listed is the days that the vendor lists, oldest first; none for topics.
func (s source) listed(ctx context.Context) ([]day, error) {
	if s.AudienceID == "" {
		return nil, nil
	}
	var query url.Values
	if s.api == RunsAPI {
		query = url.Values{"limit": {"100"}} // documented: 1 to 100, default 25
	}
	answer, err := s.get(ctx, "runs", query, 0)
	if api.NotFound(err) {
		return nil, fmt.Errorf("%w; is audience_id right, and of the same account as the key?", err)
	}
	if err != nil {
		return nil, err
	}
	days, err := decodeRuns(answer.Body)
	if err == nil && len(days) == 0 && s.api == RunsAPI {
		s.env.Log.Warn("the audience has no runs yet", "source", "intent", "audience", s.AudienceID)
	}
	return days, err
}

// latest is the vendor's latest day; zero: it names none. It is asked for without a
// date, and for one record only, since the day is then read with its date pinned.
// Of the runs all days are listed.
func (s source) latest(ctx context.Context) (day, error) {
	if s.api == RunsAPI {
		return day{}, nil
	}
	a, err := s.query(ctx, queryRequest{Limit: 1}, position{})
	switch {
	case err != nil:
		return day{}, err
	case a.date == "" && len(a.records) > 0:
		return day{}, errors.New("intent: the vendor does not say of which day its latest answer is; no day can be pinned")
	case a.date == "":
		s.env.Log.Warn("intent has no data for this query", "audience", s.AudienceID, "topics", s.TopicIDs)
		return day{}, nil
	}
	date, err := schema.ParseDate(a.date)
	if err != nil {
		return day{}, fmt.Errorf("intent: the vendor's latest day %q is no date", a.date)
	}
	return day{date: date, listed: a.cacheKey}, nil
}

// ask asks for the page of a day that a position points to, until it is ready.
func (s source) ask(ctx context.Context, d day, at position) (reply, error) {
	date, limit := d.date.String(), min(s.env.Client.Settings().PageSize, 100) // the documented maximum
	if s.api != RunsAPI {
		return s.query(ctx, queryRequest{Date: date, Limit: limit, Cursor: at.Cursor}, at)
	}
	return s.ready(ctx, date, func(ctx context.Context) (reply, error) {
		query := url.Values{"limit": {strconv.Itoa(limit)}, "offset": {strconv.FormatInt(at.Offset, 10)}}
		answer, err := s.get(ctx, "runs/"+url.PathEscape(d.listed)+"/results", query, at.Page+1)
		if err != nil {
			return reply{}, err
		}
		a, err := decodeResults(answer, at)
		a.cacheKey = cmp.Or(a.cacheKey, d.listed) // "each run is a separate snapshot"
		return a, err
	})
}

// queryRequest is the body of POST audiences/query.
type queryRequest struct {
	Matches
	Date   string `json:"date,omitempty"`
	Limit  int    `json:"limit"`
	Cursor string `json:"cursor,omitempty"`
}

// query asks for a page of the second generation. Of a saved audience the
// lightweight status is asked while it waits, as the vendor wishes; for topics the
// same POST is the only way to learn.
func (s source) query(ctx context.Context, r queryRequest, at position) (reply, error) {
	r.Matches = s.Matches
	body, _ := json.Marshal(r) // strings, numbers and flags always encode
	waited := false
	return s.ready(ctx, r.Date, func(ctx context.Context) (reply, error) {
		if waited && s.AudienceID != "" {
			status, err := s.status(ctx, r.Date)
			if err != nil || extract.StatusOf(status) == extract.StatusWaiting {
				return reply{waits: status}, err
			}
		}
		answer, err := s.env.API.Do(ctx, api.Request{Method: http.MethodPost, Path: root + "/audiences/query", Body: body, Page: at.Page + 1})
		if err != nil {
			return reply{}, err
		}
		a, err := decodeQuery(answer, r.Date, at.Read)
		waited = a.waits != ""
		if date, bad := schema.ParseDate(a.date); err == nil && bad == nil && s.ahead(date) {
			err = unusablef("intent: %s: the answer is of %s, %s", s.what(r.Date), date, aheadText)
		}
		return a, err
	})
}

// maxAhead is how far the day of data may lie ahead of the clock: a clock or a time
// zone may be wrong by a day. What lies beyond is a slip of the vendor, by which
// thousands of days would be asked for.
const maxAhead = 2 * 24 * time.Hour

const aheadText = "more than two days ahead; no day is read by it, and the next run asks again"

func (s source) ahead(date schema.Date) bool { return date.After(s.env.Now().Add(maxAhead)) }

// possible is the listed days without those that lie ahead, and an error that names them.
func (s source) possible(listed []day) (days []day, err error) {
	for _, d := range listed {
		if s.wants(d.date) && s.ahead(d.date) {
			err = errors.Join(err, unusablef("intent: audience %s: the vendor lists a run of %s, %s", s.AudienceID, d.date, aheadText))
			continue
		}
		days = append(days, d)
	}
	return days, err
}

// status is the state of a saved audience's run: ready, materializing, failed or none.
func (s source) status(ctx context.Context, date string) (string, error) {
	var query url.Values
	if date != "" {
		query = url.Values{"date": {date}}
	}
	answer, err := s.get(ctx, "status", query, 0)
	if err != nil {
		return "", err
	}
	var body struct {
		Data struct {
			Status extract.LenientText `json:"status"`
		} `json:"data"`
	}
	if err := json.Unmarshal(answer.Body, &body); err != nil {
		return "", fmt.Errorf("intent: the status of audience %s has another form than documented: %w", s.AudienceID, err)
	}
	status := string(body.Data.Status)
	if extract.StatusOf(status) == extract.StatusFailed {
		return status, failure(status, s.what(date))
	}
	return status, nil
}

// ready asks until the page is ready.
func (s source) ready(ctx context.Context, date string, ask func(context.Context) (reply, error)) (a reply, err error) {
	err = s.env.Poll(ctx, s.what(date), func(ctx context.Context) (bool, string, error) {
		a, err = ask(ctx)
		s.env.WarnOfStatus(s.what(date), a.word, len(a.records) > 0)
		return a.waits == "", a.waits, err
	})
	return a, err
}

// what is what messages call a day of what is asked for.
func (s source) what(date string) string {
	what := cmp.Or(date, latestDay)
	if s.AudienceID != "" {
		return what + " of audience " + s.AudienceID
	}
	return fmt.Sprintf("%s of topics %d", what, s.TopicIDs)
}

// get asks for a resource of the saved audience.
func (s source) get(ctx context.Context, resource string, query url.Values, page int) (api.Response, error) {
	path := root + "/audiences/" + url.PathEscape(s.AudienceID) + "/" + resource
	return s.env.API.Do(ctx, api.Request{Method: http.MethodGet, Path: path, Query: query, Page: page})
}
