package extract

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"

	"contactsync/schema"
)

// A vendor whose paging is broken may serve the same few pages for ever, each
// with the promise of more. So a listing remembers its pages, and one that comes
// a second time is an error.

// pageMark tells one page from another.
type pageMark [8]byte

// markOf is the mark of a page while its list is of a size. In a list that grew by
// whole pages, an old page comes again at a later place, which is no repetition.
func markOf(print string, size int64) pageMark {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", print, size))
	return pageMark(sum[:8])
}

// maxPageMarks is how many pages a position remembers, the latest ones: with 8
// bytes each, as much as a checkpoint per page can carry.
const maxPageMarks = 256

// pageMarks are the marks in a position, one behind the other.
type pageMarks []byte

// with is the marks and one more.
func (m pageMarks) with(mark pageMark) pageMarks {
	if excess := len(m)/len(mark) + 1 - maxPageMarks; excess > 0 {
		m = m[excess*len(mark):]
	}
	return append(slices.Clone(m), mark[:]...)
}

// visited is all pages of a listing that a run knows of: those that its position
// remembers, and every one that it reads.
type visited map[pageMark]bool

func (m pageMarks) visited() visited {
	known := visited{}
	for mark := range slices.Chunk(bytes.Clone(m), len(pageMark{})) {
		if len(mark) == len(pageMark{}) {
			known[pageMark(mark)] = true
		}
	}
	return known
}

// repeated tells which page before it a page repeats, "" for none. Last is the
// fingerprint of the page before.
func repeated(print, last string, mark pageMark, seen visited) string {
	switch {
	case print == last:
		return "the page before it"
	case seen[mark]:
		return "an earlier page"
	}
	return ""
}

// missingPage reports whether, of a list that was read in so many pages, a page or
// more is missing by the declared total. A few rows less are a total that is not exact.
func missingPage(total, read, pages int64) bool {
	return total-read >= max(1, read/max(1, pages))
}

// overrun reports whether so many more rows were read than the vendor declares
// that it cannot be a matter of a moving list: pages come again in a changed guise.
func overrun(read, declared int64, page []schema.Record) bool {
	return declared > 0 && read > 2*declared+10*int64(len(page))
}
