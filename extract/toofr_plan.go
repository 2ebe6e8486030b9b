package extract

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"contactsync/schema"
)

// toofrPosition is how far a search is bought.
type toofrPosition struct {
	toofrSearch
	Sweep      time.Time `json:"sweep"`                 // when its first page was asked for
	Page       int       `json:"page,omitempty"`        // the next page to buy; 0: it rests
	TotalPages int       `json:"total_pages,omitempty"` // as the last answer said
	Moved      bool      `json:"moved,omitempty"`       // total_pages changed since the first page
	Last       string    `json:"last,omitempty"`        // fingerprint of the page before
	Seen       pageMarks `json:"seen,omitempty"`        // the latest pages of this purchase
	DoneAt     time.Time `json:"done_at,omitzero"`
}

func (at toofrPosition) checkpoint() schema.Checkpoint {
	text, _ := json.Marshal(at) // plain fields always marshal
	return schema.Checkpoint(text)
}

// sweep names the purchase of a search that the position belongs to.
func (at toofrPosition) sweep() string { return at.Sweep.UTC().Format(time.RFC3339Nano) }

// A PlannedSearch is what a run would do about one search.
type PlannedSearch struct {
	ID         string
	Name       string
	Websites   []string
	Industries []string
	Titles     []string
	Page       int       // the first page that would be asked for; 0: none, it rests
	Pages      int       // how many pages are known to be left; 0: not known before the first answer
	MaxCredits int64     // the most that these pages can cost; -1: not known before the first answer
	Rests      time.Time // until when it is not bought again; zero: it is due
}

// Plan is what a run at now would do, in its order: searches that are under way
// first, then those that are due; resting ones at the end.
func (p ToofrProspects) Plan(from State, now time.Time) ([]PlannedSearch, error) {
	due, resting, err := p.arrange(from, now)
	if err != nil {
		return nil, err
	}
	var plan []PlannedSearch
	for _, at := range due {
		s := at.planned()
		s.Page, s.MaxCredits = at.Page, -1
		if at.TotalPages > 0 {
			s.Pages = max(1, at.TotalPages-at.Page+1)
			s.MaxCredits = int64(s.Pages) * toofrPageCost
		}
		plan = append(plan, s)
	}
	for _, at := range resting {
		s := at.planned()
		s.Rests = at.DoneAt.Add(p.Refresh)
		plan = append(plan, s)
	}
	return plan, nil
}

func (at toofrPosition) planned() PlannedSearch {
	return PlannedSearch{ID: at.id(), Name: at.name(), Websites: at.Websites, Industries: at.Industries, Titles: at.Titles}
}

// MaxCost is the most credits that a run of the plan can cost; -1: no limit is
// set, and the vendor has not said how many pages there are.
func (p ToofrProspects) MaxCost(plan []PlannedSearch) int64 {
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
	for _, limit := range []int64{p.MaxCredits, p.MonthCreditsLeft} {
		if limit >= 0 && limit < toofrPageCost && cost != 0 {
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
func (p ToofrProspects) arrange(from State, now time.Time) (due, resting []toofrPosition, err error) {
	known, err := p.positions(from)
	if err != nil {
		return nil, nil, err
	}
	missing := p.wanted()
	take := func(list *[]toofrPosition, at toofrPosition) {
		*list = append(*list, at)
		missing = missing.without(at.toofrSearch)
	}
	for _, at := range known {
		if at.rests(now, p.Refresh) {
			take(&resting, at)
		}
	}
	for _, at := range known {
		if at.Page > 0 && at.within(missing) {
			take(&due, at)
		}
	}
	for _, at := range known {
		if at.Page == 0 && !at.rests(now, p.Refresh) && at.within(missing) && len(at.Websites) <= p.batch() {
			take(&due, toofrPosition{toofrSearch: at.toofrSearch, Page: 1})
		}
	}
	for _, s := range p.batches(missing) {
		due = append(due, toofrPosition{toofrSearch: s, Page: 1})
	}
	return due, resting, nil
}

func (at toofrPosition) rests(now time.Time, refresh time.Duration) bool {
	return at.Page == 0 && now.Before(at.DoneAt.Add(refresh))
}

// positions reads the checkpoints of searches that answer a part of what is wanted.
func (p ToofrProspects) positions(from State) ([]toofrPosition, error) {
	if p.Full {
		return nil, nil
	}
	wanted := p.wanted()
	var known []toofrPosition
	for _, partition := range slices.Sorted(maps.Keys(from)) {
		var at toofrPosition
		if err := json.Unmarshal([]byte(from[partition]), &at); err != nil || at.Page <= 0 && at.DoneAt.IsZero() {
			return nil, fmt.Errorf("toofr: the position of search %s cannot be read; `sync run --full` starts anew and buys it again", partition)
		}
		if slices.Equal(at.Titles, wanted.Titles) && at.touches(wanted) {
			known = append(known, at)
		}
	}
	return known, nil
}

// wanted is the whole definition as one search.
func (p ToofrProspects) wanted() toofrSearch {
	var websites []string
	for _, w := range p.Websites {
		if host, ok := Website(w); ok {
			websites = append(websites, host)
		}
	}
	return toofrSearch{Websites: sortedSet(websites), Industries: sortedSet(p.Industries), Titles: sortedSet(p.Titles)}
}

// batches cuts what is wanted into searches.
func (p ToofrProspects) batches(wanted toofrSearch) []toofrSearch {
	if len(wanted.Industries) > 0 {
		return []toofrSearch{wanted}
	}
	var searches []toofrSearch
	for websites := range slices.Chunk(wanted.Websites, p.batch()) {
		searches = append(searches, toofrSearch{Websites: websites, Titles: wanted.Titles})
	}
	return searches
}

func (p ToofrProspects) batch() int {
	if p.Batch <= 0 {
		return defaultBatch
	}
	return p.Batch
}

// within reports whether all that s asks for is wanted. Industries are one
// search, so a changed list is another search.
func (s toofrSearch) within(wanted toofrSearch) bool {
	for _, w := range s.Websites {
		if !contains(wanted.Websites, w) {
			return false
		}
	}
	return slices.Equal(s.Industries, wanted.Industries)
}

// touches reports whether s answers a part of what is wanted.
func (s toofrSearch) touches(wanted toofrSearch) bool {
	if len(s.Websites) == 0 {
		return len(wanted.Websites) == 0 && slices.Equal(s.Industries, wanted.Industries)
	}
	return slices.ContainsFunc(s.Websites, func(w string) bool { return contains(wanted.Websites, w) })
}

// without is what is still wanted when s is searched.
func (s toofrSearch) without(done toofrSearch) toofrSearch {
	if len(done.Industries) > 0 {
		s.Industries = nil
	}
	s.Websites = slices.DeleteFunc(slices.Clone(s.Websites), func(w string) bool { return contains(done.Websites, w) })
	return s
}

func contains(sorted []string, s string) bool {
	_, found := slices.BinarySearch(sorted, s)
	return found
}
