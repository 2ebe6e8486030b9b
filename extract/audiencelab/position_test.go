package audiencelab

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/schema"
)

var night = time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC)

// pageOf is a page of two rows of a list, each row a letter.
func pageOf(list string, number int) reply {
	total, more := extract.LenientInt(len(list)), 2*number < len(list)
	a := reply{hasData: true, total: &total, hasMore: &more}
	for _, id := range list[min(len(list), 2*number-2):min(len(list), 2*number)] {
		a.rows = append(a.rows, schema.Record{Source: name, ID: string(id), Raw: []byte(`{"UUID":"` + string(id) + `"}`)})
	}
	a.print = extract.Fingerprint(a.rows)
	return a
}

// step is a page that was read: of a list as it was then, after pages that could
// not be read; or a gap, in a later run.
type step struct {
	page   int
	list   string
	failed []int
	gap    bool
}

// sweep takes the steps from the start of a list, and returns where they lead.
func sweep(steps []step) (at position, warnings []string, err error) {
	at = position{}.begin(night, night, defaultMaxAge)
	pages := new(extract.Pager)
	pages.Begin(at.Trail)
	for _, s := range steps {
		next, said := at, []string(nil)
		if a := pageOf(s.list, s.page); s.gap {
			next = at.fill(s.page, a)
		} else if next, said, err = at.advance(s.page, a, s.failed, pages); err != nil {
			return at, warnings, err
		}
		if s.gap || next.Page != s.page+1 {
			pages.Begin(next.Trail)
		}
		at, warnings = next.finish(night), append(warnings, said...)
	}
	return at, warnings, nil
}

func TestAPositionMovesByWhatAPageSays(t *testing.T) {
	read := func(list string, pages ...int) (steps []step) {
		for _, n := range pages {
			steps = append(steps, step{page: n, list: list})
		}
		return steps
	}
	gap := func(page int, list string) []step { return []step{{page: page, list: list, gap: true}} }
	after := func(page int, list string, failed ...int) []step {
		return []step{{page: page, list: list, failed: failed}}
	}
	for name, c := range map[string]struct {
		steps  [][]step
		page   int // the next one
		pages  int // read
		again  bool
		gaps   []int
		doubt  bool
		done   bool
		warns  string
		refuse string
	}{
		"the start":                      {page: 1},
		"the middle":                     {steps: [][]step{read("abcde", 1, 2)}, page: 3, pages: 2},
		"the end":                        {steps: [][]step{read("abcde", 1, 2, 3)}, pages: 3, done: true},
		"an empty list":                  {steps: [][]step{read("", 1)}, pages: 1, done: true},
		"unreadable, then others":        {steps: [][]step{read("abcdefgh", 1), after(4, "abcdefgh", 2, 3)}, pages: 2, gaps: []int{2, 3}},
		"one of two gaps":                {steps: [][]step{read("abcdefgh", 1), after(4, "abcdefgh", 2, 3), gap(2, "abcdefgh")}, pages: 3, gaps: []int{3}},
		"the last gap":                   {steps: [][]step{read("abcdef", 1), after(3, "abcdef", 2), gap(2, "abcdef")}, pages: 3, done: true},
		"a gap within a pass":            {steps: [][]step{read("abcdefgh", 1), after(3, "abcdefgh", 2), gap(2, "abcdefgh")}, page: 4, pages: 3},
		"a gap of a list that grew":      {steps: [][]step{read("abcdef", 1), after(3, "abcdef", 2), gap(2, "xabcdef")}, page: 1, pages: 3, again: true},
		"a gap of a list that shifted":   {steps: [][]step{read("abcdef", 1), after(3, "abcdef", 2), gap(2, "xabcde")}, pages: 3, doubt: true, done: true},
		"a gap that is empty":            {steps: [][]step{read("abcdef", 1), after(3, "abcdef", 2), gap(2, "")}, pages: 3, doubt: true, done: true},
		"a page that was a gap, in turn": {steps: [][]step{after(2, "abcdef", 1), read("abcdefg", 3, 4, 1)}, page: 2, pages: 4, again: true, warns: "from 6 to 7"},
		"gaps beyond the end of a list":  {steps: [][]step{read("abcdef", 1), after(4, "abcdefgh", 2, 3), read("abc", 1, 2)}, pages: 4, done: true, warns: "from 6 to 8"},
		"a list that grows":              {steps: [][]step{read("abcde", 1, 2), read("xabcde", 3)}, page: 1, pages: 3, again: true, warns: "the list changed from 5 to 6"},
		"within what shifted":            {steps: [][]step{read("abcde", 1, 2), read("xabcde", 3, 1)}, page: 2, pages: 4, again: true, warns: "from 5 to 6"},
		"to the end of what shifted":     {steps: [][]step{read("abcde", 1, 2), read("xabcde", 3, 1, 2)}, pages: 5, done: true, warns: "from 5 to 6"},
		"a list that grows twice":        {steps: [][]step{read("abcde", 1), read("xabcde", 2, 3), read("yxabcde", 1, 2, 3, 4)}, pages: 7, done: true, warns: "from 5 to 6"},
		"a change in the second pass": {steps: [][]step{read("abcde", 1, 2), read("xabcde", 3, 1), read("yxabcde", 2, 3, 4)}, pages: 7, doubt: true, done: true,
			warns: "from 5 to 6"},
		"a page again":            {steps: [][]step{read("ababab", 1, 2)}, refuse: "page 2 repeats the page before it; the next run tries again"},
		"a page of before, again": {steps: [][]step{read("abcdabef", 1, 2, 3)}, refuse: "page 3 repeats an earlier page; the next run tries again"},
		"as in the first pass": {steps: [][]step{read("abcdef", 1), after(3, "abcdef", 2), gap(2, "xabcdef"), read("abcdef", 1)}, page: 2, pages: 4,
			again: true},
	} {
		t.Run(name, func(t *testing.T) {
			var steps []step
			for _, s := range c.steps {
				steps = append(steps, s...)
			}
			at, warnings, err := sweep(steps)
			if c.refuse != "" {
				require.EqualError(t, err, c.refuse)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.page, at.Page, "%+v", at)
			require.Equal(t, c.pages, at.Pages)
			require.Equal(t, c.again, at.Again)
			require.ElementsMatch(t, c.gaps, at.Gaps)
			require.Equal(t, c.doubt, at.Doubt)
			require.Equal(t, c.done, at.done())
			require.Contains(t, strings.Join(warnings, "; "), c.warns)
			require.Equal(t, c.warns == "", len(warnings) == 0, warnings)
			require.True(t, at.Valid())
			back, err := extract.Decode[position](extract.Encode(at), errors.New("unreadable"))
			require.NoError(t, err)
			require.Equal(t, extract.Encode(at), extract.Encode(back))
		})
	}
}

