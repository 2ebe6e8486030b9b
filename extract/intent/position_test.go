package intent

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/schema"
)

// night is when the readings of these tests begin, and later is after settled.
var (
	night = time.Date(2026, 11, 6, 2, 0, 0, 0, time.UTC)
	later = night.Add(24 * time.Hour)
)

const (
	doneText    = `{"data_date":"2026-11-05","query":"q","cache_key":"k","page":2,"read":3,"done":true,"total":3,"checked":"2026-11-06T02:00:00Z"}`
	missingText = `{"data_date":"2026-11-05","query":"q","missing":true,"checked":"2026-11-06T02:00:00Z"}`
	halfText    = `{"data_date":"2026-11-05","query":"q","cache_key":"k","cursor":"c1","page":1,"read":2,"last":"p1"}`
	failedText  = `{"data_date":"2026-11-05","query":"q","listed":"k","failed":true}`
)

func decoded(t *testing.T, text schema.Checkpoint) position {
	t.Helper()
	at, err := extract.Decode[position](text, errors.New("unreadable"))
	require.NoError(t, err)
	return at
}

func TestWhatARunDoesAboutADay(t *testing.T) {
	fresh := schema.Checkpoint(`{"data_date":"2026-11-05","query":"q"}`)
	listed := schema.Checkpoint(`{"data_date":"2026-11-05","query":"q","listed":"k2"}`)
	for name, c := range map[string]struct {
		day    day
		known  schema.Checkpoint // "": none
		query  string            // "": q
		now    time.Time         // zero: night
		at     schema.Checkpoint // where reading begins; "": nothing is read
		before bool              // a first page of the same snapshot ends it
		page   schema.Checkpoint // stored before that; "": none
	}{
		"never read":                           {at: fresh},
		"half read":                            {known: halfText, at: halfText},
		"done a moment ago":                    {known: doneText},
		"done, the night after":                {known: doneText, now: later, at: `{"data_date":"2026-11-05","query":"q","had":3}`, before: true},
		"done and too old to change":           {day: day{old: true}, known: doneText, now: later},
		"done and listed under the same key":   {day: day{listed: "k"}, known: doneText, now: later},
		"done and listed under another key":    {day: day{listed: "k2"}, known: doneText, at: `{"data_date":"2026-11-05","query":"q","listed":"k2","had":3}`},
		"half read, listed under another key":  {day: day{listed: "k2"}, known: halfText, at: listed},
		"missing a moment ago":                 {known: missingText},
		"missing, the night after":             {known: missingText, now: later, at: fresh},
		"of another query":                     {known: doneText, query: "q2", at: `{"data_date":"2026-11-05","query":"q2","cache_key":"k","attempt":1}`},
		"failed at the vendor":                 {day: day{listed: "k", state: failed}, page: failedText},
		"known to have failed":                 {day: day{listed: "k", state: failed}, known: failedText},
		"failed before, with a new run":        {day: day{listed: "k2"}, known: failedText, at: listed},
		"failed before, a new run failed too":  {day: day{listed: "k2", state: failed}, known: failedText, page: `{"data_date":"2026-11-05","query":"q","listed":"k2","failed":true}`},
		"failed before, in order now":          {day: day{listed: "k"}, known: failedText, at: `{"data_date":"2026-11-05","query":"q","listed":"k"}`},
		"done, and the vendor failed since":    {day: day{listed: "k", state: failed}, known: doneText, page: `{"data_date":"2026-11-05","query":"q","listed":"k","had":3,"failed":true}`},
		"half read, and the vendor is not yet": {day: day{listed: "k", state: pending}, known: halfText, at: halfText},
	} {
		t.Run(name, func(t *testing.T) {
			c.day.date = date(t, "2026-11-05")
			var known position
			if c.known != "" {
				known = decoded(t, c.known)
			}
			if c.query == "" {
				c.query = "q"
			}
			if c.now.IsZero() {
				c.now = night
			}
			r, page := begin(c.day, known, c.query, c.now)
			require.Equal(t, c.at == "", r.over)
			if !r.over {
				require.Equal(t, c.at, extract.Encode(r.at))
			}
			require.Equal(t, c.before, r.before != nil)
			require.Equal(t, c.page != "", page != nil)
			if page != nil {
				require.Equal(t, c.page, page.Next)
				require.Equal(t, []string{"intent: the vendor could not prepare 2026-11-05; the day is skipped until it has a new run"}, page.Warnings)
			}
		})
	}
}

func records(ids ...string) []schema.Record {
	list := []schema.Record{}
	for _, id := range ids {
		list = append(list, schema.Record{Source: schema.Intent, ID: id, Raw: []byte(`{"hem":"` + id + `"}`)})
	}
	return list
}

