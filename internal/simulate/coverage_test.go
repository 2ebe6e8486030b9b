package simulate

import (
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/toofr"
	"contactsync/internal/simulate/world"
)

func TestVendorsOverlapAsIndependentSamples(t *testing.T) {
	u := world.Universe{Seed: 1, People: 10_007} // an incomplete last block
	knows := map[string][]bool{}
	for _, v := range vendors() {
		c := u.Coverage(v.Name, v.Known)
		knows[v.Name] = make([]bool, u.People)
		for rank := range c.Size() {
			i := c.At(rank)
			require.False(t, knows[v.Name][i], "%s knows %d twice", v.Name, i)
			require.True(t, c.Knows(i))
			knows[v.Name][i] = true
		}
		require.InDelta(t, float64(v.Known)/20, float64(c.Size())/float64(u.People), 0.01)
	}
	both := 0
	for i := range u.People {
		if knows[toofr.Name][i] && knows[audiencelab.Name][i] {
			both++
		}
	}
	require.InDelta(t, 0.3*0.6, float64(both)/float64(u.People), 0.02)
}

func TestTinyUniversesWork(t *testing.T) {
	for people := range 45 {
		u := world.Universe{Seed: 1, People: people + 1}
		for _, v := range vendors() {
			c := u.Coverage(v.Name, v.Known)
			for rank := range c.Size() {
				require.Less(t, c.At(rank), u.People)
			}
		}
	}
}
