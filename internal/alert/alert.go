// Package alert tells people when a pipeline needs them: it decides from how runs
// end what is worth a message, gathers what happens together into one, says
// nothing twice in a day, and sends it by shoutrrr.
package alert

import (
	"fmt"
	"slices"
	"strings"

	"contactsync/internal/mask"
	"contactsync/schema"
)

// Kind is what an alert is about.
type Kind string

// The kinds, as alerts.on names them.
const (
	Failure  Kind = "failure"   // a run failed, and so did its retries
	Recovery Kind = "recovery"  // the first good run after a failure, or a vendor that was not ready, that was told
	NotReady Kind = "not_ready" // the vendor was not ready within poll_timeout
	Drop     Kind = "drop"      // a run read far fewer rows than usual
	Drift    Kind = "drift"     // the vendor sends new, missing or retyped fields
)

// Event is one thing worth telling. A recovery is one only where something was
// told before.
type Event struct {
	Kind     Kind
	Pipeline string
	Text     string
	Quiet    bool // not to be told; it only ends what was told
}

// Rules say what is worth telling.
type Rules struct {
	On          []string // kinds
	DropRuns    int      // usual is the median of this many good runs
	DropPercent int      // far fewer is less than so much of it
}

// fewestRuns is how many good runs it takes to know what is usual.
const fewestRuns = 3

// Of lists what is worth telling of a run that has ended. Before are the runs
// before it, newest first; a run that will be tried again is not the end of it.
func (r Rules) Of(run schema.Run, before []schema.Run, drifts []schema.Drift, retrying bool) []Event {
	var events []Event
	add := func(kind Kind, format string, args ...any) {
		if slices.Contains(r.On, string(kind)) {
			events = append(events, Event{Kind: kind, Pipeline: run.Pipeline, Text: fmt.Sprintf(format, args...)})
		}
	}
	switch run.Status {
	case schema.Failed:
		if !retrying {
			add(Failure, "failed: %s", mask.Addresses(run.Error))
		}
	case schema.NotReady:
		add(NotReady, "not ready in time: %s", mask.Addresses(run.Error))
	case schema.Succeeded:
		events = append(events, r.recovery(run.Pipeline, fmt.Sprintf("works again: %d rows read", run.RowsRead)))
		read := whole(run, before)
		if usual, ok := r.usual(before); ok && 100*read < int64(r.DropPercent)*usual {
			add(Drop, "read %d rows; the median of its last good runs is %d", read, usual)
		}
	}
	if len(drifts) > 0 {
		add(Drift, "the vendor's format changed: %s", fields(drifts))
	}
	return events
}

func (r Rules) recovery(pipeline, text string) Event {
	return Event{Kind: Recovery, Pipeline: pipeline, Text: text, Quiet: !slices.Contains(r.On, string(Recovery))}
}

// whole is what a good run read together with the runs right before it that came
// to no good end, and that it went on from.
func whole(run schema.Run, before []schema.Run) int64 {
	rows := run.RowsRead
	for _, b := range before {
		if b.Replay {
			continue
		}
		if b.Status == schema.Succeeded {
			break
		}
		rows += b.RowsRead
	}
	return rows
}

// usual is the median of the rows that the last good runs read.
func (r Rules) usual(before []schema.Run) (rows int64, ok bool) {
	var list []int64
	for i, run := range before {
		if run.Status == schema.Succeeded && !run.Replay && len(list) < r.DropRuns {
			list = append(list, whole(run, before[i+1:]))
		}
	}
	if len(list) < fewestRuns {
		return 0, false
	}
	slices.Sort(list)
	middle := len(list) / 2
	if len(list)%2 == 0 {
		return (list[middle-1] + list[middle]) / 2, true
	}
	return list[middle], true
}

// fields names what changed, the first few of it.
func fields(drifts []schema.Drift) string {
	const most = 5
	var names []string
	for _, d := range drifts[:min(len(drifts), most)] {
		names = append(names, d.Field+" ("+d.Change+")")
	}
	text := strings.Join(names, ", ")
	if more := len(drifts) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// message puts events into words: a title, and a line for each.
func message(events []Event) (title, body string) {
	title = fmt.Sprintf("sync: %s: %s", events[0].Pipeline, headline[events[0].Kind])
	if len(events) > 1 {
		title = fmt.Sprintf("sync: %d things to know", len(events))
	}
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "%s %s\n", e.Pipeline, e.Text)
	}
	return title, strings.TrimSuffix(b.String(), "\n")
}

var headline = map[Kind]string{
	Failure: "failed", Recovery: "works again", NotReady: "not ready in time", Drop: "far fewer rows than usual",
	Drift: "the vendor's format changed",
}

// Publishing is what is worth telling of a writing of exports and snapshot that
// ended with err.
func (r Rules) Publishing(err error) []Event {
	const what = "exports and snapshot"
	switch {
	case err == nil:
		return []Event{r.recovery(what, "are written again")}
	case slices.Contains(r.On, string(Failure)):
		return []Event{{Kind: Failure, Pipeline: what, Text: "could not be written: " + mask.Addresses(err.Error())}}
	}
	return nil
}
