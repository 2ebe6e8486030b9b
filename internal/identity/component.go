package identity

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"contactsync/internal/identity/evidence"
)

// component is the records that identifiers and Always pairs connect, however weakly: what
// is decided of it depends on nothing else. Its records go by their places in the order of
// their keys, which does not depend on when they arrived.
type component struct {
	graph       *Graph
	scratch     *scratch
	records     []int32   // per place, the number in the graph
	carries     [][]int32 // per place, the identifiers that link it
	traits      []evidence.Traits
	stale       []bool
	vouched     []bool // an Always pair names it
	identifiers []carried
	always      []int      // positions in the graph's Always, of the pairs of joined
	joined      [][2]int32 // places that Always joins
	never       [][2]int32 // places that Never keeps apart

	links    []link // strongest first
	pairs    pairs
	forest   *forest
	clusters []cluster // by root
}

// byStrength orders links, the strongest first.
func byStrength(x, y link) int {
	return cmp.Or(cmp.Compare(y.bits, x.bits), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
}

// scratch is what components, of which there are many, use one after another.
type scratch struct {
	reader      *evidence.Reader
	identifiers []evidence.Identifier
	traits      []evidence.Traits
	links       []link
	few         []pair
}

// cluster is records that have been found to be one person's.
type cluster struct {
	places      []int32
	named, live bool // some record of it tells a full name, is not stale
}

// carried is an identifier and the places of those who carry it.
type carried struct {
	number  int32
	places  []int32
	crowded bool // too many for one person
}

// link is a pair of records that share an identifier.
type link struct {
	a, b       int32 // places
	identifier int32 // the first that they share
	bits       float64
}

// pair is what is known of two records.
type pair struct {
	bits            float64
	weighed, linked bool // linked: they share an identifier
}

// pairs are the pairs of a component.
type pairs struct {
	few  []pair // of a small one, each a < b at b*(b-1)/2 + a
	many map[[2]int32]*pair
}

// newPairs are those of so many records. The space serves if it is large enough.
func newPairs(records int, space []pair) pairs {
	const few = 48
	if records > few {
		return pairs{many: map[[2]int32]*pair{}}
	}
	space = slices.Grow(space[:0], records*(records-1)/2)[:records*(records-1)/2]
	clear(space)
	return pairs{few: space}
}

// of is the pair of two different places.
func (p *pairs) of(a, b int32) *pair {
	if a, b = min(a, b), max(a, b); p.many == nil {
		return &p.few[b*(b-1)/2+a]
	}
	found := p.many[[2]int32{a, b}]
	if found == nil {
		found = &pair{}
		p.many[[2]int32{a, b}] = found
	}
	return found
}

// hear takes what the next record testifies.
func (c *component) hear(t *Testimony) {
	place := len(c.traits)
	identifiers := c.scratch.identifiers[:0]
	for _, id := range c.carries[place] {
		of := evidence.Identifier{Kind: c.graph.Kinds[id], Number: id}
		switch id {
		case t.Work:
			of.Mailbox = evidence.Work
		case t.Home:
			of.Mailbox = evidence.Home
		}
		identifiers = append(identifiers, of)
	}
	c.traits = append(c.traits, c.scratch.reader.Of(&t.SourceContact, identifiers))
	c.scratch.identifiers = identifiers
}

// prepare makes everything ready to decide: each record is a cluster, but for those that
// a human has joined.
func (c *component) prepare(p *Partition) {
	n := len(c.records)
	names := make([]uint64, 0, n)
	for _, r := range c.records {
		if c.graph.Names != nil {
			names = append(names, c.graph.Names[r])
		}
	}
	c.forest = newForest(n, c.never, newLimits(n, c.graph.MaxRecords, c.graph.MaxFullNames, names))
	c.clusters = make([]cluster, n)
	c.pairs, c.links = newPairs(n, c.scratch.few), c.scratch.links[:0]
	for place := range int32(n) {
		c.clusters[place] = cluster{places: []int32{place}, named: c.isWitness(place), live: !c.stale[place]}
	}
	for i := range c.identifiers {
		if id := &c.identifiers[i]; !id.crowded {
			c.addLinks(id)
		}
	}
	slices.SortFunc(c.links, byStrength)
	c.scratch.traits, c.scratch.links = c.traits, c.links
	if c.pairs.many == nil {
		c.scratch.few = c.pairs.few
	}
	for i, pair := range c.joined {
		if c.root(pair[0]) == c.root(pair[1]) {
			continue
		}
		if c.forest.forbidden(pair[:]) {
			p.Refused = append(p.Refused, c.always[i])
			continue
		}
		c.unite(pair[0], pair[1])
	}
}

func (c *component) addLinks(id *carried) {
	for i, a := range id.places {
		for _, b := range id.places[:i] {
			if pair := c.pairs.of(a, b); !pair.linked {
				pair.linked = true
				c.links = append(c.links, link{min(a, b), max(a, b), id.number, c.bits(a, b)})
			}
		}
	}
}

// bits is the evidence for one person of a pair.
func (c *component) bits(a, b int32) float64 {
	pair := c.pairs.of(a, b)
	if !pair.weighed {
		pair.bits, pair.weighed = evidence.Bits(&c.traits[a], &c.traits[b]), true
	}
	return pair.bits
}

func (c *component) root(place int32) int32  { return c.forest.root(place) }
func (c *component) of(place int32) *cluster { return &c.clusters[c.root(place)] }

// unite makes one cluster of two.
func (c *component) unite(a, b int32) {
	a, b = c.root(a), c.root(b)
	root := c.forest.union(a, b)
	one, other := &c.clusters[root], &c.clusters[a+b-root]
	one.places = append(one.places, other.places...)
	one.named, one.live = one.named || other.named, one.live || other.live
	other.places = nil
}

// report tells, when all is decided, who is one person, which identifiers do not join all
// their carriers and why, and which pairs of people the evidence alone keeps apart.
func (c *component) report(p *Partition) {
	c.reportPeople(p)
	whole := len(c.of(0).places) == len(c.records) // nearly all components are one person
	for i := range c.identifiers {
		if id := &c.identifiers[i]; !whole || id.crowded {
			c.reportIdentifier(id, p)
		}
	}
	if !whole {
		c.reportCandidates(p)
	}
}

func (c *component) reportPeople(p *Partition) {
	for _, cl := range c.clusters {
		oldest := int32(math.MaxInt32)
		for _, place := range cl.places {
			oldest = min(oldest, c.records[place])
		}
		for _, place := range cl.places {
			p.Oldest[c.records[place]] = oldest
		}
	}
}

func (c *component) reportCandidates(p *Partition) {
	best := map[[2]int32]link{} // by the roots of two people
	for _, l := range c.links {
		roots := [2]int32{min(c.root(l.a), c.root(l.b)), max(c.root(l.a), c.root(l.b))}
		if was, known := best[roots]; roots[0] != roots[1] && (!known || c.tellsMore(l, was)) && c.keptApart(l.a, l.b) <= evidenceOf {
			best[roots] = l
		}
	}
	doubts := slices.SortedFunc(maps.Values(best), byStrength)
	for _, l := range doubts[:min(mostCandidates, len(doubts))] {
		p.Candidates = append(p.Candidates, Candidate{c.records[l.a], c.records[l.b], l.identifier, l.bits})
	}
}

// mostCandidates is how many pairs of people a component reports: an address that a team
// shares makes a pair of any two of it.
const mostCandidates = 100

func (c *component) reportIdentifier(id *carried, p *Partition) {
	if id.crowded { // its pairs are too many to look at
		p.Large = append(p.Large, id.number)
		return
	}
	why := nothing
	bits, named := math.Inf(-1), false
	for i, a := range id.places {
		for _, b := range id.places[:i] {
			if c.root(a) == c.root(b) {
				continue
			}
			why = max(why, c.keptApart(a, b), evidenceOf)
			if both := c.isWitness(a) && c.isWitness(b); both && !named || both == named {
				bits, named = max(c.bits(a, b), bits), both
			}
		}
	}
	switch {
	case why == size:
		p.Large = append(p.Large, id.number)
	case why == override:
		p.Blocked = append(p.Blocked, id.number)
	case why == evidenceOf:
		p.Doubtful = append(p.Doubtful, Doubtful{id.number, bits})
	}
}

// tellsMore reports whether one link says more of its two people than another: named
// records say more than others, and the strongest link most.
func (c *component) tellsMore(l, than link) bool {
	one, other := c.isWitness(l.a) && c.isWitness(l.b), c.isWitness(than.a) && c.isWitness(than.b)
	if one != other {
		return one
	}
	return byStrength(l, than) < 0
}
