package oplog_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"contactsync/internal/s3test"
	"contactsync/load/lake/bucket"
	"contactsync/load/lake/oplog"
)

// actor is a process that reaches the store through a gate: each of its requests waits
// until it is let through, and the gate opens again when it is answered.
type actor struct {
	name   string
	url    string
	gated  atomic.Bool
	arrive chan chan struct{} // a request is there; closing what it brings lets it through
	served chan struct{}
	steps  chan error // an operation is done
}

func newActor(t *testing.T, name string, store http.Handler) *actor {
	a := &actor{name: name, arrive: make(chan chan struct{}), served: make(chan struct{}), steps: make(chan error)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.gated.Load() {
			store.ServeHTTP(w, r)
			return
		}
		through := make(chan struct{})
		a.arrive <- through
		<-through
		answer := httptest.NewRecorder()
		store.ServeHTTP(answer, r)
		a.served <- struct{}{}
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}))
	t.Cleanup(server.Close)
	a.url = server.URL
	return a
}

// world is what has been found out about one log.
type world struct {
	won    map[int64]string // by number: the ID of the entry, as writers and readers saw it
	stored map[string]bool  // batches whose Append returned nil
	lost   map[string]bool  // batches whose Append returned a LostError
	last   int64            // the highest number that a reader has seen
	pruned bool             // entries of any age were removed, so a LostError may be of one that counts
}

// see checks a view of the log: it has no gaps, it names what all others saw, and it is
// not older than an earlier one.
func (w *world) see(l *oplog.Log) error {
	next := int64(1)
	if s, found := l.State(); found {
		next = s.N
	}
	all := l.Entries()
	if s, found := l.State(); found {
		all = append([]oplog.Entry{s}, all...)
	}
	for _, e := range all {
		if e.N != next {
			return fmt.Errorf("entry %d stands where %d should", e.N, next)
		}
		next++
		if id, seen := w.won[e.N]; seen && id != e.ID {
			return fmt.Errorf("entry %d has two winners", e.N)
		}
		w.won[e.N] = e.ID
	}
	if l.Last() != next-1 {
		return fmt.Errorf("the last is %d, not %d", l.Last(), next-1)
	}
	return nil
}

// writing is one writer's doings: what it takes, it appends to until it has lost it. The
// object of a state lists the batches that it holds.
type writing struct {
	*world
	name string
	b    *bucket.Bucket
	w    *oplog.Writer
	made int
}

func (a *writing) do(ctx context.Context, what string) error {
	if a.w == nil {
		w, err := oplog.Take(ctx, a.b, ruthless)
		if err != nil {
			return err
		}
		a.w = w
		return a.see(w.Log())
	}
	err := a.write(ctx, what)
	if _, lost := errors.AsType[*oplog.LostError](err); lost {
		a.w = nil
		return nil
	}
	return err
}

func (a *writing) write(ctx context.Context, what string) (err error) {
	switch what {
	case "batch":
		a.made++
		return a.append(ctx, oplog.Entry{Kind: oplog.Batch, Segment: fmt.Sprintf("segments/%s%d", a.name, a.made)}, nil)
	case "state":
		l := a.w.Log()
		held, err := holds(ctx, a.b, l)
		if err != nil {
			return a.ifLost(ctx, err)
		}
		a.made++
		e := oplog.Entry{N: l.Last() + 1, Kind: oplog.State, State: fmt.Sprintf("states/%s%d", a.name, a.made)}
		if err := a.append(ctx, e, []byte(strings.Join(held, " "))); err != nil {
			return err
		}
		_, err = a.w.RemoveSuperseded(ctx)
		return err
	case "prune":
		a.pruned = true
		_, err = a.w.Prune(ctx, math.MaxInt64, time.Now().Add(time.Hour))
	case "remove":
		_, err = a.w.RemoveAllBut(ctx)
	}
	return err
}

// ifLost is the error of a writer that could not read what its log names: it is none if
// that is since another has taken over.
func (a *writing) ifLost(ctx context.Context, err error) error {
	if !errors.Is(err, bucket.ErrNotExist) {
		return err
	}
	_, lost := a.w.Append(ctx, oplog.Entry{Kind: oplog.State, State: "states/none"})
	if lost == nil {
		return fmt.Errorf("the holder's objects are gone: %w", err)
	}
	return lost
}

func (a *writing) append(ctx context.Context, e oplog.Entry, body []byte) error {
	key := e.Segment + e.State
	if err := a.b.Write(ctx, key, body); err != nil {
		return err
	}
	_, err := a.w.Append(ctx, e)
	if _, lost := errors.AsType[*oplog.LostError](err); lost && e.Kind == oplog.Batch {
		a.lost[key] = true
	}
	if err != nil {
		return err
	}
	if e.Kind == oplog.Batch {
		a.stored[key] = true
	}
	return a.see(a.w.Log())
}

