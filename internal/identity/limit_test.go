package identity

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAPersonGrowsByIdentifiersUpToItsBounds(t *testing.T) {
	for _, test := range []struct {
		name string
		g    Graph
		want Partition
	}{
		{
			"up to max_records",
			Graph{Surnames: make([]uint64, 3), MaxRecords: 3, Edges: edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{1, 1}, [2]int32{2, 1})},
			Partition{Oldest: []int32{0, 0, 0}},
		},
		{
			"an identifier beyond max_records links nobody, a later one of its records still does",
			Graph{
				Surnames: make([]uint64, 4), MaxRecords: 2,
				Edges: edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{2, 0}, [2]int32{0, 1}, [2]int32{3, 1}, [2]int32{1, 2}, [2]int32{3, 2}),
			},
			Partition{Oldest: []int32{0, 1, 2, 0}, Large: []int32{0, 2}},
		},
		{
			"an identifier within one person is not too many, whatever always made of it",
			Graph{
				Surnames: make([]uint64, 4), MaxRecords: 2, Always: [][2]int32{{0, 1}, {1, 2}},
				Edges: edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{2, 0}, [2]int32{2, 1}, [2]int32{3, 1}),
			},
			Partition{Oldest: []int32{0, 0, 0, 3}, Large: []int32{1}},
		},
		{
			"neighbours are not of the person",
			Graph{Surnames: make([]uint64, 3), Neighbours: 1, MaxRecords: 2, Edges: edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{2, 0})},
			Partition{Oldest: []int32{0, 0}},
		},
		{
			"as many full names as may be, and any number of records of these, and of records without",
			Graph{
				Surnames: make([]uint64, 6), Names: []uint64{1, 2, 0, 2, 1, 0}, MaxFullNames: 2,
				Edges: edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{2, 1}, [2]int32{1, 1}, [2]int32{3, 2}, [2]int32{4, 2}, [2]int32{1, 2}, [2]int32{5, 3}, [2]int32{4, 3}),
			},
			Partition{Oldest: []int32{0, 0, 0, 0, 0, 0}},
		},
		{
			"an identifier of one name too many links nobody",
			Graph{
				Surnames: make([]uint64, 4), Names: []uint64{1, 2, 3, 1}, MaxFullNames: 2,
				Edges: edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{2, 0}, [2]int32{0, 1}, [2]int32{2, 1}, [2]int32{3, 2}, [2]int32{2, 2}, [2]int32{1, 3}, [2]int32{3, 3}),
			},
			Partition{Oldest: []int32{0, 1, 0, 0}, Large: []int32{0, 3}},
		},
		{
			"a human's word comes before the bounds",
			Graph{Surnames: make([]uint64, 3), MaxRecords: 2, Never: [][2]int32{{0, 1}}, Edges: edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{2, 0})},
			Partition{Oldest: []int32{0, 1, 2}, Blocked: []int32{0}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, unweighed(test.g))
		})
	}
}

// TestBoundsCountWhatTreesHold compares what limits remember with what is counted anew.
func TestBoundsCountWhatTreesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := int32(rapid.IntRange(1, 24).Draw(t, "records"))
		record := rapid.Int32Range(0, n-1)
		names := rapid.SliceOfN(rapid.Uint64Range(0, 6), int(n), int(n)).Draw(t, "names")
		maxRecords, maxNames := rapid.IntRange(0, 8).Draw(t, "max_records"), rapid.IntRange(0, 4).Draw(t, "max_full_names")
		f := newForest(int(n), nil, newLimits(int(n), maxRecords, maxNames, names))
		for range rapid.IntRange(0, 30).Draw(t, "joins") {
			members := rapid.SliceOfN(record, 1, 4).Draw(t, "members")
			roots, records, distinct := map[int32]bool{}, 0, map[uint64]bool{}
			for _, m := range members {
				roots[f.root(m)] = true
			}
			for r := range n {
				if roots[f.root(r)] {
					records++
					distinct[names[r]] = true
				}
			}
			delete(distinct, 0)
			tooMany := maxRecords > 0 && records > maxRecords || maxNames > 0 && len(distinct) > maxNames
			require.Equal(t, len(roots) > 1 && tooMany, f.overgrown(members))
			if !f.overgrown(members) || rapid.Bool().Draw(t, "always") {
				f.unite(members)
			}
		}
	})
}

func TestNoPersonIsBeyondItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := bounded(graphs(false)).Draw(t, "graph")
		p := unweighed(g)
		records, names := map[int32]int{}, map[int32][]uint64{}
		for r, oldest := range p.Oldest {
			records[oldest]++
			if name := g.Names[r]; name != 0 && !slices.Contains(names[oldest], name) {
				names[oldest] = append(names[oldest], name)
			}
		}
		for oldest := range records {
			require.True(t, g.MaxRecords == 0 || records[oldest] <= g.MaxRecords)
			require.True(t, g.MaxFullNames == 0 || len(names[oldest]) <= g.MaxFullNames)
		}
		for _, id := range p.Large {
			people := map[int32]bool{}
			for _, e := range g.Edges {
				if e.Identifier == id {
					people[p.Oldest[e.Record]] = true
				}
			}
			require.Greater(t, len(people), 1, "identifier %d joins nobody and is no matter", id)
		}
	})
}

// bounded gives graphs full names and bounds that some of their people reach.
func bounded(graphs *rapid.Generator[Graph]) *rapid.Generator[Graph] {
	return rapid.Custom(func(t *rapid.T) Graph {
		g := graphs.Draw(t, "graph")
		g.Names = rapid.SliceOfN(rapid.Uint64Range(0, 5), len(g.Surnames), len(g.Surnames)).Draw(t, "names")
		g.MaxRecords, g.MaxFullNames = rapid.IntRange(0, 5).Draw(t, "max_records"), rapid.IntRange(0, 3).Draw(t, "max_full_names")
		return g
	})
}
