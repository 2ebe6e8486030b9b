package extract_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
)

// waiting is an environment that waits so long at most.
func waiting(most time.Duration) extract.Env {
	settings := extract.Settings{PollTimeout: most}
	settings.Source = "toofr"
	return extract.Env{Client: extract.NewClient(settings)}
}

func TestPollAsksUntilDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		env := waiting(time.Hour)
		var shown []string
		env.Wait = func(what string, _ time.Duration) { shown = append(shown, what) }
		asked := 0
		start := time.Now()
		err := env.Poll(t.Context(), "search x", func(context.Context) (bool, string, error) {
			asked++
			return asked == 3, "working", nil
		})
		require.NoError(t, err)
		require.Equal(t, 2*time.Minute, time.Since(start))
		require.Equal(t, []string{"search x: working", "", "search x: working", ""}, shown)
	})
}

func TestPollGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		env := waiting(90 * time.Second)
		asked := 0
		err := env.Poll(t.Context(), "search x", func(context.Context) (bool, string, error) { asked++; return false, "working", nil })
		require.EqualError(t, err, "toofr: search x is not ready (working) after 1m30s; the next run asks again")
		require.Equal(t, 3, asked, "at once, after a minute, and at the end")

		broken := errors.New("broken")
		require.ErrorIs(t, env.Poll(t.Context(), "x", func(context.Context) (bool, string, error) { return false, "", broken }), broken)

		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, env.Poll(ctx, "x", func(context.Context) (bool, string, error) { return false, "", nil }), context.Canceled)
	})
}
