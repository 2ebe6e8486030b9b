package run

import (
	"testing"

	"contactsync/extract"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// TestADeclaredTotalIsHeldAgainstItsOwnPartOnly reads three segments, of which the vendor
// declares each.
func TestADeclaredTotalIsHeldAgainstItsOwnPartOnly(t *testing.T) {
	page := func(part string, rows int, declared, served int64) extract.Page {
		return extract.Page{Partition: part, Records: make([]schema.Record, rows), Declared: declared, Served: served}
	}
	var p Progress
	for _, added := range []struct {
		page extract.Page
		want Progress
	}{
		{page("seg_a", 100, 6000, 100), Progress{Pages: 1, Rows: 100, Part: "seg_a", Read: 100, Declared: 6000}},
		{page("seg_a", 100, 0, 0), Progress{Pages: 2, Rows: 200, Part: "seg_a", Read: 200, Declared: 6000}},
		{page("seg_b", 100, 6850, 3100), Progress{Pages: 3, Rows: 300, Part: "seg_b", Read: 3100, Declared: 6850}}, // an earlier run read 3,000
		{page("seg_a", 0, 0, 0), Progress{Pages: 4, Rows: 300, Part: "seg_b", Read: 3100, Declared: 6850}},         // a checkpoint
		{page("seg_c", 50, 0, 0), Progress{Pages: 5, Rows: 350, Part: "seg_c", Read: 50}},
	} {
		p.add(added.page)
		require.Equal(t, added.want, p)
	}
}
