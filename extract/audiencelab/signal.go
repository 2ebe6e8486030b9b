package audiencelab

import (
	"cmp"
	"slices"

	"contactsync/extract"
)

// What AudienceLab's signals say of the place of a page in its list. Any explicit
// one ends the list: has_more false, total_pages reached, the declared total
// read. A page that is merely short never does, since the servers may return
// fewer rows than were asked for.

// ends reports whether page is the last, read rows after it. promised says that
// a signal speaks against it.
func (a reply) ends(page int, read int64) (ends, promised bool) {
	total, reached := orZero(a.total), int64(page)*orZero(a.pageSize) >= orZero(a.total)
	var signs []bool // whether each says that the list ends here
	if a.hasMore != nil {
		signs = append(signs, !*a.hasMore)
	}
	if a.totalPages != nil {
		signs = append(signs, int64(page) >= orZero(a.totalPages))
	}
	switch {
	case len(signs) > 0 || a.total == nil:
	case a.pageSize == nil:
		signs = append(signs, read >= total)
	case read >= total || !reached:
		signs = append(signs, reached)
	}
	return slices.Contains(signs, true) || len(a.rows) == 0, slices.Contains(signs, false)
}

// empty reports whether an empty page contradicts the rest of what it says: more
// is promised, or rows on this very page. That has_more is false explains no page
// that is empty where the totals count rows.
func (a reply) empty(page int, read int64) bool {
	before := int64(page - 1)
	switch {
	case len(a.rows) > 0:
		return false
	case a.hasMore != nil && *a.hasMore:
		return true
	case a.total != nil && *a.total == 0:
		return false
	case a.totalPages != nil:
		return before < orZero(a.totalPages)
	case a.total != nil && a.pageSize != nil && a.hasMore == nil:
		return before*orZero(a.pageSize) < orZero(a.total)
	}
	// The size of a page is not told; that a whole one is missing is certain.
	return a.short(page-1, read)
}

// lacks reports whether rows of the list are missing by the declared total.
func (a reply) lacks(read int64) bool { return read < orZero(a.total) }

// short reports whether a page or more is missing of a list that was read in so
// many pages.
func (a reply) short(pages int, read int64) bool {
	return a.total != nil && extract.MissingPage(orZero(a.total), read, int64(pages))
}

// last is the number of the last page, as far as the page tells; 0: it does not.
func (a reply) last() int {
	if a.totalPages != nil {
		return int(*a.totalPages)
	}
	if size := orZero(a.pageSize); size > 0 {
		return int((orZero(a.total) + size - 1) / size)
	}
	return 0
}

// size is what the page declares of the whole list, by which one notices that
// the list moved; 0: nothing.
func (a reply) size() int64 { return orZero(cmp.Or(a.total, a.totalPages)) }

// declared is how many rows the whole list has, or must have at least where the
// page counts pages only; 0: it does not say.
func (a reply) declared() int64 {
	if a.total == nil && a.totalPages != nil && a.pageSize != nil && *a.totalPages > 0 {
		return max(int64(*a.totalPages-1)*int64(*a.pageSize)+1, 0)
	}
	return max(orZero(a.total), 0)
}

// orZero is a number of the page, or 0 where it does not have it.
func orZero(n *extract.LenientInt) int64 {
	if n == nil {
		return 0
	}
	return int64(*n)
}
