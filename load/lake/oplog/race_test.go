package oplog_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/load/lake/bucket"
	"contactsync/load/lake/oplog"
)

// still is the time of the system, but that nothing in it comes due.
type still struct{}

func (still) Now() time.Time                       { return time.Now() }
func (still) After(time.Duration) <-chan time.Time { return nil }

// ruthless are the terms of who takes the log from whoever holds it: all leases have run
// out.
var ruthless = oplog.Terms{Clock: still{}, Length: time.Nanosecond}

// contend commits n batches of a name, each once, among others that do the same and take
// the log from each other, and calls stored after each.
func contend(ctx context.Context, b *bucket.Bucket, name string, n int, stored func(n int64, segment string)) error {
	var w *oplog.Writer
	for i := 0; i < n; {
		if w == nil {
			var err error
			if w, err = oplog.Take(ctx, b, ruthless); err != nil {
				return err
			}
		}
		key := oplog.SegmentPrefix + name + "-" + strconv.Itoa(i)
		if err := b.Write(ctx, key, []byte(key)); err != nil {
			return err
		}
		number, err := w.Append(ctx, oplog.Entry{Kind: oplog.Batch, Segment: key})
		var lost *oplog.LostError
		switch {
		case errors.As(err, &lost):
			w = nil
		case err != nil:
			return err
		default:
			stored(number, key)
			i++
		}
	}
	return nil
}

// requireOnce checks that the log holds what was reported, each batch once.
func requireOnce(t *testing.T, b *bucket.Bucket, won map[int64]string, want int) {
	t.Helper()
	require.Len(t, won, want)
	l := read(t, b)
	next := int64(1)
	for _, e := range l.Entries() {
		require.Equal(t, next, e.N)
		next++
		if e.Kind == oplog.Batch {
			require.Equal(t, won[e.N], e.Segment)
			delete(won, e.N)
		}
	}
	require.Empty(t, won, "reported and not in the log")
}

func TestOfWritersThatRaceForEntriesNoneWinsTwiceAndNothingIsLost(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bucket.Bucket) {
		const writers, each = 5, 12
		var mu sync.Mutex
		won := map[int64]string{}
		var work sync.WaitGroup
		for i := range writers {
			work.Go(func() {
				err := contend(t.Context(), b, fmt.Sprint(i), each, func(n int64, segment string) {
					mu.Lock()
					defer mu.Unlock()
					if before, twice := won[n]; twice {
						t.Errorf("entry %d: %s and %s", n, before, segment)
					}
					won[n] = segment
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		work.Wait()
		requireOnce(t, b, won, writers*each)
	})
}

// contender names the batches of a child process of these tests.
const contender = "OPLOG_CONTENDER"

func TestMain(m *testing.M) {
	if name := os.Getenv(contender); name != "" {
		ctx := context.Background()
		b, err := bucket.Open(ctx, os.Args[1])
		if err == nil {
			n, _ := strconv.Atoi(os.Args[2])
			err = contend(ctx, b, name, n, func(n int64, segment string) { fmt.Println(n, segment) })
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// child is a process that contends for the log in a folder.
func child(t *testing.T, dir, name string, n int) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], dir, strconv.Itoa(n))
	c.Env = append(os.Environ(), contender+"="+name)
	c.Stderr = os.Stderr
	return c
}

func reported(t *testing.T, line string) (n int64, segment string) {
	t.Helper()
	_, err := fmt.Sscan(line, &n, &segment)
	require.NoError(t, err, line)
	return n, segment
}

func TestProcessesThatRaceForAFolderLoseNothing(t *testing.T) {
	const writers, each = 4, 12
	dir := t.TempDir()
	var out [writers]strings.Builder
	var children [writers]*exec.Cmd
	for i := range children {
		children[i] = child(t, dir, fmt.Sprint(i), each)
		children[i].Stdout = &out[i]
		require.NoError(t, children[i].Start())
	}
	won := map[int64]string{}
	for i := range children {
		require.NoError(t, children[i].Wait())
		for line := range strings.Lines(out[i].String()) {
			n, segment := reported(t, line)
			require.NotContains(t, won, n)
			won[n] = segment
		}
	}
	requireOnce(t, open(t, dir), won, writers*each)
}

func TestWhatAKilledProcessReportedIsInTheLog(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir)
	for round := range 4 {
		c := child(t, dir, fmt.Sprint("round", round), 1<<20)
		pipe, err := c.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, c.Start())
		lines := bufio.NewScanner(pipe)
		var segment string
		for range 5 + round {
			require.True(t, lines.Scan())
			_, segment = reported(t, lines.Text())
		}
		require.NoError(t, c.Process.Kill())
		for lines.Scan() { // what it had reported when the signal came
			_, segment = reported(t, lines.Text())
		}
		require.Error(t, c.Wait())

		w, err := oplog.Take(t.Context(), b, ruthless)
		require.NoError(t, err)
		stored := segments(w.Log())
		require.Contains(t, stored[max(0, len(stored)-2):], segment, "at most one entry more")
		batch(t, w, b, fmt.Sprint("after", round))
		require.NoError(t, w.Release(t.Context()))
	}
}
