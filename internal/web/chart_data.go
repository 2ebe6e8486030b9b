package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"contactsync/load/duckdb/report"
	"contactsync/schema"
)

// growthChart is how many records of each vendor are known, day by day.
type growthChart struct {
	Series      []growthSeries
	Most        int64
	First, Last string // days
	Label       string
}

type growthSeries struct {
	vendorMark
	Points  string // of a polyline; "" = the vendor brought nothing
	Records int64
}

const (
	growthWidth  = 720.0
	growthHeight = 180.0
)

// newGrowthChart draws sums from the day before the first record on, so that a first
// night is a line, too.
func newGrowthChart(growth []report.Growth) growthChart {
	if len(growth) == 0 {
		return growthChart{}
	}
	begin := growth[0].Day.AddDate(0, 0, -1)
	end := growth[len(growth)-1].Day.Time
	c := growthChart{First: begin.Format("2 Jan 2006"), Last: end.Format("2 Jan 2006")}
	sums := make([][]dayCount, len(schema.Sources))
	for _, g := range growth {
		i := slices.Index(schema.Sources, g.Source)
		if i < 0 {
			continue
		}
		sum := g.Records
		if n := len(sums[i]); n > 0 {
			sum += sums[i][n-1].n
		}
		sums[i] = append(sums[i], dayCount{g.Day.Time, sum})
		c.Most = max(c.Most, sum)
	}
	var said []string
	for i, mark := range vendorMarks() {
		s := growthSeries{vendorMark: mark}
		if n := len(sums[i]); n > 0 {
			s.Records = sums[i][n-1].n
			s.Points = growthPoints(sums[i], begin, end, c.Most)
		}
		c.Series = append(c.Series, s)
		said = append(said, mark.Name+" "+number(s.Records))
	}
	c.Label = fmt.Sprintf("records known by vendor from %s to %s, at the end: %s", c.First, c.Last, strings.Join(said, ", "))
	return c
}

// dayCount is how many records were known at the end of a day.
type dayCount struct {
	day time.Time
	n   int64
}

// growthPoints are the corners of a vendor's line: level until the day before, then up.
func growthPoints(sums []dayCount, begin, end time.Time, most int64) string {
	const margin = 4
	at := func(day time.Time, n int64) string {
		x := growthWidth * day.Sub(begin).Hours() / end.Sub(begin).Hours()
		y := growthHeight - margin - (growthHeight-2*margin)*float64(n)/float64(max(most, 1))
		return fmt.Sprintf("%.1f,%.1f", x, y)
	}
	points, known := []string{at(begin, 0)}, int64(0)
	for _, s := range sums {
		points = append(points, at(s.day.AddDate(0, 0, -1), known), at(s.day, s.n))
		known = s.n
	}
	points = append(points, at(end, known))
	return strings.Join(slices.Compact(points), " ")
}

// fillRow is how often one column is filled, by vendor and in the contacts.
type fillRow struct {
	Column   string
	Bars     []fillBar
	Contacts string
	Label    string
}

type fillBar struct {
	vendorMark
	Y, Width int
	Percent  string // "" = the vendor has no records
}

const fillStep = 7

// newFillRows draws, for each column, a bar per vendor.
func newFillRows(fills []report.Fill) []fillRow {
	var rows []fillRow
	for _, f := range fills {
		i := slices.IndexFunc(rows, func(r fillRow) bool { return r.Column == f.Column })
		if i < 0 {
			i = len(rows)
			rows = append(rows, newFillRow(f.Column))
		}
		rows[i].add(f)
	}
	for i := range rows {
		var said []string
		for _, b := range rows[i].Bars {
			if b.Percent != "" {
				said = append(said, b.Name+" "+b.Percent)
			}
		}
		rows[i].Label = rows[i].Column + ": " + strings.Join(said, ", ")
	}
	return rows
}

func newFillRow(column string) fillRow {
	r := fillRow{Column: column, Contacts: "–"}
	for i, mark := range vendorMarks() {
		r.Bars = append(r.Bars, fillBar{vendorMark: mark, Y: i * fillStep})
	}
	return r
}

func (r *fillRow) add(f report.Fill) {
	text, share := percent(f.Filled, f.Rows)
	if f.Source == "" {
		r.Contacts = text
		return
	}
	if i := slices.Index(schema.Sources, f.Source); i >= 0 {
		r.Bars[i].Percent, r.Bars[i].Width = text, share
	}
}

// percent is a share in words, never 100 % or 0 % where some are missing or there.
func percent(part, whole int64) (text string, share int) {
	if whole == 0 {
		return "–", 0
	}
	share = int(100 * part / whole)
	switch {
	case part > 0 && share == 0:
		return "<1 %", 1
	case part < whole && 100*float64(part)/float64(whole) > 99:
		return ">99 %", 99
	}
	return fmt.Sprintf("%d %%", share), share
}
