package intent

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
)

func TestADayWhoseDataMovesIsBegunAnew(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-05", "k5", 5)
	f.answer = func(c *intentCall) {
		if c.Cursor == "k5@2" { // the vendor makes the day anew while it is read
			f.day("2026-11-05", "k6", 3)
			c.Status, c.Body = 200, `{"data":[{"hem":"x"}],"meta":{"count":1,"totalCount":3,"nextCursor":"k6@1","hasMore":true,"status":"ready","cacheKey":"k6","dataDate":"2026-11-05"}}`
		}
	}
	pages, err := vendortest.Collect(t, oneTopic.source(f.env(t)), extract.State{})
	require.NoError(t, err)
	require.Equal(t, slices.Concat(people("2026-11-05", "k5", 2), people("2026-11-05", "k6", 3)), vendortest.IDs(pages))
	require.Equal(t, []string{"k5", "k6", "k6"}, []string{pages[0].Sweep, pages[1].Sweep, pages[2].Sweep})
	require.Equal(t, 1, pages[1].Number)
}

func TestAnExpiredCursorRestartsTheDayOnce(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-05", "k5", 5)
	expirations := 1
	f.answer = func(c *intentCall) {
		if c.Cursor == "k5@4" && expirations > 0 {
			expirations--
			c.Status, c.Body = 410, `{"error":{"message":"Cursor expired"}}`
		}
	}
	m := oneTopic
	pages, err := vendortest.Collect(t, m.source(f.env(t)), extract.State{})
	require.NoError(t, err)
	require.Equal(t, slices.Concat(people("2026-11-05", "k5", 4), people("2026-11-05", "k5", 5)), vendortest.IDs(pages))
	require.Equal(t, "k5#2", pages[len(pages)-1].Sweep, "what was read before is another sweep")

	expirations = 2
	_, err = vendortest.Collect(t, m.source(f.env(t)), extract.State{})
	var api *extract.APIError
	require.ErrorAs(t, err, &api)
	require.Equal(t, 410, api.Status)
}

func TestPagingThatDoesNotAdvanceIsAnErrorWithinOneRequest(t *testing.T) {
	meta := `"status":"ready","cacheKey":"k5","dataDate":"2026-11-05"`
	for name, c := range map[string]struct{ body, want string }{
		"repeated cursor":     {`{"data":[{"hem":"new"}],"meta":{"totalCount":5,"nextCursor":"k5@2","hasMore":true,` + meta + `}}`, "repeats a cursor"},
		"repeated page":       {`{"data":[{"hem":"2026-11-05-k5-0","intentScore":80,"topicId":101},{"hem":"2026-11-05-k5-1","intentScore":80,"topicId":101}],"meta":{"totalCount":5,"nextCursor":"k5@4","hasMore":true,` + meta + `}}`, "repeats the page before"},
		"more without cursor": {`{"data":[{"hem":"new"}],"meta":{"totalCount":5,"nextCursor":null,"hasMore":true,` + meta + `}}`, "gives no cursor"},
		"no meta":             {`{"data":[{"hem":"new"}]}`, "no data or no meta"},
		"no data":             {`{"meta":{"hasMore":false,` + meta + `}}`, "no data or no meta"},
		"failed":              {`{"data":[],"meta":{"status":"failed"}}`, "could not prepare"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeIntent()
			f.day("2026-11-05", "k5", 5)
			f.answer = func(call *intentCall) {
				if call.Cursor == "k5@2" {
					call.Status, call.Body = 200, c.body
				}
			}
			env, state := f.env(t), extract.State{}
			m := oneTopic
			pages, err := vendortest.Collect(t, m.source(env), state)
			require.ErrorContains(t, err, c.want)
			require.Equal(t, []string{"", "2026-11-05", "2026-11-05 k5@2"}, f.asked())
			require.Equal(t, people("2026-11-05", "k5", 2), vendortest.IDs(pages))

			f.answer = nil
			rest, err := vendortest.Collect(t, m.source(env), state)
			require.NoError(t, err)
			require.Equal(t, people("2026-11-05", "k5", 5)[2:], vendortest.IDs(rest), "the next run goes on where this one stopped")
		})
	}
}

func TestACycleOfCursorsIsAnError(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-05", "k", 6)
	f.answer = func(c *intentCall) {
		if c.Cursor == "k@4" {
			c.Status, c.Body = 200, `{"data":[{"hem":"new"}],"meta":{"nextCursor":"k@2","hasMore":true,"status":"ready","cacheKey":"k","dataDate":"2026-11-05"}}`
		}
	}
	_, err := vendortest.Collect(t, oneTopic.source(f.env(t)), extract.State{})
	require.ErrorContains(t, err, "repeats a cursor")
}

