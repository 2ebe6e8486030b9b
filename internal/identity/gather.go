package identity

import (
	"cmp"
	"errors"
	"slices"

	"contactsync/internal/identity/evidence"
)

// gathering are the components of a graph.
type gathering struct {
	graph       *Graph
	index       carriers
	oldest      []int32         // per record, the oldest of its component, by whose number that goes
	records     carriers        // by component
	identifiers carriers        // by component, those that link
	always      map[int32][]int // by component, positions in Always
	never       map[int32][]int
	place       []int32 // per record, its place in its component
	scratch     scratch
}

// gather finds the components.
func (g *Graph) gather(index carriers, linking []bool) *gathering {
	whole := newForest(g.partitioned(), nil, &limits{})
	for id := range int32(index.len()) {
		if linking[id] {
			whole.unite(index.of(id))
		}
	}
	for _, pair := range g.Always {
		whole.unite(pair[:])
	}
	oldest := whole.oldest()
	members := make([]Edge, len(oldest))
	for r, root := range oldest {
		members[r] = Edge{int32(r), root}
	}
	var identifiers []Edge
	for id := range int32(index.len()) {
		if first := slices.IndexFunc(index.of(id), whole.holds); linking[id] && first >= 0 {
			identifiers = append(identifiers, Edge{id, oldest[index.of(id)[first]]})
		}
	}
	byComponent := func(pairs [][2]int32) map[int32][]int {
		found := map[int32][]int{}
		for i, pair := range pairs {
			if whole.holds(pair[0]) && whole.holds(pair[1]) && oldest[pair[0]] == oldest[pair[1]] {
				found[oldest[pair[0]]] = append(found[oldest[pair[0]]], i)
			}
		}
		return found
	}
	return &gathering{
		graph: g, index: index, oldest: oldest, records: indexCarriers(members), identifiers: indexCarriers(identifiers),
		always: byComponent(g.Always), never: byComponent(g.Never), place: make([]int32, len(oldest)),
		scratch: scratch{reader: evidence.NewReader()},
	}
}

// joinByEvidence decides component by component. Each depends on nothing outside, so that
// what its records testify is forgotten when it is decided: memory stays small.
func (g *Graph) joinByEvidence(index carriers, linking []bool, testify Witnesses) (p Partition, err error) {
	all := g.gather(index, linking)
	p.Oldest = make([]int32, g.partitioned())
	for r := range p.Oldest {
		p.Oldest[r] = int32(r)
	}
	var order []int32
	for root := range int32(all.records.len()) {
		if records := all.records.of(root); len(records) > 1 {
			slices.SortFunc(records, func(a, b int32) int { return cmp.Or(cmp.Compare(g.Keys[a], g.Keys[b]), cmp.Compare(a, b)) })
			order = append(order, records...)
		}
	}
	asked := 0
	var c *component
	for t, err := range testify(order) {
		if err != nil {
			return p, err
		}
		if c == nil {
			c = all.component(order[asked])
		}
		asked++
		if c.hear(t); len(c.traits) == len(c.records) {
			c.prepare(&p)
			c.decide()
			c.report(&p)
			c = nil
		}
	}
	if asked != len(order) {
		return p, errors.New("some records did not testify")
	}
	p.sort()
	return p, nil
}

// component gathers one, by any record of it.
func (all *gathering) component(record int32) *component {
	g, root := all.graph, all.oldest[record]
	records := all.records.of(root)
	c := &component{
		graph: g, scratch: &all.scratch, records: records, always: all.always[root], traits: all.scratch.traits[:0],
		carries: make([][]int32, len(records)), stale: make([]bool, len(records)), vouched: make([]bool, len(records)),
	}
	for place, r := range records {
		all.place[r] = int32(place)
		c.stale[place] = g.Stale != nil && g.Stale[r]
	}
	for _, id := range all.identifiers.of(root) {
		held := carried{number: id}
		for _, r := range all.index.of(id) {
			if int(r) < len(all.place) {
				held.places = append(held.places, all.place[r])
			}
		}
		slices.Sort(held.places)
		held.places = slices.Compact(held.places)
		held.crowded = g.MaxRecords > 0 && len(held.places) > g.MaxRecords
		for _, place := range held.places {
			c.carries[place] = append(c.carries[place], id)
		}
		c.identifiers = append(c.identifiers, held)
	}
	for _, i := range all.never[root] {
		c.never = append(c.never, [2]int32{all.place[g.Never[i][0]], all.place[g.Never[i][1]]})
	}
	for _, i := range c.always {
		a, b := all.place[g.Always[i][0]], all.place[g.Always[i][1]]
		c.joined = append(c.joined, [2]int32{a, b})
		if a != b {
			c.vouched[a], c.vouched[b] = true, true
		}
	}
	return c
}

// sort puts what components have reported into the order of numbers.
func (p *Partition) sort() {
	slices.Sort(p.Blocked)
	slices.Sort(p.Large)
	slices.Sort(p.Refused)
	slices.SortFunc(p.Doubtful, func(a, b Doubtful) int { return cmp.Compare(a.Identifier, b.Identifier) })
	slices.SortFunc(p.Candidates, func(a, b Candidate) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
}
