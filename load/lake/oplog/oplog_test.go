package oplog_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/internal/s3test"
	"contactsync/load"
	"contactsync/load/lake/bucket"
	"contactsync/load/lake/oplog"
)

// clock is a time that stands still until it is moved on.
type clock struct {
	mu      sync.Mutex
	now     time.Time
	asked   *sync.Cond // After was called, or the time moved
	waiting map[chan time.Time]time.Time
	calls   int
}

func newClock() *clock {
	c := &clock{now: time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC), waiting: map[chan time.Time]time.Time{}}
	c.asked = sync.NewCond(&c.mu)
	return c
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	timer := make(chan time.Time, 1)
	c.waiting[timer] = c.now.Add(d)
	c.calls++
	c.asked.Broadcast()
	return timer
}

// advance moves the time on by d once n calls of After have been made in all.
func (c *clock) advance(d time.Duration, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.calls < n {
		c.asked.Wait()
	}
	c.now = c.now.Add(d)
	for timer, due := range c.waiting {
		if !due.After(c.now) {
			timer <- c.now
			delete(c.waiting, timer)
		}
	}
}

// s3 is the location of a bucket in memory, whose requests pass through between.
func s3(t *testing.T, between func(next http.Handler, w http.ResponseWriter, r *http.Request)) string {
	t.Helper()
	_, store := s3test.New(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { between(store, w, r) }))
	t.Cleanup(server.Close)
	return s3test.Location(server.URL, "warehouse")
}

func plain(next http.Handler, w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) }

func open(t *testing.T, location string) *bucket.Bucket {
	t.Helper()
	b, err := bucket.Open(t.Context(), location)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

// everywhere runs a test on a folder and on S3.
func everywhere(t *testing.T, test func(t *testing.T, b *bucket.Bucket)) {
	t.Run("folder", func(t *testing.T) { test(t, open(t, filepath.Join(t.TempDir(), "lake"))) })
	t.Run("s3", func(t *testing.T) { test(t, open(t, s3(t, plain))) })
}

// take takes the log, and gives it up with the test.
func take(t *testing.T, b *bucket.Bucket, c oplog.Clock) *oplog.Writer {
	t.Helper()
	w, err := oplog.Take(t.Context(), b, oplog.Terms{Clock: c})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Release(context.Background())) })
	return w
}

// batch writes a segment and its entry.
func batch(t *testing.T, w *oplog.Writer, b *bucket.Bucket, name string) int64 {
	t.Helper()
	key := oplog.SegmentPrefix + name
	require.NoError(t, b.Write(t.Context(), key, []byte(name)))
	n, err := w.Append(t.Context(), oplog.Entry{Kind: oplog.Batch, Pipeline: "p", Run: "r", Segment: key})
	require.NoError(t, err)
	return n
}

// state writes a state and its entry.
func state(t *testing.T, w *oplog.Writer, b *bucket.Bucket, name string, outstanding ...oplog.Segment) int64 {
	t.Helper()
	key := oplog.StatePrefix + name
	require.NoError(t, b.Write(t.Context(), key, []byte(name)))
	n, err := w.Append(t.Context(), oplog.Entry{Kind: oplog.State, State: key, Outstanding: outstanding})
	require.NoError(t, err)
	return n
}

func read(t *testing.T, b *bucket.Bucket) *oplog.Log {
	t.Helper()
	l, err := oplog.Read(t.Context(), b)
	require.NoError(t, err)
	return l
}

// segments are the segments of the entries after the last state.
func segments(l *oplog.Log) []string {
	found := []string{}
	for _, e := range l.Entries() {
		if e.Kind == oplog.Batch {
			found = append(found, e.Segment)
		}
	}
	return found
}

func keys(t *testing.T, b *bucket.Bucket, prefix string) []string {
	t.Helper()
	objects, err := b.List(t.Context(), prefix, "")
	require.NoError(t, err)
	found := []string{}
	for o, err := range objects {
		require.NoError(t, err)
		found = append(found, o.Key)
	}
	return found
}

func requireLost(t *testing.T, err error) *oplog.LostError {
	t.Helper()
	var lost *oplog.LostError
	require.ErrorAs(t, err, &lost)
	return lost
}

