package audiencelab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync/atomic"
	"time"

	"contactsync/extract"
	"contactsync/extract/api"
)

type source struct {
	env    extract.Env
	lists  []list
	maxAge time.Duration
}

// Pages implements [extract.Source].
func (s source) Pages(ctx context.Context, from extract.State) iter.Seq2[extract.Page, error] {
	return extract.Sequence(func(emit extract.Emit) error {
		known := make([]position, len(s.lists))
		for i, l := range s.lists {
			if c := from[l.partition]; c != "" {
				at, err := extract.Decode[position](c, extract.Unreadable(name, l.partition, ""))
				if err != nil {
					return err
				}
				known[i] = at
			}
		}
		round := currentRound(known, s.env.Unmerged, s.env.Now().UTC(), s.maxAge)
		var kept extract.Troubles
		for i, l := range s.lists {
			r := reader{source: s, list: l, emit: emit, at: known[i].begin(round, s.env.Now().UTC(), s.maxAge)}
			r.at.Ends = i == len(s.lists)-1
			if err := kept.Add(r.read(ctx)); err != nil {
				return err
			}
			known[i] = r.at
		}
		if kept.Err() == nil {
			return nil
		}
		return cmp.Or(s.closeRound(known, emit), kept.Err())
	})
}

// closeRound notes for the lists that are done that this run came to its end, so
// that the next one reads them anew and does not wait for those that failed.
func (s source) closeRound(known []position, emit extract.Emit) error {
	for i, at := range known {
		if !at.done() {
			continue
		}
		at.Round = time.Time{}
		if err := emit(s.lists[i].page(at, reply{})); err != nil {
			return err
		}
	}
	return nil
}

// reader reads one list from a position to its end.
type reader struct {
	source
	list    list
	emit    extract.Emit
	at      position
	cause   error       // why the last gap could not be read
	failing atomic.Bool // the vendor seems to be down: no page is tried more than once
	keyless bool        // it was said that rows have no UUID
}

func (r *reader) read(ctx context.Context) error {
	if r.at.done() {
		return nil
	}
	if err := r.fillGaps(ctx); err != nil {
		return err
	}
	for r.at.Page > 0 {
		if err := r.pass(ctx); err != nil {
			return err
		}
	}
	if len(r.at.Gaps) > 0 {
		return r.unread(r.at.Gaps, "all others are stored")
	}
	return nil
}

// fillGaps asks again for the pages that an earlier run could not read. A second pass
// comes by them itself.
func (r *reader) fillGaps(ctx context.Context) error {
	failed := 0
	for _, gap := range r.at.Gaps {
		if r.at.Again && r.at.Page > 0 || failed > maxGapRun {
			break
		}
		a, err := r.fetch(ctx, gap)
		a, err = r.reread(ctx, gap, a, err)
		trouble, incomplete := errors.AsType[*extract.PartitionError](err)
		if incomplete {
			err = trouble.Err // of this very list, which the report names
		}
		if incomplete || r.at.unreadable(err) {
			failed++
			r.failed(failed, err)
			continue
		}
		if err != nil {
			return err
		}
		failed = 0
		r.failing.Store(false)
		a = r.at.trusted(a)
		if err := r.yield(a, r.at.fill(gap, a), nil); err != nil {
			return err
		}
	}
	return nil
}

// pass reads the pages of one pass: the whole list, or again what may have shifted.
func (r *reader) pass(ctx context.Context) error {
	pages := &extract.Pager{List: "list", Rows: "rows", Lost: ", so the rest cannot be reached"}
	pages.Begin(r.at.Trail)
	window := 2 * r.env.Client.Settings().Concurrency
	ahead := extract.NewReadAhead(ctx, window, r.fetch)
	defer ahead.Close()
	last := r.at.until()
	var failed []int
	for page := r.at.Page; ; page++ {
		if r.at.Probe {
			return r.probe(ctx, pages)
		}
		until := last
		if len(failed) > 0 { // no further ahead before something answers
			until = min(last, failed[0]+window-1)
		}
		a, err := ahead.Get(page, until)
		if r.at.unreadable(err) {
			failed = append(failed, page)
			if err := r.skip(failed, last, err); err != nil {
				return err
			}
			continue
		}
		r.failing.Store(false)
		if a, err = r.reread(ctx, page, a, err); err != nil {
			return err
		}
		a = r.at.trusted(a)
		next, warnings, err := r.at.advance(page, a, failed, pages)
		if err != nil {
			return r.list.trouble("%w", err)
		}
		if err := r.yield(a, next, warnings); err != nil {
			return err
		}
		if next.Page != page+1 {
			return nil // the pass is over
		}
		failed, last = nil, r.at.lastPage(a)
	}
}

