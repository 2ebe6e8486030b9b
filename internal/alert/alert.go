// Package alert tells people when a pipeline needs them: it decides from how runs
// end what is worth a message, gathers what happens together into one, says
// nothing twice in a day, and sends it by shoutrrr.
package alert

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"contactsync/schema"
)

// Kind is what an alert is about.
type Kind string

// The kinds, as alerts.on names them.
const (
	Failure  Kind = "failure"   // a run failed, and so did its retries
	Recovery Kind = "recovery"  // the first good run after that
	NotReady Kind = "not_ready" // the vendor was not ready within poll_timeout
	Drop     Kind = "drop"      // a run read far fewer rows than usual
	Drift    Kind = "drift"     // the vendor sends new, missing or retyped fields
)

// Event is one thing worth telling.
type Event struct {
	Kind     Kind
	Pipeline string
	Text     string
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
			events = append(events, Event{kind, run.Pipeline, fmt.Sprintf(format, args...)})
		}
	}
	switch run.Status {
	case schema.Failed:
		if !retrying {
			add(Failure, "failed: %s", clean(run.Error))
		}
	case schema.NotReady:
		add(NotReady, "not ready in time: %s", clean(run.Error))
	case schema.Succeeded:
		if wasFailing(before) {
			add(Recovery, "works again: %d rows read", run.RowsRead)
		}
		if usual, ok := r.usual(before); ok && 100*run.RowsRead < int64(r.DropPercent)*usual {
			add(Drop, "read %d rows; the median of its last good runs is %d", run.RowsRead, usual)
		}
	}
	if len(drifts) > 0 {
		add(Drift, "the vendor's format changed: %s", fields(drifts))
	}
	return events
}

// wasFailing reports whether the last run that came to an end of its own failed.
func wasFailing(before []schema.Run) bool {
	for _, r := range before {
		if r.Status != schema.Interrupted && r.Status != schema.Running {
			return r.Status == schema.Failed || r.Status == schema.NotReady
		}
	}
	return false
}

// usual is the median of the rows that the last good runs read.
func (r Rules) usual(before []schema.Run) (rows int64, ok bool) {
	var list []int64
	for _, run := range before {
		if run.Status == schema.Succeeded && len(list) < r.DropRuns {
			list = append(list, run.RowsRead)
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

// address finds e-mail addresses, which no message may carry.
var address = regexp.MustCompile(`[^\s"'<>(),;:=]+(@|%40)[^\s"'<>(),;:]+`)

func clean(text string) string { return address.ReplaceAllString(text, "[address]") }

// quietTime is how long one thing is not told again. It is a little less than a
// day, so that a pipeline that fails every night is told every night.
const quietTime = 22 * time.Hour

// told remembers what was told when.
type told map[string]time.Time

// fresh drops the events that were told a short while ago, and remembers the
// others. A recovery lets the next failure be told at once.
func (t told) fresh(events []Event, now time.Time) []Event {
	var list []Event
	for _, e := range events {
		key := string(e.Kind) + " " + e.Pipeline
		if at, ok := t[key]; ok && now.Sub(at) < quietTime && e.Kind != Recovery {
			continue
		}
		if e.Kind == Recovery {
			delete(t, string(Failure)+" "+e.Pipeline)
			delete(t, string(NotReady)+" "+e.Pipeline)
		} else {
			t[key] = now
		}
		list = append(list, e)
	}
	return list
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
	Failure: "failed", Recovery: "works again", NotReady: "not ready in time", Drop: "far fewer rows than usual", Drift: "the vendor's format changed",
}

// Publishing is what is worth telling when exports or snapshot could not be written.
func (r Rules) Publishing(err error) []Event {
	if !slices.Contains(r.On, string(Failure)) {
		return nil
	}
	return []Event{{Failure, "exports and snapshot", "could not be written: " + clean(err.Error())}}
}
