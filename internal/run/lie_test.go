//go:build duckdb_arrow

package run_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"contactsync/internal/runtest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// liar answers with a body of the test's own instead of a handler, while there is one.
type liar struct {
	mu     sync.Mutex
	body   string
	honest http.Handler
	asked  int
}

func newLiar(t *testing.T, honest http.Handler) (*liar, string) {
	l := &liar{honest: honest}
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	return l, server.URL
}

func (l *liar) say(body string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.body, l.asked = body, 0
}

func (l *liar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	l.asked++
	body := l.body
	l.mu.Unlock()
	if body == "" {
		l.honest.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, body)
}

// TestAnAnswerThatIsNoneClosesNobody plays a second night of 250 people on which the
// vendor answers 200 and something that is no list.
func TestAnAnswerThatIsNoneClosesNobody(t *testing.T) {
	t.Parallel()
	lab, _ := runtest.NewLab(t)
	lab.Set("seg", runtest.People(t, 250, nil)...)
	l, url := newLiar(t, lab)
	w := runtest.New(t, strings.Replace(runtest.LabConfig(url, "p=seg"), "max_attempts: 2", "max_attempts: 2, poll_timeout: 200ms", 1))
	require.Equal(t, schema.Succeeded, w.Night("p")[0].Status)
	members := func() []string {
		return w.Rows("SELECT count(*), count(*) FILTER (valid_to IS NULL) FROM audience_members")
	}
	for body, want := range map[string]string{
		`{"data":null,"error":"upstream timeout"}`:                                     schema.Failed,
		`{"data":[],"error":{"code":"UPSTREAM","message":"no"}}`:                       schema.Failed,
		`{"data":[],"errors":[{"message":"no"}],"total":0}`:                            schema.Failed,
		`{"data":{},"total":0,"has_more":false}`:                                       schema.Failed,
		`{"data":"none","total":0}`:                                                    schema.Failed,
		`{"data":[],"status":"Failed","total":0,"total_pages":0,"has_more":false}`:     schema.Failed,
		`{"data":[],"status":"IN_QUEUE","total":0,"total_pages":0,"has_more":false}`:   schema.NotReady,
		`{"data":[],"status":"Defrosting","total":0,"total_pages":0,"has_more":false}`: schema.NotReady,
	} {
		l.say(body)
		run := w.Night("p")[0]
		require.Equal(t, want, run.Status, "%s: %s", body, run.Error)
		require.Equal(t, strings.Contains(body, "Defrosting"), len(run.Warnings) > 0, "%q", run.Warnings)
		require.Equal(t, []string{"250|250"}, members(), body)
	}
	for _, odd := range []string{`"error":null`, `"error":{},"errors":[]`, `"status":"READY"`, `"success":true`} {
		rows := strings.Join(runtest.People(t, 250, nil), ",")
		l.say(fmt.Sprintf(`{"data":[%s],"total":250,"page":1,"total_pages":1,"has_more":false,%s}`, rows, odd))
		run := w.Night("p")[0]
		require.Equal(t, schema.Succeeded, run.Status, "%s: %s", odd, run.Error)
		require.Empty(t, run.Warnings)
	}
	l.say("")
	require.Equal(t, schema.Succeeded, w.Night("p")[0].Status)
	require.Equal(t, []string{"250|250"}, members())
}

// TestADayIsNotDoneByAnAnswerThatIsNone plays a night on which the intent vendor has
// nothing but trouble, and one after it with fifty people of the same day.
func TestADayIsNotDoneByAnAnswerThatIsNone(t *testing.T) {
	t.Parallel()
	const meta = `"totalCount":%d,"nextCursor":null,"hasMore":false,"cacheKey":"k1","dataDate":"2026-11-02"`
	var people []string
	for i := range 50 {
		people = append(people, fmt.Sprintf(`{"hem":"%064x","intentScore":80,"topicId":101}`, i))
	}
	for lie, want := range map[string]string{
		`{"data":[],"error":{"message":"no"},"meta":{"status":"ready",` + meta + `}}`: schema.Failed,
		`{"data":{},"meta":{"status":"ready",` + meta + `}}`:                          schema.Failed,
		`{"data":[],"meta":{"status":"Failed",` + meta + `}}`:                         schema.Failed,
		`{"data":[],"meta":{"status":"error",` + meta + `}}`:                          schema.Failed,
		`{"data":[],"meta":{"status":"timeout",` + meta + `}}`:                        schema.Failed,
		`{"data":[],"meta":{"status":"Materializing",` + meta + `}}`:                  schema.NotReady,
		`{"data":[],"meta":{"status":"thawing",` + meta + `}}`:                        schema.NotReady,
	} {
		t.Run(lie, func(t *testing.T) {
			t.Parallel()
			l, url := newLiar(t, http.NotFoundHandler())
			w := runtest.New(t, fmt.Sprintf("sources: {intent: {api_key: k, base_url: %q, poll_interval: 100ms, poll_timeout: 200ms, max_attempts: 2}}\n"+
				"pipelines: {p: {from: intent.matches, topic_ids: [101], since: 2026-11-02}}\n", url))
			l.say(fmt.Sprintf(lie, 0))
			run := w.Night("p")[0]
			require.Equal(t, want, run.Status, run.Error)
			require.Equal(t, strings.Contains(lie, "thawing"), len(run.Warnings) > 0, "%q", run.Warnings)
			l.say(fmt.Sprintf(`{"data":[%s],"meta":{"status":"Ready",`+meta+`,"error":null}}`, strings.Join(people, ","), 50))
			run = w.Night("p")[0]
			require.Equal(t, schema.Succeeded, run.Status, run.Error)
			require.Equal(t, []string{"50"}, w.Rows("SELECT count(*) FROM intent_matches"))
		})
	}
}

