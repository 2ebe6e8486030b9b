package intent

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/schema"
)

// revisited is how long before the latest day the vendor may still add or replace a
// day of topics. Days before that are asked for only once.
const revisited = 7 * 24 * time.Hour

// settled is how long a day that the vendor may still change is left alone before
// it is looked at again: once a night, and not when a run is resumed.
const settled = 12 * time.Hour

// maxRestarts is how often one run begins a day anew because its data was replaced.
const maxRestarts = 5

// errIncomplete says that the vendor did not serve a part of a day.
var errIncomplete = errors.New("the day is incomplete")

// day is a day that can be read.
type day struct {
	date   schema.Date
	listed string // the key under which the vendor names the day's data; "" when it was not asked
	state  state
	old    bool // the vendor no longer changes it
}

// state is how far the vendor is with a day, best first.
type state int

const (
	ready state = iota
	pending
	failed
)

// unlisted is the days to read that no list names: for topics every day from the
// first to the latest, for a saved audience the latest.
func (o order) unlisted(latest day, listed []day, from extract.State) []day {
	if latest.date.IsZero() || slices.ContainsFunc(listed, func(d day) bool { return d.date == latest.date }) {
		return nil
	}
	var days []day
	if o.AudienceID == "" {
		for date := o.first(latest.date, from); date.Before(latest.date.Time); date.Time = date.AddDate(0, 0, 1) {
			days = append(days, day{date: date, old: date.Before(latest.date.Add(-revisited))})
		}
	}
	return append(days, latest)
}

// first is the first day to read: Since, or else the earliest that was ever read.
func (o order) first(latest schema.Date, from extract.State) schema.Date {
	if !o.Since.IsZero() {
		return o.Since
	}
	first := latest
	for partition := range from {
		if date, err := schema.ParseDate(partition); err == nil && date.Before(first.Time) {
			first = date
		}
	}
	return first
}

func (o order) wants(date schema.Date) bool {
	return (o.Since.IsZero() || !date.Before(o.Since.Time)) && (o.until.IsZero() || !date.After(o.until.Time))
}

// position is the checkpoint of one day.
type position struct {
	DataDate string `json:"data_date"`
	Query    string `json:"query"`               // fingerprint of the query that the rest belongs to
	CacheKey string `json:"cache_key,omitempty"` // the vendor's name for the snapshot that is read
	Listed   string `json:"listed,omitempty"`    // its name in the list of days, should that differ
	Attempt  int    `json:"attempt,omitempty"`   // how often this snapshot was begun anew
	Cursor   string `json:"cursor,omitempty"`
	Offset   int64  `json:"offset,omitempty"`
	Page     int    `json:"page,omitempty"` // pages read
	Read     int64  `json:"read,omitempty"` // records read
	Had      int64  `json:"had,omitempty"`  // records of the listing of the day before this one
	extract.Trail
	Gap     bool      `json:"gap,omitempty"` // a page was empty though more was promised
	Done    bool      `json:"done,omitempty"`
	Total   int64     `json:"total,omitempty"`   // records that the vendor declared when it was done
	Missing bool      `json:"missing,omitempty"` // the vendor does not have the day
	Failed  bool      `json:"failed,omitempty"`  // the vendor could not prepare it
	Checked time.Time `json:"checked,omitzero"`  // when it was last compared with the vendor
}

// Valid implements [extract.Position].
func (at position) Valid() bool { return at.Page >= 0 && at.Offset >= 0 }

// sweep names the listing that the position is in.
func (at position) sweep() string {
	name := cmp.Or(at.CacheKey, at.DataDate)
	if at.Attempt > 0 {
		name += "#" + strconv.Itoa(at.Attempt+1)
	}
	return name
}

// restart is the start of the day; same says that the same snapshot is read anew.
func (at position) restart(same bool) position {
	fresh := position{DataDate: at.DataDate, Query: at.Query, Listed: at.Listed, Had: at.Had}
	if same {
		fresh.CacheKey, fresh.Attempt = at.CacheKey, at.Attempt+1
	}
	return fresh
}

// note is a page that stores the position and nothing else.
func (at position) note() *extract.Page {
	return &extract.Page{
		Partition: at.DataDate, Next: extract.Encode(at), Sweep: at.sweep(), Complete: at.Done && at.Read >= at.Total, Ended: at.Done, Declared: at.Total,
	}
}

// page is the page of a reply, with the position after it.
func (at position) page(a reply) *extract.Page {
	page := at.note()
	page.Number, page.Records, page.Declared = at.Page, a.records, a.total
	if at.Done {
		page.Declared = at.Total
	}
	return page
}

// reading is how one run reads a day: from reply to reply, until it is over.
type reading struct {
	at       position
	before   *position // set: the day was read to its end, and is read again only if its snapshot is another
	restarts int
	expired  bool // the vendor refused a cursor
	over     bool
	pages    *extract.Pager
}

