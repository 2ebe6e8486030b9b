//go:build duckdb_arrow

package replay_test

import (
	"testing"

	"contactsync/internal/replay"
	"contactsync/internal/run"
	"contactsync/internal/runtest"

	"github.com/stretchr/testify/require"
)

func TestAWarehouseRemembersByWhichRulesItsRowsWereMade(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "p=a", "q=b"))
	outdated := func() int64 {
		n, err := run.Outdated(t.Context(), w.Runner)
		require.NoError(t, err)
		return n
	}
	require.Zero(t, outdated(), "before the first run")
	rows := runtest.People(t, 3, nil)
	l.Set("a", rows[:2]...)
	l.Set("b", rows[2])
	w.Night()
	require.Zero(t, outdated())
	for _, older := range []string{"NULL", "0"} {
		w.Exec("UPDATE etl.meta SET rules = " + older)
		w.Night()
		require.EqualValues(t, 3, outdated(), "a night reads no payload again")
		_, err := replay.Stored(t.Context(), w.Runner, []string{"p"}, false)
		require.NoError(t, err)
		require.EqualValues(t, 3, outdated(), "q is as it was")
		_, err = replay.Rejects(t.Context(), w.Runner, nil, false)
		require.NoError(t, err)
		require.EqualValues(t, 3, outdated())
		forget(w, "zoe@acme.example")
		require.EqualValues(t, 3, outdated(), "a new file knows it, too")
		_, err = replay.Stored(t.Context(), w.Runner, nil, false)
		require.NoError(t, err)
		require.Zero(t, outdated())
		forget(w, "zoe@acme.example")
		require.Zero(t, outdated())
	}
}
