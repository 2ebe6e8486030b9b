package simulate

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Toofr's numbers, from vendors/toofr-audiences.md.
const (
	toofrPageSize = 10
	toofrOverage  = 0.1
)

func (s *Simulator) toofr() http.Handler {
	mux := http.NewServeMux()
	key := func(c *call) bool { return c.holds(c.query.Get("key")) }
	mux.Handle("GET /api/v1/audiences", s.handle(Toofr, key, toofrAudiences))
	mux.Handle("GET /api/v1/credits/balance", s.handle(Toofr, key, toofrBalance))
	mux.Handle("/", s.handle(Toofr, nil, notFound))
	return mux
}

func notFound(c *call) answer {
	return c.problem(http.StatusNotFound, "The resource you requested could not be found.")
}

// toofrSearch is a search as its query defines it.
type toofrSearch struct {
	websites   []string // domains
	industries []string // ignored when websites are given
	titles     []string
}

func (q toofrSearch) key() string {
	return strings.Join(q.websites, ",") + "|" + strings.Join(q.industries, ",") + "|" + strings.Join(q.titles, ",")
}

func readToofrSearch(c *call) toofrSearch {
	q := toofrSearch{titles: commaList(c.query.Get("titles"))}
	for _, w := range commaList(c.query.Get("websites")) {
		q.websites = append(q.websites, websiteDomain(w))
	}
	if len(q.websites) == 0 {
		q.industries = commaList(c.query.Get("industries"))
	}
	for _, list := range [][]string{q.websites, q.industries, q.titles} {
		slices.Sort(list)
	}
	return q
}

func commaList(text string) []string {
	var list []string
	for v := range strings.SplitSeq(text, ",") {
		if v = strings.TrimSpace(v); v != "" {
			list = append(list, v)
		}
	}
	return list
}

// toofrAudiences answers GET /api/v1/audiences: prospects, ten a page, each of
// which costs a credit; first 202 while "the internet is searched".
func toofrAudiences(c *call) answer {
	page, valid := c.number("page", 1, 1)
	q := readToofrSearch(c)
	if !valid || len(q.websites)+len(q.industries) == 0 {
		return c.problem(http.StatusNotFound, "Please provide websites or industries, and a page of 1 or more.")
	}
	ready, count := c.sim.ready(c, Toofr+"/"+q.key())
	if !ready {
		reply := ok(object{{"total", 0}, {"prospects", []object{}}, {"status", "Your query requires background processing. Please try again in a minute."}})
		reply.status, reply.done = http.StatusAccepted, count
		return reply
	}
	found := c.sim.toofrFound(q, c.night)
	s, failure, failed := c.span(page, toofrPageSize, len(found))
	if failed {
		return failure
	}
	rows := make([]object, 0, toofrPageSize)
	drifts := c.on(SchemaDrift)
	for _, i := range found[s.from:s.to] {
		row := c.sim.universe.toofrRecord(c.sim.universe.person(int(i), c.night)).json()
		if drifts {
			row = drift(row, "title_confidence", "id")
		}
		rows = append(rows, row)
	}
	var next any // what the vendor sends on the last page is not known
	if s.more {
		next = page + 1
	}
	reply := ok(object{
		{"total", len(rows)}, {"prospects", rows}, {"next_page", next}, {"total_pages", s.pages}, {"status", "Succeeded."},
	})
	reply.credits, reply.done = len(rows), count
	return reply
}

func toofrBalance(c *call) answer {
	return ok(object{{"credits", c.sim.Credits()}, {"plan_name", "Expert"}, {"overage_rate", toofrOverage}})
}

// toofrFound lists the people whom a search finds, "sorted by title, so complete
// profiles are first, and then by confidence score", which changes over night.
func (s *Simulator) toofrFound(q toofrSearch, night int) []int32 {
	return s.list(Toofr+"/"+strconv.Itoa(night)+"/"+q.key(), func() []int32 {
		return s.universe.toofrMatches(q, s.employers(q), night)
	})
}

// employers are the companies that a search names.
func (s *Simulator) employers(q toofrSearch) []int {
	numbers := s.companyNumbers()
	var found []int
	for _, w := range q.websites {
		if n, ok := numbers[w]; ok && !slices.Contains(found, n) {
			found = append(found, n)
		}
	}
	if len(q.websites) == 0 {
		for n := range s.universe.companies() {
			if slices.Contains(q.industries, makeCompany(n).industry.toofr) {
				found = append(found, n)
			}
		}
	}
	return found
}

// companyNumbers finds companies by domain; the index is made once.
func (s *Simulator) companyNumbers() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.domains == nil {
		s.domains = make(map[string]int, s.universe.companies())
		for n := range s.universe.companies() {
			s.domains[makeCompany(n).domain] = n
		}
	}
	return s.domains
}

// toofrMatches ranks the people of some companies who hold one of the titles.
func (u universe) toofrMatches(q toofrSearch, employers []int, night int) []int32 {
	known := u.coverage(Toofr)
	type ranked struct {
		index    int32
		score    int
		complete bool
	}
	var found []ranked
	for _, n := range employers {
		u.colleagues(n, night, func(i int) {
			if !known.knows(i) || !u.holdsTitle(i, night, q.titles) {
				return
			}
			jitter := upTo(u.about(i, saltField, uint64(night), 1), 30)
			found = append(found, ranked{int32(i), u.toofrConfidence(i) + jitter, u.toofrProfile(i)})
		})
	}
	slices.SortFunc(found, func(a, b ranked) int {
		if a.complete != b.complete {
			return map[bool]int{true: -1, false: 1}[a.complete]
		}
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.index, b.index))
	})
	list := make([]int32, len(found))
	for k, f := range found {
		list[k] = f.index
	}
	return list
}

// holdsTitle reports whether a person's job is in one of Toofr's title categories.
func (u universe) holdsTitle(i, night int, titles []string) bool {
	if len(titles) == 0 {
		return true
	}
	held := one(u.about(i, saltJob, uint64(u.moves(i, night))), jobs).toofr
	return slices.ContainsFunc(held, func(t string) bool { return slices.Contains(titles, t) })
}
