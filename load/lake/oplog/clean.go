package oplog

import (
	"context"
	"slices"
	"time"

	"contactsync/load/lake/bucket"
)

// How old what no entry needs must be before it is removed.
const (
	EntryAge  = 7 * 24 * time.Hour // entries below the last state: a writer that slept may still write the next number
	OrphanAge = time.Hour          // objects: they are written before the entry that names them
)

// RemoveSuperseded removes the objects that the states appended by this writer made
// superfluous: segments that they cover and the states before. It is safe at any time
// after the Append, since no later entry can name them. It returns how many it removed.
func (w *Writer) RemoveSuperseded(ctx context.Context) (int, error) {
	w.mu.Lock()
	keys := w.superseded
	w.superseded = nil
	w.mu.Unlock()
	if err := w.bucket.Delete(ctx, keys...); err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.superseded = append(w.superseded, keys...)
		return 0, err
	}
	return len(keys), nil
}

// Prune removes the entries that are below number keepFrom, below the last state and
// written before a time, which should be [EntryAge] ago. It returns how many it removed.
func (w *Writer) Prune(ctx context.Context, keepFrom int64, before time.Time) (int, error) {
	entries, err := list(ctx, w.bucket, logPrefix)
	if err != nil {
		return 0, err
	}
	l, err := w.confirm(ctx)
	if err != nil || l.state == nil {
		return 0, err
	}
	var keys []string
	for _, o := range entries {
		if n, ok := numberOf(o.Key); ok && n < min(keepFrom, l.state.N) && o.Modified.Before(before) {
			keys = append(keys, o.Key)
		}
	}
	return len(keys), w.bucket.Delete(ctx, keys...)
}

// Orphans are the segments, states and scratch objects that no live entry names and that
// were written before a time, which should be [OrphanAge] ago. It needs no lease.
func Orphans(ctx context.Context, b *bucket.Bucket, before time.Time) ([]bucket.Object, error) {
	objects, err := list(ctx, b, SegmentPrefix, StatePrefix, ScratchPrefix)
	if err != nil {
		return nil, err
	}
	l, err := Read(ctx, b) // after the listing: what was named since is live
	if err != nil {
		return nil, err
	}
	return unnamed(objects, l.Live(), before), nil
}

// RemoveOrphans removes what [Orphans] lists, and what writers that were killed before a
// time had not finished. It returns how many objects it removed.
func (w *Writer) RemoveOrphans(ctx context.Context, before time.Time) (int, error) {
	return w.removeUnnamed(ctx, before, before, nil)
}

// RemoveAllBut removes all segments, states and scratch objects that no live entry names,
// but for those given, however young they are, and all that was not finished: nothing of
// an erased person stays in the bucket. This process must not be writing objects meanwhile
// that it has not named. It returns how many objects it removed.
func (w *Writer) RemoveAllBut(ctx context.Context, keep ...string) (int, error) {
	return w.removeUnnamed(ctx, time.Time{}, w.clock.Now(), keep)
}

// removeUnnamed lists, then makes sure that the log is still ours, and removes: what a
// successor has written was not there to be listed. The zero time is that of any age.
func (w *Writer) removeUnnamed(ctx context.Context, before, begun time.Time, keep []string) (int, error) {
	objects, err := list(ctx, w.bucket, SegmentPrefix, StatePrefix, ScratchPrefix)
	if err != nil {
		return 0, err
	}
	l, err := w.confirm(ctx)
	if err != nil {
		return 0, err
	}
	var keys []string
	for _, o := range unnamed(objects, append(l.Live(), keep...), before) {
		keys = append(keys, o.Key)
	}
	if err := w.bucket.Delete(ctx, keys...); err != nil {
		return 0, err
	}
	return len(keys), w.bucket.RemoveUnfinished(ctx, begun)
}

func unnamed(objects []bucket.Object, named []string, before time.Time) []bucket.Object {
	slices.Sort(named)
	return slices.DeleteFunc(objects, func(o bucket.Object) bool {
		_, found := slices.BinarySearch(named, o.Key)
		return found || !before.IsZero() && !o.Modified.Before(before)
	})
}

// confirm makes sure that this process is the writer still, and returns the log.
func (w *Writer) confirm(ctx context.Context) (*Log, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed != nil {
		return nil, w.failed
	}
	if above, err := isAbove(ctx, w.bucket, w.log.last); err != nil {
		return nil, err
	} else if above {
		return nil, w.lose(ctx)
	}
	l := w.log
	return &l, nil
}

func list(ctx context.Context, b *bucket.Bucket, prefixes ...string) ([]bucket.Object, error) {
	var all []bucket.Object
	for _, prefix := range prefixes {
		objects, err := b.List(ctx, prefix, "")
		if err != nil {
			return nil, err
		}
		for o, err := range objects {
			if err != nil {
				return nil, err
			}
			all = append(all, o)
		}
	}
	return all, nil
}

// Confirm makes sure that this process is the writer still: a [*LostError] says that
// another has taken over.
func (w *Writer) Confirm(ctx context.Context) error {
	_, err := w.confirm(ctx)
	return err
}
