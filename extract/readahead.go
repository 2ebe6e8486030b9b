package extract

import (
	"context"
	"sync"
)

// ReadAhead fetches numbered pages side by side and hands them out in order. At
// most window pages are fetched and not yet handed out.
type ReadAhead[T any] struct {
	fetch  func(page int) (T, error)
	window int
	stop   context.CancelFunc
	wait   sync.WaitGroup
	coming map[int]chan fetched[T]
}

type fetched[T any] struct {
	page T
	err  error
}

// NewReadAhead makes a ReadAhead, which must be closed.
func NewReadAhead[T any](ctx context.Context, window int, fetch func(context.Context, int) (T, error)) *ReadAhead[T] {
	ctx, stop := context.WithCancel(ctx)
	return &ReadAhead[T]{
		fetch:  func(page int) (T, error) { return fetch(ctx, page) },
		window: window,
		stop:   stop,
		coming: map[int]chan fetched[T]{},
	}
}

// Get is the given page. Those after it, up to last, are fetched meanwhile.
func (r *ReadAhead[T]) Get(page, last int) (T, error) {
	for n := page; n <= max(page, min(last, page+r.window-1)); n++ {
		if r.coming[n] == nil {
			r.start(n)
		}
	}
	got := <-r.coming[page]
	delete(r.coming, page)
	return got.page, got.err
}

func (r *ReadAhead[T]) start(n int) {
	slot := make(chan fetched[T], 1)
	r.coming[n] = slot
	r.wait.Go(func() {
		page, err := r.fetch(n)
		slot <- fetched[T]{page, err}
	})
}

// Close ends the fetches whose pages are not wanted any more.
func (r *ReadAhead[T]) Close() {
	r.stop()
	r.wait.Wait()
}