func TestALogIsReadFromItsLastState(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		l := read(t, b)
		_, found := l.State()
		require.False(t, found)
		require.Zero(t, l.Last())
		require.Empty(t, l.Entries())

		w := take(t, b, newClock())
		require.EqualValues(t, 2, batch(t, w, b, "a"))
		require.EqualValues(t, 3, batch(t, w, b, "b"))
		l = read(t, b)
		require.Equal(t, []string{"segments/a", "segments/b"}, segments(l))
		require.EqualValues(t, 3, l.Last())

		publish := map[string]oplog.Snapshot{"records": {Branch: "sync_x", Snapshot: 1<<62 + 1}}
		n, err := w.Append(t.Context(), oplog.Entry{
			Kind: oplog.State, State: "states/4", Outstanding: []oplog.Segment{{N: 3, Pipeline: "p", Key: "segments/b"}},
			Publish: publish, Counts: map[string]int64{"records": 12},
		})
		require.NoError(t, err)
		require.EqualValues(t, 4, n)
		batch(t, w, b, "c")
		l = read(t, b)
		s, found := l.State()
		require.True(t, found)
		require.EqualValues(t, 4, s.N)
		require.Equal(t, publish, s.Publish)
		require.EqualValues(t, 12, s.Counts["records"])
		require.Equal(t, []string{"segments/c"}, segments(l))
		require.Equal(t, []string{"segments/b", "segments/c", "states/4"}, l.Live())
		require.Equal(t, l, w.Log(), "what the writer knows is what is read")
		require.Equal(t, time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC), s.At)
		require.Equal(t, w.ID(), s.Writer)
	})
}

func TestALongLogIsReadInItsOrder(t *testing.T) {
	b := open(t, t.TempDir())
	w := take(t, b, newClock())
	want := []string{}
	for i := range 100 {
		batch(t, w, b, fmt.Sprintf("%03d", i))
		want = append(want, fmt.Sprintf("segments/%03d", i))
	}
	require.Equal(t, want, segments(read(t, b)))
	state(t, w, b, "s")
	require.Empty(t, read(t, b).Entries())
	for i := range 40 {
		batch(t, w, b, fmt.Sprintf("%03d", i))
	}
	require.Equal(t, want[:40], segments(read(t, b)))
}

func TestAHeadThatIsOldMissingOrGarbageChangesNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		w := take(t, b, newClock())
		batch(t, w, b, "a")
		state(t, w, b, "1")
		batch(t, w, b, "b")
		n := state(t, w, b, "2")
		batch(t, w, b, "c")
		batch(t, w, b, "d")
		want := read(t, b)
		require.Equal(t, []string{"segments/c", "segments/d"}, segments(want))
		for _, head := range []string{
			"", "x", "-1", "0", "1", "3", "4", fmt.Sprint(n), fmt.Sprint(n + 1), "7", "8", "999999999999", "9999999999999999999999", "5\n", "{}",
		} {
			require.NoError(t, b.Write(t.Context(), "head", []byte(head)))
			require.Equal(t, want, read(t, b), "head %q", head)
		}
		require.NoError(t, b.Delete(t.Context(), "head"))
		require.Equal(t, want, read(t, b))
	})
}

func TestASecondWriterIsToldWhoHoldsTheLog(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		c := newClock()
		first := take(t, b, c)
		_, err := oplog.Take(t.Context(), b, oplog.Terms{Clock: c})
		var locked *load.LockedError
		require.ErrorAs(t, err, &locked)
		require.Equal(t, b.String(), locked.Path)
		require.NotZero(t, locked.Holder.PID)
		require.Equal(t, c.now, locked.Holder.Since)
		require.ErrorContains(t, err, "wait for it with --wait")

		require.NoError(t, first.Release(t.Context()))
		require.NoError(t, first.Release(t.Context()), "again does nothing")
		_, err = first.Append(t.Context(), oplog.Entry{Kind: oplog.Batch, Segment: "segments/x"})
		require.ErrorIs(t, err, oplog.ErrReleased)
		second := take(t, b, c)
		require.EqualValues(t, 3, batch(t, second, b, "a"))
	})
}

