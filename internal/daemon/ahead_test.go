//go:build duckdb_arrow

package daemon

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"contactsync/internal/run"
	"contactsync/internal/runtest"

	"github.com/stretchr/testify/require"
)

// people counts whom the data page shows.
func (d Data) people() (n int64) {
	for _, o := range d.Overlaps {
		n += o.People
	}
	return n
}

// TestTheDataPageIsReadAhead runs a daemon whose vendor serves more people each night. The
// test itself holds the turn to read, so that reading takes as long as it wants.
func TestTheDataPageIsReadAhead(t *testing.T) {
	lab, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "labs=a"))
	c := w.Runner.Config
	c.Warehouse.Snapshot = c.Warehouse.Path
	c.Warehouse.Snapshot.Full += ".snapshot"
	w.Runner.Now = time.Now
	d, err := New(w.Runner)
	require.NoError(t, err)
	published := make(chan error, 1)
	d.Published = func(err error) { published <- err }
	ctx, cancel := context.WithCancelCause(t.Context())
	var running sync.WaitGroup
	running.Go(func() { d.Run(ctx) })
	defer running.Wait()
	defer cancel(errors.New("stopped"))
	night := func(people int) {
		t.Helper()
		lab.Set("a", runtest.People(t, people, nil)...)
		require.NoError(t, d.Act(RunNow, "labs"))
		require.NoError(t, <-published)
	}
	impatient, leave := context.WithCancel(t.Context())
	leave()

	night(3)
	d.reading <- struct{}{}
	_, err = d.Data(impatient)
	require.ErrorIs(t, err, context.Canceled, "nothing was read before: only then a visitor waits")
	<-d.reading
	first, err := d.Data(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 3, first.people())

	d.reading <- struct{}{}
	night(5)
	during, err := d.Data(impatient)
	require.NoError(t, err)
	require.Equal(t, first, during, "with its own time")
	<-d.reading
	require.Eventually(t, func() bool { return d.lastData().people() == 5 }, 30*time.Second, 5*time.Millisecond, "nobody has asked for it")
	after, err := d.Data(impatient)
	require.NoError(t, err, "it is not read again")
	require.EqualValues(t, 5, after.people())
	require.True(t, after.AsOf.After(first.AsOf))

	d.reading <- struct{}{}
	night(6)
	cancel(errors.New("stopped"))
	running.Wait() // for what would read ahead, too
	require.Equal(t, after, d.lastData().Data)
}

// TestOnlyNewSnapshotsAreReadAhead, and none before somebody has looked.
func TestOnlyNewSnapshotsAreReadAhead(t *testing.T) {
	d, err := New(runtest.New(t, "").Runner)
	require.NoError(t, err)
	reads := func(c closing, published bool) bool {
		d.settle(t.Context(), d.runner, c, published)
		select {
		case <-d.fresh:
			return true
		default:
			return false
		}
	}
	written := closing{published: run.Published{Snapshot: "s.duckdb"}}
	require.False(t, reads(written, true), "nobody looks at the page")
	_, err = d.Data(t.Context())
	require.NoError(t, err)
	require.True(t, reads(written, true))
	require.False(t, reads(closing{}, true), "no snapshot was written")
	require.False(t, reads(closing{}, false))
}
