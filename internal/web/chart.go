package web

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"contactsync/load/duckdb/report"
	"contactsync/schema"
)

// stripBars is how many runs a strip shows.
const stripBars = 30

// strip is the last runs as bars: the colour says how each ended, the height how
// long it took.
type strip struct {
	Bars []bar
	Said string // what it shows, in words
}

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
				share = math.Sqrt(seconds(r) / longest) // short runs stay visible next to a long one
			}
			b.Height = 8 + int(share*(stripHeight-8))
			b.Class, b.RunID = badgeOf(r.Status).Class, r.RunID
			b.Label = fmt.Sprintf("%s: %s, %s in %s", stamp(r.StartedAt), badgeOf(r.Status).Text, count(int(r.RowsRead), "row", "rows"), took(r))
		}
		b.Y = stripHeight - b.Height
		s.Bars = append(s.Bars, b)
	}
	s.Said = endings(history[:min(len(history), stripBars)])
	return s
}

// endings counts how runs ended, most first.
func endings(history []schema.Run) string {
	counts := map[string]int{}
	for _, r := range history {
		counts[badgeOf(r.Status).Text]++
	}
	words := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	for i, w := range words {
		words[i] = fmt.Sprintf("%d %s", counts[w], w)
	}
	return "the last runs: " + cmp.Or(strings.Join(words, ", "), "none yet")
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
	Class         string
	Width, Height int
	NameX, TotalX int // where a row's name begins and its total ends
	Columns       []overlapColumn
	Rows          []overlapRow
	More          int64  // people of combinations that are not drawn
	Said          string // what it shows, in words
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
	Y      int
	Name   string
	People int64
	Even   bool
}

// overlapShape is how much room a chart has.
type overlapShape struct {
	class            string // the style sheet shows the one that fits
	left, step, most int    // where columns begin, how far apart they are, and how many are drawn
}

var overlapShapes = []overlapShape{{"wide", 190, 46, 10}, {"narrow", 136, 38, 5}}

const (
	barArea = 130
	rowStep = 30
	dotsTop = barArea + 30
)

// newOverlapCharts draws the largest combinations, once for each kind of screen;
// nothing where there are no people yet.
func newOverlapCharts(overlaps []report.Overlap) []overlapChart {
	if len(overlaps) == 0 {
		return nil
	}
	charts := make([]overlapChart, len(overlapShapes))
	for i, shape := range overlapShapes {
		charts[i] = shape.draw(overlaps)
	}
	return charts
}

func (s overlapShape) draw(overlaps []report.Overlap) overlapChart {
	shown := overlaps[:min(len(overlaps), s.most)]
	c := overlapChart{
		Class: s.class, Width: s.left + s.step*len(shown) + 4, Height: dotsTop + rowStep*len(schema.Sources) - rowStep/2,
		NameX: 8, TotalX: s.left - 8, Rows: overlapRows(overlaps),
	}
	for i, o := range shown {
		c.Columns = append(c.Columns, newOverlapColumn(s.left+s.step*i+s.step/2, o, overlaps[0].People))
	}
	for _, o := range overlaps[len(shown):] {
		c.More += o.People
	}
	said := make([]string, len(c.Columns))
	for i, column := range c.Columns {
		said[i] = column.Label + " " + number(column.People)
	}
	c.Said = "people by the vendors that know them: " + strings.Join(said, ", ")
	return c
}

// overlapRows are the vendors, each with all the people it knows.
func overlapRows(overlaps []report.Overlap) []overlapRow {
	rows := make([]overlapRow, len(schema.Sources))
	for i, source := range schema.Sources {
		rows[i] = overlapRow{Y: dotsTop + i*rowStep, Name: source, Even: i%2 == 0}
		for _, o := range overlaps {
			if slices.Contains(o.Sources, source) {
				rows[i].People += o.People
			}
		}
	}
	return rows
}

// newOverlapColumn draws a combination as a share of the largest.
func newOverlapColumn(x int, o report.Overlap, largest int64) overlapColumn {
	c := overlapColumn{X: x, People: o.People, Label: strings.Join(o.Sources, " and ")}
	c.BarHeight = max(int(int64(barArea-18)*o.People/max(largest, 1)), 2)
	c.BarY = barArea - c.BarHeight
	c.LabelY = c.BarY - 5
	for i, source := range schema.Sources {
		dot := overlapDot{Y: dotsTop + i*rowStep, Known: slices.Contains(o.Sources, source)}
		c.Dots = append(c.Dots, dot)
		if dot.Known {
			c.From, c.To = cmp.Or(c.From, dot.Y), dot.Y
		}
	}
	return c
}
