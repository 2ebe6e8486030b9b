package audiencelab

import (
	"fmt"
	"maps"
	"slices"

	"contactsync/extract"
	"contactsync/schema"
)

// maxSizes is how many sizes of a moving list are told apart.
const maxSizes = 8

// advance is the position after a page that was read in its turn. Failed are the
// pages just before it that could not be read.
func (s *labSweep) advance(page int, a labAnswer, failed []int) (position, []string, error) {
	next := s.at
	next.Page = page + 1
	next.Read += int64(len(a.rows))
	next.Gaps = without(next.Gaps, page)
	for _, f := range failed {
		next.Gaps = append(without(next.Gaps, f), f)
	}
	slices.Sort(next.Gaps)
	moved := next.move(page, a.size())
	var warnings []string
	if moved && len(s.at.Sizes) == 1 {
		warnings = append(warnings, s.warning("the list changed from %d to %d while it was read, so what may have shifted is read again", s.at.Size, a.size()))
	}
	ends, promised := a.ends(page, next.Read)
	if !ends && !s.list.paged && !a.signals() {
		ends = true // GET /pixels has no paging in its document
	}
	next.Last = ""
	if len(a.rows) > 0 {
		var err error
		next.Trail, err = s.pages.Follow(s.at.Trail, extract.Sight{
			Number: page, Print: a.print, Size: a.size(), Moved: moved, More: !ends, Count: len(a.rows), Read: next.Read, Declared: a.declared(),
		})
		if err != nil {
			return next, nil, s.trouble("%w", err)
		}
		next.border(a.rows)
	}
	if ends {
		warnings = append(warnings, s.compare(page, a, promised, &next)...)
	}
	switch {
	case ends && !next.Again && len(next.Sizes) > 1:
		next.again()
		s.pages.Begin(extract.Trail{})
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
// declares of it. Where its signs contradict each other, or a page or more is
// missing, nobody may be taken for gone.
func (s *labSweep) compare(page int, a labAnswer, promised bool, next *position) (warnings []string) {
	if promised {
		next.Doubt = next.Doubt || next.Read < a.declared()
		return []string{s.warning("page %d is the last by one sign and not by another; %d rows were read", page, next.Read)}
	}
	if next.Again || len(next.Gaps) > 0 || len(next.Sizes) != 1 || a.declared() == 0 || a.declared() == next.Read {
		return nil
	}
	next.Doubt = next.Doubt || a.short(page, next.Read)
	return []string{s.warning("the vendor declares %d rows and served %d", a.declared(), next.Read)}
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
	at.Sizes = maps.Clone(at.Sizes)
	if at.Sizes == nil {
		at.Sizes = map[int64]int{}
	}
	if at.Sizes[size] == 0 && len(at.Sizes) >= maxSizes {
		size = -1 // any other
	}
	at.Sizes[size] = max(at.Sizes[size], page)
	return moved
}

// until is the last page that may have shifted: read when the list was of
// another size than it is now. Pages are fetched side by side, so it need not be
// the one before the list was seen to move. 0: not known before a page says what
// the size is now.
func (at position) until() int {
	if !at.Again || at.Size == 0 {
		return 0
	}
	until := 0
	for size, page := range at.Sizes {
		if size != at.Size {
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
func (at position) lastPage(a labAnswer) int {
	if at.Again && !at.tail() {
		return at.until()
	}
	return a.last()
}

// yield hands a page on, and ends the sweep when nothing is left to read.
func (s *labSweep) yield(a labAnswer, next position, warnings []string) error {
	next.Pages++
	over := next.Page == 0 && len(next.Gaps) == 0
	if over {
		next = position{Round: next.Round, Ends: next.Ends, Sweep: next.Sweep, Pages: next.Pages, Size: next.Size, Doubt: next.Doubt, DoneAt: s.env.Now().UTC()}
		if next.Doubt {
			warnings = append(warnings, s.warning("it is not certain that every row was seen, since the list kept changing or contradicts itself; no membership is closed"))
		}
	}
	page := extract.Page{
		Partition: s.list.partition,
		Next:      next.checkpoint(),
		Sweep:     next.sweep(),
		Complete:  over && !next.Doubt,
		Number:    next.Pages,
		Declared:  a.declared(),
		Warnings:  warnings,
	}
	s.list.fill(&page, a)
	if err := s.emit(page); err != nil {
		return err
	}
	s.at = next
	return nil
}

func (s *labSweep) warning(format string, args ...any) string {
	return schema.AudienceLab + ": " + s.list.name() + ": " + fmt.Sprintf(format, args...)
}
