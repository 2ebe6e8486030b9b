package identity

import (
	"iter"
	"slices"

	"contactsync/schema"
)

// Graph is the part of the warehouse that a change affects, as numbers, so that a million
// records need little memory.
//
// Records are numbered from oldest to newest (first_seen_at, source, source_id),
// neighbours last. Identifiers are strong ones only, numbered in an order that
// does not depend on arrival, such as kind and value: where overrides forbid
// some links, the lower number is honoured first. The hashes of one address
// that is known in clear should share a number, so that they count as one.
type Graph struct {
	Surnames   []uint64      // per record, its [SurnameHash]; 0 = the record has no surname
	Names      []uint64      // per record, a hash of its full name; 0 = it has none in full; none = they are not counted
	Keys       []uint64      // per record, a hash of its key, which orders records whenever they arrived; for the guard
	Stale      []bool        // per record, whether it no longer links others; none = nobody
	Kinds      []schema.Kind // per identifier, its kind; for the guard
	Neighbours int           // so many of the last records only count as carriers; they are not partitioned
	Edges      []Edge        // which record carries which identifier, in any order; repeats are harmless
	Never      [][2]int32
	Always     [][2]int32
	MaxNames   int // an identifier carried by records of more distinct surnames links nobody; 0 = no limit
	MaxRecords int // a person of more records is not made by identifiers; 0 = no limit
	// MaxFullNames is how many distinct Names a person has to whom identifiers still join anybody; 0 = no limit.
	MaxFullNames int
	Guard        Guard // what becomes of links of which the evidence speaks for two people
}

// Testimony is what a record tells of its person, by which the guard judges.
type Testimony struct {
	schema.SourceContact       // of which the guard reads [evidence.Columns] only; of dates, the year
	Work, Home           int32 // the identifiers of its business and of its personal address, -1 where that links nobody
}

// Witnesses give the testimony of records, in the order in which they are asked for. What
// they give is used before the next, and may be overwritten by it.
type Witnesses func(records []int32) iter.Seq2[*Testimony, error]

// Edge says that a record carries an identifier.
type Edge struct{ Record, Identifier int32 }

// Partition says who is one person, and which links were not made.
type Partition struct {
	Oldest     []int32     // per record, the number of the oldest record of its person
	Shared     []Shared    // identifiers of more than MaxNames surnames, by number
	Blocked    []int32     // identifiers that do not join all their carriers because of a Never pair, by number
	Large      []int32     // those that do not because a person would have too many records or names, by number
	Doubtful   []Doubtful  // those that do not, or would not, because of the evidence, by number
	Candidates []Candidate // people of whom the evidence refuses a link, or would
	Refused    []int       // positions in Always of pairs that could not be joined because of Never
	Splits     int         // people whom a guard that only warns would split
}

// Shared is an identifier that too many people carry for it to be one person's.
type Shared struct {
	Identifier int32
	Records    int // carriers, neighbours included
	Names      int // distinct surnames among them
}

// Doubtful is an identifier whose carriers speak for several people.
type Doubtful struct {
	Identifier int32
	Bits       float64 // of the strongest link that is refused
}

// Candidate is two records of two people who share an identifier; of all records of the two,
// those that say most of each other.
type Candidate struct {
	A, B       int32
	Identifier int32
	Bits       float64
}

// Resolve partitions the records into people: those who share an identifier, or
// are joined by Always, directly or through others, as far as the guard has no doubt.
//
// Always pairs are joined first, in the order given, whatever MaxNames says. Identifiers
// of more surnames than that link nobody. What the others join depends on the guard; see
// [Graph.joinAll] and [component.decide]. It never depends on the age of a record, so the
// order of arrival decides only which id a person gets. Pairs of a record with itself are
// ignored. The testimony of records is asked for where the guard weighs it; an error is
// one of theirs.
func Resolve(g Graph, testify Witnesses) (Partition, error) {
	var p Partition
	index := indexCarriers(g.Edges)
	linking := make([]bool, index.len())
	var names nameCounter
	for id := range int32(index.len()) {
		if n := names.exceeding(g.MaxNames, index.of(id), g.Surnames); n > 0 {
			p.Shared = append(p.Shared, Shared{id, len(index.of(id)), n})
		} else {
			linking[id] = true
		}
	}
	if g.Guard != On {
		g.joinAll(index, linking, &p)
	}
	if g.Guard == Off {
		return p, nil
	}
	guarded, err := g.joinByEvidence(index, linking, testify)
	if err != nil {
		return p, err
	}
	if g.Guard == Warn {
		p.warn(guarded)
		return p, nil
	}
	guarded.Shared = p.Shared
	return guarded, nil
}

