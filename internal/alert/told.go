package alert

import "time"

// quietTime is how long one thing is not told again. It is a little less than a
// day, so that a pipeline that fails every night is told every night.
const quietTime = 22 * time.Hour

// Told is what was told when, by kind and pipeline. A failure stays in it until
// the pipeline has recovered.
type Told map[string]time.Time

func key(kind Kind, pipeline string) string { return string(kind) + " " + pipeline }

// fresh lists the events that are to be told now, and takes them in.
func (t Told) fresh(events []Event, now time.Time) []Event {
	var list []Event
	for _, e := range events {
		tell := false
		if e.Kind == Recovery {
			tell = t.recover(e.Pipeline) && !e.Quiet
		} else {
			tell = t.tell(key(e.Kind, e.Pipeline), now)
		}
		if tell {
			list = append(list, e)
		}
	}
	return list
}

// tell reports whether something is to be told, because it was not a short while
// ago. What was told in the future was told before the clock was set back.
func (t Told) tell(key string, now time.Time) bool {
	if at, ok := t[key]; ok && !at.After(now) && now.Sub(at) < quietTime {
		return false
	}
	t[key] = now
	return true
}

// recover reports whether the pipeline was told to fail, and lets its next failure
// be told at once.
func (t Told) recover(pipeline string) (failing bool) {
	for _, kind := range []Kind{Failure, NotReady} {
		if _, ok := t[key(kind, pipeline)]; ok {
			delete(t, key(kind, pipeline))
			failing = true
		}
	}
	return failing
}