// begin is what a run does about a day that was read as far as known, and what it
// stores before it asks for anything, which may be nil.
func begin(d day, known position, query string, now time.Time) (reading, *extract.Page) {
	fresh := position{DataDate: d.date.String(), Query: query, Listed: d.listed}
	if known.DataDate != "" && known.Query != query {
		// Another query's cursors mean nothing, even where the cache key is the same.
		fresh.CacheKey, fresh.Attempt = known.CacheKey, known.Attempt+1
		known = position{}
	}
	if known.Done {
		fresh.Had = known.Read
	} else {
		fresh.Had = known.Had
	}
	same := d.listed == "" || d.listed == known.Listed || d.listed == known.CacheKey
	atRest := d.listed != "" || d.old || now.Sub(known.Checked) < settled
	r := reading{at: fresh, pages: &extract.Pager{List: "day", Rows: "records"}}
	switch {
	case d.state == failed && !(known.Failed && same):
		fresh.Failed = true
		page := fresh.note()
		page.Warnings = []string{"intent: the vendor could not prepare " + fresh.DataDate + "; the day is skipped until it has a new run"}
		return reading{over: true}, page
	case d.state == failed, (known.Done || known.Missing) && same && atRest:
		return reading{over: true}, nil
	case known.Done && same:
		r.before = &known
	case known.DataDate == fresh.DataDate && same && !known.Missing && !known.Failed:
		r.at = known
	}
	r.pages.Begin(r.at.Trail)
	_ = r.pages.Turn(r.at.Page, r.at.Cursor) // the first is no repetition
	return r, nil
}

// after is the reading after the vendor was asked for the page at its position. The
// page is to be stored, also when there is an error; nil: there is none.
func (r reading) after(a reply, asked error, now time.Time) (reading, *extract.Page, error) {
	begun := r.at.Page > 0
	moved := asked == nil && begun && r.at.replacedBy(a)
	lost := begun && !r.expired && cursorRefused(asked)
	gone := !begun && (api.NotFound(asked) || asked == nil && r.at.elsewhere(a))
	switch {
	case moved && r.restarts == maxRestarts: // a snapshot that moves this often is no snapshot
		return r, nil, r.at.trouble("the vendor replaced the day's data %d times while it was read; run again later", r.restarts+1)
	case moved || lost:
		r.at, r.restarts, r.expired = r.at.restart(lost), r.restarts+1, r.expired || lost
		r.pages.Begin(extract.Trail{})
		return r, nil, nil
	case r.before != nil && (gone || asked == nil && a.cacheKey == r.before.CacheKey): // its listing stands
		r.at, r.over = *r.before, true
	case gone: // it ends no listing: what was read of the day before is history, and stays
		r.at.Missing, r.over = true, true
	case asked != nil:
		return r, nil, asked
	}
	if r.over {
		r.at.Checked = now.UTC()
		return r, r.at.note(), nil
	}
	next, err := r.at.advance(a, r.pages)
	if err != nil {
		return r, nil, err
	}
	r.at, r.before, r.over = next, nil, !a.more
	if !r.over {
		return r, next.page(a), nil
	}
	page, err := next.finish(a, now)
	return r, page, err
}

// advance is the position after a reply, unless that leads nowhere.
func (at position) advance(a reply, pages *extract.Pager) (next position, err error) {
	next = at
	if at.Page == 0 && at.CacheKey != a.cacheKey {
		next.CacheKey, next.Attempt = a.cacheKey, 0
	}
	next.Page++
	next.Read += int64(len(a.records))
	next.Cursor, next.Offset, next.Last = a.cursor, a.offset, ""
	if len(a.records) > 0 {
		next.Trail, err = pages.Follow(at.Trail, extract.Sight{
			Number: next.Page, Print: extract.Fingerprint(a.records), More: a.more, Count: len(a.records), Read: next.Read, Declared: a.total,
		})
	} else {
		nowhere := a.more && a.cursor == "" && a.offset == at.Offset
		again := a.more && at.Gap && at.Last == ""
		if nowhere || again || !a.more && at.hollow(a) {
			return at, at.trouble("%w: page %d is empty though %d of %d records were read; the next run asks again",
				errIncomplete, next.Page, at.Read, a.total)
		}
		next.Gap = next.Gap || a.more
	}
	if err == nil {
		err = pages.Turn(next.Page, a.cursor)
	}
	if err != nil {
		return at, at.trouble("%w", err)
	}
	return next, nil
}

func (at position) trouble(format string, args ...any) error {
	return fmt.Errorf("intent: %s: %w", at.DataDate, fmt.Errorf(format, args...))
}

// hollow reports whether a page is empty though more is promised, or though by the
// total more was to come after what was read before it.
func (at position) hollow(a reply) bool {
	return len(a.records) == 0 && (a.more || !a.counted && extract.MissingPage(a.total, at.Read, int64(at.Page)))
}

// replacedBy reports whether the vendor replaced the day's data since the page before.
func (at position) replacedBy(a reply) bool {
	return at.CacheKey != a.cacheKey && at.CacheKey != "" && a.cacheKey != "" || at.elsewhere(a)
}

// elsewhere reports whether the vendor served another day than was asked for.
func (at position) elsewhere(a reply) bool { return a.date != "" && a.date != at.DataDate }

// cursorRefused reports whether the vendor refused a page that it had promised.
func cursorRefused(err error) bool {
	refusal, ok := errors.AsType[*extract.APIError](err)
	return ok && slices.Contains([]int{400, 404, 409, 410, 412, 422}, refusal.Status)
}
