package alert

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

var all = Rules{On: []string{"failure", "recovery", "not_ready", "drop", "drift"}, DropRuns: 14, DropPercent: 50}

// runs are earlier runs, newest first: a number is the rows of a good one.
func runs(of ...any) (list []schema.Run) {
	for _, v := range of {
		switch v := v.(type) {
		case int:
			list = append(list, schema.Run{Status: schema.Succeeded, RowsRead: int64(v)})
		case string:
			list = append(list, schema.Run{Status: v})
		}
	}
	return list
}

func TestWhatIsWorthTelling(t *testing.T) {
	failed := schema.Run{Pipeline: "labs", Status: schema.Failed, Error: "status 500: ask jane@example.com"}
	good := func(rows int64) schema.Run {
		return schema.Run{Pipeline: "labs", Status: schema.Succeeded, RowsRead: rows}
	}
	drifts := []schema.Drift{{Field: "a", Change: "new"}, {Field: "b", Change: "retyped"}}
	for name, test := range map[string]struct {
		run      schema.Run
		before   []schema.Run
		drifts   []schema.Drift
		retrying bool
		want     []Kind
	}{
		"a failure":                         {failed, runs(100), nil, false, []Kind{Failure}},
		"a failure that is tried again":     {failed, runs(100), nil, true, nil},
		"not ready":                         {schema.Run{Status: schema.NotReady}, runs(100), nil, false, []Kind{NotReady}},
		"a limit that the user set":         {schema.Run{Status: schema.Limited}, runs(100), nil, false, nil},
		"a stop":                            {schema.Run{Status: schema.Interrupted}, runs(schema.Failed), nil, false, nil},
		"good, perhaps again":               {good(100), runs(schema.Failed, 100), nil, false, []Kind{Recovery}},
		"half of usual":                     {good(50), runs(100, 100, 100), nil, false, []Kind{Recovery}},
		"less than half of usual":           {good(49), runs(100, 1, 100, 100), nil, false, []Kind{Recovery, Drop}},
		"nothing where there was something": {good(0), runs(100, 100, 100), nil, false, []Kind{Recovery, Drop}},
		"the rest of one that failed":       {good(10), append([]schema.Run{{Status: schema.Failed, RowsRead: 90}}, runs(100, 100, 100)...), nil, false, []Kind{Recovery}},
		"usual, in two parts":               {good(90), append([]schema.Run{good(10), {Status: schema.Interrupted, RowsRead: 90}, good(1), {Status: schema.Failed, RowsRead: 99}}, runs(100)...), nil, false, []Kind{Recovery}},
		"nothing as usual":                  {good(0), runs(0, 0, 0, 500), nil, false, []Kind{Recovery}},
		"too few runs to know":              {good(0), runs(100, 100), nil, false, []Kind{Recovery}},
		"only the last runs count":          {good(40), append(runs(50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50), runs(900, 900, 900, 900)...), nil, false, []Kind{Recovery}},
		"drift":                             {good(100), runs(100), drifts, false, []Kind{Recovery, Drift}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []Kind
			for _, e := range all.Of(test.run, test.before, test.drifts, test.retrying) {
				got = append(got, e.Kind)
				require.NotContains(t, e.Text, "jane@example.com")
			}
			require.Equal(t, test.want, got)
		})
	}
	require.Empty(t, Rules{}.Of(failed, nil, drifts, false), "nobody wants to be told")
	require.Empty(t, Rules{}.Publishing(errors.New("disk full")))
	require.Equal(t, Failure, all.Publishing(errors.New("disk full"))[0].Kind)
	require.Equal(t, Recovery, all.Publishing(nil)[0].Kind)
}

// outbox keeps what a notifier sends.
type outbox struct {
	mu     sync.Mutex
	titles []string
	bodies []string
	fail   int
	partly error // why not everybody is reached
	kept   Told  // as on a disk
}

