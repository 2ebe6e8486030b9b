package extract

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"contactsync/schema"
)

// intentPosition is the checkpoint of one day.
type intentPosition struct {
	DataDate string    `json:"data_date"`
	Query    string    `json:"query"`               // fingerprint of the query that the rest belongs to
	CacheKey string    `json:"cache_key,omitempty"` // the vendor's name for the snapshot that is read
	Listed   string    `json:"listed,omitempty"`    // its name in the list of days, should that differ
	Attempt  int       `json:"attempt,omitempty"`   // how often this snapshot was begun anew
	Cursor   string    `json:"cursor,omitempty"`
	Offset   int64     `json:"offset,omitempty"`
	Page     int       `json:"page,omitempty"` // pages read
	Read     int64     `json:"read,omitempty"` // records read
	Last     string    `json:"last,omitempty"` // fingerprint of the last page's records; "": it was empty
	Seen     pageMarks `json:"seen,omitempty"` // the latest pages of this snapshot
	Gap      bool      `json:"gap,omitempty"`  // a page was empty though more was promised
	Done     bool      `json:"done,omitempty"`
	Missing  bool      `json:"missing,omitempty"` // the vendor does not have the day
	Failed   bool      `json:"failed,omitempty"`  // the vendor could not prepare it
	Checked  time.Time `json:"checked,omitzero"`  // when it was last compared with the vendor
}

// decodeIntentPosition reads a checkpoint; one that cannot be read counts as
// none, since reading a day again costs nothing.
func decodeIntentPosition(c schema.Checkpoint) intentPosition {
	var at intentPosition
	if json.Unmarshal([]byte(c), &at) != nil || at.Page < 0 || at.Offset < 0 {
		return intentPosition{}
	}
	return at
}

func (at intentPosition) encode() schema.Checkpoint {
	b, _ := json.Marshal(at) // a struct of scalars always encodes
	return schema.Checkpoint(b)
}

