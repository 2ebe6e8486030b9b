package audiencelab

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/schema"
)

// maxSizes is how many sizes of a moving list are told apart.
const maxSizes = 8

// A page that keeps failing between pages that do not is a gap: its neighbours
// are stored, the sweep is not complete, and a later run reads it. More than these
// in a row, or in all, are no gaps but a vendor that is down. Where the end of the
// list is not known, pages that fail may as well lie beyond it.
const (
	maxGapRun        = 8
	maxGapRunUnknown = 2
	maxGaps          = 100
)

var errNotAgain = errors.New("the page is not tried again while the vendor fails")

// position is how far a list is swept. A sweep is one pass over the list, and a
// second one over what may have shifted where the list changed meanwhile.
type position struct {
	Round         time.Time     `json:"round,omitzero"`    // start of the run that began to read all lists of the stream
	Ends          bool          `json:"ends,omitempty"`    // this list is the last of the round
	Sweep         time.Time     `json:"sweep"`             // start of the sweep of this list, which names it
	Again         bool          `json:"again,omitempty"`   // the list moved, and this is the second pass over what may have shifted
	Page          int           `json:"page,omitempty"`    // the next page of this pass; 0: none is left
	Pages         int           `json:"pages,omitempty"`   // pages read so far, in both passes
	Read          int64         `json:"read,omitempty"`    // rows of this pass so far
	Size          int64         `json:"size,omitempty"`    // what the page before declared the list to be
	Sizes         map[int64]int `json:"sizes,omitempty"`   // the last page of the first pass that declared each size
	Probe         bool          `json:"probe,omitempty"`   // the next page is asked for only to see whether there is one
	OfPage        bool          `json:"of_page,omitempty"` // the totals count the rows of a page, and not of the list
	Doubt         bool          `json:"doubt,omitempty"`   // it is not certain that every row was seen
	Gaps          []int         `json:"gaps,omitempty"`    // pages that could not be read
	extract.Trail               // of this pass
	Edges         extract.Marks `json:"edges,omitempty"`  // the row before the first gap, and the first and last of the pages after it
	DoneAt        time.Time     `json:"done_at,omitzero"` // when the sweep came to its end
}

// Valid implements [extract.Position]: whether it is one that a sweep can have.
func (at position) Valid() bool {
	onward := at.done() || at.Page > 0 || at.Page == 0 && len(at.Gaps) > 0
	return !at.Sweep.IsZero() && onward && (!at.Again || len(at.Sizes) > 0)
}

func (at position) done() bool { return !at.DoneAt.IsZero() }

// finish is the position, or the end of the sweep where nothing is left to read.
func (at position) finish(now time.Time) position {
	if at.Page > 0 || len(at.Gaps) > 0 {
		return at
	}
	return position{
		Round: at.Round, Ends: at.Ends, Sweep: at.Sweep, Pages: at.Pages, Read: at.served(), Size: at.Size, Doubt: at.Doubt, DoneAt: now.UTC(),
	}
}

// served is how many rows the whole sweep was served; 0: some were asked for twice.
func (at position) served() int64 {
	if at.Again {
		return 0
	}
	return at.Read
}

// advance is the position after a page that was read in its turn, and what a person
// should know of the page. Failed are the pages just before it that could not be read.
func (at position) advance(page int, a reply, failed []int, pages *extract.Pager) (next position, warnings []string, err error) {
	next = at
	next.Page = page + 1
	next.Pages++
	next.Read += int64(len(a.rows))
	gaps := append(without(at.Gaps, page), failed...)
	slices.Sort(gaps)
	next.Gaps = slices.Compact(gaps)
	moved := next.move(page, a.size())
	if moved && len(at.Sizes) == 1 {
		warnings = append(warnings, fmt.Sprintf("the list changed from %d to %d while it was read, so what may have shifted is read again", at.Size, a.size()))
	}
	ends, promised := a.ends(page, next.Read)
	if next.Probe = ends && page == 1 && !at.Again && a.mayBeOfPage(); next.Probe {
		ends, promised = false, false
	}
	next.Last = ""
	if len(a.rows) > 0 {
		next.Trail, err = pages.Follow(at.Trail, extract.Sight{
			Number: page, Print: a.print, Size: a.size(), Moved: moved, More: !ends, Count: len(a.rows), Read: next.Read, Declared: orZero(a.total),
		})
		if err != nil {
			return at, nil, err
		}
		next.border(a.rows)
	}
	if ends {
		warnings = append(warnings, next.compare(page, a, promised)...)
	}
	switch {
	case ends && !next.Again && len(next.Sizes) > 1:
		next.again()
	case ends, next.Again && page >= next.until() && !next.tail():
		next.Page = 0
	}
	if ends && next.Page == 0 {
		// Pages that failed before, and that the list has no longer.
		next.Gaps = slices.DeleteFunc(next.Gaps, func(n int) bool { return n > page })
	}
	return next, warnings, nil
}

