package run

import (
	"cmp"
	"fmt"

	"contactsync/internal/words"
	"contactsync/load"
)

// doubts says of the listings of a merge that may lack somebody what speaks against
// them, what became of the members whom they lack, and what comes next.
func doubts(list []load.Doubtful) (warnings []string) {
	for _, d := range list {
		warnings = append(warnings, fmt.Sprintf("%s: %s %s: %s; %s", d.Source, cmp.Or(d.Kind, "audience"), d.Audience, doubt(d), outcomeOf(d)))
	}
	return warnings
}

// doubt is what speaks against a listing, as a clause.
func doubt(d load.Doubtful) string {
	l := d.Listing
	switch d.Doubt {
	case load.Empty:
		return "the vendor lists nobody, where there were members"
	case load.Repeated:
		return fmt.Sprintf("the vendor declares %d rows and served %d, of which only %d are different: pages overlap", l.Declared, l.Served, l.Rows)
	case load.Short, load.Incomplete:
		return fmt.Sprintf("the vendor declares %d rows, and %d different ones came", l.Declared, l.Rows)
	case load.Unusable:
		return "every record that the vendor listed was rejected"
	}
	if l.Certain {
		return fmt.Sprintf("of %d rows that the vendor served only %d are different", l.Served, l.Rows)
	}
	return "the list kept changing while it was read, or contradicts itself"
}

// outcomeOf is what becomes of the members whom a listing in doubt lacks, as a clause.
func outcomeOf(d load.Doubtful) string {
	missing := words.Counted(int(d.Listing.Missing), "member is", "members are")
	switch {
	case d.Closed > 0:
		closed := words.Counted(int(d.Closed), "membership is", "memberships are")
		return fmt.Sprintf("it is the second such listing in a row, so %s closed of those that both lack", closed)
	case d.Doubt.Confirmable():
		return fmt.Sprintf("%s missing, and no membership is closed unless the next listing lacks them, too", missing)
	case d.Doubt == load.Unusable:
		return "no membership is closed; see `sync rejects list`"
	}
	return fmt.Sprintf("%s missing, and no membership is closed until a listing has all that is declared; a smaller page_size may help", missing)
}