func TestTheEndIsComparedWithWhatIsDeclared(t *testing.T) {
	at, _, err := sweep([]step{{page: 1, list: "abcdefgh"}})
	require.NoError(t, err)
	for declared, c := range map[extract.LenientInt]struct {
		doubt bool
		warns []string
	}{
		4: {false, nil},
		5: {true, []string{"the vendor declares 5 rows and served 4"}},
		6: {true, []string{"the vendor declares 6 rows and served 4"}},
	} {
		at.Size, at.Sizes = int64(declared), map[int64]int{int64(declared): 1}
		last := pageOf("abcd", 2)
		last.total = &declared
		pages := new(extract.Pager)
		pages.Begin(at.Trail)
		next, warnings, err := at.advance(2, last, nil, pages)
		require.NoError(t, err)
		require.Equal(t, c.doubt, next.Doubt)
		require.Equal(t, c.warns, warnings)
		require.True(t, next.finish(night).done())
	}
}

func TestWhatIsAGapAndWhatAnOutage(t *testing.T) {
	for _, c := range []struct {
		gaps, inRow, last int
		outage            bool
	}{{0, 1, 0, false}, {0, 2, 0, false}, {0, 3, 0, true}, {0, 8, 20, false}, {0, 9, 20, true}, {98, 2, 200, false}, {99, 2, 200, true}} {
		require.Equal(t, c.outage, position{Gaps: make([]int, c.gaps)}.outage(c.inRow, c.last), "%+v", c)
	}
	first, later := position{}, position{Pages: 1}
	for status, c := range map[int]struct{ first, later bool }{
		200: {true, true}, 500: {true, true}, 503: {true, true}, 404: {false, true}, 400: {false, true}, 401: {}, 402: {}, 429: {},
	} {
		err := &extract.APIError{Status: status, Err: errors.New("of a page")}
		require.Equal(t, c.first, first.unreadable(err), status)
		require.Equal(t, c.later, later.unreadable(err), status)
	}
	require.True(t, later.unreadable(errNotAgain))
	require.False(t, later.unreadable(nil))
	require.False(t, later.unreadable(&extract.NotReadyError{}))
}

func TestARoundGoesOnWhereARunWasInterrupted(t *testing.T) {
	done := position{Round: night, Sweep: night, DoneAt: night}
	last, half, closed := done, position{Round: night, Sweep: night, Page: 3}, done
	last.Ends, closed.Round = true, time.Time{}
	for name, c := range map[string]struct {
		known    []position
		unmerged bool
		later    time.Duration
		goesOn   bool
	}{
		"nothing is known":           {[]position{{}, {}}, false, time.Hour, false},
		"within a list":              {[]position{half, {}}, false, time.Hour, true},
		"between two lists":          {[]position{done, {}}, false, time.Hour, true},
		"all are read":               {[]position{done, last}, false, time.Hour, false},
		"all are read, and unmerged": {[]position{done, last}, true, time.Hour, true},
		"a list was added":           {[]position{last, {}}, false, time.Hour, false},
		"a run that failed":          {[]position{closed, {}}, false, time.Hour, false},
		"too old":                    {[]position{half, {}}, false, 7 * time.Hour, false},
		"the clock was put back":     {[]position{half, {}}, false, -time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			now := night.Add(c.later)
			round := currentRound(c.known, c.unmerged, now, defaultMaxAge)
			require.Equal(t, c.goesOn, round.Equal(night))
			at := c.known[0].begin(round, now, defaultMaxAge)
			require.Equal(t, round, at.Round)
			if !c.goesOn && c.known[0].done() {
				require.Equal(t, 1, at.Page)
				require.True(t, at.Sweep.After(night), "another sweep, so another name")
			}
		})
	}
}
