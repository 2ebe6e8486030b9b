package web

import (
	"errors"
	"net/http"
	"time"

	"contactsync/internal/daemon"
	"contactsync/internal/mask"
	"contactsync/internal/run"
	"contactsync/load/duckdb/report"
	"contactsync/schema"
)

// dataPage shows what the warehouse holds: counts and names of companies, never a person.
type dataPage struct {
	frame
	Notice   string // why there is nothing to see
	AsOf     time.Time
	Empty    bool // nothing was ever read
	Data     report.Data
	People   int64
	Growth   growthChart
	Vendors  []vendorMark
	Fills    []fillRow
	Overlaps []overlapChart
	Doubts   report.Doubts
	Open     int64
}

func (s *server) data(w http.ResponseWriter, r *http.Request) {
	o := s.Overview()
	page := dataPage{frame: s.frame(r, o, "Data"), Doubts: o.Doubts, Open: int64(o.Open)}
	page.Problems = nil // those of the daemon have the main page
	data, err := s.Data(r.Context())
	status := http.StatusOK
	if _, busy := errors.AsType[*run.BusyError](err); busy {
		page.Notice = "A run is on, and there is no snapshot to read meanwhile. Load the page again when it has ended."
		status = http.StatusServiceUnavailable
	} else if err != nil {
		s.Log.Error("the data page cannot be read", "error", mask.Addresses(err.Error()))
		page.Problems, status = []string{"The data cannot be read: " + err.Error()}, http.StatusInternalServerError
	}
	if err == nil {
		page.fill(o, data)
	}
	s.render(w, status, "data.html", page)
}

func (p *dataPage) fill(o daemon.Overview, data daemon.Data) {
	p.AsOf, p.Data = local(o, data.AsOf), data.Data
	for _, overlap := range data.Overlaps {
		p.People += overlap.People
	}
	p.Empty = p.People == 0 && len(data.Growth) == 0 && len(data.Missing) == 0
	p.Growth, p.Fills, p.Overlaps = newGrowthChart(data.Growth), newFillRows(data.Fills), newOverlapCharts(data.Overlaps)
	p.Vendors = vendorMarks()
}

// vendorMark is how a vendor is drawn in every chart.
type vendorMark struct{ Name, Class string }

func vendorMarks() []vendorMark {
	marks := make([]vendorMark, len(schema.Sources))
	for i, source := range schema.Sources {
		marks[i] = vendorMark{source, "v" + number(int64(i+1))}
	}
	return marks
}
