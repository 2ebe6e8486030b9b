package extract_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/api"
)

// accepted answers every request with 202 and a Retry-After.
type accepted string

func (a accepted) RoundTrip(*http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	w.Header().Set("Retry-After", string(a))
	w.WriteHeader(http.StatusAccepted)
	return w.Result(), nil
}

// waiting is an environment that waits so long at most, for a vendor that answers
// with a Retry-After.
func waiting(most time.Duration, after ...string) extract.Env {
	settings := extract.Settings{PollTimeout: most}
	settings.Source, settings.BaseURL = "toofr", "https://api.example.com"
	settings.Transport = accepted(strings.Join(after, ""))
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

func TestPollWaitsAsLongAsTheVendorAsks(t *testing.T) {
	for header, waits := range map[string][]time.Duration{
		"5":         {5 * time.Second, 5 * time.Second},
		"2 minutes": {2 * time.Minute, 2 * time.Minute},
		"0":         {time.Minute, time.Minute},
		"soon":      {time.Minute, time.Minute},
		"0.001":     {100 * time.Millisecond, 100 * time.Millisecond},
		"7200":      {time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			env := waiting(time.Hour, header)
			var waited []time.Duration
			env.Wait = func(what string, d time.Duration) {
				if what != "" {
					waited = append(waited, d)
				}
			}
			asked := 0
			env = env.WithDefaults()
			err := env.Poll(t.Context(), "search x", func(ctx context.Context) (bool, string, error) {
				answer, err := env.API.Do(ctx, api.Request{Method: http.MethodGet, Path: "/x"})
				require.NoError(t, err)
				require.Equal(t, http.StatusAccepted, answer.Status)
				asked++
				return asked == 3, "working", nil
			})
			require.Equal(t, waits, waited, header)
			_, late := errors.AsType[*extract.NotReadyError](err)
			require.Equal(t, header == "7200", late)
		})
	}
}
