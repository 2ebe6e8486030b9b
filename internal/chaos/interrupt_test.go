package chaos_test

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"contactsync/internal/simulate"

	"github.com/stretchr/testify/require"
)

// slowly makes every answer late, so that a page is in flight when a signal comes.
func slowly(latency time.Duration) func(*simulate.Options) {
	return func(o *simulate.Options) { o.Latency = latency }
}

func TestInterruptedItStoresThePageInFlightAndTheNextRunGoesOn(t *testing.T) {
	want, cost, _ := undisturbed(t)
	t.Parallel()
	for signal, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, slowly(300*time.Millisecond))
			wait, process := start(t, w.dir, []string{batchRows}, "run")
			w.awaitPages(2)
			require.NoError(t, process.Signal(signal))
			e := wait()
			require.Equal(t, code, e.code, e.stderr)
			w.askedForNothing(committed{}, kill{})
			stored := w.committed()
			w.endedAs("interrupted")
			if signal == syscall.SIGTERM && os.Getenv("CHAOS_LIVES") == "" {
				return // whichever signal it was, what is left is the same
			}

			for e.code != 0 {
				e = runs(t, w.dir, []string{batchRows}, "run")
			}
			w.askedForNothing(stored, kill{})
			requireSame(t, want[0].anonymous(), w.result().anonymous())
			require.Equal(t, cost, w.spent(), "the page in flight was stored, so none was bought twice")
			w.boughtOnce(0)
		})
	}
}

func TestASecondSignalEndsItAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slowly(patience))
	wait, process := start(t, w.dir, nil, "run")
	require.Eventually(t, func() bool {
		state, err := os.ReadFile(w.path("warehouse.duckdb.state.json"))
		return err == nil && strings.Contains(string(state), `"reading"`)
	}, patience, 10*time.Millisecond)
	require.NoError(t, process.Signal(syscall.SIGINT))
	require.NoError(t, process.Signal(syscall.SIGTERM)) // two of one kind, close together, may arrive as one
	e := wait()
	require.Contains(t, []int{130, 143}, e.code, e.stderr)
	db := w.open("warehouse.duckdb")
	defer db.Close()
	require.Empty(t, rowsOf(w, db, "SELECT run_id FROM etl.runs WHERE status <> 'running'"), "it did not even store its end, as a first signal still does")
}

// awaitPages waits until so many pages of Toofr have been asked for.
func (w *world) awaitPages(n int) {
	w.Helper()
	require.Eventually(w, func() bool {
		charged := 0
		for _, r := range w.vendors.Log() {
			if r.Credits > 0 {
				charged++
			}
		}
		return charged >= n
	}, patience, 10*time.Millisecond)
}

// endedAs holds every run to one status, or to have succeeded.
func (w *world) endedAs(status string) {
	w.Helper()
	db := w.open("warehouse.duckdb")
	defer db.Close()
	require.NotEmpty(w, rowsOf(w, db, "SELECT run_id FROM etl.runs WHERE status = '"+status+"'"))
	require.Empty(w, rowsOf(w, db, "SELECT status FROM etl.runs WHERE status NOT IN ('succeeded', '"+status+"')"))
}
