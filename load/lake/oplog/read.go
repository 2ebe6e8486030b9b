package oplog

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"contactsync/load/lake/bucket"

	"golang.org/x/sync/errgroup"
)

// Log is a log as far as it was read: the last state and everything after it.
type Log struct {
	state   *Entry
	entries []Entry
	last    int64
}

// State is the last state entry; false if there is none yet.
func (l *Log) State() (Entry, bool) {
	if l.state == nil {
		return Entry{}, false
	}
	return *l.state, true
}

// Entries are those after the last state, or all if there is none, in their order.
func (l *Log) Entries() []Entry { return slices.Clone(l.entries) }

// Last is the number of the last entry; 0 if there is none.
func (l *Log) Last() int64 { return l.last }

// end is the last entry; the zero one if there is none.
func (l *Log) end() Entry {
	if n := len(l.entries); n > 0 {
		return l.entries[n-1]
	}
	if l.state != nil {
		return *l.state
	}
	return Entry{}
}

// Live are the objects that the log names: the state, what it leaves outstanding, and
// what came after. Everything else may go.
func (l *Log) Live() []string {
	var keys []string
	if l.state != nil {
		keys = l.state.keys()
	}
	for _, e := range l.entries {
		keys = append(keys, e.keys()...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// add puts an entry at the end.
func (l *Log) add(e Entry) {
	l.last = e.N
	if e.Kind == State {
		l.state, l.entries = &e, nil
		return
	}
	l.entries = append(l.entries, e)
}

// rereads is how often reading starts anew when an entry goes while it is read: a newer
// state was written and the old ones were pruned.
const rereads = 5

// Read reads the log of a bucket, for which no lease is needed. A bucket without a log has
// an empty one. What is written meanwhile is read or not, but never an entry without
// those before it.
func Read(ctx context.Context, b *bucket.Bucket) (*Log, error) {
	for try := 1; ; try++ {
		l, err := read(ctx, b, try > 1)
		if _, damaged := errors.AsType[*DamagedError](err); !damaged || try == rereads {
			return l, err
		}
	}
}

func read(ctx context.Context, b *bucket.Bucket, fromStart bool) (*Log, error) {
	head, last, err := findEnd(ctx, b, fromStart)
	if err != nil {
		return nil, err
	}
	l := &Log{last: last}
	above := ""
	for n := last; n > 0 && l.state == nil; {
		block, err := readBlock(ctx, b, head, n)
		if err != nil {
			return nil, err
		}
		for _, e := range slices.Backward(block) {
			if n < last && e.ID != above {
				return nil, &DamagedError{Path: b.String(), Key: keyOf(n), Err: errors.New("it is not the one that the next entry follows")}
			}
			above = e.Prev
			if n = e.N - 1; e.Kind == State {
				l.state = &e
				break
			}
			l.entries = append(l.entries, e)
		}
	}
	slices.Reverse(l.entries)
	if last == 0 {
		return l, nil
	}
	more, followed, err := isFollowed(ctx, b, l.end())
	if err == nil && more && !followed {
		err = &DamagedError{Path: b.String(), Key: keyOf(last), Err: errors.New("the next entry does not follow it")}
	}
	return l, err
}

// isAbove reports whether any entry stands above number n.
func isAbove(ctx context.Context, b *bucket.Bucket, n int64) (bool, error) {
	entries, err := b.List(ctx, logPrefix, keyOf(n))
	if err != nil {
		return false, err
	}
	for o, err := range entries {
		if err != nil {
			return false, err
		}
		if _, ok := numberOf(o.Key); ok {
			return true, nil
		}
	}
	return false, nil
}

// isFollowed reports whether any entry stands above one that seemed to be the last, and whether
// the next one names it as the one that it follows. If it does not, that entry does not count: it
// fell into a gap that pruning left.
func isFollowed(ctx context.Context, b *bucket.Bucket, e Entry) (above, followed bool, err error) {
	if above, err = isAbove(ctx, b, e.N); err != nil || !above {
		return false, false, err
	}
	next, err := readEntry(ctx, b, e.N+1)
	if errors.Is(err, bucket.ErrNotExist) {
		err = nil
	}
	return true, next.Prev == e.ID, err
}

// findEnd is the number of the last entry, and that which the head names. The head may be old,
// or mean nothing: it only says where to begin.
func findEnd(ctx context.Context, b *bucket.Bucket, fromStart bool) (head, last int64, err error) {
	after := ""
	if !fromStart {
		note, err := b.Read(ctx, headKey)
		if err != nil && !errors.Is(err, bucket.ErrNotExist) {
			return 0, 0, err
		}
		if n, err := strconv.ParseInt(string(note), 10, 64); err == nil && n > 1 && n <= maxNumber {
			head, after = n, keyOf(n-1)
		}
	}
	objects, err := b.List(ctx, logPrefix, after)
	if err != nil {
		return 0, 0, err
	}
	for o, err := range objects {
		if err != nil {
			return 0, 0, err
		}
		if n, ok := numberOf(o.Key); ok {
			last = n
		}
	}
	if last == 0 && after != "" {
		return findEnd(ctx, b, true)
	}
	return head, last, nil
}

const (
	headKey   = "head"
	blockSize = 32
	readers   = 8 // requests at once
)

// readBlock reads some entries up to number n, together, in order, and none below the head
// unless n is; those below a state need not be there.
func readBlock(ctx context.Context, b *bucket.Bucket, head, n int64) ([]Entry, error) {
	first := max(1, n-blockSize+1)
	if head <= n {
		first = max(first, head)
	}
	block, failed := make([]Entry, n-first+1), make([]error, n-first+1)
	work, within := errgroup.WithContext(ctx)
	work.SetLimit(readers)
	for i := range block {
		work.Go(func() error {
			block[i], failed[i] = readEntry(within, b, first+int64(i))
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	for i := len(block) - 1; i >= 0; i-- {
		if failed[i] != nil {
			return nil, failed[i]
		}
		if block[i].Kind == State {
			return block[i:], nil
		}
	}
	return block, nil
}

func readEntry(ctx context.Context, b *bucket.Bucket, n int64) (Entry, error) {
	key := keyOf(n)
	body, err := b.Read(ctx, key)
	if errors.Is(err, bucket.ErrNotExist) {
		return Entry{}, &DamagedError{Path: b.String(), Key: key, Err: bucket.ErrNotExist}
	}
	if err != nil {
		return Entry{}, err
	}
	e, err := decode(n, body)
	if newer, ok := errors.AsType[*NewerError](err); ok {
		newer.Path, newer.Key = b.String(), key
		return Entry{}, newer
	}
	if err != nil {
		return Entry{}, &DamagedError{Path: b.String(), Key: key, Err: err}
	}
	return e, nil
}