func TestWhoSleptBeyondItsLeaseIsStoppedByItsNextEntry(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		asleep, awake := newClock(), newClock()
		first := take(t, b, asleep) // whose clock stands: it renews nothing
		batch(t, first, b, "a")
		awake.advance(59*time.Second, 0)
		_, err := oplog.Take(t.Context(), b, oplog.Terms{Clock: awake})
		require.Error(t, err)
		awake.advance(2*time.Second, 0)
		second := take(t, b, awake)
		require.Equal(t, []string{"segments/a"}, segments(second.Log()))

		_, err = first.Append(t.Context(), oplog.Entry{Kind: oplog.Batch, Segment: "segments/late"})
		lost := requireLost(t, err)
		require.Equal(t, awake.Now(), lost.Holder.Since)
		require.ErrorContains(t, err, "taken over its writing at 2026-11-26 03:01:01 UTC: this run stops")
		<-first.Lost()
		batch(t, second, b, "b")
		_, again := first.Append(t.Context(), oplog.Entry{Kind: oplog.Batch, Segment: "segments/late"})
		require.Equal(t, err, again, "for good")
		_, err = first.RemoveAllBut(t.Context())
		requireLost(t, err)
		require.Equal(t, []string{"segments/a", "segments/b"}, segments(read(t, b)))
	})
}

func TestWhoSleptBeyondItsLeaseGoesOnIfNobodyTookIt(t *testing.T) {
	b, c := open(t, t.TempDir()), newClock()
	w := take(t, b, c)
	c.mu.Lock()
	c.now = c.now.Add(24 * time.Hour)
	c.mu.Unlock()
	batch(t, w, b, "a")
	require.Equal(t, []string{"segments/a"}, segments(read(t, b)))
}

func TestALeaseIsRenewedForAsLongAsItIsHeld(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		c := newClock()
		w := take(t, b, c)
		for i := range 12 {
			c.advance(20*time.Second, i+1)
		}
		c.advance(0, 13) // the last renewal is done
		_, err := oplog.Take(t.Context(), b, oplog.Terms{Clock: c})
		var locked *load.LockedError
		require.ErrorAs(t, err, &locked)
		require.NoError(t, w.Release(t.Context()))
		take(t, b, c)
	})
}