func TestWhatAReplyLeadsTo(t *testing.T) {
	refused := func(status int) error { return &extract.APIError{Source: schema.Intent, Status: status} }
	last := reply{records: records("c"), cacheKey: "k", total: 3}
	const fresh = `{"data_date":"2026-11-05","query":"q"}`
	for name, c := range map[string]struct {
		from     schema.Checkpoint
		before   schema.Checkpoint
		restarts int
		expired  bool
		reply    reply
		asked    error

		page     schema.Checkpoint // "": nothing is stored
		sweep    string
		complete bool
		at       schema.Checkpoint // where reading goes on; "": it is over
		err      string
		warnings []string
	}{
		"a first page": {from: fresh, reply: reply{records: records("a", "b"), cacheKey: "k", total: 3, cursor: "c1", more: true},
			page:  `{"data_date":"2026-11-05","query":"q","cache_key":"k","cursor":"c1","page":1,"read":2,"last":"03a36b3e9fec2be2","seen":"xkPgWKyIbm4="}`,
			sweep: "k", at: `{"data_date":"2026-11-05","query":"q","cache_key":"k","cursor":"c1","page":1,"read":2,"last":"03a36b3e9fec2be2","seen":"xkPgWKyIbm4="}`},
		"the last page": {from: halfText, reply: last, page: doneText, sweep: "k", complete: true},
		"fewer records than declared": {from: halfText, reply: reply{records: records("c"), cacheKey: "k", total: 4}, sweep: "k",
			page:     schema.Checkpoint(strings.Replace(doneText, `"total":3`, `"total":4`, 1)),
			warnings: []string{"intent: 2026-11-05: the vendor declares 4 records and served 3; matches that an earlier listing of the day named are kept"}},
		"fewer than declared, as another count says": {from: halfText, reply: reply{records: records("c"), cacheKey: "k", total: 4, counted: true}, page: doneText,
			sweep: "k", complete: true, warnings: []string{"intent: 2026-11-05: the vendor declares 4 records and served 3"}},
		"a day of no records": {from: fresh, reply: reply{cacheKey: "k"}, sweep: "k", complete: true,
			page:     `{"data_date":"2026-11-05","query":"q","cache_key":"k","page":1,"done":true,"checked":"2026-11-06T02:00:00Z"}`,
			warnings: []string{"intent: 2026-11-05: the vendor matched nobody; check topics, score and filters if that is a surprise"}},
		"nobody is left of a day": {from: `{"data_date":"2026-11-05","query":"q","had":3}`, reply: reply{cacheKey: "k2"}, sweep: "k2",
			page:     `{"data_date":"2026-11-05","query":"q","cache_key":"k2","attempt":1}`,
			warnings: []string{"intent: 2026-11-05: the vendor matched nobody, where there were 3 records; they are kept unless the next run finds nobody, too"}},
		"nobody is left of a day, as before": {from: `{"data_date":"2026-11-05","query":"q","cache_key":"k2","attempt":1}`, reply: reply{cacheKey: "k2"},
			page:  `{"data_date":"2026-11-05","query":"q","cache_key":"k2","attempt":1,"page":1,"done":true,"checked":"2026-11-06T02:00:00Z"}`,
			sweep: "k2#2", complete: true, warnings: []string{"intent: 2026-11-05: the vendor matched nobody; check topics, score and filters if that is a surprise"}},
		"the day is unknown":               {from: fresh, asked: refused(404), page: missingText, sweep: "2026-11-05"},
		"another day is served":            {from: fresh, reply: reply{date: "2026-11-04", records: records("x")}, page: missingText, sweep: "2026-11-05"},
		"known, and the same":              {from: fresh, before: doneText, reply: last, page: doneText, sweep: "k", complete: true},
		"known, and gone":                  {from: fresh, before: doneText, asked: refused(404), page: doneText, sweep: "k", complete: true},
		"known, and the vendor fails":      {from: fresh, before: doneText, asked: refused(500), at: fresh, err: "500"},
		"the data was replaced":            {from: halfText, reply: reply{cacheKey: "k2", records: records("x")}, at: fresh},
		"the data was replaced, too often": {from: halfText, restarts: 5, reply: reply{cacheKey: "k2"}, at: halfText, err: "intent: 2026-11-05: the vendor replaced the day's data 6 times while it was read; run again later"},
		"the cursor is refused":            {from: halfText, asked: refused(410), at: `{"data_date":"2026-11-05","query":"q","cache_key":"k","attempt":1}`},
		"a second cursor is refused":       {from: halfText, expired: true, asked: refused(410), at: halfText, err: "410"},
		"the vendor fails":                 {from: halfText, asked: refused(503), at: halfText, err: "503"},
		"an empty page leads on": {from: halfText, reply: reply{cacheKey: "k", total: 3, cursor: "c2", more: true}, sweep: "k",
			page: `{"data_date":"2026-11-05","query":"q","cache_key":"k","cursor":"c2","page":2,"read":2,"gap":true}`,
			at:   `{"data_date":"2026-11-05","query":"q","cache_key":"k","cursor":"c2","page":2,"read":2,"gap":true}`},
		"a second empty page": {from: `{"data_date":"2026-11-05","query":"q","cache_key":"k","cursor":"c2","page":2,"read":2,"gap":true}`,
			reply: reply{cacheKey: "k", total: 3, cursor: "c3", more: true},
			at:    `{"data_date":"2026-11-05","query":"q","cache_key":"k","cursor":"c2","page":2,"read":2,"gap":true}`,
			err:   "intent: 2026-11-05: the day is incomplete: page 3 is empty though 2 of 3 records were read; the next run asks again"},
		"an empty page that leads nowhere": {from: halfText, reply: reply{cacheKey: "k", total: 3, more: true}, at: halfText,
			err: "intent: 2026-11-05: the day is incomplete: page 2 is empty though 2 of 3 records were read; the next run asks again"},
		"the end after a gap, with too few": {from: `{"data_date":"2026-11-05","query":"q","cache_key":"k","cursor":"c2","page":2,"read":2,"gap":true}`,
			reply: reply{records: records("c"), cacheKey: "k", total: 5}, sweep: "k",
			page: `{"data_date":"2026-11-05","query":"q","cache_key":"k","attempt":1}`,
			err:  "intent: 2026-11-05: the day is incomplete: a page was empty though more was promised, and 3 of 5 records were read; the next run reads the day again"},
		"a repeated cursor": {from: halfText, reply: reply{records: records("c"), cacheKey: "k", cursor: "c1", more: true}, at: halfText,
			err: "intent: 2026-11-05: page 2: the vendor repeats a cursor; nothing more can be read of this day, the next run tries again"},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := begin(day{date: date(t, "2026-11-05")}, decoded(t, c.from), "q", later)
			r.restarts, r.expired = c.restarts, c.expired
			if c.before != "" {
				before := decoded(t, c.before)
				r.before = &before
			}
			r, page, err := r.after(c.reply, c.asked, night)
			if c.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.err)
			}
			require.Equal(t, c.at == "", r.over)
			if !r.over {
				require.Equal(t, c.at, extract.Encode(r.at))
			}
			require.Equal(t, c.page != "", page != nil)
			if page != nil {
				require.Equal(t, "2026-11-05", page.Partition)
				require.Equal(t, []any{c.page, c.sweep, c.complete, c.warnings}, []any{page.Next, page.Sweep, page.Complete, page.Warnings})
			}
		})
	}
}

