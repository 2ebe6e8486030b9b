package identity

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// graphs draws small graphs in which every rule of Resolve has something to do.
func graphs(overrides bool) *rapid.Generator[Graph] {
	return rapid.Custom(func(t *rapid.T) Graph {
		n := rapid.IntRange(1, 24).Draw(t, "records")
		record := rapid.Int32Range(0, int32(n-1))
		pair := rapid.Custom(func(t *rapid.T) [2]int32 { return [2]int32{record.Draw(t, "a"), record.Draw(t, "b")} })
		edge := rapid.Custom(func(t *rapid.T) Edge {
			return Edge{record.Draw(t, "record"), rapid.Int32Range(0, 15).Draw(t, "identifier")}
		})
		g := Graph{
			Surnames: rapid.SliceOfN(rapid.Uint64Range(0, 4), n, n).Draw(t, "surnames"),
			Edges:    rapid.SliceOfN(edge, 0, 40).Draw(t, "edges"),
			MaxNames: rapid.IntRange(0, 3).Draw(t, "max_names"),
		}
		if overrides {
			g.Never = rapid.SliceOfN(pair, 0, 4).Draw(t, "never")
			g.Always = rapid.SliceOfN(pair, 0, 3).Draw(t, "always")
		}
		return g
	})
}

// unweighed resolves a graph without a guard.
func unweighed(g Graph) Partition {
	p, err := Resolve(g, nil)
	if err != nil {
		panic(err)
	}
	return p
}

// renumber gives record i the number to[i]; the last records stay neighbours.
func renumber(g Graph, to []int32) Graph {
	pairs := func(list [][2]int32) [][2]int32 {
		var out [][2]int32
		for _, p := range list {
			out = append(out, [2]int32{to[p[0]], to[p[1]]})
		}
		return out
	}
	out := g
	out.Edges, out.Never, out.Always = nil, pairs(g.Never), pairs(g.Always)
	out.Surnames, out.Names, out.Stale = moved(g.Surnames, to), moved(g.Names, to), moved(g.Stale, to)
	for _, e := range g.Edges {
		out.Edges = append(out.Edges, Edge{to[e.Record], e.Identifier})
	}
	return out
}

// moved gives what is known of record i to record to[i].
func moved[T any](list []T, to []int32) []T {
	out := make([]T, len(list))
	for i, v := range list {
		out[to[i]] = v
	}
	return out
}

func TestOrderOfArrivalDoesNotMatterForThePartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := aged(bounded(graphs(true))).Draw(t, "graph")
		to := rapid.Permutation(upTo(len(g.Surnames))).Draw(t, "arrival")
		shuffled := renumber(g, to)
		shuffled.Edges = rapid.Permutation(shuffled.Edges).Draw(t, "edges")
		p, q := unweighed(g), unweighed(shuffled)
		for a := range p.Oldest {
			for b := range p.Oldest {
				require.Equal(t, p.Oldest[a] == p.Oldest[b], q.Oldest[to[a]] == q.Oldest[to[b]], "records %d and %d", a, b)
			}
		}
		require.Equal(t, p.Shared, q.Shared)
		require.Equal(t, p.Blocked, q.Blocked)
		require.Equal(t, p.Large, q.Large)
		require.Equal(t, p.Refused, q.Refused)
	})
}

func TestAPersonIsWhatLinksReach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := graphs(false).Draw(t, "graph")
		p := unweighed(g)
		shared := map[int32]bool{}
		for _, s := range p.Shared {
			shared[s.Identifier] = true
		}
		for start := range int32(len(g.Surnames)) {
			reached := map[int32]bool{start: true}
			for grown := true; grown; {
				grown = false
				for _, e := range g.Edges {
					for _, f := range g.Edges {
						if e.Identifier == f.Identifier && !shared[e.Identifier] && reached[e.Record] && !reached[f.Record] {
							reached[f.Record], grown = true, true
						}
					}
				}
			}
			for other := range int32(len(g.Surnames)) {
				require.Equal(t, reached[other], p.Oldest[start] == p.Oldest[other])
			}
		}
	})
}

func TestForbiddenPairsNeverMeetAndPeopleAreNamedByTheirOldest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := graphs(true).Draw(t, "graph")
		p := unweighed(g)
		for _, pair := range g.Never {
			if pair[0] != pair[1] {
				require.NotEqual(t, p.Oldest[pair[0]], p.Oldest[pair[1]])
			}
		}
		for i, oldest := range p.Oldest {
			require.LessOrEqual(t, oldest, int32(i))
			require.Equal(t, oldest, p.Oldest[oldest])
		}
		for i, pair := range g.Always {
			require.Equal(t, !slices.Contains(p.Refused, i), p.Oldest[pair[0]] == p.Oldest[pair[1]])
		}
	})
}

// TestResolvingThePartInPlayEqualsResolvingEverything follows the package
// comment's rule for the affected part, from one state of a warehouse to the next.
func TestResolvingThePartInPlayEqualsResolvingEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := aged(bounded(graphs(true))).Draw(t, "old")
		n := int32(len(old.Surnames))
		changed := rapid.SliceOfNDistinct(rapid.Int32Range(0, n-1), 1, -1, rapid.ID[int32]).Draw(t, "changed")
		next := change(t, old, changed)
		was, want := unweighed(old), unweighed(next)

		part := partInPlay(old, next, was, changed)
		sub, numbers := restrict(next, part)
		got := unweighed(sub)
		for i, oldest := range got.Oldest {
			require.Equal(t, want.Oldest[numbers[i]], numbers[oldest], "record %d", numbers[i])
		}
		for r := range n {
			if !slices.Contains(part, r) {
				require.Equal(t, was.Oldest[r], want.Oldest[r], "record %d is not affected", r)
			}
		}
	})
}

