package world

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheSameSeedMakesTheSamePeople(t *testing.T) {
	a, b, other := Universe{1, 500}, Universe{1, 500}, Universe{2, 500}
	differ := 0
	for i := range 500 {
		require.Equal(t, a.Person(i, 9), b.Person(i, 9))
		if a.Person(i, 0).Surname != other.Person(i, 0).Surname {
			differ++
		}
	}
	require.Greater(t, differ, 300)
}

func TestIdentifiersBelongToOnePerson(t *testing.T) {
	u := Universe{7, 30_000}
	owner := map[string]int{}
	for i := range u.People {
		for moves := range 2 {
			p := u.PersonAfter(i, moves)
			for _, id := range append([]string{p.Business, p.Slug, p.Handle, p.Twitter, p.SSID}, p.Personal...) {
				was, taken := owner[id]
				require.True(t, !taken || was == i, "%s is of %d and %d", id, was, i)
				owner[id] = i
			}
		}
	}
}

func TestContactDataIsVisiblyMadeUp(t *testing.T) {
	u := Universe{3, 2000}
	for i := range u.People {
		p := u.Person(i, 40)
		require.True(t, strings.HasSuffix(p.Business, ".example"), p.Business)
		for _, a := range append(p.Personal, p.Business, p.Slug, p.Handle) {
			require.Regexp(t, `^[a-z0-9@._-]+$`, a)
		}
		for _, a := range p.Personal {
			require.Contains(t, a, "sim"+fmt.Sprint(i+1000))
		}
		for _, n := range append(p.Mobile, p.Direct, p.HomeLine, p.Employer.Phone()) {
			require.Regexp(t, `^\+1[2-9]\d\d55501\d\d$`, n)
		}
	}
}

func TestColleaguesHaveDifferentSurnames(t *testing.T) {
	require.NotZero(t, len(surnames)%surnameStride)
	require.Greater(t, len(surnames), CompanyPeople)
	u := Universe{5, CompanyPeople}
	seen := map[string]bool{}
	for i := range u.People {
		require.False(t, seen[u.surname(i)])
		seen[u.surname(i)] = true
	}
}

func TestCompaniesHaveDifferentDomains(t *testing.T) {
	seen := map[string]bool{}
	for n := range 20_000 {
		domain := NewCompany(n).Domain
		require.False(t, seen[domain], domain)
		seen[domain] = true
	}
}

func TestColleaguesFollowTheMovers(t *testing.T) {
	u := Universe{11, 1500}
	for _, night := range []int{0, 30} {
		found := 0
		for n := range u.Companies() {
			u.Colleagues(n, night, func(i int) {
				require.Equal(t, n, u.Person(i, night).Employer.Number)
				found++
			})
		}
		require.Equal(t, u.People, found)
	}
}

func TestAFewPeopleChangeJobsInANight(t *testing.T) {
	u := Universe{1, 20_000}
	moved := 0
	for i := range u.People {
		moved += u.Moves(i, 1)
	}
	require.InDelta(t, 100, moved, 40)
}

func TestAnAudienceLosesAndGainsAFewInANight(t *testing.T) {
	c := Universe{1, 10_000}.Coverage("audiencelab", 12)
	before, after := c.Window(0, 0.5, 0), c.Window(0, 0.5, 1)
	require.Equal(t, before.Size, after.Size)
	ranks := func(w Window) (list []int) {
		for k := range w.Size {
			list = append(list, w.Rank(k))
		}
		return list
	}
	stayed := slices.DeleteFunc(ranks(after), func(r int) bool { return !slices.Contains(ranks(before), r) })
	require.Len(t, stayed, before.Size-before.Churn())
}

func BenchmarkPerson(b *testing.B) {
	u := Universe{1, 1_000_000}
	for i := range b.N {
		u.Person(i%u.People, 3)
	}
}