// compare holds what was read to the end of the list against what the vendor
// declares of it. Where rows are missing, it is not certain which.
func (at *position) compare(page int, a reply, promised bool) (warnings []string) {
	declared := orZero(a.total)
	if promised {
		at.Doubt = at.Doubt || a.lacks(at.Read)
		return []string{fmt.Sprintf("page %d is the last by one sign and not by another; %d rows were read", page, at.Read)}
	}
	if at.Again || len(at.Gaps) > 0 || len(at.Sizes) != 1 || declared == 0 || declared == at.Read {
		return nil
	}
	at.Doubt = at.Doubt || a.lacks(at.Read)
	return []string{fmt.Sprintf("the vendor declares %d rows and served %d", declared, at.Read)}
}

// move notes what a page declares the list to be, and reports whether that is
// something else than the page before did.
func (at *position) move(page int, size int64) bool {
	if size == 0 {
		at.Doubt = at.Doubt || at.Again
		return false
	}
	moved := at.Size > 0 && size != at.Size
	at.Size = size
	if at.Again {
		at.Doubt = at.Doubt || moved
		return moved
	}
	sizes := map[int64]int{}
	maps.Copy(sizes, at.Sizes)
	if sizes[size] == 0 && len(sizes) >= maxSizes {
		size = -1 // any other
	}
	sizes[size] = max(sizes[size], page)
	at.Sizes = sizes
	return moved
}

// again begins the second pass.
func (at *position) again() {
	at.Again, at.Page, at.Read, at.Size, at.Trail, at.Edges = true, 1, 0, 0, extract.Trail{}, nil
}

// until is the last page that may have shifted: read when the list was of
// another size than it is now. Pages are fetched side by side, so it need not be
// the one before the list was seen to move. 0: not known before a page says what
// the size is now.
func (at position) until() int {
	until := 0
	for size, page := range at.Sizes {
		if at.Again && at.Size != 0 && size != at.Size {
			until = max(until, page)
		}
	}
	return until
}

// tail reports whether the first pass ended on a page that may have shifted, so
// that the second has to find the end of the list.
func (at position) tail() bool {
	return at.until() == slices.Max(slices.Collect(maps.Values(at.Sizes)))
}

// lastPage is the last page to fetch in this pass, as far as is known after a.
func (at position) lastPage(a reply) int {
	if at.Again && !at.tail() {
		return at.until()
	}
	return a.last()
}

// unreadable reports whether a page keeps failing at a vendor that may serve
// others. A refusal says so only of a list of which a page was served.
func (at position) unreadable(err error) bool {
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
	return answer.Status < 300 || answer.Status >= 500 || answer.Status >= 400 && at.Pages > 0
}

// outage reports whether so many unreadable pages in a row are no gaps. Last is
// the last page of the list; 0: it is not known.
func (at position) outage(inRow, last int) bool {
	most := maxGapRun
	if last == 0 {
		most = maxGapRunUnknown
	}
	return inRow > most || len(at.Gaps)+inRow > maxGaps
}

// fill is the position after a gap was read. Whatever tells that the list is
// not the one in which the page was missing makes a second pass due, since rows of
// the gap may stand on another page by now; or, where it does not tell what to read
// again, leaves a doubt.
func (at position) fill(gap int, a reply) position {
	next := at
	next.Pages++
	next.Gaps = without(at.Gaps, gap)
	next.Read += int64(len(a.rows))
	moved := next.move(gap, a.size())
	switch {
	case next.Page > 0: // the pass goes on, and its end sees to what has moved
	case moved && !next.Again:
		next.again()
	case len(next.Gaps) == 0 && !next.Again && a.lacks(next.Read):
		next.Doubt = true
	}
	next.Doubt = next.Doubt || !moved && at.contradicts(a)
	return next
}

// contradicts reports whether a page that was a gap cannot be of the list that was
// read: it is empty, tells no size, or stands on another page as well.
func (at position) contradicts(a reply) bool {
	return len(a.rows) == 0 || at.Size > 0 && a.size() == 0 || at.Seen.Has(extract.MarkOf(a.print, a.size())) ||
		slices.ContainsFunc(a.rows, func(r schema.Record) bool { return at.Edges.Has(rowMark(r)) })
}

// border notes the rows next to a gap. A list that lost as many rows as it gained
// is of the size that it had, but a row that stood on another page gives it away.
func (at *position) border(rows []schema.Record) {
	if len(at.Gaps) == 0 {
		at.Edges = nil
	} else {
		at.Edges = at.Edges.With(rowMark(rows[0]))
	}
	at.Edges = at.Edges.With(rowMark(rows[len(rows)-1]))
}

// rowMark tells a row from others, and an event from others of its person. Of a row
// with a derived key, which two people may share, all that it says counts.
func rowMark(r schema.Record) extract.Mark {
	if _, derived := schema.DerivedKey(r.ID); derived || r.ID == "" {
		return extract.MarkOf(extract.Fingerprint([]schema.Record{r}), 0)
	}
	return extract.MarkOf(r.ID, r.AsOf.UnixNano())
}

func without(pages []int, page int) []int {
	return slices.DeleteFunc(slices.Clone(pages), func(n int) bool { return n == page })
}
