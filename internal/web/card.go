package web

import (
	"cmp"
	"fmt"
	"time"

	"contactsync/internal/daemon"
	"contactsync/internal/mask"
	"contactsync/internal/run"
	"contactsync/schema"
)

// card is one pipeline on the page.
type card struct {
	daemon.Standing
	At      time.Time // the moment that it shows
	Badge   badge
	Last    *schema.Run
	Error   string // of the last run
	Advice  string // what becomes of it, and what to do
	Doing   string // what it is doing, in words
	Percent int    // of what the vendor declared; 0: unknown
	IsLate  bool
	Strip   strip
	Rows    sparkline
}

func newCard(o daemon.Overview, p daemon.Standing) card {
	c := card{
		Standing: p, At: o.Now.In(o.Zone), IsLate: p.Late(o.Now),
		Strip: newStrip(localRuns(o, p.History)), Rows: newSparkline(p.History),
	}
	c.Next, c.Until, c.Success = local(o, p.Next), local(o, p.Until), local(o, p.Success)
	if last, ok := p.Last(); ok {
		last = localRuns(o, []schema.Run{last})[0]
		c.Last, c.Error = &last, mask.Addresses(last.Error)
	}
	c.Badge, c.Advice = c.badge(), c.advice()
	c.Doing, c.Percent = c.doing()
	return c
}

// badge is how the pipeline stands: what it does now before how it last ended.
func (c card) badge() badge {
	switch {
	case c.Phase == daemon.Active:
		return badge{"running", "busy"}
	case c.Phase == daemon.Ready, c.Phase == daemon.Delayed:
		return badge{"queued", "busy"}
	case c.Phase == daemon.Retrying:
		return badge{"failed, tries again", "bad"}
	case c.Paused:
		return badge{"paused", "idle"}
	case c.IsLate && (c.Last == nil || c.Last.Status == schema.Succeeded):
		return badge{"late", "warn"}
	case c.Last == nil:
		return badge{"never ran", "idle"}
	}
	return badgeOf(c.Last.Status)
}

// advice is what becomes of a pipeline whose last run came to no good end, and what a
// person can do.
func (c card) advice() string {
	if c.Last == nil || c.Error == "" || c.Phase == daemon.Active || c.Phase == daemon.Ready {
		return ""
	}
	if c.Phase == daemon.Retrying {
		return "Nothing to do yet; what was read is kept."
	}
	then := "`sync run " + c.Name + "`"
	if !c.Next.IsZero() && !c.Paused {
		then = "the next run, " + clock(c.Next, c.At) + ","
	}
	switch c.Last.Status {
	case schema.Failed:
		return "What was read is kept. Mend what the message names; " + then + " goes on from there."
	case schema.NotReady:
		return "The vendor is still at work; " + then + " asks again."
	case schema.Limited:
		return "Nothing is lost; " + then + " goes on where this one stopped. A higher limit reads more at once."
	case schema.Interrupted:
		return "Nothing is lost; " + then + " goes on from the last commit."
	}
	return ""
}

// doing is what the pipeline is doing or waits for.
func (c card) doing() (text string, percent int) {
	if p := c.Progress; p != nil {
		text = fmt.Sprintf("%s, %s", count(int(p.Pages), "page", "pages"), count(int(p.Rows), "row", "rows"))
		if p.Declared > 0 && p.Read <= p.Declared {
			text += fmt.Sprintf("; %s: %s of %s", cmp.Or(mask.Addresses(p.Part), "this part"), number(p.Read), number(p.Declared))
			percent = int(100 * p.Read / p.Declared)
		}
		if p.State != run.Reading && p.State != run.Waiting {
			text = string(p.State) + ", " + text
		}
	}
	if c.Waiting != "" {
		if text != "" {
			text += "; "
		}
		text += "waits for " + mask.Addresses(c.Waiting)
		if !c.Until.IsZero() {
			text += ", until " + c.Until.Format(time.TimeOnly)
		}
	}
	return text, percent
}

// controls are the buttons of a pipeline.
type controls struct {
	Name   string
	Form   string // "" = no buttons
	Paused bool
	Busy   bool
}

// Controls are the pipeline's buttons in a form of the visitor's session.
func (c card) Controls(form string) controls {
	return controls{Name: c.Name, Form: form, Paused: c.Paused, Busy: c.Phase == daemon.Active || c.Phase == daemon.Ready}
}