// skip passes over an unreadable page, the latest of those that failed in a row, and
// ends the pass where there is no point in asking for those after it.
func (r *reader) skip(failed []int, last int, err error) error {
	r.failed(len(failed), err)
	switch {
	case r.at.outage(len(failed), last):
		return r.cause
	case failed[len(failed)-1] == last:
		return r.unread(failed, "all before it is stored")
	}
	return nil
}

// failed notes the cause of the first failure in a row. With the second, the vendor
// seems to be down, and an outage should cost few requests.
func (r *reader) failed(inRow int, err error) {
	if inRow == 1 && !errors.Is(err, errNotAgain) {
		r.cause = err
	}
	r.failing.Store(inRow >= 2)
}

func (r *reader) unread(pages []int, rest string) error {
	numbers := strings.Trim(strings.ReplaceAll(fmt.Sprint(pages), " ", ", "), "[]")
	return r.list.trouble("page %s could not be read (%w); %s, and no membership is closed; a run within %s asks for it again", numbers, r.cause, rest, r.maxAge)
}

// reread asks once more for a page that is empty though more is promised.
func (r *reader) reread(ctx context.Context, page int, a reply, err error) (reply, error) {
	if err != nil || !r.at.trusted(a).empty(page, r.at.Read) {
		return a, err
	}
	a, err = r.fetch(ctx, page)
	if err == nil && r.at.trusted(a).empty(page, r.at.Read) {
		err = r.list.trouble("page %d is empty though more is promised; the sweep is not complete, and no membership is closed; the next run asks for the page again", page)
	}
	return a, err
}

// fetch asks for one page, and waits while the list is in the making.
func (r *reader) fetch(ctx context.Context, page int) (a reply, err error) {
	request := r.list.request(page, r.env.Client.Settings().PageSize)
	attempts := 0
	request.Before = func() error {
		if attempts++; attempts > 1 && r.failing.Load() {
			return errNotAgain
		}
		return nil
	}
	err = r.env.Poll(ctx, r.list.name, func(ctx context.Context) (bool, string, error) {
		response, err := r.env.API.Do(ctx, request)
		if api.NotFound(err) {
			err = fmt.Errorf("%w; %s", err, r.list.unknown())
		}
		if err != nil {
			return false, "", err
		}
		if a, err = decode(response.Body); err != nil {
			return false, "", r.env.API.Unusable(request, response, err)
		}
		if failed := a.failed(); failed != nil {
			return false, "", r.env.API.Unusable(request, response, failed)
		}
		r.env.WarnOfStatus(r.list.name, string(a.status), len(a.rows) > 0)
		return !a.notReady(), string(a.status), nil
	})
	if err != nil {
		return a, err
	}
	a.asked = int64(r.list.size(r.env.Client.Settings().PageSize))
	if r.list.unpaged && a.hasMore == nil && a.totalPages == nil && a.total == nil {
		a.hasMore = new(bool) // GET /pixels has no paging in its document: this is all
	}
	return a, r.list.check(a, page)
}

// yield hands a page on, and moves to the position after it.
func (r *reader) yield(a reply, next position, warnings []string) error {
	if over := r.env.Within(r.list.name, a.declared(), next.Read); over != nil {
		return over
	}
	if a.growing() {
		next.Doubt = true
		warnings = append(warnings, fmt.Sprintf("the vendor serves rows and says that the list is still in the making (status %.40q)", a.status))
	}
	next = next.finish(r.env.Now())
	if next.done() && next.Doubt {
		warnings = append(warnings, "it is not certain that every row was seen, since the list kept changing or contradicts itself; this listing alone closes no membership")
	}
	if !r.keyless && r.list.lacksUUID(a.rows) {
		r.keyless = true
		warnings = append(warnings, noUUID)
	}
	page := r.list.page(next, a)
	for _, text := range warnings {
		page.Warnings = append(page.Warnings, name+": "+r.list.name+": "+text)
	}
	if err := r.emit(page); err != nil {
		return err
	}
	r.at = next
	return nil
}