// TestADayThatLiesAheadIsAnError and asks for no day up to it.
func TestADayThatLiesAheadIsAnError(t *testing.T) {
	t.Parallel()
	l, url := newLiar(t, http.NotFoundHandler())
	w := runtest.New(t, fmt.Sprintf("sources: {intent: {api_key: k, base_url: %q}}\npipelines: {p: {from: intent.matches, topic_ids: [101], since: 2026-11-01}}\n", url))
	answer := `{"data":[{"hem":"%064x","intentScore":80,"topicId":101}],"meta":{"status":"ready","totalCount":1,"nextCursor":null,"hasMore":false,"cacheKey":"k1","dataDate":%q}}`
	l.say(fmt.Sprintf(answer, 1, "2036-11-02"))
	run := w.Night("p")[0]
	require.Equal(t, schema.Failed, run.Status)
	require.Equal(t, "intent: the latest day of topics [101]: the answer is of 2036-11-02, more than two days ahead; no day is read by it, and the next run asks again", run.Error)
	require.Equal(t, 1, l.asked)
	require.Equal(t, []string{"0"}, w.Rows("SELECT count(*) FROM etl.checkpoints"))
	l.say(fmt.Sprintf(answer, 1, "2026-11-06")) // two days ahead: another time zone, or a clock that is wrong
	require.Equal(t, schema.Succeeded, w.Night("p")[0].Status)
	require.Equal(t, []string{"1"}, w.Rows("SELECT count(*) FROM intent_matches"))
}

// TestASearchDoesNotRestByAnAnswerThatIsNone plays Toofr answering 200 and no page.
func TestASearchDoesNotRestByAnAnswerThatIsNone(t *testing.T) {
	t.Parallel()
	l, url := newLiar(t, http.NotFoundHandler())
	w := runtest.New(t, fmt.Sprintf("sources: {toofr: {api_key: k, base_url: %q, poll_interval: 100ms, poll_timeout: 200ms, max_attempts: 2}}\n"+
		"pipelines: {p: {from: toofr.prospects, websites: [acme.example], max_credits: 100}}\n", url))
	for body, want := range map[string]string{
		`{"status":"Failed.","error":"backend down","total":0,"prospects":[]}`: schema.Failed,
		`{"status":"Failed.","total":0,"prospects":[]}`:                        schema.Failed,
		`{"status":"Succeeded.","total":0,"prospects":{}}`:                     schema.Failed,
		`{"status":"Wait and try again.","total":0,"prospects":[]}`:            schema.NotReady,
		`{"status":"Your query requires background processing.","total":0}`:    schema.NotReady,
	} {
		l.say(body)
		run := w.Night("p")[0]
		require.Equal(t, want, run.Status, "%s: %s", body, run.Error)
		require.Zero(t, run.Credits, "%s", body)
	}
	l.say(`{"status":"Succeeded.","error":null,"total":1,"total_pages":1,"next_page":null,"prospects":[{"id":1,"first_name":"Ann","last_name":"Lee"}]}`)
	run := w.Night("p")[0]
	require.Equal(t, schema.Succeeded, run.Status, run.Error)
	require.EqualValues(t, 1, run.Credits)
	l.say(`{"status":"Succeeded.","total":1,"prospects":[{"id":2}]}`)
	require.Zero(t, w.Night("p")[0].Requests, "now it rests")
}
