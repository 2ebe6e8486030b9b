package extract

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"contactsync/schema"
)

// A list comes in pages, by number, by cursor or by offset. What a page signals
// is the vendor's own; the rules by which pages are read are the same for all,
// and stand here.

// Walk reads a list page by page. A is what the vendor answers, P the position
// between two pages.
type Walk[P, A any] struct {
	Ask     func(ctx context.Context, at P) (A, error) // asks for the page at a position, and waits until it is ready
	Empty   func(at P, answer A) error                 // what is wrong with a page that is empty though more is promised; nil: it is not
	Advance func(at P, answer A) (Page, P, error)      // the page of an answer, and the position after it
	Over    func(at P) bool                            // nothing is left to ask for
}

// From reads from a position to the end of the list, and returns how far it came.
func (w Walk[P, A]) From(ctx context.Context, at P, emit Emit) (P, error) {
	for !w.Over(at) {
		answer, err := AskTwice(func() (A, error) { return w.Ask(ctx, at) }, func(a A) error { return w.Empty(at, a) })
		if err != nil {
			return at, err
		}
		page, next, err := w.Advance(at, answer)
		if err != nil {
			return at, err
		}
		if err := emit(page); err != nil {
			return at, err
		}
		at = next
	}
	return at, nil
}

// AskTwice asks for a page, and once more for one that is empty though more is
// promised: that may be a passing mistake.
func AskTwice[A any](ask func() (A, error), empty func(A) error) (A, error) {
	answer, err := ask()
	if err != nil || empty(answer) == nil {
		return answer, err
	}
	if answer, err = ask(); err == nil {
		err = empty(answer)
	}
	return answer, err
}

// Trail is what a position remembers of the pages before it.
type Trail struct {
	Last string `json:"last,omitempty"` // fingerprint of the page before; "": it was empty
	Seen Marks  `json:"seen,omitempty"` // the latest pages of this reading of the list
}

// Pager follows the pages of a list as they are read. A vendor whose paging is
// broken may serve the same few pages for ever, each with the promise of more; so
// a page or a cursor that comes a second time is an error, and so are far more
// rows than the vendor declares.
type Pager struct {
	List string // what messages call the list: "list", "day"
	Rows string // and its rows: "rows", "records"
	Lost string // and what a repeated page means, as a clause; ""

	seen    map[Mark]bool   // those that the position remembers, and every one that this run reads
	cursors map[string]bool // of this run
}

// Begin goes on from a trail; the zero one begins the list anew.
func (p *Pager) Begin(t Trail) {
	p.seen, p.cursors = map[Mark]bool{}, map[string]bool{}
	for mark := range slices.Chunk(t.Seen, len(Mark{})) {
		if len(mark) == len(Mark{}) {
			p.seen[Mark(mark)] = true
		}
	}
}

// Sight is what a page with rows says of its place in the list.
type Sight struct {
	Number   int    // of the page, 1-based
	Print    string // fingerprint of its rows
	Size     int64  // what it declares the list to be; 0: nothing
	Moved    bool   // that is something else than the page before did
	More     bool   // more is promised
	Count    int    // rows on the page
	Read     int64  // rows read so far, its own among them
	Declared int64  // rows that the vendor declares for the list; 0: it says nothing
}

// Follow is the trail after a page with rows, or why nothing after it can be read.
func (p *Pager) Follow(t Trail, s Sight) (Trail, error) {
	mark := MarkOf(s.Print, s.Size)
	earlier := ""
	switch {
	case s.Print == t.Last && !s.Moved: // else what stood there has moved on
		earlier = "the page before it"
	case p.seen[mark]:
		earlier = "an earlier page"
	}
	if earlier != "" {
		return t, fmt.Errorf("page %d repeats %s%s; the next run tries again", s.Number, earlier, p.Lost)
	}
	// A list that moves may have more rows than it declared, but not this many:
	// pages come again in a changed guise.
	if s.More && s.Declared > 0 && s.Read > 2*s.Declared+10*int64(s.Count) {
		return t, fmt.Errorf("%d %s were read of %d that are declared, and more is promised; the %s comes to no end, so the next run tries again",
			s.Read, p.Rows, s.Declared, p.List)
	}
	p.seen[mark] = true
	return Trail{Last: s.Print, Seen: t.Seen.With(mark)}, nil
}

// Turn notes the cursor of the next page, "" for none, or says that it leads back.
func (p *Pager) Turn(number int, cursor string) error {
	if cursor != "" && p.cursors[cursor] {
		return fmt.Errorf("page %d: the vendor repeats a cursor; nothing more can be read of this %s, the next run tries again", number, p.List)
	}
	p.cursors[cursor] = true
	return nil
}

// MissingPage reports whether, of a list that was read in so many pages, a page or
// more is missing by the declared total. A few rows less are a total that is not exact.
func MissingPage(total, read, pages int64) bool {
	return total-read >= max(1, read/max(1, pages))
}

// Fingerprint tells one page's records from another's.
func Fingerprint(records []schema.Record) string {
	h := sha256.New()
	for _, r := range records {
		h.Write(bytes.TrimSpace(r.Raw))
		h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Mark tells one page, or row, from another.
type Mark [8]byte

// MarkOf is the mark of a page while its list is of a size. In a list that grew by
// whole pages, an old page comes again at a later place, which is no repetition.
func MarkOf(print string, size int64) Mark {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", print, size))
	return Mark(sum[:8])
}

// maxMarks is how many pages a position remembers, the latest ones: with 8 bytes
// each, as much as a checkpoint per page can carry.
const maxMarks = 256

// Marks are the marks in a position, one after the other.
type Marks []byte

// With is the marks and one more.
func (m Marks) With(mark Mark) Marks {
	if excess := len(m)/len(mark) + 1 - maxMarks; excess > 0 {
		m = m[excess*len(mark):]
	}
	return append(slices.Clone(m), mark[:]...)
}

// Has reports whether a mark is among them.
func (m Marks) Has(mark Mark) bool {
	for known := range slices.Chunk(m, len(mark)) {
		if bytes.Equal(known, mark[:]) {
			return true
		}
	}
	return false
}
