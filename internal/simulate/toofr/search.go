package toofr

import (
	"cmp"
	"slices"
	"strings"

	"contactsync/internal/simulate/world"
)

// search is a search as its query defines it.
type search struct {
	websites   []string // domains
	industries []string
	titles     []string
	everybody  bool // whatever it says
}

func (q search) key() string {
	if q.everybody {
		return "everybody"
	}
	return strings.Join(q.websites, ",") + "|" + strings.Join(q.industries, ",") + "|" + strings.Join(q.titles, ",")
}

// people lists the people whom a search finds, "sorted by title, so complete
// profiles are first, and then by confidence score", which changes every night.
func (q search) people(known world.Coverage, night int) []int32 {
	var companies []int
	for n := range known.World.Companies() {
		c := world.NewCompany(n)
		if q.everybody || slices.Contains(q.websites, c.Domain) || slices.Contains(q.industries, world.Code(c.Industry.Label)) {
			companies = append(companies, n)
		}
	}
	return matches(known, companies, q.titles, night)
}

// matches ranks the people of some companies who hold one of the titles.
func matches(known world.Coverage, companies []int, titles []string, night int) []int32 {
	var found []int32
	score := map[int32]int{}
	for _, n := range companies {
		known.World.Colleagues(n, night, func(i int) {
			if !known.Knows(i) || !holdsTitle(known.World, i, night, titles) {
				return
			}
			index := int32(i)
			found = append(found, index)
			score[index] = confidence(known.World, i) + world.UpTo(known.World.About(i, world.SaltField, uint64(night), 1), 30)
			if profile(known.World, i) {
				score[index] += 1000 // more than any confidence
			}
		})
	}
	slices.SortFunc(found, func(a, b int32) int { return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(a, b)) })
	return found
}

// Toofr's title categories: one for each seniority, one for each department
// but the first, and some for single titles.
var (
	seniorityTitle = map[string]string{"Cxo": "c_level", "Vp": "presidents_and_vps", "Director": "directors", "Manager": "managers"}
	singleTitles   = map[string][]string{
		"CEO": {"ceo"}, "Founder & CEO": {"founder", "ceo"}, "Chief Technology Officer": {"cto"}, "CFO": {"cfo"},
		"Chief Marketing Officer": {"cmo"},
	}
)

// holdsTitle reports whether a person's job is in one of the title categories.
func holdsTitle(u world.Universe, i, night int, titles []string) bool {
	job := u.Job(i, u.Moves(i, night))
	return len(titles) == 0 || slices.ContainsFunc(titles, func(t string) bool {
		return t == seniorityTitle[job.Seniority] || slices.Contains(singleTitles[job.Title], t) ||
			job.Department != "Executive" && t == world.Code(job.Department)
	})
}

// Websites lists as many companies as it takes for a search, without titles,
// to find so many prospects on the first night; fewer where the universe has not
// so many.
func Websites(u world.Universe, prospects int) []string {
	known := Vendor().People(u)
	var websites []string
	for n, found := 0, 0; n < u.Companies() && found < prospects; n++ {
		websites = append(websites, world.NewCompany(n).Domain)
		found += len(matches(known, []int{n}, nil, 0))
	}
	return websites
}
