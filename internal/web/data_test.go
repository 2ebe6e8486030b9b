package web

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"contactsync/internal/run"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// withData puts data on the desk.
func (d *desk) withData() *desk {
	day := func(n int) schema.Date {
		return schema.Date{Time: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n)}
	}
	d.data.AsOf = d.overview.Now.Add(-11 * time.Hour)
	d.data.Data = report.Data{
		Growth: []report.Growth{
			{Day: day(0), Source: "audiencelab", Records: 9000}, {Day: day(0), Source: "toofr", Records: 480}, {Day: day(4), Source: "intent", Records: 4100},
			{Day: day(9), Source: "statsocial", Records: 7000}, {Day: day(12), Source: "audiencelab", Records: 3000}, {Day: day(19), Source: "toofr", Records: 300},
		},
		Fills: []report.Fill{
			{Source: "audiencelab", Column: "email", Filled: 11999, Rows: 12000}, {Source: "toofr", Column: "email", Filled: 1, Rows: 780},
			{Column: "email", Filled: 15613, Rows: 31226}, {Source: "audiencelab", Column: "phone", Filled: 0, Rows: 12000}, {Column: "phone", Filled: 9000, Rows: 31226},
		},
		Overlaps: d.overview.Overlaps,
		Accounts: []report.HotAccount{{Domain: "acme.example", Name: "Acme", People7D: 12, People28D: 31, Topics: 4, DecisionMakers: 3, Reachable: 22, LastDataDate: day(19)}},
		Topics:   []report.RisingTopic{{Topic: "4021", People7D: 90, PeoplePrev7D: 40, Change: 50}, {Topic: "17", People7D: 10, PeoplePrev7D: 12, Change: -2}},
		Changes:  []report.FieldChange{{Field: "job_title", Changes: 321, Contacts: 300}},
		Moves:    []report.Move{{Old: "Acme", New: "Globex", People: 3}},
	}
	return d
}

func TestTheDataPageShowsWhatTheWarehouseHolds(t *testing.T) {
	d := newDesk().withData()
	d.data.Missing = []report.MissingTable{{Part: "hot accounts", Table: "hot_accounts"}}
	res, body := visit(t, Handler(d.options("", "127.0.0.1:8080")), "GET", "/data", nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	for _, want := range []string{
		"31,226 people", "As of 2026-11-20 22:30:00 EST", "at the end: ", "audiencelab 12,000", "toofr 780", "31 Oct 2026", "20 Nov 2026", `<figure class="overlap wide"`,
		"email: ", "toofr &lt;1 %", "audiencelab &gt;99 %", ">50 %<", "Acme", "acme.example", "4021", "+50", ">-2<", "job_title", ">321<", "Globex",
		`not everybody: doubtful</td><td class="n">1,204<`, `review</a></td><td class="n">817<`, `contact</td><td class="n">143<`,
		"No hot accounts: <code>hot_accounts</code> is not there",
	} {
		require.Contains(t, body, want)
	}
	require.NotContains(t, body, "c_0123456789abcdef0123", "the page names nobody")
}

func TestTheDataPageWithoutData(t *testing.T) {
	d := newDesk()
	h := Handler(d.options("", "127.0.0.1:8080"))
	res, body := visit(t, h, "GET", "/data", nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, body, "Nothing is in the warehouse yet")
	d.unread = &run.BusyError{}
	res, body = visit(t, h, "GET", "/data", nil)
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	require.Contains(t, body, "A run is on")
	d.unread = errors.New("hot accounts: jane.doe@example.com is no number")
	res, body = visit(t, h, "GET", "/data", nil)
	require.Equal(t, http.StatusInternalServerError, res.StatusCode)
	require.NotContains(t, body, "jane.doe")
	res, _ = visit(t, Handler(d.options(token, "0.0.0.0:8080")), "GET", "/data", nil)
	require.Equal(t, http.StatusSeeOther, res.StatusCode, "beyond the own machine it wants the token")
}

func TestAChartOfGrowthBeginsWithNothing(t *testing.T) {
	day := schema.Date{Time: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	c := newGrowthChart([]report.Growth{{Day: day, Source: "toofr", Records: 50}})
	require.Equal(t, int64(50), c.Most)
	for _, s := range c.Series {
		if s.Name == "toofr" {
			require.Equal(t, "0.0,176.0 720.0,4.0", s.Points, "a first night is a line, too")
			continue
		}
		require.Empty(t, s.Points)
	}
	require.Empty(t, newGrowthChart(nil).Series)
}