// holds are the batches that a log makes true.
func holds(ctx context.Context, b *bucket.Bucket, l *oplog.Log) ([]string, error) {
	var held []string
	if s, found := l.State(); found {
		body, err := b.Read(ctx, s.State)
		if err != nil {
			return nil, err
		}
		held = strings.Fields(string(body))
	}
	for _, e := range l.Entries() {
		if e.Kind != oplog.Batch {
			continue
		}
		if _, err := b.Read(ctx, e.Segment); err != nil {
			return nil, err
		}
		held = append(held, e.Segment)
	}
	return held, nil
}

// reading checks that no view is older than an earlier one.
func (w *world) reading(ctx context.Context, b *bucket.Bucket) error {
	l, err := oplog.Read(ctx, b)
	if err != nil {
		return err
	}
	if l.Last() < w.last {
		return fmt.Errorf("a reader saw entry %d, and then nothing above %d", w.last, l.Last())
	}
	w.last = l.Last()
	return w.see(l)
}

// interleave runs the scripts of the actors, one request of any of them at a time, in the
// order that choose picks. Only who is let through runs, so they share the world unlocked.
func interleave(actors []*actor, scripts [][]func() error, choose func(n int) int) error {
	waiting := make([]chan struct{}, len(actors))
	var failed error
	running := make([]bool, len(actors))
	settle := func(i int) {
		for running[i] && waiting[i] == nil {
			select {
			case waiting[i] = <-actors[i].arrive:
			case err := <-actors[i].steps:
				running[i] = false
				failed = errors.Join(failed, err)
			}
		}
	}
	for {
		var ready []int
		for i := range actors {
			if waiting[i] != nil || len(scripts[i]) > 0 && failed == nil {
				ready = append(ready, i)
			}
		}
		if len(ready) == 0 {
			return failed
		}
		i := ready[choose(len(ready))]
		if waiting[i] == nil {
			step := scripts[i][0]
			scripts[i], running[i] = scripts[i][1:], true
			go func() { actors[i].steps <- step() }()
		} else {
			close(waiting[i])
			waiting[i] = nil
			<-actors[i].served
		}
		settle(i)
	}
}

func TestHoweverRequestsOfTwoWritersInterleaveEachNumberHasOneWinner(t *testing.T) {
	_, store := s3test.New(t)
	actors := []*actor{newActor(t, "a", store), newActor(t, "b", store), newActor(t, "reader", store)}
	var worlds int
	rapid.Check(t, func(rt *rapid.T) {
		worlds++
		w := &world{won: map[int64]string{}, stored: map[string]bool{}, lost: map[string]bool{}}
		buckets := make([]*bucket.Bucket, len(actors))
		for i, a := range actors {
			b, err := bucket.Open(t.Context(), s3test.Location(a.url, fmt.Sprint("w", worlds)))
			require.NoError(rt, err)
			defer b.Close()
			buckets[i] = b
			a.gated.Store(true)
		}
		what := rapid.SliceOfN(rapid.SampledFrom([]string{"batch", "batch", "state", "prune", "remove"}), 0, 8)
		scripts := make([][]func() error, len(actors))
		for i, a := range actors[:2] {
			doing := &writing{world: w, name: a.name, b: buckets[i]}
			for _, step := range what.Draw(rt, a.name) {
				scripts[i] = append(scripts[i], func() error { return doing.do(t.Context(), step) })
			}
		}
		for range rapid.IntRange(0, 3).Draw(rt, "reads") {
			scripts[2] = append(scripts[2], func() error { return w.reading(t.Context(), buckets[2]) })
		}
		order := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 400).Draw(rt, "order")
		err := interleave(actors, scripts, func(n int) int {
			if len(order) == 0 {
				return 0
			}
			next := order[0] % n
			order = order[1:]
			return next
		})
		require.NoError(rt, err)
		for _, a := range actors {
			a.gated.Store(false)
		}
		w.final(rt, buckets[2])
	})
}

// final checks that the log makes true what was reported as stored, once, and nothing that
// was reported as lost, and that a writer can go on.
func (w *world) final(t require.TestingT, b *bucket.Bucket) {
	ctx := context.Background()
	l, err := oplog.Read(ctx, b)
	require.NoError(t, err)
	require.NoError(t, w.see(l))
	held, err := holds(ctx, b, l)
	require.NoError(t, err, "all that is live is there")
	slices.Sort(held)
	require.Equal(t, held, slices.Compact(slices.Clone(held)), "nothing twice")
	for key := range w.stored {
		require.Contains(t, held, key)
	}
	for _, key := range held {
		require.True(t, w.stored[key] || w.pruned && w.lost[key], "%s was not reported as stored", key)
	}
}
