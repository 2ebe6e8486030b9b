package web

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"contactsync/load"
	"contactsync/schema"
)

// stripBars is how many runs a strip shows.
const stripBars = 30

// strip is the last runs as bars: the colour says how each ended, the height how
// long it took.
type strip struct{ Bars []bar }

type bar struct {
	X, Y, Height int
	Class, Label string
	RunID        string // "" = an empty place
}

const (
	barStep     = 8
	stripHeight = 40
)

// newStrip draws runs, the newest at the right.
func newStrip(history []schema.Run) strip {
	longest := 0.0
	for _, r := range history {
		longest = max(longest, seconds(r))
	}
	var s strip
	for i := range stripBars {
		b := bar{X: i * barStep, Height: 3, Class: "none"}
		if at := stripBars - 1 - i; at < len(history) {
			r := history[at]
			share := 1.0
			if longest > 0 {
				share = math.Sqrt(seconds(r) / longest) // short runs stay visible beside a long one
			}
			b.Height = 8 + int(share*(stripHeight-8))
			b.Class, b.RunID = badgeOf(r.Status).Class, r.RunID
			b.Label = fmt.Sprintf("%s: %s, %s in %s", stamp(r.StartedAt), badgeOf(r.Status).Text, count(int(r.RowsRead), "row", "rows"), took(r))
		}
		b.Y = stripHeight - b.Height
		s.Bars = append(s.Bars, b)
	}
	return s
}

func seconds(r schema.Run) float64 {
	if r.FinishedAt.IsZero() {
		return 0
	}
	return r.FinishedAt.Sub(r.StartedAt).Seconds()
}

// sparkline is the rows of the last runs as a line.
type sparkline struct {
	Line, Area string // points and path
	LastY      float64
	Most       int64
	Some       bool // there are at least two points
}

const (
	sparkWidth  = 240.0
	sparkHeight = 40.0
)

// newSparkline draws the rows that the last runs read, oldest first. Runs that
// failed or were cut short are left out: they say nothing about the vendor.
func newSparkline(history []schema.Run) sparkline {
	var rows []int64
	for _, r := range slices.Backward(history) {
		if r.Status == schema.Succeeded {
			rows = append(rows, r.RowsRead)
		}
	}
	if len(rows) < 2 {
		return sparkline{}
	}
	s := sparkline{Most: slices.Max(rows), Some: true}
	points := make([]string, len(rows))
	for i, n := range rows {
		x := sparkWidth * float64(i) / float64(len(rows)-1)
		y := sparkHeight - 3
		if s.Most > 0 {
			y -= (sparkHeight - 6) * float64(n) / float64(s.Most)
		}
		points[i] = fmt.Sprintf("%.1f,%.1f", x, y)
		s.LastY = y
	}
	s.Line = strings.Join(points, " ")
	s.Area = fmt.Sprintf("M0,%g L%s L%g,%g Z", sparkHeight, strings.Join(points, " L"), sparkWidth, sparkHeight)
	return s
}

// overlapChart shows which vendors know the same people: a bar per combination
// of vendors, and below it dots that name them.
type overlapChart struct {
	Width, Height int
	Columns       []overlapColumn
	Rows          []overlapRow
	More          int64 // people of combinations that are not drawn
	Combinations  int
}

type overlapColumn struct {
	X, BarY, BarHeight, LabelY int
	People                     int64
	Label                      string
	Dots                       []overlapDot
	From, To                   int // the line that joins its vendors; equal: none
}

type overlapDot struct {
	Y     int
	Known bool
}

type overlapRow struct {
	Y, BarWidth int
	Name        string
	People      int64
	Even        bool
}

const (
	overlapColumns = 10
	chartLeft      = 190
	columnStep     = 46
	barArea        = 130
	rowStep        = 30
)

// newOverlapChart draws the largest combinations; nil where there is nobody yet.
func newOverlapChart(overlaps []load.Overlap) *overlapChart {
	if len(overlaps) == 0 {
		return nil
	}
	shown := overlaps[:min(len(overlaps), overlapColumns)]
	c := &overlapChart{Width: chartLeft + columnStep*len(shown) + 8, Height: barArea + rowStep*len(schema.Sources) + 34, Combinations: len(overlaps)}
	for _, o := range overlaps[len(shown):] {
		c.More += o.People
	}
	totals := map[string]int64{}
	for _, o := range overlaps {
		for _, source := range o.Sources {
			totals[source] += o.People
		}
	}
	most, largest := overlaps[0].People, int64(1)
	for _, n := range totals {
		largest = max(largest, n)
	}
	top := barArea + 30 // of the dots
	for i, source := range schema.Sources {
		c.Rows = append(c.Rows, overlapRow{Y: top + i*rowStep, BarWidth: int(60 * totals[source] / largest), Name: source, People: totals[source], Even: i%2 == 0})
	}
	for i, o := range shown {
		column := overlapColumn{X: chartLeft + columnStep*i + columnStep/2, People: o.People, Label: strings.Join(o.Sources, " and ")}
		column.BarHeight = max(int(int64(barArea-18)*o.People/max(most, 1)), 2)
		column.BarY = barArea - column.BarHeight
		column.LabelY = column.BarY - 5
		for j, source := range schema.Sources {
			known := slices.Contains(o.Sources, source)
			y := top + j*rowStep
			column.Dots = append(column.Dots, overlapDot{Y: y, Known: known})
			if known {
				if column.From == 0 {
					column.From = y
				}
				column.To = y
			}
		}
		c.Columns = append(c.Columns, column)
	}
	return c
}
