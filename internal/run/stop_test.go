package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

var errStop = errors.New("stopped")

// lasts is how long a context lives on.
func lasts(ctx context.Context) time.Duration {
	since := time.Now()
	<-ctx.Done()
	return time.Since(since)
}

// TestAStopTakesLessThanTenSeconds follows the longest way to a stop: a page in
// flight that comes at the last moment, then a merge that takes for ever.
func TestAStopTakesLessThanTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancelCause(t.Context())
		session, release := settle(context.WithoutCancel(ctx), ctx)
		defer release()
		deadline, cancel := context.WithTimeout(ctx, 24*time.Hour)
		defer cancel()
		commits, release := settle(session, deadline)
		defer release()
		e := newTestExecution(t)
		reading, release := e.lastPage(deadline)
		defer release()
		time.Sleep(time.Hour)
		require.NoError(t, session.Err(), "nothing ends before the stop")

		stop(errStop)
		stopped := time.Now()
		require.Equal(t, pageTime, lasts(reading))
		require.ErrorIs(t, context.Cause(reading), errStop)
		require.NoError(t, commits.Err(), "what came is still committed")
		lasts(commits)
		lasts(session)
		require.Equal(t, settleTime, time.Since(stopped), "one clock, not one after another")
		require.Less(t, settleTime, StopTime)
		require.Less(t, StopTime, 10*time.Second)
	})
}

func TestADeadlineLeavesTimeToCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		session, release := settle(t.Context(), t.Context())
		defer release()
		deadline, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		commits, release := settle(session, deadline)
		defer release()
		require.Equal(t, time.Minute+settleTime, lasts(commits))
		require.NoError(t, session.Err(), "the merge is not bound by it")
	})
}

func TestASourceThatOnlyWaitsStopsAtOnce(t *testing.T) {
	for name, before := range map[string]bool{"it waits": true, "it begins to wait": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancelCause(t.Context())
				e := newTestExecution(t)
				reading, release := e.lastPage(ctx)
				defer release()
				if before {
					e.wait("the vendor", time.Hour)
				}
				stop(errStop)
				if !before {
					synctest.Wait()
					require.NoError(t, reading.Err(), "a page may be in flight")
					e.wait("the vendor", time.Hour)
				}
				require.Zero(t, lasts(reading))
			})
		})
	}
}

func TestARunThatEndedLeavesNoClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancelCause(t.Context())
		rung := false
		unhook := afterEnd(ctx, time.Second, func() { rung = true })
		stop(errStop)
		synctest.Wait()
		unhook()
		unhook()
		time.Sleep(time.Minute)
		require.False(t, rung)
	})
}

func TestARunWhoseMergeIsCutOffIsInterrupted(t *testing.T) {
	e := newTestExecution(t)
	var err error
	e.w, err = duckdb.Open(t.Context(), filepath.Join(t.TempDir(), "warehouse.duckdb"), duckdb.Options{})
	require.NoError(t, err)
	defer e.w.Close()
	ctx, stop := context.WithCancelCause(t.Context())
	stop(errStop)
	e.settled = ctx
	e.Run = schema.Run{RunID: "r1", Pipeline: "labs", StartedAt: time.Now(), Status: schema.Succeeded, RowsRead: 5}
	e.merge(ctx)
	require.Equal(t, schema.Interrupted, e.Run.Status)
	require.Equal(t, errStop.Error(), e.Run.Error)
	last, ok, err := report.LastRun(t.Context(), e.w, "labs")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, schema.Interrupted, last.Status)
	success, err := report.LastSuccess(t.Context(), e.w, "labs")
	require.NoError(t, err)
	require.Zero(t, success)
}

func TestALimitIsALimitHoweverItIsWrapped(t *testing.T) {
	limit := &extract.LimitError{Source: "statsocial", Limit: "max_wait"}
	for err, want := range map[error]string{
		fmt.Errorf("row 7: %w", limit):                                          schema.Limited,
		&extract.PartitionError{Err: fmt.Errorf("row 7: %w", limit)}:            schema.Limited,
		fmt.Errorf("row 7: %w", &extract.NotReadyError{Source: "statsocial"}):   schema.NotReady,
		errors.Join(limit, fmt.Errorf("row 7: %w", errors.New("no more rows"))): schema.Failed,
	} {
		status, _ := outcome(t.Context(), err)
		require.Equal(t, want, status, err.Error())
	}
}

func newTestExecution(t *testing.T) *Execution {
	r := NewRunner(&config.Config{}, slog.New(slog.DiscardHandler))
	s := &Session{Runner: r, settled: t.Context()}
	return s.newExecution(&config.Pipeline{Name: "labs"}, Options{})
}