// partitioned is how many records are to be partitioned.
func (g *Graph) partitioned() int { return len(g.Surnames) - g.Neighbours }

// joinAll lets each identifier in turn join all its carriers, or none: when that would put
// a Never pair into one person, the identifier evidently belongs to two people and
// links nobody. Nor does one that would make a person larger than MaxRecords and
// MaxFullNames allow. Stale records link nobody: at the end each joins one person at most.
func (g *Graph) joinAll(index carriers, linking []bool, p *Partition) {
	people := newForest(g.partitioned(), g.Never, newLimits(g.partitioned(), g.MaxRecords, g.MaxFullNames, g.Names))
	for i, pair := range g.Always {
		if !people.join(pair[:]) {
			p.Refused = append(p.Refused, i)
		}
	}
	late := stragglers{stale: g.Stale, people: people}
	for id := range int32(index.len()) {
		switch voters := late.withVote(index.of(id)); {
		case !linking[id]:
		case people.forbidden(voters):
			p.Blocked = append(p.Blocked, id)
		case people.overgrown(voters):
			p.Large = append(p.Large, id)
		default:
			people.unite(voters)
		}
	}
	late.join(index, p)
	p.Oldest = people.oldest()
}

// warn adds to a partition what a guard would do to it.
func (p *Partition) warn(guarded Partition) {
	parts := map[int32]int32{} // per person, one of the people it would be
	split := map[int32]bool{}
	for r, person := range p.Oldest {
		part := guarded.Oldest[r]
		if known, ok := parts[person]; !ok {
			parts[person] = part
		} else if part != known {
			split[person] = true
		}
	}
	p.Splits, p.Candidates = len(split), guarded.Candidates
	for _, d := range guarded.Doubtful {
		_, is := slices.BinarySearch(p.Blocked, d.Identifier)
		if _, large := slices.BinarySearch(p.Large, d.Identifier); !is && !large {
			p.Doubtful = append(p.Doubtful, d)
		}
	}
}

// carriers lists the records of each identifier without a slice per identifier:
// those of i are records[start[i]:start[i+1]].
type carriers struct{ start, records []int32 }

// indexCarriers groups edges by identifier, by counting.
func indexCarriers(edges []Edge) carriers {
	identifiers := int32(0)
	for _, e := range edges {
		identifiers = max(identifiers, e.Identifier+1)
	}
	// Shifted by one more than needed: while records are placed, start[i+1] is
	// where the next carrier of i goes, and ends as where those of i+1 begin.
	start := make([]int32, identifiers+2)
	for _, e := range edges {
		start[e.Identifier+2]++
	}
	for i := 2; i < len(start); i++ {
		start[i] += start[i-1]
	}
	records := make([]int32, len(edges))
	for _, e := range edges {
		records[start[e.Identifier+1]] = e.Record
		start[e.Identifier+1]++
	}
	return carriers{start[:identifiers+1], records}
}

func (c carriers) len() int { return len(c.start) - 1 }

func (c carriers) of(id int32) []int32 {
	if int(id) >= c.len() {
		return nil
	}
	return c.records[c.start[id]:c.start[id+1]]
}

// nameCounter counts distinct surnames; it keeps its scratch space between calls.
type nameCounter struct{ seen []uint64 }

// exceeding is the number of distinct surnames among the records if it is more
// than limit, else 0.
func (c *nameCounter) exceeding(limit int, records []int32, surnames []uint64) int {
	if limit <= 0 || len(records) <= limit {
		return 0 // the common case, without looking at a name
	}
	c.seen = c.seen[:0]
	for _, r := range records {
		if name := surnames[r]; name != 0 {
			c.seen = append(c.seen, name)
		}
	}
	slices.Sort(c.seen)
	if n := len(slices.Compact(c.seen)); n > limit {
		return n
	}
	return 0
}
