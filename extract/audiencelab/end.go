package audiencelab

import "contactsync/extract"

// What AudienceLab's signals say of the place of a page in its list. Any explicit
// one ends the list: has_more false, total_pages reached, the declared total
// read. A page that is merely short never does, since the servers may return
// fewer rows than were asked for.

// ends reports whether page is the last, read rows after it. promised says that
// a signal speaks against it.
func (a labAnswer) ends(page int, read int64) (ends, promised bool) {
	more, over := false, false
	say := func(end bool) {
		over = over || end
		more = more || !end
	}
	if a.hasMore != nil {
		say(!*a.hasMore)
	}
	if a.totalPages != nil {
		say(int64(page) >= *a.totalPages)
	}
	switch {
	case over || more || a.total == nil:
	case read >= *a.total && (a.pageSize == nil || int64(page)**a.pageSize >= *a.total):
		over = true
	case a.pageSize == nil || int64(page)**a.pageSize < *a.total:
		more = true
	}
	return over || len(a.rows) == 0, more
}

// empty reports whether an empty page contradicts the rest of what it says: more
// is promised, or rows on this very page. That has_more is false explains no page
// that is empty where the totals count rows.
func (a labAnswer) empty(page int, read int64) bool {
	if len(a.rows) > 0 {
		return false
	}
	if a.hasMore != nil && *a.hasMore {
		return true
	}
	before := int64(page - 1)
	switch {
	case a.total != nil && *a.total == 0:
		return false
	case a.totalPages != nil:
		return before < *a.totalPages
	case a.total != nil && a.pageSize != nil && a.hasMore == nil:
		return before**a.pageSize < *a.total
	case a.total != nil:
		// The size of a page is not told; that a whole one is missing is certain.
		return a.short(page-1, read)
	}
	return false
}

// short reports whether a page or more is missing of a list that was read in so
// many pages.
func (a labAnswer) short(pages int, read int64) bool {
	return a.total != nil && extract.MissingPage(*a.total, read, int64(pages))
}

// last is the number of the last page, as far as the page tells; 0: it does not.
func (a labAnswer) last() int {
	switch {
	case a.totalPages != nil:
		return int(*a.totalPages)
	case a.total != nil && a.pageSize != nil && *a.pageSize > 0:
		return int((*a.total + *a.pageSize - 1) / *a.pageSize)
	}
	return 0
}

// size is what the answer declares of the whole list, by which one notices that
// the list moved; 0: nothing.
func (a labAnswer) size() int64 {
	switch {
	case a.total != nil:
		return *a.total
	case a.totalPages != nil:
		return *a.totalPages
	}
	return 0
}

func (a labAnswer) declared() int64 {
	if a.total == nil {
		return 0
	}
	return *a.total
}

// signals reports whether the answer says anything about where the list ends.
func (a labAnswer) signals() bool {
	return a.hasMore != nil || a.totalPages != nil || a.total != nil
}
