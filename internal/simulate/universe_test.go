package simulate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheSameSeedMakesTheSamePeople(t *testing.T) {
	a, b, other := universe{1, 500}, universe{1, 500}, universe{2, 500}
	differ := 0
	for i := range 500 {
		require.Equal(t, a.person(i, 9), b.person(i, 9))
		if a.person(i, 0).surname != other.person(i, 0).surname {
			differ++
		}
	}
	require.Greater(t, differ, 300)
}

func TestIdentifiersBelongToOnePerson(t *testing.T) {
	u := universe{7, 30_000}
	owner := map[string]int{}
	for i := range u.people {
		for moves := range 2 {
			p := u.personAfter(i, moves)
			for _, id := range append([]string{p.business, p.slug, p.handle, p.twitter, p.ssID}, p.personal...) {
				was, taken := owner[id]
				require.True(t, !taken || was == i, "%s is of %d and %d", id, was, i)
				owner[id] = i
			}
		}
	}
}

func TestContactDataIsVisiblyMadeUp(t *testing.T) {
	u := universe{3, 2000}
	for i := range u.people {
		p := u.person(i, 40)
		require.True(t, strings.HasSuffix(p.business, ".example"), p.business)
		for _, a := range append(p.personal, p.business, p.slug, p.handle) {
			require.Regexp(t, `^[a-z0-9@._-]+$`, a)
		}
		for _, a := range p.personal {
			require.Contains(t, a, "sim"+fmt.Sprint(i+1000))
		}
		for _, n := range append(p.mobile, p.direct, p.homeLine, p.employer.phone()) {
			require.Regexp(t, `^\+1[2-9]\d\d55501\d\d$`, n)
		}
	}
}

func TestColleaguesHaveDifferentSurnames(t *testing.T) {
	require.NotZero(t, len(surnames)%surnameStride)
	require.Greater(t, len(surnames), companyPeople)
	u := universe{5, companyPeople}
	seen := map[string]bool{}
	for i := range u.people {
		require.False(t, seen[u.surname(i)])
		seen[u.surname(i)] = true
	}
}

func TestCompaniesHaveDifferentDomains(t *testing.T) {
	seen := map[string]bool{}
	for n := range 20_000 {
		domain := makeCompany(n).domain
		require.False(t, seen[domain], domain)
		seen[domain] = true
	}
}

func TestColleaguesFollowTheMovers(t *testing.T) {
	u := universe{11, 1500}
	for _, night := range []int{0, 30} {
		found := 0
		for n := range u.companies() {
			u.colleagues(n, night, func(i int) {
				require.Equal(t, n, u.person(i, night).employer.number)
				found++
			})
		}
		require.Equal(t, u.people, found)
	}
}

func TestAFewPeopleChangeJobsInANight(t *testing.T) {
	u := universe{1, 20_000}
	moved := 0
	for i := range u.people {
		moved += u.moves(i, 1)
	}
	require.InDelta(t, 100, moved, 40)
}

func TestVendorsOverlapAsIndependentSamples(t *testing.T) {
	u := universe{1, 10_007} // an incomplete last block
	knows := map[string][]bool{}
	for _, v := range Vendors {
		c := u.coverage(v)
		knows[v] = make([]bool, u.people)
		for rank := range c.size() {
			i := c.at(rank)
			require.False(t, knows[v][i], "%s knows %d twice", v, i)
			require.True(t, c.knows(i))
			knows[v][i] = true
		}
		require.InDelta(t, float64(knownOf20[v])/20, float64(c.size())/float64(u.people), 0.01)
	}
	both := 0
	for i := range u.people {
		if knows[Toofr][i] && knows[AudienceLab][i] {
			both++
		}
	}
	require.InDelta(t, 0.3*0.6, float64(both)/float64(u.people), 0.02)
}

func TestAnAudienceLosesAndGainsAFewInANight(t *testing.T) {
	c := universe{1, 10_000}.coverage(AudienceLab)
	before, after := c.window(0, 0.5, 0), c.window(0, 0.5, 1)
	require.Equal(t, before.size, after.size)
	ranks := func(w window) (list []int) {
		for k := range w.size {
			list = append(list, w.rank(k))
		}
		return list
	}
	stayed := slices.DeleteFunc(ranks(after), func(r int) bool { return !slices.Contains(ranks(before), r) })
	require.Len(t, stayed, before.size-before.churn())
}

func TestTinyUniversesWork(t *testing.T) {
	for people := range 45 {
		u := universe{1, people + 1}
		for _, v := range Vendors {
			c := u.coverage(v)
			for rank := range c.size() {
				require.Less(t, c.at(rank), u.people)
			}
		}
	}
}

func BenchmarkPerson(b *testing.B) {
	u := universe{1, 1_000_000}
	for i := range b.N {
		u.person(i%u.people, 3)
	}
}
