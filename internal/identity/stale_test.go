package identity

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAStaleRecordGoesWhereOthersAreAndLinksThemNot(t *testing.T) {
	for _, test := range []struct {
		name  string
		stale []bool
		edges []Edge
		want  []int32
	}{
		{
			"between two live people it joins the one of the first identifier",
			[]bool{false, false, true},
			edges([2]int32{0, 1}, [2]int32{2, 1}, [2]int32{1, 0}, [2]int32{2, 0}),
			[]int32{0, 1, 1},
		},
		{
			"live records that share an identifier are one person beside it",
			[]bool{true, false, false},
			edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{2, 0}),
			[]int32{0, 0, 0},
		},
		{
			"stale ones alone stay one person",
			[]bool{true, true, true},
			edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{1, 1}, [2]int32{2, 1}),
			[]int32{0, 0, 0},
		},
		{
			"a live record counts before stale ones that have the lower identifier",
			[]bool{false, false, true, true},
			edges([2]int32{2, 0}, [2]int32{3, 0}, [2]int32{2, 1}, [2]int32{0, 1}, [2]int32{3, 2}, [2]int32{1, 2}),
			[]int32{0, 1, 0, 1},
		},
		{
			"one that shares with stale ones only follows them",
			[]bool{false, true, true},
			edges([2]int32{0, 1}, [2]int32{1, 1}, [2]int32{1, 0}, [2]int32{2, 0}),
			[]int32{0, 0, 0},
		},
		{
			"but not where they have gone two ways",
			[]bool{false, false, true, true, true},
			edges([2]int32{0, 0}, [2]int32{2, 0}, [2]int32{1, 1}, [2]int32{3, 1}, [2]int32{2, 2}, [2]int32{3, 2}, [2]int32{4, 2}),
			[]int32{0, 1, 0, 1, 4},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, Partition{Oldest: test.want}, unweighed(Graph{Surnames: make([]uint64, len(test.stale)), Stale: test.stale, Edges: test.edges}))
		})
	}
}

func TestAStaleRecordIsHeldByBoundsAndOverrides(t *testing.T) {
	g := Graph{Surnames: make([]uint64, 3), Stale: []bool{false, false, true}, Edges: edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{2, 0})}
	g.MaxRecords = 2
	require.Equal(t, Partition{Oldest: []int32{0, 0, 2}, Large: []int32{0}}, unweighed(g))
	g.MaxRecords, g.Never = 0, [][2]int32{{1, 2}}
	require.Equal(t, Partition{Oldest: []int32{0, 0, 2}, Blocked: []int32{0}}, unweighed(g))
	g.Never, g.Edges, g.Always = nil, nil, [][2]int32{{0, 2}, {1, 2}}
	require.Equal(t, Partition{Oldest: []int32{0, 0, 0}}, unweighed(g), "what a human joins needs no vote")
}

// TestAStaleRecordNeverGluesTwoPeople: the live records are the same people with stale
// ones as without.
func TestAStaleRecordNeverGluesTwoPeople(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := aged(graphs(false)).Draw(t, "graph")
		g.MaxNames = 0 // by which stale records still count
		var live, all []int32
		for r, stale := range g.Stale {
			if all = append(all, int32(r)); !stale {
				live = append(live, int32(r))
			}
		}
		without := g
		without.Surnames, without.Stale, without.Edges = of(g.Surnames, live), nil, nil
		number := make([]int32, len(all))
		for i, r := range live {
			number[r] = int32(i)
		}
		for _, e := range g.Edges {
			if !g.Stale[e.Record] {
				without.Edges = append(without.Edges, Edge{number[e.Record], e.Identifier})
			}
		}
		p, q := unweighed(g), unweighed(without)
		for i, a := range live {
			for j, b := range live {
				require.Equal(t, q.Oldest[i] == q.Oldest[j], p.Oldest[a] == p.Oldest[b], "records %d and %d", a, b)
			}
		}
		// One that shares an identifier with live records has joined one of them.
		for _, e := range g.Edges {
			for _, f := range g.Edges {
				if e.Identifier == f.Identifier && g.Stale[e.Record] && !g.Stale[f.Record] {
					require.True(t, meetsLive(p, g.Stale, e.Record), "record %d", e.Record)
				}
			}
		}
	})
}

func meetsLive(p Partition, stale []bool, record int32) bool {
	for r, oldest := range p.Oldest {
		if !stale[r] && oldest == p.Oldest[record] {
			return true
		}
	}
	return false
}

func TestWithoutStaleRecordsNothingDiffers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := bounded(graphs(true)).Draw(t, "graph")
		want := unweighed(g)
		g.Stale = make([]bool, len(g.Surnames))
		require.Equal(t, want, unweighed(g), "nobody is stale")
	})
}

// TestPeopleOfStaleRecordsAloneAreWhatTheyWere holds of those who all left: nobody who
// left together comes apart.
func TestPeopleOfStaleRecordsAloneAreWhatTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := graphs(false).Draw(t, "graph")
		want := unweighed(g).Oldest
		g.Stale = make([]bool, len(g.Surnames))
		for i := range g.Stale {
			g.Stale[i] = true
		}
		require.Equal(t, want, unweighed(g).Oldest)
	})
}

// aged makes some records of a graph stale.
func aged(graphs *rapid.Generator[Graph]) *rapid.Generator[Graph] {
	return rapid.Custom(func(t *rapid.T) Graph {
		g := graphs.Draw(t, "graph")
		g.Stale = rapid.SliceOfN(rapid.Bool(), len(g.Surnames), len(g.Surnames)).Draw(t, "stale")
		return g
	})
}
