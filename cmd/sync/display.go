package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"contactsync/internal/run"
	"contactsync/schema"

	"golang.org/x/term"
)

// repaint is how often the display is drawn.
const repaint = 120 * time.Millisecond

// display shows a line per pipeline on a terminal, drawn over in place: pages,
// rows, rate, and what it waits for.
type display struct {
	w     io.Writer
	color bool
	width func() int

	mu    sync.Mutex
	lines []run.Progress // in the order they appeared
	drawn int            // lines on the screen
	ticks int
	noted []string // what is to be said above the lines
}

// newDisplay starts a display; stop draws it once more and leaves it standing.
func newDisplay(w io.Writer, noColor bool) (d *display, stop func()) {
	d = &display{w: w, color: !noColor, width: func() int { return terminalWidth(w) }}
	done := make(chan struct{})
	var drawing sync.WaitGroup
	drawing.Go(func() {
		ticker := time.NewTicker(repaint)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				d.draw(time.Now())
			case <-done:
				d.draw(time.Now())
				return
			}
		}
	})
	return d, func() {
		close(done)
		drawing.Wait()
	}
}

func terminalWidth(w io.Writer) int {
	width, _ := terminalSize(w)
	return width
}

func terminalHeight(w io.Writer) int {
	_, height := terminalSize(w)
	return height
}

// terminalSize is what a terminal shows, or what most could where it does not say.
func terminalSize(w io.Writer) (width, height int) {
	if f, ok := w.(interface{ Fd() uintptr }); ok {
		if width, height, err := term.GetSize(int(f.Fd())); err == nil && width > 0 && height > 0 {
			return width, height
		}
	}
	return 120, 24
}

// show takes in what a pipeline is doing.
func (d *display) show(p run.Progress) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.lines {
		if d.lines[i].Pipeline == p.Pipeline {
			d.lines[i] = p
			return
		}
	}
	d.lines = append(d.lines, p)
}

// note says something above the lines, once.
func (d *display) note(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.noted = append(d.noted, text)
}

// draw paints all lines over those of the last time.
func (d *display) draw(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var b strings.Builder
	if d.drawn > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", d.drawn) // up to the first line
	}
	for _, text := range d.noted {
		b.WriteString("\r\x1b[2K" + text + "\n")
	}
	d.noted = nil
	name, width := 0, d.width()
	for _, p := range d.lines {
		name = max(name, len(p.Pipeline))
	}
	for _, p := range d.lines {
		line := []rune(progressLine(p, name, width, now, d.ticks))
		text := string(line[:min(len(line), max(width-1, 0))])
		if d.color {
			text = colored(p, text)
		}
		b.WriteString("\r\x1b[2K" + text + "\n")
	}
	d.drawn = len(d.lines)
	d.ticks++
	_, _ = io.WriteString(d.w, b.String()) // a terminal that is gone shows nothing
}

var spinner = []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"}

// progressLine is what a pipeline is doing, in a line; where that is too wide, its state
// comes first.
func progressLine(p run.Progress, name, width int, now time.Time, tick int) string {
	if p.State == run.Queued {
		return fmt.Sprintf("· %-*s  queued", name, p.Pipeline)
	}
	mark, end, doing := spinner[tick%len(spinner)], now, string(p.State)
	switch {
	case p.State == run.Done && p.Run != nil:
		mark, end, doing = "✓", p.Run.FinishedAt, p.Run.Status
		if p.Run.Status != schema.Succeeded {
			mark = "✗"
		}
	case p.Waiting != "":
		doing = "waiting: " + p.Waiting
		if left := p.Until.Sub(now).Round(time.Second); left > 0 {
			doing += fmt.Sprintf(" (%s)", left)
		}
	}
	took := end.Sub(p.Started)
	rate := float64(p.Rows) / max(took.Seconds(), 0.1)
	rows := fmt.Sprint(p.Rows)
	if p.Declared > p.Read && p.Read == p.Rows && p.State != run.Done { // else the total is not that of these rows
		rows = fmt.Sprintf("%d/%d", p.Rows, p.Declared)
	}
	whole := fmt.Sprintf("%s %-*s  %6d pages  %13s rows  %7.0f rows/s  %6.1fs  %s",
		mark, name, p.Pipeline, p.Pages, rows, rate, took.Seconds(), doing)
	if utf8.RuneCountInString(whole) < width {
		return whole
	}
	return fmt.Sprintf("%s %-*s  %-9s  %s rows  %.1fs", mark, name, p.Pipeline, doing, rows, took.Seconds())
}

// colored paints a line by the state of its pipeline.
func colored(p run.Progress, text string) string {
	code := ""
	switch {
	case p.State == run.Queued:
		code = "2" // dim
	case p.State == run.Waiting:
		code = "33" // yellow
	case p.State == run.Done && p.Run != nil && p.Run.Status == schema.Succeeded:
		code = "32" // green
	case p.State == run.Done:
		code = "31" // red
	default:
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
