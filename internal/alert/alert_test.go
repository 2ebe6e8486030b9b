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
		"good again":                        {good(100), runs(schema.Failed, 100), nil, false, []Kind{Recovery}},
		"good again after a stop":           {good(100), runs(schema.Interrupted, schema.Failed, 100), nil, false, []Kind{Recovery}},
		"good as ever":                      {good(100), runs(100, schema.Failed), nil, false, nil},
		"half of usual":                     {good(50), runs(100, 100, 100), nil, false, nil},
		"less than half of usual":           {good(49), runs(100, 1, 100, 100), nil, false, []Kind{Drop}},
		"nothing where there was something": {good(0), runs(100, 100, 100), nil, false, []Kind{Drop}},
		"nothing as usual":                  {good(0), runs(0, 0, 0, 500), nil, false, nil},
		"too few runs to know":              {good(0), runs(100, 100), nil, false, nil},
		"only the last runs count":          {good(40), append(runs(50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50), runs(900, 900, 900, 900)...), nil, false, nil},
		"drift":                             {good(100), runs(100), drifts, false, []Kind{Drift}},
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
	require.Len(t, all.Publishing(errors.New("disk full")), 1)
}

// outbox keeps what a notifier sends.
type outbox struct {
	mu     sync.Mutex
	titles []string
	bodies []string
	fail   int
}

func (o *outbox) send(_ context.Context, title, body string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fail > 0 {
		o.fail--
		return errors.New("no route to host")
	}
	o.titles, o.bodies = append(o.titles, title), append(o.bodies, body)
	return nil
}

func (o *outbox) sent() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.titles)
}

// notifying runs a notifier in a bubble until the returned function is called.
func notifying(t *testing.T, o *outbox) (n *Notifier, stop func()) {
	n = NewNotifier(o.send, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { n.Run(ctx) })
	return n, func() { cancel(); running.Wait() }
}

func failure(pipeline string) []Event { return []Event{{Failure, pipeline, "failed: status 500"}} }

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
		n.Tell([]Event{{Recovery, "labs", "works again"}})
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

func TestAMessageThatCannotBeSentIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := outbox{fail: 1}
		n, stop := notifying(t, &o)
		n.Tell(failure("labs"))
		time.Sleep(5 * time.Minute)
		stop()
		require.Equal(t, []string{"sync: labs: failed"}, o.sent())
	})
}

func TestAWebhookGetsTheMessage(t *testing.T) {
	var got map[string]string
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = json.NewDecoder(r.Body).Decode(&got)
	}))
	defer hook.Close()
	list, err := Addresses([]schema.Secret{schema.NewSecret("generic+" + hook.URL + "/hooks/s3cr3tpath?template=json")})
	require.NoError(t, err)
	require.Equal(t, "generic+http", list[0].Service)
	require.NoError(t, SendAll(t.Context(), list, "sync: labs: failed", "labs failed: status 500"))
	require.Equal(t, map[string]string{"title": "sync: labs: failed", "message": "labs failed: status 500"}, got)

	hook.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	err = SendAll(t.Context(), list, "title", "body")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "s3cr3tpath")
	require.NotContains(t, err.Error(), strings.TrimPrefix(hook.URL, "http://"))
}

func TestAnAddressThatIsNoneIsNamedByItsPlace(t *testing.T) {
	_, err := Addresses([]schema.Secret{schema.NewSecret("slack://s3cr3t"), schema.NewSecret("no address s3cr3t")})
	require.ErrorContains(t, err, "alerts.urls[0]")
	require.ErrorContains(t, err, "alerts.urls[1]")
	require.NotContains(t, err.Error(), "s3cr3t")
}
