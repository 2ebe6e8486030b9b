package intent

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"contactsync/extract"
	"contactsync/schema"
)

// revisited is how long before the latest day the vendor may still add or replace a
// day of topics. Days before that are asked for only once.
const revisited = 7 * 24 * time.Hour

// order is what one run reads: the definition, narrowed to the days of a backfill,
// by the interface that the section of the source names.
type order struct {
	Matches
	until schema.Date // last day to read; zero: the latest
	api   string      // QueryAPI, which "" means too, or RunsAPI
}

func (m *Matches) order(run extract.Run) order {
	o := order{Matches: *m, until: run.Until}
	if !run.Since.IsZero() {
		o.Since = run.Since
	}
	if s, ok := run.Section.(*Section); ok {
		o.api = s.API
	}
	return o
}

// fingerprint tells one query from another: a cursor belongs to the query that made it.
func (o order) fingerprint() string {
	body, _ := json.Marshal(o.Matches) // strings, numbers and flags always encode
	return extract.Fingerprint([]schema.Record{{Raw: body}, {Raw: json.RawMessage(cmp.Or(o.api, QueryAPI))}})
}

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
