package statsocial

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// personalities are the terms of the document.
var personalities = []string{
	"challenge", "closeness", "curiosity", "excitement", "harmony", "ideal", "liberty", "love", "practicality", "self-expression",
	"stability", "structure", "agreeableness", "altruism", "cooperation", "modesty", "morality", "sympathy", "trust", "conscientiousness",
	"achievement striving", "cautiousness", "dutifulness", "orderliness", "self-discipline", "self-efficacy", "extraversion",
	"activity level", "assertiveness", "cheerfulness", "excitement-seeking", "friendliness", "gregariousness", "neuroticism", "anger",
	"anxiety", "depression", "immoderation", "self-consciousness", "vulnerability", "openness", "adventurousness", "artistic interests",
	"emotionality", "imagination", "intellect", "liberalism", "conservation", "hedonism", "openness to change", "self-enhancement",
	"self-transcendence",
}

func listPersonalities(*api.Call) api.Answer {
	terms := []api.Object{}
	for _, t := range personalities {
		terms = append(terms, api.Object{{"term", t}})
	}
	return enveloped(api.Object{{"personalities", terms}})
}

// affinity is a node of the tree of things that people follow.
type affinity struct {
	id, name  string
	followers int // 0: a root
	children  []affinity
}

var affinities = []affinity{
	{id: ".b2b.", name: "B2B"},
	{id: ".brands.", name: "Brands", children: []affinity{
		{"a301", "Outdoor Gear", 5_200_000, []affinity{{"a30101", "Ridgeline Packs", 41_000, nil}}},
	}},
	{id: ".influencers.", name: "Influencers", children: []affinity{
		{"a197", "Sports", 238_080_000, []affinity{
			{"a759", "Soccer", 120_750_000, []affinity{{"a38802", "The Striker (made up)", 420_000, nil}}},
		}},
		{"a198", "Technology", 88_000_000, []affinity{{"a760", "Programming", 9_300_000, []affinity{
			{"a40001", "Golang Weekly Digest (made up)", 61_000, nil}, {"a40002", "The Gopher Hour (made up)", 12_500, nil},
		}}}},
	}},
	{id: ".interests.", name: "Interests", children: []affinity{
		{"a501", "Cooking", 31_000_000, nil}, {"a502", "Data Engineering", 740_000, nil},
	}},
	{id: ".media.", name: "Media"},
	{id: ".personas.", name: "Personas"},
	{id: ".private.", name: "Private"},
}

// contains reports whether a name contains the text that a request searches for.
func contains(c *api.Call, name string) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(c.Query.Get("query")))
}

// searchAffinities answers with the roots and, below them, what matches.
func searchAffinities(c *api.Call) api.Answer {
	roots := []api.Object{}
	for _, a := range affinities {
		node, _ := a.json(c)
		roots = append(roots, node)
	}
	return enveloped(roots)
}

// json is the node with those children that match or lead to a match.
func (a affinity) json(c *api.Call) (node api.Object, matches bool) {
	matches = c.Query.Get("query") != "" && a.followers > 0 && contains(c, a.name)
	node = api.Object{{"id", a.id}, {"name", a.name}, {"is_category", a.followers == 0 || len(a.children) > 0}}
	if a.followers > 0 {
		node = node.With("followers_count", a.followers)
	}
	node = node.With("can_add", a.followers > 0)
	if matches {
		node = node.With("is_match", true)
	}
	node = node.With("kind", "affinity")
	var children []api.Object
	for _, child := range a.children {
		if below, leads := child.json(c); leads {
			children, matches = append(children, below), true
		}
	}
	if children != nil {
		node = node.With("children", children)
	}
	return node, matches
}

// lookup answers a search by name, in the form of the B2B searches.
func lookup(c *api.Call, kind string, names []string) api.Answer {
	rows := []api.Object{}
	for _, name := range names {
		if contains(c, name) {
			followers := 14 + world.UpTo(world.HashText(7, name), 4000)
			rows = append(rows, api.Object{{"id", name}, {"name", name}, {"followers_count", followers}, {"kind", kind}})
		}
	}
	rows = rows[:min(len(rows), 50)]
	return enveloped(api.Object{{"data", rows}, {"has_next", false}, {"next", ""}})
}

func jobTitles(c *api.Call) api.Answer {
	return lookup(c, "b2b_jobtitle", world.Each(world.Jobs, func(j world.Job) string { return j.Title }))
}

func employers(c *api.Call) api.Answer {
	var names []string
	for n := range min(c.Sim.Universe.Companies(), 2000) {
		names = append(names, world.NewCompany(n).Name)
	}
	return lookup(c, "b2b_employer", names)
}

// area is an entry of a location search.
type area struct{ id, name string }

// kinds are the areas that location answers for, by the last part of the path.
var kinds = map[string]struct {
	name string
	of   func(n int, p world.Place) area
}{
	"cities":    {"city", func(n int, p world.Place) area { return area{strconv.Itoa(81000 + n*7), p.City} }},
	"dmas":      {"dma", func(_ int, p world.Place) area { return area{hashedID(500, 8, p.DMA), p.DMA} }},
	"regions":   {"region", func(_ int, p world.Place) area { return area{hashedID(3300, 9, p.State), p.State} }},
	"countries": {"country", nil},
}

func hashedID(first int, seed uint64, name string) string {
	return strconv.Itoa(first + world.UpTo(world.HashText(seed, name), 400))
}

// location answers location/cities, countries, dmas and regions.
func location(c *api.Call) api.Answer {
	kind, known := kinds[c.HTTP.PathValue("kind")]
	if !known {
		return api.NotFound(c)
	}
	areas := []area{{"38", "Canada"}, {"230", "United States Minor Outlying Islands"}, {"231", "United States"}}
	if kind.of != nil {
		areas = nil
		for n, p := range world.Places {
			areas = append(areas, kind.of(n, p))
		}
		slices.SortFunc(areas, func(a, b area) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.id, b.id)) })
		areas = slices.Compact(areas)
	}
	rows := []api.Object{}
	for _, a := range areas {
		if contains(c, a.name) {
			rows = append(rows, api.Object{{"id", a.id}, {"name", a.name}, {"kind", kind.name}})
		}
	}
	return enveloped(api.Object{{"data", rows}})
}