// sweep names the listing that the position is in.
func (at intentPosition) sweep() string {
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
func (at intentPosition) begin(again bool) intentPosition {
	fresh := intentPosition{DataDate: at.DataDate, Query: at.Query, Listed: at.Listed}
	if again {
		fresh.CacheKey, fresh.Attempt = at.CacheKey, at.Attempt+1
	}
	return fresh
}

// intentReader reads days.
type intentReader struct {
	intentSource
	query   string
	horizon time.Time // days of topics before this are not looked at again
	emit    func(Page) error
}

// day reads one day from its position to its end.
func (r *intentReader) day(ctx context.Context, d intentDay, known intentPosition) error {
	name := d.date.String()
	fresh := intentPosition{DataDate: name, Query: r.query, Listed: d.listed}
	if known.DataDate != "" && known.Query != r.query {
		// Another query's cursors mean nothing, even where the cache key is the same.
		fresh.CacheKey, fresh.Attempt = known.CacheKey, known.Attempt+1
		known = intentPosition{}
	}
	same := d.listed == "" || d.listed == known.Listed || d.listed == known.CacheKey
	atRest := d.listed != "" || d.date.Before(r.horizon) || r.env.Now().Sub(known.Checked) < intentSettled
	switch {
	case d.state == intentFailed && known.Failed && same:
		return nil
	case d.state == intentFailed:
		fresh.Failed = true
		return r.emit(Page{Partition: name, Next: fresh.encode(), Sweep: fresh.sweep(), Warnings: []string{
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
func (r *intentReader) sweep(ctx context.Context, d intentDay, at intentPosition, done *intentPosition) error {
	const maxRestarts = 5 // a snapshot that moves this often within one run is no snapshot
	restarts, expired := 0, false
	seen, pages := map[string]bool{at.Cursor: true}, at.Seen.visited()
	for {
		page, err := r.ask(ctx, d, at)
		moved := err == nil && at.Page > 0 && anotherSnapshot(page, at)
		lost := err != nil && at.Page > 0 && !expired && tokenExpired(err)
		if moved && restarts == maxRestarts {
			return fmt.Errorf("intent: %s: the vendor replaced the day's data %d times while it was read; run again later", at.DataDate, restarts+1)
		}
		if moved || lost {
			restarts, expired = restarts+1, expired || lost
			at, seen, pages = at.begin(lost), map[string]bool{}, visited{}
			continue
		}
		gone := at.Page == 0 && (notFound(err) || err == nil && elsewhere(page, at))
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
		if page.cursor != "" && seen[page.cursor] {
			return fmt.Errorf("intent: %s: page %d: the vendor repeats a cursor; nothing more can be read of this day, the next run tries again", at.DataDate, next.Page)
		}
		seen[page.cursor] = true
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
func (r *intentReader) ask(ctx context.Context, d intentDay, at intentPosition) (intentPage, error) {
	page, err := r.api.page(ctx, d, at)
	if err == nil && len(page.records) == 0 && (page.more || page.lacking(at)) {
		page, err = r.api.page(ctx, d, at)
	}
	return page, err
}

// lacking reports whether a page that is empty, after what was read before it,
// contradicts the total.
func (page intentPage) lacking(at intentPosition) bool {
	return len(page.records) == 0 && !page.counted && missingPage(page.total, at.Read, int64(at.Page))
}

// advance is the position after a page, unless the page leads nowhere.
func (r *intentReader) advance(at intentPosition, page intentPage, pages visited) (intentPosition, error) {
	next := at
	if at.Page == 0 && at.CacheKey != page.cacheKey {
		next.CacheKey, next.Attempt = page.cacheKey, 0
	}
	next.Page++
	next.Read += int64(len(page.records))
	next.Cursor, next.Offset, next.Last = page.cursor, page.offset, ""
	if len(page.records) > 0 {
		next.Last = fingerprint(page.records)
		mark := markOf(next.Last, 0)
		earlier := repeated(next.Last, at.Last, mark, pages)
		switch {
		case earlier != "":
			return at, fmt.Errorf("intent: %s: page %d repeats %s; the next run tries again", at.DataDate, next.Page, earlier)
		case page.more && overrun(next.Read, page.total, page.records):
			return at, fmt.Errorf("intent: %s: %d records were read of %d that are declared, and more is promised; the day comes to no end, so the next run tries again",
				at.DataDate, next.Read, page.total)
		}
		pages[mark], next.Seen = true, at.Seen.with(mark)
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
func (r *intentReader) finish(next intentPosition, page intentPage) error {
	if next.Gap && next.Read < page.total {
		again := next.output(page)
		again.Next = next.begin(true).encode()
		return errors.Join(r.emit(again), fmt.Errorf("intent: %s: %w: a page was empty though more was promised, and %d of %d records were read; the next run reads the day again",
			next.DataDate, errIncomplete, next.Read, page.total))
	}
	next.Cursor, next.Offset, next.Last, next.Seen, next.Gap, next.Done = "", 0, "", nil, false, true
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
func (at intentPosition) output(page intentPage) Page {
	return Page{
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
func (r *intentReader) missing(at intentPosition) error {
	at.Missing, at.Checked = true, r.env.Now().UTC()
	return r.emit(Page{Partition: at.DataDate, Next: at.encode(), Sweep: at.sweep()})
}

// unchanged remembers that a day was looked at again, and that its listing stands,
// be it because the vendor no longer has the day.
func (r *intentReader) unchanged(done intentPosition) error {
	done.Checked = r.env.Now().UTC()
	return r.emit(Page{Partition: done.DataDate, Next: done.encode(), Sweep: done.sweep(), Complete: true})
}

// anotherSnapshot reports whether the vendor replaced the day's data since the
// page before.
func anotherSnapshot(page intentPage, at intentPosition) bool {
	return at.CacheKey != page.cacheKey && at.CacheKey != "" && page.cacheKey != "" || elsewhere(page, at)
}

// elsewhere reports whether the vendor served another day than was asked for.
func elsewhere(page intentPage, at intentPosition) bool {
	return page.date != "" && page.date != at.DataDate
}

func notFound(err error) bool {
	api, ok := errors.AsType[*APIError](err)
	return ok && api.Status == 404
}

// tokenExpired reports whether the vendor refused a page that it had promised.
func tokenExpired(err error) bool {
	api, ok := errors.AsType[*APIError](err)
	return ok && slices.Contains([]int{400, 404, 409, 410, 412, 422}, api.Status)
}

// fingerprint tells one page's records from another's.
func fingerprint(records []schema.Record) string {
	h := sha256.New()
	for _, r := range records {
		h.Write(bytes.TrimSpace(r.Raw))
		h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