func TestAnEmptyPageThatLeadsOnIsReadOn(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-05", "k", 4)
	next := "k@0"
	f.answer = func(c *intentCall) {
		if c.Cursor == "" && c.Date != "" {
			c.Status, c.Body = 200, `{"data":[],"meta":{"totalCount":4,"nextCursor":"`+next+`","hasMore":true,"status":"ready","cacheKey":"k","dataDate":"2026-11-05"}}`
		}
	}
	env, state := f.env(t), extract.State{}
	m := oneTopic
	pages, err := vendortest.Collect(t, m.source(env), state)
	require.NoError(t, err)
	require.Equal(t, people("2026-11-05", "k", 4), vendortest.IDs(pages))
	require.Equal(t, []string{"", "2026-11-05", "2026-11-05", "2026-11-05 k@0", "2026-11-05 k@2"}, f.asked(), "it is asked for once again before")

	t.Run("a gap that it leaves makes the day incomplete", func(t *testing.T) {
		next = "k@2"
		state := extract.State{}
		pages, err := vendortest.Collect(t, m.source(env), state)
		require.ErrorIs(t, err, errIncomplete)
		require.Equal(t, people("2026-11-05", "k", 4)[2:], vendortest.IDs(pages))
		for _, p := range pages {
			require.False(t, p.Complete)
		}
		f.answer = nil
		pages, err = vendortest.Collect(t, m.source(env), state)
		require.NoError(t, err)
		require.Equal(t, people("2026-11-05", "k", 4), vendortest.IDs(pages), "the next run reads it anew")
		require.Equal(t, "k#2", pages[0].Sweep)
	})
}

// answeredBy answers pages of 2026-11-05 by their number, which the cursor is.
func answeredBy(page func(n int) (data, meta string)) func(*intentCall) {
	return func(c *intentCall) {
		n, _ := strconv.Atoi(c.Cursor)
		data, meta := page(n)
		c.Status, c.Body = 200, `{"data":[`+data+`],"meta":{`+meta+`,"status":"ready","cacheKey":"k","dataDate":"2026-11-05"}}`
	}
}

func TestADayWithoutEndIsAnError(t *testing.T) {
	onward := func(n int) string { return fmt.Sprintf(`"totalCount":3,"nextCursor":"%d","hasMore":true`, n+1) }
	for name, c := range map[string]struct {
		page  func(n int) (data, meta string)
		want  string
		pages int
	}{
		"pages come round": {func(n int) (string, string) { return fmt.Sprintf(`{"hem":"%d"}`, n%3), onward(n) }, "page 4 repeats an earlier page", 3},
		"in a changed guise": {func(n int) (string, string) {
			return fmt.Sprintf(`{"hem":"%d","served":%d}`, n%3, n), onward(n)
		}, "17 records were read of 3 that are declared, and more is promised", 16},
		"empty pages": {func(n int) (string, string) { return "", onward(n) }, "page 2 is empty though 0 of 3 records were read", 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeIntent()
			f.day("2026-11-05", "k", 6)
			f.answer = answeredBy(c.page)
			env, state := f.env(t), extract.State{}
			pages, err := vendortest.Collect(t, oneTopic.source(env), state)
			require.ErrorContains(t, err, c.want)
			require.Len(t, pages, c.pages)
			again, err := vendortest.Collect(t, oneTopic.source(env), state)
			require.ErrorContains(t, err, c.want, "also when the run is another")
			require.Empty(t, again)
		})
	}
}

func TestAnEmptyPageDoesNotEndADayThatDeclaresRecords(t *testing.T) {
	for name, c := range map[string]struct {
		before, total   int // records of the first page; declared
		ended, complete bool
	}{
		"nobody at all":       {0, 250, false, false},
		"a page is missing":   {2, 4, false, false},
		"all were read":       {2, 2, true, true},
		"a count that is off": {2, 3, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeIntent()
			f.day("2026-11-05", "k", 6)
			f.answer = answeredBy(func(n int) (string, string) {
				if n == 0 && c.before > 0 {
					return `{"hem":"a"},{"hem":"b"}`, fmt.Sprintf(`"totalCount":%d,"nextCursor":"1","hasMore":true`, c.total)
				}
				return "", fmt.Sprintf(`"totalCount":%d,"nextCursor":null,"hasMore":false`, c.total)
			})
			env, state := f.env(t), extract.State{}
			pages, err := vendortest.Collect(t, oneTopic.source(env), state)
			require.Equal(t, !c.ended, errors.Is(err, errIncomplete), "%v", err)
			require.Equal(t, c.ended, len(pages) > 0 && pages[len(pages)-1].Ended)
			require.Equal(t, c.complete, len(pages) > 0 && pages[len(pages)-1].Complete)
			if !c.ended {
				asked := f.asked()
				require.Equal(t, asked[len(asked)-1], asked[len(asked)-2], "it is asked for once again")
				f.answer = nil
				rest, err := vendortest.Collect(t, oneTopic.source(env), extract.State{})
				require.NoError(t, err)
				require.Len(t, vendortest.IDs(rest), 6)
			}
		})
	}
}

