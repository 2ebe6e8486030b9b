package identity

import "slices"

// Guard says what becomes of links of which the evidence speaks for two people.
type Guard uint8

// The guards.
const (
	Off  Guard = iota // they are made, and not weighed
	Warn              // they are made, and reported
	On                // they are not made
)

// Bits of evidence for one person, by which the guard decides.
const (
	// least joins two records that share an identifier; with less they are two people.
	least = 0.0
	// usual is what an identifier in common says for one person. A pair of two groups that
	// are to be joined through others is granted it: it shares none itself.
	usual = 4.0
	// never keeps two groups of records apart, whatever the others of them say.
	never = -8.0
)

// decide puts the records of a component together, strongest evidence first: those with a
// full name by what they say of each other, then those with half a name or none, then the
// stale ones: first those that share an identifier with a live record.
func (c *component) decide() {
	for _, l := range c.links {
		if l.bits >= least && c.isWitness(l.a) && c.isWitness(l.b) {
			c.join(l.a, l.b)
		}
	}
	for i := range c.identifiers {
		if id := &c.identifiers[i]; !id.crowded && slices.ContainsFunc(id.places, c.isUnnamed) {
			c.joinUnnamed(id.places)
		}
	}
	for _, live := range []bool{true, false} {
		for _, l := range c.links {
			if l.bits >= least && (c.stale[l.a] || c.stale[l.b]) && live == (c.stale[l.a] != c.stale[l.b]) && !(c.of(l.a).live && c.of(l.b).live) {
				c.join(l.a, l.b)
			}
		}
	}
}

// isWitness holds for a live record with a full name, isUnnamed for one without.
func (c *component) isWitness(place int32) bool { return !c.stale[place] && c.traits[place].Named() }
func (c *component) isUnnamed(place int32) bool { return !c.stale[place] && !c.traits[place].Named() }

// joinUnnamed joins, of the records that share an identifier, those that tell no full name
// to the one person who claims it. Where people who do not go together claim it, half a
// name may tell whom they belong to; else they are nobody's, and stay among themselves.
func (c *component) joinUnnamed(places []int32) {
	claiming, unnamed := c.claims(places)
	if c.allGoTogether(claiming) {
		for _, p := range claiming[min(1, len(claiming)):] {
			c.join(claiming[0], p)
		}
	}
	nobodys := int32(-1)
	for _, p := range unnamed {
		owner := c.onlyFitting(p, claiming)
		switch {
		case owner >= 0:
			c.join(owner, p)
		case nobodys < 0:
			nobodys = p
		default:
			c.join(nobodys, p)
		}
	}
}

// claims are the live carriers of an identifier, one of each cluster: of those in which
// somebody tells a full name, and of the others.
func (c *component) claims(places []int32) (claiming, unnamed []int32) {
	for _, p := range places {
		if c.stale[p] {
			continue
		}
		list := &unnamed
		if c.of(p).named {
			list = &claiming
		}
		if !slices.ContainsFunc(*list, func(q int32) bool { return c.root(q) == c.root(p) }) {
			*list = append(*list, p)
		}
	}
	return claiming, unnamed
}

// onlyFitting is the one cluster of those claiming that goes together with a record, -1 if
// there is none or there are several.
func (c *component) onlyFitting(place int32, claiming []int32) int32 {
	only := int32(-1)
	for _, q := range claiming {
		switch {
		case !c.goTogether(place, q), only >= 0 && c.root(q) == c.root(only):
		case only >= 0:
			return -1
		default:
			only = q
		}
	}
	return only
}

func (c *component) allGoTogether(places []int32) bool {
	for i, p := range places {
		for _, q := range places[:i] {
			if !c.goTogether(p, q) {
				return false
			}
		}
	}
	return true
}

// join makes one cluster of those of two records, unless something keeps them apart.
func (c *component) join(a, b int32) {
	if c.root(a) != c.root(b) && c.goTogether(a, b) {
		c.unite(a, b)
	}
}

// goTogether reports whether nothing keeps the clusters of two records apart.
func (c *component) goTogether(a, b int32) bool { return c.keptApart(a, b) == nothing }

// obstacle is what keeps two clusters apart.
type obstacle uint8

const (
	nothing    obstacle = iota
	evidenceOf          // records of them speak for two people
	size                // they would be too large a person
	override            // a human's word
)

func (c *component) keptApart(a, b int32) obstacle {
	switch a, b = c.root(a), c.root(b); {
	case a == b:
		return nothing
	case c.forest.forbidden([]int32{a, b}):
		return override
	case !c.forest.limits.fits(a, b):
		return size
	case c.contradict(a, b):
		return evidenceOf
	}
	return nothing
}

// contradict reports whether the records of one cluster and those of the other speak for
// two people, all in all or one pair of them beyond doubt. Whom an override names speaks
// against nobody.
func (c *component) contradict(a, b int32) bool {
	sum, pairs := 0.0, 0
	for _, x := range c.clusters[a].places {
		if c.vouched[x] || !c.traits[x].Tells() {
			continue
		}
		for _, y := range c.clusters[b].places {
			if c.vouched[y] || !c.traits[y].Tells() {
				continue
			}
			bits := c.bits(x, y)
			if !c.pairs.of(x, y).linked {
				bits += usual
			}
			if bits < never {
				return true
			}
			sum, pairs = sum+bits, pairs+1
		}
	}
	return pairs > 0 && sum/float64(pairs) < least
}