func (o *outbox) send(_ context.Context, title, body string) (reached int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fail > 0 {
		o.fail--
		return 0, errors.New("no route to host")
	}
	o.titles, o.bodies = append(o.titles, title), append(o.bodies, body)
	return 1, o.partly
}

func (o *outbox) keep(t Told) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kept = t
}

func (o *outbox) sent() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.titles)
}

func (o *outbox) known() Told {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.kept
}

// notifying runs a notifier, which goes on from what the outbox keeps, in a bubble
// until the returned function is called.
func notifying(t *testing.T, o *outbox) (n *Notifier, stop func()) {
	n = NewNotifier(o.send, o.known(), o.keep, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { n.Run(ctx) })
	return n, func() { cancel(); running.Wait() }
}

func failure(pipeline string) []Event {
	return []Event{{Kind: Failure, Pipeline: pipeline, Text: "failed: status 500"}}
}

func recovery(pipeline string) []Event {
	return []Event{{Kind: Recovery, Pipeline: pipeline, Text: "works again"}}
}

func TestWhatHappensTogetherIsOneMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o outbox
		n, stop := notifying(t, &o)
		n.Tell(failure("labs"))
		time.Sleep(20 * time.Second)
		n.Tell(failure("crm-intent"))
		time.Sleep(2 * time.Minute)
		stop()
		require.Equal(t, []string{"sync: 2 things to know"}, o.sent())
		require.Equal(t, []string{"labs failed: status 500\ncrm-intent failed: status 500"}, o.bodies)
	})
}

func TestTheSameIsNotToldEachMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o outbox
		n, stop := notifying(t, &o)
		for range 60 {
			n.Tell(failure("labs"))
			time.Sleep(time.Minute)
		}
		require.Equal(t, []string{"sync: labs: failed"}, o.sent())
		n.Tell(recovery("labs"))
		time.Sleep(2 * time.Minute)
		n.Tell(failure("labs"))
		time.Sleep(2 * time.Minute)
		require.Equal(t, []string{"sync: labs: failed", "sync: labs: works again", "sync: labs: failed"}, o.sent(), "a new failure is news")
		time.Sleep(24 * time.Hour)
		n.Tell(failure("labs"))
		stop()
		require.Len(t, o.sent(), 4, "the next night is told again, and what is left is sent at the end")
	})
}

func TestARecoveryIsToldOfWhatWasTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o outbox
		n, stop := notifying(t, &o)
		n.Tell(recovery("labs")) // good as ever, or after a failure whose retry helped
		n.Tell([]Event{{Kind: NotReady, Pipeline: "fans", Text: "not ready in time"}})
		time.Sleep(2 * time.Minute)
		n.Tell(recovery("fans"))
		n.Tell(recovery("fans"))
		time.Sleep(2 * time.Minute)
		stop()
		require.Equal(t, []string{"sync: fans: not ready in time", "sync: fans: works again"}, o.sent())
	})
}

func TestWhatWasToldOutlivesTheProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o outbox
		n, stop := notifying(t, &o)
		n.Tell(failure("labs"))
		time.Sleep(2 * time.Minute)
		stop()
		n, stop = notifying(t, &o)
		n.Tell(failure("labs"))
		time.Sleep(2 * time.Minute)
		require.Len(t, o.sent(), 1, "it still fails, which is no news")
		n.Tell(recovery("labs"))
		time.Sleep(2 * time.Minute)
		stop()
		require.Equal(t, []string{"sync: labs: failed", "sync: labs: works again"}, o.sent())
		n, stop = notifying(t, &o)
		n.Tell(failure("labs"))
		stop()
		require.Len(t, o.sent(), 3, "it fails anew")
		require.Len(t, o.known(), 1)
	})
}

