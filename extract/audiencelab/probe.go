package audiencelab

import (
	"context"
	"errors"
	"fmt"

	"contactsync/extract"
)

// A total that is the length of a full first page may be the list's, which is then
// read, or that of the page, as the reference leaves open. So the page after it is
// asked for.

// mayBeOfPage reports whether the total may count the rows of the page. A vendor that
// says by itself that there is no more is believed.
func (a reply) mayBeOfPage() bool {
	n := int64(len(a.rows))
	return a.hasMore == nil && n > 0 && orZero(a.total) == n && (n == a.asked || n == orZero(a.pageSize))
}

// trusted is a reply without the totals that do not count the rows of the list.
func (at position) trusted(a reply) reply {
	if at.OfPage {
		a.total, a.totalPages = nil, nil
	}
	return a
}

// probed is the position after the page beyond the declared end, and the reply as it
// counts: without rows where there is no such page.
func (at position) probed(a reply, pages *extract.Pager) (position, reply, []string, error) {
	at.Probe = false
	switch total := orZero(a.total); {
	case len(a.rows) == 0 || a.print == at.Last: // some servers repeat the last page for any beyond it
		declared := extract.LenientInt(at.Size)
		at.Pages, at.Page, at.Doubt = at.Pages+1, 0, at.Doubt || a.hasMore != nil && *a.hasMore
		return at, reply{hasData: true, total: &declared}, nil, nil
	case total <= at.Read:
		at.OfPage, at.Size, at.Sizes = true, 0, nil
	}
	a = at.trusted(a)
	next, warnings, err := at.advance(at.Page, a, nil, pages)
	return next, a, warnings, err
}

// probe asks for the page beyond the declared end. Servers may refuse a page that
// they do not have, or serve another; any other error leaves the end in doubt.
func (r *reader) probe(ctx context.Context, pages *extract.Pager) error {
	page := r.at.Page
	a, err := r.fetch(ctx, page)
	_, another := errors.AsType[*extract.PartitionError](err)
	if err != nil && !another && !r.at.unreadable(err) {
		return err
	}
	none := err == nil || another && a.hasData || refusedPage(err)
	if err != nil {
		a = reply{}
	}
	next, a, warnings, broken := r.at.probed(a, pages)
	if broken != nil {
		return r.list.trouble("%w", broken)
	}
	if !none {
		next.Doubt = true
		warnings = append(warnings, fmt.Sprintf("page %d, beyond the declared total, could not be read: %v", page, err))
	}
	return r.yield(a, next, warnings)
}

// refusedPage reports whether the vendor refused the page itself.
func refusedPage(err error) bool {
	answer, ok := errors.AsType[*extract.APIError](err)
	return ok && answer.Status >= 400 && answer.Status < 500
}
