package chaos_test

import (
	"testing"
	"time"

	"contactsync/internal/crash"

	"github.com/stretchr/testify/require"
)

// TestAPipelineThatIsKilledWhileItRunsAloneEndsAsIfItWasNot: its batches store new records
// themselves, which the runs after a kill take for staged ones, be they its own or
// another's.
func TestAPipelineThatIsKilledWhileItRunsAloneEndsAsIfItWasNot(t *testing.T) {
	t.Parallel()
	lived, killed := newWorld(t), newWorld(t)
	runsWell := func(w *world, pipeline string) {
		e := runs(t, w.dir, []string{batchRows}, "run", pipeline)
		require.Zero(t, e.code, e.stderr)
	}
	died := 0
	for _, run := range []struct {
		pipeline string
		kills    []kill
	}{
		{"visitors", []kill{
			at(crash.CommitInside, 4), soon(crash.CommitInside, 3, 300*time.Microsecond), at(crash.MergeStep, 6), at(crash.MergeInside, 1),
		}},
		{"members", []kill{at(crash.CommitAfter, 3)}},
	} {
		runsWell(lived, run.pipeline)
		for i, k := range run.kills {
			if killed.dies(k, "run", run.pipeline) {
				died++
			}
			if i == 0 { // what it has stored is not in the way of others
				runsWell(killed, "audiences")
			}
		}
		runsWell(killed, run.pipeline)
	}
	require.GreaterOrEqual(t, died, 4)
	runsWell(lived, "audiences")
	requireSame(t, lived.result(), killed.result())
}