func TestAQuietRecoveryLetsTheNextFailureBeTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o outbox
		n, stop := notifying(t, &o)
		n.Tell(failure("labs"))
		time.Sleep(2 * time.Minute)
		quiet := Rules{On: []string{"failure"}}.Of(schema.Run{Pipeline: "labs", Status: schema.Succeeded}, nil, nil, false)
		n.Tell(quiet)
		time.Sleep(2 * time.Minute)
		require.Empty(t, o.known())
		n.Tell(failure("labs"))
		stop()
		require.Equal(t, []string{"sync: labs: failed", "sync: labs: failed"}, o.sent())
	})
}

func TestAClockThatIsSetBackHidesNothing(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	told := Told{key(Failure, "labs"): now.AddDate(1, 0, 0)}
	require.Len(t, told.fresh(failure("labs"), now), 1)
	require.Empty(t, told.fresh(failure("labs"), now.Add(time.Hour)))
}

func TestAMessageThatCannotBeSentIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := outbox{fail: 5}
		n, stop := notifying(t, &o)
		n.Tell(failure("labs"))
		time.Sleep(10 * time.Minute)
		n.Tell(recovery("labs"))
		require.Empty(t, o.known(), "nobody has heard of it: the next process would tell it")
		time.Sleep(2 * time.Hour)
		stop()
		require.Equal(t, []string{"sync: 2 things to know"}, o.sent())
	})
}

func TestAnAddressThatFailsDoesNotRepeatTheMessageToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := outbox{partly: errors.New("one of two is gone")}
		n, stop := notifying(t, &o)
		n.Tell(failure("labs"))
		time.Sleep(24 * time.Hour)
		stop()
		require.Len(t, o.sent(), 1)
		require.Len(t, o.known(), 1)
	})
}

// TestStoppingCutsAMessageShort sends to somebody who never answers.
func TestStoppingCutsAMessageShort(t *testing.T) {
	for name, wait := range map[string]time.Duration{"on its way": gathering + time.Second, "still gathered": time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := NewNotifier(func(ctx context.Context, _, _ string) (int, error) {
					<-ctx.Done()
					return 0, ctx.Err()
				}, nil, func(Told) { t.Error("nothing was told") }, slog.New(slog.DiscardHandler))
				ctx, cancel := context.WithCancel(t.Context())
				var running sync.WaitGroup
				running.Go(func() { n.Run(ctx) })
				n.Tell(failure("labs"))
				time.Sleep(wait)
				stopped := time.Now()
				cancel()
				running.Wait()
				require.LessOrEqual(t, time.Since(stopped), 6*time.Second)
			})
		})
	}
}

func TestAWebhookGetsTheMessage(t *testing.T) {
	var got map[string]string
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = json.NewDecoder(r.Body).Decode(&got)
	}))
	defer hook.Close()
	address, err := NewAddress(schema.NewSecret("generic+" + hook.URL + "/hooks/s3cr3tpath?template=json"))
	require.NoError(t, err)
	require.Equal(t, "generic+http", address.Service)
	list := []Address{address}
	reached, err := SendAll(t.Context(), list, "sync: labs: failed", "labs failed: status 500")
	require.NoError(t, err)
	require.Equal(t, 1, reached)
	require.Equal(t, map[string]string{"title": "sync: labs: failed", "message": "labs failed: status 500"}, got)

	hook.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	reached, err = SendAll(t.Context(), list, "title", "body")
	require.Error(t, err)
	require.Zero(t, reached)
	require.NotContains(t, err.Error(), "s3cr3tpath")
	require.NotContains(t, err.Error(), strings.TrimPrefix(hook.URL, "http://"))
}

func TestAnAddressThatIsNoneIsNotRepeated(t *testing.T) {
	for _, url := range []string{"slack://s3cr3t", "no address s3cr3t", "nowhere://s3cr3t"} {
		_, err := NewAddress(schema.NewSecret(url))
		require.ErrorContains(t, err, "is no address that shoutrrr understands")
		require.NotContains(t, err.Error(), "s3cr3t")
	}
}
