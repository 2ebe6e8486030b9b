package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"contactsync/internal/run"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// TestTheNextRunIsNeverInThePast looks while a run is on, and while it waits for its
// second attempt: until then its fire time is not handled.
func TestTheNextRunIsNeverInThePast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.ends = func(_ string, nth int) run.Finished {
			return run.Finished{Run: schema.Run{Status: schema.Failed, Error: "broken"}}
		}
		s.until(time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
		d, end := s.begins("serve: {retries: 1}\npipelines:\n" + nightly)
		defer end()
		for _, look := range []struct {
			at    time.Time
			phase Phase
			next  int // day
		}{
			{time.Date(2026, 11, 20, 2, 29, 0, 0, time.UTC), Resting, 20},
			{time.Date(2026, 11, 20, 2, 30, 30, 0, time.UTC), Active, 21},
			{time.Date(2026, 11, 20, 2, 31, 30, 0, time.UTC), Retrying, 21},
			{time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), Resting, 21},
		} {
			s.until(look.at)
			p := d.Overview().Pipelines[0]
			require.Equal(t, look.phase, p.Phase)
			require.Equal(t, time.Date(2026, 11, look.next, 2, 30, 0, 0, time.UTC), p.Next, look.at)
		}
	})
}

// publishes is an invocation that writes exports as a test says.
type publishes struct {
	stagedInvocation
	published run.Published
	err       error
}

func (p publishes) finish(context.Context, bool) closing {
	return closing{published: p.published, publishing: p.err}
}

func TestHowExportsStandOutlivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		require.NoError(t, os.Mkdir(filepath.Join(s.dir, "good"), 0o700))
		text := "exports: {good: {table: contacts, path: good}, bad: {table: contacts, path: bad}}\npipelines:\n" + nightly
		s.until(time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
		d, end := s.begins(text, func(d *Daemon) {
			d.begin = func(context.Context, *run.Runner) (invocation, error) {
				p := publishes{stagedInvocation{s}, run.Published{Current: []string{"good"}, Failed: []string{"bad"}}, errors.New("export bad: no space")}
				if s.now().Day() == 21 {
					p.published, p.err = run.Published{Failed: []string{"good", "bad"}}, errors.New("both")
				}
				return p, nil
			}
		})
		s.until(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
		written := time.Date(2026, 11, 20, 2, 31, 0, 0, time.UTC)
		require.Equal(t, []ExportStanding{{Name: "good", Success: written}, {Name: "bad", Failures: 1, Failing: true}}, d.Overview().Exports)
		s.until(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
		require.Equal(t, []ExportStanding{
			{Name: "good", Success: written, Failures: 1, Failing: true}, {Name: "bad", Failures: 2, Failing: true},
		}, d.Overview().Exports)
		end()
		d, end = s.begins(text)
		defer end()
		require.Equal(t, []ExportStanding{{Name: "good", Success: written}, {Name: "bad"}}, d.Overview().Exports)

		byHand := written.Add(36 * time.Hour)
		note := fmt.Sprintf(`{"good": %q, "bad": %q}`, byHand.Format(time.RFC3339), byHand.Format(time.RFC3339))
		require.NoError(t, os.WriteFile(d.runner.Config.Warehouse.Path.Full+".exports.json", []byte(note), 0o600))
		require.Equal(t, []ExportStanding{{Name: "good", Success: byHand}, {Name: "bad"}}, d.Overview().Exports, "bad is not there")
		require.NoError(t, os.Remove(filepath.Join(s.dir, "good")))
		require.Equal(t, []ExportStanding{{Name: "good"}, {Name: "bad"}}, d.Overview().Exports)
	})
}
