// Package extract reads vendors' APIs: pages of records, each with the checkpoint
// from which reading may go on. It knows nothing of warehouses or of what a record
// means.
//
// This package holds what all vendors share: what a [Source] yields, what a
// [Vendor] and the [Definition] of a stream must answer, and the rules by which a
// list is read ([Walk], [Pager], [Decode]). Each vendor is a folder below, which
// vendors lists; api is the HTTP client, and vendortest the suite that every vendor
// passes.
//
// Rules of a checkpoint, which every source here keeps:
//
//   - It belongs to one partition of a stream: a search, a day, a build, a segment.
//   - Once a page and all before it in its partition are stored, reading may stop
//     and resume at the page's Next: nothing is missed and nothing is bought again.
//   - A token belongs to the query that made it; a changed query starts anew.
//   - Page numbers over a list that moves may resume a sweep, but only for
//     so long; then the sweep starts again, under a new name.
//   - The end of the data is the vendor's explicit signal, never a short page.
//   - A Repeated page or cursor is an error, never a loop.
//   - A sweep that ended with fewer rows than the vendor declares, or in any other
//     doubt, is Ended and not Complete: who is missing may have been left out.
//   - Not ready leaves the checkpoint untouched.
package extract

import (
	"context"
	"encoding/json"
	"iter"

	"contactsync/schema"
)

// A Source reads one stream.
//
// Pages yields what changed since from, a page at a time, partition by
// partition. After an error nothing more is yielded. A [*NotReadyError] is neither
// failure nor empty: the vendor is still working, and the same call later goes on
// from the same place. A [*LimitError] says that a limit which the user set ended
// the reading early. Nothing is read ahead of the consumer beyond a few pages, so
// memory does not grow with the number of pages.
type Source interface {
	Pages(ctx context.Context, from State) iter.Seq2[Page, error]
}

// State is where a stream stands: the last committed checkpoint of each partition.
type State map[string]schema.Checkpoint

// Page is what one answer of a vendor brought, and where to go on once it is stored.
type Page struct {
	Partition string            // which part of the stream: a search, a day, a build, a segment
	Next      schema.Checkpoint // resume here once this page and all before it are stored
	Sweep     string            // names the listing of the partition that this page belongs to; pages before and after a resume share it
	Complete  bool              // this page ends the sweep, and nothing speaks against its being whole: records that no page of it named are gone
	Ended     bool              // the vendor's signals ended the sweep with this page; without Complete it may lack rows
	Number    int               // 1-based, for messages and for the order of versions within a sweep
	Audience  string            // the records are members of this search, segment or audience; "" = no membership
	Records   []schema.Record   // none: the page carries a checkpoint, which is stored before the next page is asked for
	Audiences []schema.Audience // what the page says of audiences themselves
	Nameless  []json.RawMessage // rows of a listing of audiences that name none
	Declared  int64             // total that the vendor declares for the sweep; 0 = it says nothing
	Served    int64             // rows of the sweep so far, repeated ones each time; 0 = not to be compared with Declared
	Warnings  []string          // what a person should look at; no personal data

	// How jobs by which people are asked for stand, who is in those that the page
	// books, and whose people count as not asked for. Pipeline and run are filled in.
	Enrichments []schema.Enrichment
	Asked       []schema.Asked
	Unasked     []string
}
