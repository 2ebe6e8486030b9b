package intent

import (
	"fmt"
	"time"

	"contactsync/extract"
)

// finish is the last page of a day. After a page that was empty against a promise,
// and with fewer records than declared, it is no listing of the day: the next run
// begins it anew. So it is where nobody is left of a day that had people, but only
// once: the second such listing in a row is taken for what it says.
func (at position) finish(a reply, now time.Time) (*extract.Page, error) {
	if at.Gap && at.Read < a.total {
		page := at.page(a)
		page.Next = extract.Encode(at.restart(true))
		return page, at.trouble("%w: a page was empty though more was promised, and %d of %d records were read; the next run reads the day again",
			errIncomplete, at.Read, a.total)
	}
	if at.Read == 0 && at.Had > 0 {
		page := at.page(a)
		anew := at.restart(true)
		anew.Had = 0
		page.Next = extract.Encode(anew)
		page.Warnings = []string{fmt.Sprintf("intent: %s: the vendor matched nobody, where there were %d records; they are kept unless the next run finds nobody, too", at.DataDate, at.Had)}
		return page, nil
	}
	at.Cursor, at.Offset, at.Trail, at.Gap, at.Had, at.Done, at.Total, at.Checked = "", 0, extract.Trail{}, false, 0, true, a.total, now.UTC()
	if a.counted { // the vendor's own count explains that its total is more
		at.Total = at.Read
	}
	page := at.page(a)
	page.Warnings = at.warnings(a)
	return page, nil
}

// warnings is what a person should know of a day that was read to its end.
func (at position) warnings(a reply) (found []string) {
	switch declares := fmt.Sprintf("intent: %s: the vendor declares %d records and served %d", at.DataDate, a.total, at.Read); {
	case at.Read < at.Total:
		found = append(found, declares+"; matches that an earlier listing of the day named are kept")
	case a.total > 0 && at.Read != a.total:
		found = append(found, declares)
	}
	if at.Read == 0 {
		found = append(found, "intent: "+at.DataDate+": the vendor matched nobody; check topics, score and filters if that is a surprise")
	}
	return found
}