func TestADayIsBegunAnewSoOftenAndNoMore(t *testing.T) {
	r, _ := begin(day{date: date(t, "2026-11-05")}, position{}, "q", night)
	var err error
	pages := 0
	for i := 0; err == nil; i++ {
		var page *extract.Page
		key := string(rune('a' + i)) // the vendor replaces the day after each first page
		r, page, err = r.after(reply{records: records(key), cacheKey: key, cursor: key, more: true}, nil, night)
		if page != nil {
			pages++
		}
	}
	require.ErrorContains(t, err, "replaced the day's data 6 times")
	require.Equal(t, maxRestarts+1, pages)
}

func TestTheDaysThatNoListNames(t *testing.T) {
	at := func(s string, old bool) day { return day{date: date(t, s), old: old} }
	latest := day{date: date(t, "2026-11-12"), listed: "k"}
	since := order{Matches: Matches{TopicIDs: []int64{101}, Since: date(t, "2026-11-03")}}
	require.Equal(t, []day{
		at("2026-11-03", true), at("2026-11-04", true), at("2026-11-05", false), at("2026-11-06", false), at("2026-11-07", false),
		at("2026-11-08", false), at("2026-11-09", false), at("2026-11-10", false), at("2026-11-11", false), latest,
	}, since.unlisted(latest, nil, nil), "the vendor still changes the week before the latest")
	require.Equal(t, []day{latest}, oneTopic.unlisted(latest, nil, nil))
	known := extract.State{"2026-11-11": "", "2026-11-10": "", "no day": ""}
	require.Equal(t, []day{at("2026-11-10", false), at("2026-11-11", false), latest}, oneTopic.unlisted(latest, nil, known))
	saved := order{Matches: Matches{AudienceID: savedAudience}}
	require.Equal(t, []day{latest}, saved.unlisted(latest, nil, known))
	require.Empty(t, saved.unlisted(latest, []day{latest}, known))
	require.Empty(t, oneTopic.unlisted(day{}, nil, known))
}
