package extract

import (
	"context"
	"sync"
)

// readAhead fetches numbered pages side by side and hands them out in order. At
// most window pages are fetched and not yet handed out.
type readAhead[T any] struct {
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

// newReadAhead must be closed, which ends the fetches that nobody waits for.
func newReadAhead[T any](ctx context.Context, window int, fetch func(context.Context, int) (T, error)) *readAhead[T] {
	ctx, stop := context.WithCancel(ctx)
	return &readAhead[T]{
		fetch:  func(page int) (T, error) { return fetch(ctx, page) },
		window: window,
		stop:   stop,
		coming: map[int]chan fetched[T]{},
	}
}

// get is the given page. Those after it, up to last, are fetched meanwhile.
func (r *readAhead[T]) get(page, last int) (T, error) {
	for n := page; n <= max(page, min(last, page+r.window-1)); n++ {
		if r.coming[n] == nil {
			r.start(n)
		}
	}
	got := <-r.coming[page]
	delete(r.coming, page)
	return got.page, got.err
}

func (r *readAhead[T]) start(n int) {
	slot := make(chan fetched[T], 1)
	r.coming[n] = slot
	r.wait.Go(func() {
		page, err := r.fetch(n)
		slot <- fetched[T]{page, err}
	})
}

func (r *readAhead[T]) close() {
	r.stop()
	r.wait.Wait()
}
