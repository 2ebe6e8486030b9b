package intent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/schema"
)

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
	extract.Trail
	Gap     bool      `json:"gap,omitempty"` // a page was empty though more was promised
	Done    bool      `json:"done,omitempty"`
	Missing bool      `json:"missing,omitempty"` // the vendor does not have the day
	Failed  bool      `json:"failed,omitempty"`  // the vendor could not prepare it
	Checked time.Time `json:"checked,omitzero"`  // when it was last compared with the vendor
}

// Valid implements [extract.Position].
func (at position) Valid() bool { return at.Page >= 0 && at.Offset >= 0 }

// decodePosition reads a checkpoint; one that cannot be read counts as none, since
// reading a day again costs nothing.
func decodePosition(c schema.Checkpoint) position {
	at, _ := extract.Decode[position](c, nil)
	return at
}

func (at position) encode() schema.Checkpoint { return extract.Encode(at) }

// sweep names the listing that the position is in.
func (at position) sweep() string {
	name := at.CacheKey
	if name == "" {
		name = at.DataDate
	}
	if at.Attempt > 0 {
		name += "#" + strconv.Itoa(at.Attempt+1)
	}
	return name
}

// begin is the start of the day; again says that the same snapshot is read anew.
func (at position) begin(again bool) position {
	fresh := position{DataDate: at.DataDate, Query: at.Query, Listed: at.Listed}
	if again {
		fresh.CacheKey, fresh.Attempt = at.CacheKey, at.Attempt+1
	}
	return fresh
}

// reader reads days.
type reader struct {
	intentSource
	query   string
	horizon time.Time // days of topics before this are not looked at again
	emit    func(extract.Page) error
}

// day reads one day from its position to its end.
func (r *reader) day(ctx context.Context, d intentDay, known position) error {
	name := d.date.String()
	fresh := position{DataDate: name, Query: r.query, Listed: d.listed}
	if known.DataDate != "" && known.Query != r.query {
		// Another query's cursors mean nothing, even where the cache key is the same.
		fresh.CacheKey, fresh.Attempt = known.CacheKey, known.Attempt+1
		known = position{}
	}
	same := d.listed == "" || d.listed == known.Listed || d.listed == known.CacheKey
	atRest := d.listed != "" || d.date.Before(r.horizon) || r.env.Now().Sub(known.Checked) < settled
	switch {
	case d.state == intentFailed && known.Failed && same:
		return nil
	case d.state == intentFailed:
		fresh.Failed = true
		return r.emit(extract.Page{Partition: name, Next: fresh.encode(), Sweep: fresh.sweep(), Warnings: []string{
			"intent: the vendor could not prepare " + name + "; the day is skipped until it has a new run"}})
	case (known.Done || known.Missing) && same && atRest:
		return nil
	case known.Done && same:
		return r.sweep(ctx, d, fresh, &known)
	case known.DataDate == name && same && !known.Missing && !known.Failed:
		return r.sweep(ctx, d, known, nil)
	default:
		return r.sweep(ctx, d, fresh, nil)
	}
}

// sweep reads the pages of a day. With done, the day was read before and is read
// again only if its first page has another cache key.
func (r *reader) sweep(ctx context.Context, d intentDay, at position, done *position) error {
	const maxRestarts = 5 // a snapshot that moves this often within one run is no snapshot
	restarts, expired := 0, false
	pages := &extract.Pager{List: "day", Rows: "records"}
	pages.Begin(at.Trail)
	_ = pages.Turn(at.Page, at.Cursor)
	for {
		page, err := r.ask(ctx, d, at)
		moved := err == nil && at.Page > 0 && anotherSnapshot(page, at)
		lost := err != nil && at.Page > 0 && !expired && tokenExpired(err)
		if moved && restarts == maxRestarts {
			return fmt.Errorf("intent: %s: the vendor replaced the day's data %d times while it was read; run again later", at.DataDate, restarts+1)
		}
		if moved || lost {
			restarts, expired = restarts+1, expired || lost
			at = at.begin(lost)
			pages.Begin(extract.Trail{})
			continue
		}
		gone := at.Page == 0 && (api.NotFound(err) || err == nil && elsewhere(page, at))
		switch {
		case done != nil && (gone || err == nil && page.cacheKey == done.CacheKey):
			return r.unchanged(*done)
		case gone:
			return r.missing(at)
		case err != nil:
			return err
		}
		done = nil
		next, err := r.advance(at, page, pages)
		if err != nil {
			return err
		}
		if err := pages.Turn(next.Page, page.cursor); err != nil {
			return fmt.Errorf("intent: %s: %w", at.DataDate, err)
		}
		if !page.more {
			return r.finish(next, page)
		}
		if err := r.emit(next.output(page)); err != nil {
			return err
		}
		at = next
	}
}