// change gives the changed records new names and identifiers, or another age only.
func change(t *rapid.T, old Graph, changed []int32) Graph {
	next := old
	next.Surnames, next.Names, next.Stale = slices.Clone(old.Surnames), slices.Clone(old.Names), slices.Clone(old.Stale)
	next.Edges = slices.Clone(old.Edges)
	for _, r := range changed {
		if next.Stale[r] = rapid.Bool().Draw(t, "stale"); next.Stale[r] != old.Stale[r] && rapid.Bool().Draw(t, "age only") {
			continue
		}
		next.Surnames[r], next.Names[r] = rapid.Uint64Range(0, 4).Draw(t, "surname"), rapid.Uint64Range(0, 5).Draw(t, "name")
		next.Edges = slices.DeleteFunc(next.Edges, func(e Edge) bool { return e.Record == r })
		for _, id := range rapid.SliceOfN(rapid.Int32Range(0, 15), 0, 3).Draw(t, "identifiers") {
			next.Edges = append(next.Edges, Edge{r, id})
		}
	}
	return next
}

func partInPlay(old, next Graph, was Partition, changed []int32) []int32 {
	start := slices.Clone(changed)
	for _, pair := range slices.Concat(next.Never, next.Always) {
		start = append(start, pair[:]...)
	}
	in := map[int32]bool{}
	addCarriers := func(of func(Edge) bool) {
		for _, e := range slices.Concat(old.Edges, next.Edges) {
			if !of(e) {
				continue
			}
			for _, f := range slices.Concat(old.Edges, next.Edges) {
				if f.Identifier == e.Identifier {
					in[f.Record] = true
				}
			}
		}
	}
	for _, r := range start {
		in[r] = true
	}
	addCarriers(func(e Edge) bool { return slices.Contains(start, e.Record) })
	for size := 0; size != len(in); {
		size = len(in)
		addCarriers(func(e Edge) bool {
			return in[e.Record] && next.Stale[e.Record] && !slices.ContainsFunc(was.Shared, func(s Shared) bool { return s.Identifier == e.Identifier })
		})
		addCarriers(func(e Edge) bool {
			return in[e.Record] && slices.Contains(slices.Concat(was.Blocked, was.Large), e.Identifier)
		})
		for a := range was.Oldest {
			for b := range was.Oldest {
				if in[int32(a)] && was.Oldest[a] == was.Oldest[b] {
					in[int32(b)] = true
				}
			}
		}
	}
	var part []int32
	for r := range int32(len(next.Surnames)) {
		if in[r] {
			part = append(part, r)
		}
	}
	return part
}

// restrict cuts a graph down to the part, with the remaining carriers of its
// identifiers as neighbours; numbers are the old numbers of its records.
func restrict(g Graph, part []int32) (sub Graph, numbers []int32) {
	touched := map[int32]bool{}
	for _, e := range g.Edges {
		if slices.Contains(part, e.Record) {
			touched[e.Identifier] = true
		}
	}
	numbers = slices.Clone(part)
	for _, e := range g.Edges {
		if touched[e.Identifier] && !slices.Contains(numbers, e.Record) {
			numbers = append(numbers, e.Record)
		}
	}
	number := func(r int32) int32 { return int32(slices.Index(numbers, r)) }
	sub = g
	sub.Neighbours = len(numbers) - len(part)
	sub.Surnames, sub.Names, sub.Stale = of(g.Surnames, numbers), of(g.Names, numbers), of(g.Stale, numbers)
	sub.Edges, sub.Never, sub.Always = nil, nil, nil
	for _, e := range g.Edges {
		if touched[e.Identifier] {
			sub.Edges = append(sub.Edges, Edge{number(e.Record), e.Identifier})
		}
	}
	for _, p := range g.Never {
		sub.Never = append(sub.Never, [2]int32{number(p[0]), number(p[1])})
	}
	for _, p := range g.Always {
		sub.Always = append(sub.Always, [2]int32{number(p[0]), number(p[1])})
	}
	return sub, numbers
}

// of lists what is known of some records.
func of[T any](list []T, records []int32) []T {
	if list == nil {
		return nil
	}
	out := make([]T, len(records))
	for i, r := range records {
		out[i] = list[r]
	}
	return out
}

func upTo(n int) []int32 {
	numbers := make([]int32, n)
	for i := range numbers {
		numbers[i] = int32(i)
	}
	return numbers
}

// BenchmarkResolve is a warehouse from nothing: a million records of 400,000
// people, four identifiers a record, a few shared by thousands, some overrides.
func BenchmarkResolve(b *testing.B) {
	const records, people, identifiers = 1_000_000, 400_000, 1_200_000
	random := rand.New(rand.NewPCG(1, 2))
	g := Graph{Surnames: make([]uint64, records), MaxNames: 5}
	for r := range int32(records) {
		person := random.Int32N(people)
		g.Surnames[r] = uint64(person%50_000) + 1
		for k := range int32(4) {
			id := (person*3 + (k+random.Int32N(2))%3) % identifiers
			if random.Int32N(200) == 0 {
				id = identifiers + random.Int32N(100)
			}
			g.Edges = append(g.Edges, Edge{r, id})
		}
	}
	for range 100 {
		g.Never = append(g.Never, [2]int32{random.Int32N(records), random.Int32N(records)})
	}
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		unweighed(g)
	}
	b.ReportMetric(float64(records)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