func TestWhoWaitsGetsTheLogWhenItIsReleasedOrRunsOut(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		c, asleep := newClock(), newClock()
		first := take(t, b, asleep)
		got := make(chan *oplog.Writer)
		wait := func() {
			w, err := oplog.Take(t.Context(), b, oplog.Terms{Clock: c, Wait: true})
			if err != nil {
				t.Error(err)
			}
			got <- w
		}
		go wait()
		c.advance(3*time.Second, 1)
		c.advance(0, 2) // it has looked once more
		require.NoError(t, first.Release(t.Context()))
		c.advance(3*time.Second, 2)
		second := <-got // which renews by c, so c does not run beyond its lease
		require.NoError(t, second.Release(t.Context()))

		killed := take(t, b, &clock{now: c.Now(), waiting: map[chan time.Time]time.Time{}, asked: sync.NewCond(&sync.Mutex{})})
		batch(t, killed, b, "a")
		before := c.calls
		go wait()
		c.advance(61*time.Second, before+1)
		third := <-got
		require.Equal(t, []string{"segments/a"}, segments(third.Log()))
		require.NoError(t, third.Release(t.Context()))

		take(t, b, c)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := oplog.Take(ctx, b, oplog.Terms{Clock: c, Wait: true})
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestALeaseThatAnOvertakenWriterWroteOverIsStillHeld(t *testing.T) {
	b, c := open(t, t.TempDir()), newClock()
	require.NoError(t, b.Write(t.Context(), "lease", []byte("{garbage")))
	w := take(t, b, c)
	for _, lease := range []string{"{garbage", `{"fence":0,"until":"2020-01-01T00:00:00Z"}`, `{"released":true}`} {
		require.NoError(t, b.Write(t.Context(), "lease", []byte(lease)))
		_, err := oplog.Take(t.Context(), b, oplog.Terms{Clock: c})
		var locked *load.LockedError
		require.ErrorAs(t, err, &locked, "the lease entry says so: %s", lease)
	}
	c.advance(20*time.Second, 1)
	c.advance(0, 2)
	body, err := b.Read(t.Context(), "lease")
	require.NoError(t, err)
	require.Contains(t, string(body), w.ID(), "the holder writes it again")
}

func TestWhoHasDiedOnThisMachineHoldsNothing(t *testing.T) {
	b, c := open(t, t.TempDir()), newClock()
	w := take(t, b, c)
	_, held, err := oplog.Held(t.Context(), b, c.Now())
	require.NoError(t, err)
	require.True(t, held)

	dead := exec.Command("true")
	require.NoError(t, dead.Run())
	body, err := b.Read(t.Context(), "lease")
	require.NoError(t, err)
	now := strings.Replace(string(body), fmt.Sprintf(`"pid":%d`, os.Getpid()), fmt.Sprintf(`"pid":%d`, dead.Process.Pid), 1)
	require.NotEqual(t, string(body), now)
	require.NoError(t, b.Write(t.Context(), "lease", []byte(now)))
	_, held, err = oplog.Held(t.Context(), b, c.Now())
	require.NoError(t, err)
	require.False(t, held)
	second := take(t, b, c)
	_, err = w.Append(t.Context(), oplog.Entry{Kind: oplog.Batch, Segment: "segments/a"})
	requireLost(t, err)
	require.NotEqual(t, w.ID(), second.ID())
}

func TestARenewalThatFindsASuccessorSaysSo(t *testing.T) {
	b, c := open(t, t.TempDir()), newClock()
	first := take(t, b, c)
	ahead := newClock()
	ahead.advance(time.Hour, 0) // a machine whose clock is wrong
	take(t, b, ahead)
	c.advance(20*time.Second, 1)
	<-first.Lost()
	_, err := first.Append(t.Context(), oplog.Entry{Kind: oplog.Batch, Segment: "segments/a"})
	requireLost(t, err)
	require.EqualValues(t, 2, read(t, b).Last())
}

// losing breaks the connection in place of the answer to one write of an entry.
func losing(nth int64) func(http.Handler, http.ResponseWriter, *http.Request) {
	var puts atomic.Int64
	return func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && r.Header.Get("If-None-Match") == "*" && puts.Add(1) == nth {
			next.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	}
}

func TestAnAnswerThatIsLostIsNoLostEntry(t *testing.T) {
	b := open(t, s3(t, losing(3))) // the first are those of the lease entry and its probe
	c := newClock()
	w := take(t, b, c)
	require.EqualValues(t, 2, batch(t, w, b, "a"))
	require.Equal(t, []string{"segments/a"}, segments(read(t, b)))
	require.NoError(t, w.Release(t.Context()))
	take(t, b, c)
}

func TestAnOutcomeThatCannotBeKnownEndsTheWriting(t *testing.T) {
	var down atomic.Bool
	b := open(t, s3(t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			next.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	}))
	c := newClock()
	w := take(t, b, c)
	down.Store(true)
	_, err := w.Append(t.Context(), oplog.Entry{Kind: oplog.Batch, Segment: "segments/a"})
	var unknown *oplog.UnknownError
	require.ErrorAs(t, err, &unknown)
	require.ErrorContains(t, err, "it is not known whether the last commit was stored")
	down.Store(false)
	_, again := w.Append(t.Context(), oplog.Entry{Kind: oplog.Batch, Segment: "segments/b"})
	require.Equal(t, err, again)
	require.Equal(t, []string{"segments/a"}, segments(read(t, b)), "the next run sees that it was")
	require.NoError(t, w.Release(t.Context()))
	require.Equal(t, []string{"segments/a"}, segments(take(t, b, c).Log()))
}

func TestAStoreThatOverwritesIsRefused(t *testing.T) {
	b := open(t, s3(t, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		r.Header.Del("If-None-Match")
		next.ServeHTTP(w, r)
	}))
	_, err := oplog.Take(t.Context(), b, oplog.Terms{Clock: newClock()})
	var unfit *oplog.UnfitError
	require.ErrorAs(t, err, &unfit)
}
