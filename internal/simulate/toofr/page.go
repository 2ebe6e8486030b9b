package toofr

import (
	"fmt"
	"slices"
	"strings"

	"contactsync/internal/simulate/api"
)

// Toofr's numbers, from vendors/toofr-audiences.md.
const (
	pageSize = 10
	overage  = 0.1
)

// audiences answers GET /api/v1/audiences: prospects, ten a page, each of
// which costs a credit; first 202 while "the internet is searched".
func audiences(c *api.Call) api.Answer {
	number, valid := c.Number("page", 1, 1)
	q := readSearch(c)
	if !valid || len(q.websites)+len(q.industries) == 0 {
		return c.NotFound("Please provide websites or industries, and a page of 1 or more.")
	}
	waiting := api.Accepted(api.Object{{"total", 0}, {"prospects", []api.Object{}},
		{"status", "Your query requires background processing. Please try again in a minute."}})
	return c.Await(Name+"/"+q.key(), waiting, func() api.Answer {
		found := c.List(fmt.Sprint(Name, c.Night, q.key()), func() []int32 { return q.people(c.People(), c.Night) })
		return c.Page(number, pageSize, len(found), func(s api.Span) api.Answer { return page(c, number, s, found) })
	})
}

func page(c *api.Call, number int, s api.Span, found []int32) api.Answer {
	rows := c.Rows(s, "title_confidence", "id", func(position int) api.Object {
		return newRecord(c.Sim.Universe, c.Sim.Universe.Person(int(found[position]), c.Night)).json()
	})
	var next any // what the vendor sends on the last page is not known
	if s.More {
		next = number + 1
	}
	reply := api.OK(api.Object{
		{"total", len(rows)}, {"prospects", rows}, {"next_page", next}, {"total_pages", s.Pages}, {"status", "Succeeded."},
	})
	reply.Credits = len(rows)
	return reply
}

func balance(c *api.Call) api.Answer {
	return api.OK(api.Object{{"credits", c.Sim.Balance(Name)}, {"plan_name", "Expert"}, {"overage_rate", overage}})
}

// readSearch reads a search. Industries are ignored when websites are given.
func readSearch(c *api.Call) search {
	q := search{titles: commaList(c.Query.Get("titles"))}
	for _, w := range commaList(c.Query.Get("websites")) {
		q.websites = append(q.websites, websiteDomain(w))
	}
	if len(q.websites) == 0 {
		q.industries = commaList(c.Query.Get("industries"))
	}
	if c.On(api.IgnoredFilters) && len(q.websites)+len(q.industries) > 0 {
		return search{websites: q.websites, industries: q.industries, everybody: true}
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
