package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"contactsync/internal/pipeline"
	"contactsync/schema"

	"github.com/jedib0t/go-pretty/v6/progress"
	"github.com/jedib0t/go-pretty/v6/text"
)

// display shows a line per pipeline on a terminal: pages, rows, rate, and what it
// waits for.
type display struct {
	mu       sync.Mutex
	writer   progress.Writer
	trackers map[string]*progress.Tracker
}

// newDisplay starts a display; stop ends it and leaves its last lines standing.
func newDisplay(w io.Writer, noColor bool) (d *display, stop func()) {
	d = &display{writer: progress.NewWriter(), trackers: map[string]*progress.Tracker{}}
	if noColor {
		text.DisableColors()
	}
	d.writer.SetOutputWriter(w)
	d.writer.SetUpdateFrequency(150 * time.Millisecond)
	d.writer.SetMessageLength(80)
	d.writer.SetTrackerLength(12)
	d.writer.SetAutoStop(false)
	d.writer.SetStyle(progress.StyleBlocks)
	d.writer.Style().Visibility.Percentage = false
	d.writer.Style().Visibility.ETA = false
	d.writer.Style().Visibility.Speed = true
	d.writer.Style().Options.SpeedSuffix = " rows/s"
	d.writer.Style().Options.DoneString = "done"
	var rendering sync.WaitGroup
	rendering.Go(d.writer.Render)
	return d, func() {
		time.Sleep(200 * time.Millisecond) // one more repaint, so that the last lines are true
		d.writer.Stop()
		rendering.Wait()
	}
}

// show updates the line of one pipeline.
func (d *display) show(p pipeline.Progress) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.trackers[p.Pipeline]
	if t == nil {
		t = &progress.Tracker{Message: p.Pipeline}
		d.trackers[p.Pipeline] = t
		d.writer.AppendTracker(t)
	}
	t.UpdateMessage(describe(p))
	t.SetValue(p.Rows)
	if p.Declared > 0 {
		t.UpdateTotal(max(p.Declared, p.Rows+1))
	}
	if p.State != pipeline.Done {
		return
	}
	t.UpdateTotal(p.Rows)
	if p.Run != nil && p.Run.Status != schema.Succeeded {
		t.MarkAsErrored()
	} else {
		t.MarkAsDone()
	}
}

// describe is what a pipeline is doing, in a line.
func describe(p pipeline.Progress) string {
	doing := string(p.State)
	switch {
	case p.State == pipeline.Done && p.Run != nil:
		doing = p.Run.Status
	case p.Waiting != "":
		doing = "waiting: " + p.Waiting
	}
	return fmt.Sprintf("%-16s %5d pages %8d rows  %s", p.Pipeline, p.Pages, p.Rows, doing)
}
