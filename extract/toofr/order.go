package toofr

import (
	"maps"
	"slices"
	"time"

	"contactsync/extract"
)

const defaultBatch = 25

// order is what one run may buy: the definition, with its websites looked up and
// the limits as they stand now.
type order struct {
	websites   []string // bare domains or URLs
	industries []string // not together with websites
	titles     []string // none: any title
	batch      int      // websites per search; 0: 25

	maxCredits       int64         // for this run; -1: no limit
	monthCreditsLeft int64         // what the month's limit leaves; -1: no limit
	refresh          time.Duration // a finished search is not bought again before
	full             bool          // buy everything again
}

// plan is what a run at now would do, in its order: searches that are under way
// first, then those that are due; resting ones at the end.
func (o order) plan(from extract.State, now time.Time) ([]extract.PlannedSearch, error) {
	due, resting, err := o.arrange(from, now)
	if err != nil {
		return nil, err
	}
	var plan []extract.PlannedSearch
	for _, at := range due {
		s := at.planned()
		s.Page, s.MaxCredits = at.Page, -1
		if at.TotalPages > 0 {
			s.Pages = max(1, at.TotalPages-at.Page+1)
			s.MaxCredits = int64(s.Pages) * pageCost
		}
		plan = append(plan, s)
	}
	for _, at := range resting {
		s := at.planned()
		s.Rests = at.DoneAt.Add(o.refresh)
		plan = append(plan, s)
	}
	return plan, nil
}

func (at position) planned() extract.PlannedSearch {
	return extract.PlannedSearch{ID: at.id(), Name: at.name(), Websites: at.Websites, Industries: at.Industries, Titles: at.Titles}
}

// maxCost is the most credits that a run of the plan can cost; -1: no limit is
// set, and the vendor has not said how many pages there are.
func (o order) maxCost(plan []extract.PlannedSearch) int64 {
	cost := int64(0)
	for _, s := range plan {
		if s.Page == 0 {
			continue
		}
		if s.MaxCredits < 0 {
			cost = -1
			break
		}
		cost += s.MaxCredits
	}
	for _, limit := range []int64{o.maxCredits, o.monthCreditsLeft} {
		if limit >= 0 && limit < pageCost && cost != 0 {
			return 0 // not even one page fits
		}
		if limit >= 0 && (cost < 0 || limit < cost) {
			cost = limit
		}
	}
	return cost
}

// arrange sorts the searches into those to buy and those that rest. A website is
// asked for once: in the search that has it already, or else in a new one.
func (o order) arrange(from extract.State, now time.Time) (due, resting []position, err error) {
	known, err := o.positions(from)
	if err != nil {
		return nil, nil, err
	}
	missing := o.wanted()
	take := func(list *[]position, at position) {
		*list = append(*list, at)
		missing = missing.without(at.search)
	}
	for _, at := range known {
		if at.rests(now, o.refresh) {
			take(&resting, at)
		}
	}
	for _, at := range known {
		if at.Page > 0 && at.within(missing) {
			take(&due, at)
		}
	}
	for _, at := range known {
		if at.Page == 0 && !at.rests(now, o.refresh) && at.within(missing) && len(at.Websites) <= o.batchSize() {
			take(&due, position{search: at.search, Page: 1})
		}
	}
	for _, s := range o.batches(missing) {
		due = append(due, position{search: s, Page: 1})
	}
	return due, resting, nil
}

func (at position) rests(now time.Time, refresh time.Duration) bool {
	return at.Page == 0 && now.Before(at.DoneAt.Add(refresh))
}

// positions reads the checkpoints of searches that answer a part of what is wanted.
func (o order) positions(from extract.State) ([]position, error) {
	if o.full {
		return nil, nil
	}
	wanted := o.wanted()
	var known []position
	for _, partition := range slices.Sorted(maps.Keys(from)) {
		at, err := extract.Decode[position](from[partition], extract.Unreadable(name, "search "+partition, " and buys it again"))
		if err != nil {
			return nil, err
		}
		if slices.Equal(at.Titles, wanted.Titles) && at.touches(wanted) {
			known = append(known, at)
		}
	}
	return known, nil
}

// wanted is the whole definition as one search.
func (o order) wanted() search {
	var websites []string
	for _, w := range o.websites {
		if host, ok := extract.Website(w); ok {
			websites = append(websites, host)
		}
	}
	return search{Websites: sortedSet(websites), Industries: sortedSet(o.industries), Titles: sortedSet(o.titles)}
}

// batches cuts what is wanted into searches.
func (o order) batches(wanted search) []search {
	if len(wanted.Industries) > 0 {
		return []search{wanted}
	}
	var searches []search
	for websites := range slices.Chunk(wanted.Websites, o.batchSize()) {
		searches = append(searches, search{Websites: websites, Titles: wanted.Titles})
	}
	return searches
}

func (o order) batchSize() int {
	if o.batch <= 0 {
		return defaultBatch
	}
	return o.batch
}
