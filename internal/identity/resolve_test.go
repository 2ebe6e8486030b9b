package identity

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func edges(pairs ...[2]int32) []Edge {
	list := make([]Edge, len(pairs))
	for i, p := range pairs {
		list[i] = Edge{Record: p[0], Identifier: p[1]}
	}
	return list
}

func TestRecordsAreOnePersonWhenTheyShareAnIdentifier(t *testing.T) {
	for _, test := range []struct {
		name string
		g    Graph
		want Partition
	}{
		{"nothing", Graph{}, Partition{Oldest: []int32{}}},
		{"no identifiers", Graph{Surnames: make([]uint64, 2)}, Partition{Oldest: []int32{0, 1}}},
		{
			"a chain, named by its oldest",
			Graph{Surnames: make([]uint64, 5), Edges: edges([2]int32{4, 0}, [2]int32{3, 0}, [2]int32{3, 1}, [2]int32{1, 1})},
			Partition{Oldest: []int32{0, 1, 2, 1, 1}},
		},
		{
			"an identifier of too many surnames links nobody",
			Graph{Surnames: []uint64{1, 2, 3, 0}, MaxNames: 2, Edges: edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{2, 0}, [2]int32{3, 0}, [2]int32{2, 1}, [2]int32{3, 1})},
			Partition{Oldest: []int32{0, 1, 2, 2}, Shared: []Shared{{Identifier: 0, Records: 4, Names: 3}}},
		},
		{
			"records without a surname do not count",
			Graph{Surnames: []uint64{1, 2, 0, 0}, MaxNames: 2, Edges: edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{2, 0}, [2]int32{3, 0})},
			Partition{Oldest: []int32{0, 0, 0, 0}},
		},
		{
			"many records of one surname are one person",
			Graph{Surnames: []uint64{7, 7, 7, 8}, MaxNames: 2, Edges: edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{2, 0}, [2]int32{3, 0})},
			Partition{Oldest: []int32{0, 0, 0, 0}},
		},
		{
			"neighbours count, but stay out",
			Graph{Surnames: []uint64{1, 2, 3}, Neighbours: 1, MaxNames: 2, Edges: edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{2, 0})},
			Partition{Oldest: []int32{0, 1}, Shared: []Shared{{Identifier: 0, Records: 3, Names: 3}}},
		},
		{
			"always joins against max_names",
			Graph{Surnames: []uint64{1, 2, 3}, MaxNames: 2, Always: [][2]int32{{2, 0}}, Edges: edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{2, 0})},
			Partition{Oldest: []int32{0, 1, 0}, Shared: []Shared{{Identifier: 0, Records: 3, Names: 3}}},
		},
		{
			"never wins over always",
			Graph{Surnames: make([]uint64, 3), Never: [][2]int32{{0, 2}}, Always: [][2]int32{{0, 1}, {2, 1}}},
			Partition{Oldest: []int32{0, 0, 2}, Refused: []int{1}},
		},
		{
			"an identifier that a forbidden pair shares links nobody",
			Graph{Surnames: make([]uint64, 3), Never: [][2]int32{{0, 1}}, Edges: edges([2]int32{0, 0}, [2]int32{1, 0}, [2]int32{2, 0})},
			Partition{Oldest: []int32{0, 1, 2}, Blocked: []int32{0}},
		},
		{
			"of two links to a forbidden pair the lower identifier holds",
			Graph{Surnames: make([]uint64, 3), Never: [][2]int32{{0, 1}}, Edges: edges([2]int32{0, 1}, [2]int32{2, 1}, [2]int32{1, 0}, [2]int32{2, 0})},
			Partition{Oldest: []int32{0, 1, 1}, Blocked: []int32{1}},
		},
		{
			"a record cannot be kept from itself",
			Graph{Surnames: make([]uint64, 2), Never: [][2]int32{{0, 0}}, Edges: edges([2]int32{0, 0}, [2]int32{1, 0})},
			Partition{Oldest: []int32{0, 0}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, unweighed(test.g))
		})
	}
}

func TestResolveLeavesItsInputAlone(t *testing.T) {
	g := Graph{Surnames: []uint64{3, 2, 1}, MaxNames: 1, Edges: edges([2]int32{2, 1}, [2]int32{0, 0}, [2]int32{1, 0}), Never: [][2]int32{{0, 2}}}
	surnames, links := slices.Clone(g.Surnames), slices.Clone(g.Edges)
	unweighed(g)
	require.Equal(t, surnames, g.Surnames)
	require.Equal(t, links, g.Edges)
}

func TestContactIDIsStable(t *testing.T) {
	require.Equal(t, "c_6c96892fb6d10bb27937", ContactID("toofr", "1042"))
	require.Regexp(t, `^c_[0-9a-f]{20}$`, ContactID("", ""))
	require.NotEqual(t, ContactID("toofr", "1"), ContactID("intent", "1"))
}
