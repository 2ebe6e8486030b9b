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

// Guard says what becomes of links of which the evidence speaks for two people.
type Guard uint8

// The guards.
const (
	Off  Guard = iota // they are made, and not weighed
	Warn              // they are made, and reported
	On                // they are not made
)

// Testimony is what a record tells of its person, by which the guard judges.
type Testimony struct {
	schema.SourceContact       // of which the guard reads [TestimonyColumns] only
	Work, Home           int32 // the identifiers of its business and of its personal address, -1 where that links nobody
}

// Witnesses give the testimony of records, in the order in which they are asked for. What
// they give is used before the next, and may be overwritten by it.
type Witnesses func(records []int32) iter.Seq2[*Testimony, error]

// Edge says that a record carries an identifier.
type Edge struct{ Record, Identifier int32 }

// Partition says who is one person, and which links were not made.
type Partition struct {
	Oldest  []int32  // per record, the number of the oldest record of its person
	Shared  []Shared // identifiers of more than MaxNames surnames, by number
	Blocked []int32  // identifiers that link nobody because they would join a Never pair, by number
	Large   []int32  // identifiers that link nobody because their person would have too many records or names, by number
	Refused []int    // positions in Always of pairs that could not be joined because of Never
}

// Shared is an identifier that too many people carry for it to be one person's.
type Shared struct {
	Identifier int32
	Records    int // carriers, neighbours included
	Names      int // distinct surnames among them
}

// Resolve partitions the records into people: those who share an identifier, or
// are joined by Always, directly or through others.
//
// Always pairs are joined first, in the order given, whatever MaxNames says. Then
// each identifier in turn joins all its carriers, or none: when that would put a
// Never pair into one person, the identifier evidently belongs to two people and
// links nobody. Nor does one that would make a person larger than MaxRecords and
// MaxFullNames allow. Stale records link nobody: at the end each joins one person at
// most. This never depends on the age of a record, so the order of
// arrival decides only which id a person gets. Pairs of a record with itself are
// ignored.
func Resolve(g Graph) Partition {
	partitioned := len(g.Surnames) - g.Neighbours
	people := newForest(partitioned, g.Never, newLimits(partitioned, g.MaxRecords, g.MaxFullNames, g.Names))
	var p Partition
	for i, pair := range g.Always {
		if !people.join(pair[:]) {
			p.Refused = append(p.Refused, i)
		}
	}
	index := indexCarriers(g.Edges)
	var names nameCounter
	late := stragglers{stale: g.Stale, people: people}
	for id := range int32(index.len()) {
		carriers := index.of(id)
		if n := names.exceeding(g.MaxNames, carriers, g.Surnames); n > 0 {
			p.Shared = append(p.Shared, Shared{id, len(carriers), n})
			continue
		}
		switch voters := late.withVote(carriers); {
		case people.forbidden(voters):
			p.Blocked = append(p.Blocked, id)
		case people.overgrown(voters):
			p.Large = append(p.Large, id)
		default:
			people.unite(voters)
		}
	}
	late.join(index, &p)
	p.Oldest = people.oldest()
	return p
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

func (c carriers) len() int            { return len(c.start) - 1 }
func (c carriers) of(id int32) []int32 { return c.records[c.start[id]:c.start[id+1]] }

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
