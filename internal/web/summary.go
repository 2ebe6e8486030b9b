package web

import (
	"cmp"
	"slices"
	"time"

	"contactsync/internal/daemon"
	"contactsync/schema"
)

// summary is the page in one line.
type summary struct {
	Class   string // "good", "bad" or, where nothing has ever run, "idle"
	Phrases []phrase
	Next    string
	First   string // the pipeline that runs first, where nothing has run yet
}

// phrase is a piece of the headline and the pipelines that it speaks of.
type phrase struct {
	Text  string
	Names []string // the first of them
	More  int      // how many there are beside these
}

// named is how many pipelines a phrase names.
const named = 4

func newPhrase(text string, names []string) phrase {
	shown := min(len(names), named)
	return phrase{text, names[:shown], len(names) - shown}
}

// fresh reports whether nothing has ever run.
func fresh(o daemon.Overview) bool {
	return !slices.ContainsFunc(o.Pipelines, func(p daemon.Standing) bool {
		return len(p.History) > 0 || p.Attempt > 0 || p.Phase == daemon.Active
	})
}

// failed reports whether a pipeline's last run failed, be it tried again or not.
func failed(p daemon.Standing) bool {
	last, ran := p.Last()
	return p.Attempt > 0 || ran && last.Status == schema.Failed
}

// urgency orders pipelines: what needs somebody comes first, then what goes on now.
func urgency(p daemon.Standing, now time.Time) int {
	switch {
	case failed(p):
		return 0
	case p.Late(now):
		return 1
	case p.Phase != daemon.Resting:
		return 2
	}
	return 3
}

// byUrgency sorts pipelines; equals keep the order of the config.
func byUrgency(o daemon.Overview) []daemon.Standing {
	list := slices.Clone(o.Pipelines)
	slices.SortStableFunc(list, func(a, b daemon.Standing) int { return cmp.Compare(urgency(a, o.Now), urgency(b, o.Now)) })
	return list
}

// late are the names of the pipelines that have not succeeded for twice their period.
func late(o daemon.Overview) (names []string) {
	for _, p := range o.Pipelines {
		if p.Late(o.Now) {
			names = append(names, p.Name)
		}
	}
	return names
}

// next is when the daemon next begins a run, and of which pipeline; zero: none is due.
func next(o daemon.Overview) (at time.Time, pipeline string) {
	for _, p := range o.Pipelines {
		begins := p.Next
		if (p.Phase == daemon.Delayed || p.Phase == daemon.Retrying) && p.Until.After(o.Now) {
			begins = p.Until
		}
		if !p.Paused && !begins.IsZero() && (at.IsZero() || begins.Before(at)) {
			at, pipeline = begins, p.Name
		}
	}
	return at, pipeline
}

// summarise says how all pipelines stand.
func summarise(o daemon.Overview) summary {
	var broken, behind, active []string
	for _, p := range o.Pipelines {
		switch {
		case failed(p):
			broken = append(broken, p.Name)
		case p.Late(o.Now):
			behind = append(behind, p.Name)
		}
		if p.Phase == daemon.Active {
			active = append(active, p.Name)
		}
	}
	s := summary{Class: "good"}
	at, first := next(o)
	if !at.IsZero() {
		s.Next = clock(at.In(o.Zone), o.Now.In(o.Zone))
	}
	say := func(text string, names []string) { s.Phrases = append(s.Phrases, newPhrase(text, names)) }
	switch {
	case len(o.Problems)+len(broken)+len(behind) > 0:
		s.Class = "bad"
	case fresh(o):
		s.Class, s.First = "idle", first
		say("Nothing has run yet", nil)
		return s
	default:
		say("All is well", nil)
	}
	if len(broken) > 0 {
		say(count(len(broken), "pipeline has failed", "pipelines have failed"), broken)
	}
	if len(behind) > 0 {
		say(count(len(behind), "is late", "are late"), behind)
	}
	if s.Class == "bad" && len(s.Phrases) == 0 {
		say("Something needs a look", nil)
	}
	if len(active) > 0 {
		say(count(len(active), "is running now", "are running now"), nil)
	}
	return s
}
