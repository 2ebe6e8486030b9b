package toofr

import (
	"fmt"
	"time"

	"contactsync/extract"
	"contactsync/schema"
)

// position is how far a search is bought.
type position struct {
	search
	Sweep         time.Time `json:"sweep"`                 // when its first page was asked for
	Page          int       `json:"page,omitempty"`        // the next page to buy; 0: it rests
	TotalPages    int       `json:"total_pages,omitempty"` // as the last answer said
	Read          int64     `json:"read,omitempty"`        // prospects served so far
	Moved         bool      `json:"moved,omitempty"`       // total_pages changed since the first page
	extract.Trail           // of this purchase
	DoneAt        time.Time `json:"done_at,omitzero"`
}

// Valid implements [extract.Position].
func (at position) Valid() bool { return at.Page > 0 || !at.DoneAt.IsZero() }

// over reports whether nothing is left to buy.
func (at position) over() bool { return at.Page == 0 }

// sweep names the purchase of a search that the position belongs to.
func (at position) sweep() string { return at.Sweep.UTC().Format(time.RFC3339Nano) }

// pager follows the pages of a search.
func pager() *extract.Pager {
	return &extract.Pager{List: "search", Rows: "prospects", Lost: ", so the rest cannot be reached"}
}

// after is the position after an answer, as far as counts tell it.
func (at position) after(a reply) position {
	next := at
	next.TotalPages = a.totalPages()
	next.Moved = at.Moved || at.TotalPages > 0 && a.TotalPages != nil && at.TotalPages != next.TotalPages
	next.Read += int64(len(a.Prospects))
	next.Page++
	return next
}

// advance makes the page of an answer, and the position after it.
func (at position) advance(a reply, p *extract.Pager, now time.Time) (extract.Page, position, error) {
	records, unasked := a.records(at.search)
	next := at.after(a)
	if len(records) > 0 {
		var err error
		next.Trail, err = p.Follow(at.Trail, extract.Sight{
			Number: at.Page, Print: extract.Fingerprint(records), Size: int64(next.TotalPages), Count: len(records),
		})
		if err != nil {
			return extract.Page{}, at, at.trouble("%w", err)
		}
	}
	warnings := a.warnings(at.search, at.Page, unasked)
	// Where pages were added or removed meanwhile, or fewer came than are declared, a
	// prospect may have slipped past; reading again would cost, so this purchase alone
	// closes no membership.
	ends := a.ends(at.Page)
	complete := ends && !next.Moved && !a.breaksOff(at.Page)
	if ends {
		if next.Read == 0 {
			warnings = append(warnings, fmt.Sprintf("toofr: %s: the search found nobody; look at its spelling, or ask for more titles", at.name()))
		}
		if next.Moved {
			warnings = append(warnings, fmt.Sprintf("toofr: %s: the number of pages changed while they were read; this purchase alone closes no membership", at.name()))
		}
		next = position{search: at.search, Sweep: at.Sweep, Read: next.Read, DoneAt: now.UTC()}
	}
	return extract.Page{
		Partition: at.id(),
		Next:      extract.Encode(next),
		Sweep:     at.sweep(),
		Complete:  complete,
		Ended:     ends,
		Served:    next.Read,
		Number:    at.Page,
		Audience:  at.id(),
		Records:   records,
		Audiences: []schema.Audience{at.audience()},
		Warnings:  warnings,
	}, next, nil
}

// declared is how many prospects a search must have by its number of pages, which are
// full but for the last; 0: no page has told.
func (at position) declared() int64 {
	if at.TotalPages <= 0 {
		return 0
	}
	return int64(at.TotalPages-1)*pageCost + 1
}

// hollow is what is wrong with an answer that is empty though more is promised, or
// though it declares, and charges for, prospects of its own.
func (at position) hollow(a reply) error {
	switch {
	case len(a.Prospects) > 0:
		return nil
	case !a.promises(at.Page) && a.credits() > 0:
		return at.trouble("page %d declares %d prospects and has none; the search is not complete, the next run goes on with this page", at.Page, a.credits())
	case !a.promises(at.Page):
		return nil
	}
	return at.trouble("page %d is empty though more is promised; the search is not complete, the next run goes on with this page", at.Page)
}

func (at position) trouble(format string, args ...any) error {
	return &extract.PartitionError{Source: name, What: "search " + at.name(), Err: fmt.Errorf(format, args...)}
}
