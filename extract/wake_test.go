package extract_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"contactsync/extract"

	"github.com/stretchr/testify/require"
)

// TestACallbackEndsAWaitAtOnce and only the wait: whether the vendor is done, it
// is asked itself.
func TestACallbackEndsAWaitAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := []chan struct{}{make(chan struct{}), make(chan struct{})}
		asked := 0
		env := extract.Env{
			Client: extract.NewClient(extract.Settings{PollInterval: time.Minute, PollTimeout: time.Hour}),
			Wake:   func(string) <-chan struct{} { return calls[min(asked, 1)] },
		}
		time.AfterFunc(10*time.Second, func() { close(calls[0]) })
		start := time.Now()
		err := env.Poll(t.Context(), "audience 1", func(context.Context) (bool, string, error) {
			asked++
			return asked == 3, "running", nil
		})
		require.NoError(t, err)
		require.Equal(t, 10*time.Second+time.Minute, time.Since(start), "one wait ended by the call, the other by the clock")
	})
}
