package audiencelab

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/schema"
)

// A page that keeps failing between pages that do not is a gap: its neighbours
// are stored, the sweep is not complete, and a later run mends it. More than these
// in a row, or in all, are no gaps but a vendor that is down. Where the end of the
// list is not known, pages that fail may as well lie behind it.
const (
	maxGapRun        = 8
	maxGapRunUnknown = 2
	maxGaps          = 100

	// wariness is after how many failed pages in a row each further one is tried
	// only once, so that an outage costs few requests.
	wariness = 2
)

var errNotAgain = errors.New("the page is not tried again while the vendor fails")

// onceWhenWary ends a request before its second attempt while the vendor seems to
// be down.
func (s *labSweep) onceWhenWary() func() error {
	attempts := 0
	return func() error {
		if attempts++; attempts > 1 && s.wary.Load() {
			return errNotAgain
		}
		return nil
	}
}

// poisonous reports whether a page keeps failing at a vendor that may serve
// others. A refusal says so only of a list of which a page was served.
func (s *labSweep) poisonous(err error) bool {
	if errors.Is(err, errNotAgain) {
		return true
	}
	answer, ok := errors.AsType[*extract.APIError](err)
	if !ok || answer.Refused() || api.Unreachable(err) {
		return false
	}
	switch answer.Status {
	case http.StatusPaymentRequired, http.StatusTooManyRequests:
		return false
	}
	return answer.Status < 300 || answer.Status >= 500 || answer.Status >= 400 && s.at.Pages > 0
}

// failedAgain notes the cause of the first failure in a row, and grows wary with
// more of them.
func (s *labSweep) failedAgain(inRow int, err error) {
	if inRow == 1 && !errors.Is(err, errNotAgain) {
		s.cause = err
	}
	s.wary.Store(inRow >= wariness)
}

// pastPoison notes that one more page in a row failed, and ends the pass where
// there is no point in asking for those behind it.
func (s *labSweep) pastPoison(failed []int, last int, err error) error {
	s.failedAgain(len(failed), err)
	most := maxGapRun
	if last == 0 {
		most = maxGapRunUnknown
	}
	switch {
	case len(failed) > most || len(s.at.Gaps)+len(failed) > maxGaps:
		return s.cause
	case failed[len(failed)-1] == last:
		return s.trouble("page %s could not be read (%w); all before it is stored, and no membership is closed; a run within %s asks for it again",
			pageList(failed), s.cause, s.maxAge)
	}
	return nil
}

// mend asks again for the pages that an earlier run could not read. A second pass
// comes by them itself.
func (s *labSweep) mend(ctx context.Context) error {
	failed := 0
	for _, gap := range slices.Clone(s.at.Gaps) {
		if s.at.Again && s.at.Page > 0 {
			break
		}
		answer, err := s.fetch(ctx, gap)
		if err == nil {
			answer, err = s.reread(ctx, gap, answer)
		}
		trouble, incomplete := errors.AsType[*extract.PartitionError](err)
		if incomplete {
			err = trouble.Err // of this very list, which the report names
		}
		if s.poisonous(err) || incomplete {
			failed++
			s.failedAgain(failed, err)
			if failed > maxGapRun {
				break
			}
			continue
		}
		if err != nil {
			return err
		}
		failed = 0
		s.wary.Store(false)
		if err := s.yield(answer, s.mended(gap, answer), nil); err != nil {
			return err
		}
	}
	return nil
}

// mended is the position after a gap was read. Whatever tells that the list is
// not the one in which the page was missing makes a second pass due, since rows of
// the gap may stand on another page by now; or, where it does not tell what to read
// again, leaves a doubt.
func (s *labSweep) mended(gap int, a labAnswer) position {
	next := s.at
	next.Gaps = without(next.Gaps, gap)
	next.Read += int64(len(a.rows))
	known := next.Size > 0
	moved := next.move(gap, a.size())
	switch {
	case next.Page > 0: // the pass goes on, and its end sees to what has moved
	case moved && !next.Again:
		next.again()
	case len(next.Gaps) == 0 && !next.Again && a.short(next.Pages+1, next.Read):
		next.Doubt = true
	}
	if !moved && (len(a.rows) == 0 || known && a.size() == 0 || s.pages.Saw(a.print, a.size()) || s.at.overlaps(a.rows)) {
		next.Doubt = true
	}
	return next
}

// border notes the rows next to a gap. A list that lost as many rows as it gained
// is of the size that it had, but a row that stood on another page gives it away.
func (at *position) border(rows []schema.Record) {
	last := rowMark(rows[len(rows)-1])
	if len(at.Gaps) == 0 {
		at.Edges = extract.Marks(nil).With(last)
		return
	}
	at.Edges = at.Edges.With(rowMark(rows[0])).With(last)
}

// overlaps reports whether a row was read on another page.
func (at position) overlaps(rows []schema.Record) bool {
	return slices.ContainsFunc(rows, func(r schema.Record) bool { return at.Edges.Has(rowMark(r)) })
}

// rowMark tells a row from others, and an event from others of its person.
func rowMark(r schema.Record) extract.Mark {
	if r.ID == "" {
		return extract.MarkOf(extract.Fingerprint([]schema.Record{r}), 0)
	}
	return extract.MarkOf(r.ID, r.AsOf.UnixNano())
}

// again begins the second pass.
func (at *position) again() {
	at.Again, at.Page, at.Read, at.Size, at.Last, at.Seen, at.Edges = true, 1, 0, 0, "", nil, nil
}

func without(pages []int, page int) []int {
	return slices.DeleteFunc(slices.Clone(pages), func(n int) bool { return n == page })
}