func TestADeclaredTotalThatDiffersIsAWarning(t *testing.T) {
	for declared, more := range map[int]string{9: "; matches that an earlier listing of the day named are kept", 1: ""} {
		f := newFakeIntent()
		f.day("2026-11-05", "k", 1)
		f.answer = func(c *intentCall) {
			c.Status, c.Body = 200, fmt.Sprintf(`{"data":[{"hem":"a"},{"hem":"b"}],"meta":{"totalCount":%d,"nextCursor":null,"hasMore":false,"status":"ready","cacheKey":"k","dataDate":"2026-11-05"}}`, declared)
		}
		state := extract.State{}
		pages, err := vendortest.Collect(t, oneTopic.source(f.env(t)), state)
		require.NoError(t, err)
		require.Equal(t, []string{fmt.Sprintf("intent: 2026-11-05: the vendor declares %d records and served 2", declared) + more}, pages[0].Warnings)
		require.Equal(t, more == "", pages[0].Complete, "a day that lacks records is no reason to remove others")
		require.True(t, pages[0].Ended)
		at, err := extract.Decode[position](state["2026-11-05"], errors.New("unreadable"))
		require.NoError(t, err)
		require.Equal(t, more == "", at.note().Complete, "nor is a later look at it")
		require.EqualValues(t, declared, at.note().Declared)
	}
}

func TestResultsThatEndBeforeTheirTotal(t *testing.T) {
	for name, c := range map[string]struct {
		run  string
		fail bool
	}{
		"the run's own count was read": {`"resultCount":2`, false},
		"something is held back":       {`"resultCount":5`, true},
		"nobody says":                  {`"status":"completed"`, true},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case strings.HasSuffix(r.URL.Path, "/runs"):
					vendortest.Answer(w, 200, `{"data":[{"id":"r1","status":"completed","completedAt":"2026-11-05T16:52:31.000Z"}]}`)
				case r.URL.Query().Get("offset") == "0":
					vendortest.Answer(w, 200, `{"data":{"run":{"id":"r1",`+c.run+`},"results":[{"hashedEmail":"a"},{"hashedEmail":"b"}],"total":5,"offset":0}}`)
				default:
					vendortest.Answer(w, 200, `{"data":{"run":{"id":"r1",`+c.run+`},"results":[],"total":5,"offset":2}}`)
				}
			}))
			t.Cleanup(server.Close)
			env := vendortest.Env(t, Vendor(), server.Config.Handler, func(s *extract.Settings) { s.MaxAttempts = 1 })
			pages, err := vendortest.Collect(t, order{Matches: Matches{AudienceID: savedAudience}, api: RunsAPI}.source(env), extract.State{})
			require.Equal(t, c.fail, errors.Is(err, errIncomplete))
			require.Equal(t, []string{"a", "b"}, vendortest.IDs(pages))
			require.Equal(t, !c.fail, pages[len(pages)-1].Complete)
		})
	}
}

func TestADayThatKeepsFailingDoesNotHoldUpTheOthers(t *testing.T) {
	f := newFakeIntent()
	f.day("2026-11-03", "k3", 1)
	f.day("2026-11-04", "k4", 1)
	f.day("2026-11-05", "k5", 1)
	broken := []string{"2026-11-04"}
	f.answer = func(c *intentCall) {
		if slices.Contains(broken, c.Date) {
			c.Status, c.Body = 500, `{"error":{"message":"oops"}}`
		}
	}
	m := order{Matches: Matches{TopicIDs: []int64{101}, Since: date(t, "2026-11-03")}}
	env, state := f.env(t), extract.State{}
	pages, err := vendortest.Collect(t, m.source(env), state)
	require.ErrorContains(t, err, "status 500")
	require.Equal(t, slices.Concat(people("2026-11-03", "k3", 1), people("2026-11-05", "k5", 1)), vendortest.IDs(pages))

	broken = []string{"2026-11-03", "2026-11-04", "2026-11-05"}
	f.asked()
	_, err = vendortest.Collect(t, m.source(env), extract.State{})
	require.ErrorContains(t, err, "status 500")
	require.Equal(t, []string{"", "2026-11-03", "2026-11-04"}, f.asked(), "two in a row: the vendor is down")
}