// ask asks for a page, and once again for one that is empty though more is promised.
func (r *reader) ask(ctx context.Context, d intentDay, at position) (intentPage, error) {
	page, err := r.api.page(ctx, d, at)
	if err == nil && len(page.records) == 0 && (page.more || page.lacking(at)) {
		page, err = r.api.page(ctx, d, at)
	}
	return page, err
}

// lacking reports whether a page that is empty, after what was read before it,
// contradicts the total.
func (page intentPage) lacking(at position) bool {
	return len(page.records) == 0 && !page.counted && extract.MissingPage(page.total, at.Read, int64(at.Page))
}

// advance is the position after a page, unless the page leads nowhere.
func (r *reader) advance(at position, page intentPage, pages *extract.Pager) (position, error) {
	next := at
	if at.Page == 0 && at.CacheKey != page.cacheKey {
		next.CacheKey, next.Attempt = page.cacheKey, 0
	}
	next.Page++
	next.Read += int64(len(page.records))
	next.Cursor, next.Offset, next.Last = page.cursor, page.offset, ""
	if len(page.records) > 0 {
		var err error
		next.Trail, err = pages.Follow(at.Trail, extract.Sight{
			Number: next.Page, Print: extract.Fingerprint(page.records), More: page.more, Count: len(page.records), Read: next.Read, Declared: page.total,
		})
		if err != nil {
			return at, fmt.Errorf("intent: %s: %w", at.DataDate, err)
		}
		return next, nil
	}
	nowhere := page.more && page.cursor == "" && page.offset == at.Offset
	again := page.more && at.Gap && at.Last == ""
	if nowhere || again || !page.more && page.lacking(at) {
		return at, fmt.Errorf("intent: %s: %w: page %d is empty though %d of %d records were read; the next run asks again",
			at.DataDate, errIncomplete, next.Page, at.Read, page.total)
	}
	next.Gap = next.Gap || page.more
	return next, nil
}

// finish ends a day. After a page that was empty against a promise, and with
// fewer records than declared, it is no listing of the day: the next run begins
// it anew.
func (r *reader) finish(next position, page intentPage) error {
	if next.Gap && next.Read < page.total {
		again := next.output(page)
		again.Next = next.begin(true).encode()
		return errors.Join(r.emit(again), fmt.Errorf("intent: %s: %w: a page was empty though more was promised, and %d of %d records were read; the next run reads the day again",
			next.DataDate, errIncomplete, next.Read, page.total))
	}
	next.Cursor, next.Offset, next.Trail, next.Gap, next.Done = "", 0, extract.Trail{}, false, true
	next.Checked = r.env.Now().UTC()
	last := next.output(page)
	if page.total > 0 && next.Read != page.total {
		last.Warnings = append(last.Warnings, fmt.Sprintf("intent: %s: the vendor declares %d records and served %d", next.DataDate, page.total, next.Read))
	}
	if next.Read == 0 {
		last.Warnings = append(last.Warnings, "intent: "+next.DataDate+": the vendor matched nobody; check topics, score and filters if that is a surprise")
	}
	return r.emit(last)
}

// output is a page with the position after it.
func (at position) output(page intentPage) extract.Page {
	return extract.Page{
		Partition: at.DataDate,
		Next:      at.encode(),
		Sweep:     at.sweep(),
		Complete:  at.Done,
		Number:    at.Page,
		Records:   page.records,
		Declared:  page.total,
	}
}

// missing remembers that the vendor does not have a day. It ends no listing: what
// was read of the day before is history, and stays.
func (r *reader) missing(at position) error {
	at.Missing, at.Checked = true, r.env.Now().UTC()
	return r.emit(extract.Page{Partition: at.DataDate, Next: at.encode(), Sweep: at.sweep()})
}

// unchanged remembers that a day was looked at again, and that its listing stands,
// be it because the vendor no longer has the day.
func (r *reader) unchanged(done position) error {
	done.Checked = r.env.Now().UTC()
	return r.emit(extract.Page{Partition: done.DataDate, Next: done.encode(), Sweep: done.sweep(), Complete: true})
}

// anotherSnapshot reports whether the vendor replaced the day's data since the
// page before.
func anotherSnapshot(page intentPage, at position) bool {
	return at.CacheKey != page.cacheKey && at.CacheKey != "" && page.cacheKey != "" || elsewhere(page, at)
}

// elsewhere reports whether the vendor served another day than was asked for.
func elsewhere(page intentPage, at position) bool {
	return page.date != "" && page.date != at.DataDate
}

// tokenExpired reports whether the vendor refused a page that it had promised.
func tokenExpired(err error) bool {
	refusal, ok := errors.AsType[*extract.APIError](err)
	return ok && slices.Contains([]int{400, 404, 409, 410, 412, 422}, refusal.Status)
}
