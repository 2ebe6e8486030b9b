package toofr

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// search is a search as its query defines it.
type search struct {
	websites   []string // domains
	industries []string // ignored when websites are given
	titles     []string
}

func (q search) key() string {
	return strings.Join(q.websites, ",") + "|" + strings.Join(q.industries, ",") + "|" + strings.Join(q.titles, ",")
}

func readSearch(c *api.Call) search {
	q := search{titles: commaList(c.Query.Get("titles"))}
	for _, w := range commaList(c.Query.Get("websites")) {
		q.websites = append(q.websites, websiteDomain(w))
	}
	if len(q.websites) == 0 {
		q.industries = commaList(c.Query.Get("industries"))
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

// found lists the people whom a search finds, "sorted by title, so complete
// profiles are first, and then by confidence score", which changes over night.
func (c *call) found(q search) []int32 {
	return c.Sim.List(Name+"/"+strconv.Itoa(c.Night)+"/"+q.key(), func() []int32 {
		return matches(c.Sim.Universe, q, c.companies.named(q), c.Night)
	})
}

// companies finds companies by domain; the index is made once.
type companies struct {
	universe world.Universe
	once     sync.Once
	byDomain map[string]int
}

// named are the companies that a search names.
func (t *companies) named(q search) []int {
	t.once.Do(t.index)
	var found []int
	for _, w := range q.websites {
		if n, ok := t.byDomain[w]; ok && !slices.Contains(found, n) {
			found = append(found, n)
		}
	}
	if len(q.websites) == 0 {
		for n := range t.universe.Companies() {
			if slices.Contains(q.industries, world.NewCompany(n).Industry.Toofr) {
				found = append(found, n)
			}
		}
	}
	return found
}

func (t *companies) index() {
	t.byDomain = make(map[string]int, t.universe.Companies())
	for n := range t.universe.Companies() {
		t.byDomain[world.NewCompany(n).Domain] = n
	}
}

// matches ranks the people of some companies who hold one of the titles.
func matches(u world.Universe, q search, employers []int, night int) []int32 {
	known := people(u)
	type ranked struct {
		index    int32
		score    int
		complete bool
	}
	var found []ranked
	for _, n := range employers {
		u.Colleagues(n, night, func(i int) {
			if !known.Knows(i) || !holdsTitle(u, i, night, q.titles) {
				return
			}
			jitter := world.UpTo(u.About(i, world.SaltField, uint64(night), 1), 30)
			found = append(found, ranked{int32(i), confidence(u, i) + jitter, profile(u, i)})
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
func holdsTitle(u world.Universe, i, night int, titles []string) bool {
	if len(titles) == 0 {
		return true
	}
	held := world.Pick(u.About(i, world.SaltJob, uint64(u.Moves(i, night))), world.Jobs).Toofr
	return slices.ContainsFunc(held, func(t string) bool { return slices.Contains(titles, t) })
}

// websiteDomain reads a website as the Toofr document allows it: a bare domain
// or a properly formed URL.
func websiteDomain(website string) string {
	d := strings.ToLower(strings.TrimSpace(website))
	d = strings.TrimPrefix(strings.TrimPrefix(d, "https://"), "http://")
	d = strings.TrimPrefix(d, "www.")
	if i := strings.IndexAny(d, "/?#:"); i >= 0 {
		d = d[:i]
	}
	return d
}

// Websites lists as many companies as it takes for a search, without titles,
// to find so many prospects on the first night; fewer where the universe has not
// so many.
func Websites(u world.Universe, prospects int) []string {
	var websites []string
	for n, found := 0, 0; n < u.Companies() && found < prospects; n++ {
		websites = append(websites, world.NewCompany(n).Domain)
		found += len(matches(u, search{}, []int{n}, 0))
	}
	return websites
}
