package daemon

import (
	"math/rand/v2"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/internal/schedule"
	"contactsync/schema"
)

// Phase is where the daemon stands with a pipeline.
type Phase string

// The phases of a pipeline in the daemon.
const (
	Resting  Phase = "resting"  // until its next fire time
	Delayed  Phase = "delayed"  // its fire time has come; jitter holds it back
	Retrying Phase = "retrying" // its run failed and is tried again soon
	Ready    Phase = "queued"   // it runs as soon as source, warehouse and max_parallel let it
	Active   Phase = "running"
)

// grace is how late a fire time may be noticed and still be on time. With
// catch_up: none, later ones are missed for good.
const grace = 2 * time.Minute

// job is one pipeline of the daemon. It is guarded by the daemon's mutex.
type job struct {
	pipeline  *config.Pipeline
	schedule  schedule.Schedule
	scheduled bool

	pipelineMemory           // as it is stored
	next           time.Time // the next fire time after what is handled
	taken          time.Time // what will be handled once the work in hand is done; zero: it is no scheduled work

	phase    Phase
	until    time.Time // delayed and retrying end here; by the monotonic clock
	attempt  int       // runs that failed in a row
	queuedAt time.Time
	progress *run.Progress
	problem  string // why it could not even start
}

// plan looks whether the job's time has come. With catch_up: none a missed fire
// is passed over.
func (j *job) plan(now time.Time, s config.Serve) (changed bool) {
	if j.phase == Resting && j.scheduled && !j.Paused {
		changed = j.fire(now, s)
	}
	if (j.phase == Delayed || j.phase == Retrying) && !time.Now().Before(j.until) {
		j.queue()
	}
	return changed
}

// fire takes the fire time that has come, if one has. It is handled only when
// the work is done, so a daemon that is killed before then catches up on it.
func (j *job) fire(now time.Time, s config.Serve) (changed bool) {
	if trusted := j.schedule.Trust(j.Handled, now); !trusted.Equal(j.Handled) {
		j.handle(trusted)
		changed = true
	}
	if j.next.IsZero() || j.next.After(now) {
		return changed
	}
	fire, due := j.schedule.Due(j.Handled, now)
	switch {
	case !due:
		return changed
	case fire.Late > grace && s.CatchUp == "none":
		j.handle(now)
		return true
	}
	j.taken, j.attempt = fire.Handled, 0
	j.phase, j.until = Delayed, time.Now().Add(random(s.Jitter))
	return changed
}

// random is a duration from 0 up to at most.
func random(most time.Duration) time.Duration {
	if most <= 0 {
		return 0
	}
	return rand.N(most)
}

func (j *job) handle(at time.Time) {
	j.Handled = at
	if j.scheduled {
		j.next = j.schedule.Next(at)
	}
}

// fires is when the job's schedule fires next: what is handled lags behind while a run,
// or the wait for its next attempt, is on.
func (j *job) fires(now time.Time) time.Time {
	if j.next.IsZero() || j.next.After(now) {
		return j.next
	}
	return j.schedule.Next(now)
}

func (j *job) queue() { j.phase, j.queuedAt = Ready, time.Now() }

// end takes in how the job's run ended. An interrupted one is not handled: the
// daemon goes on with it when it is started again.
func (j *job) end(f run.Finished, s config.Serve, backoff func(int) time.Duration) {
	j.phase, j.progress, j.problem = Resting, nil, ""
	switch {
	case f.Run.Status == schema.Interrupted:
		return
	case f.Run.Status != schema.Failed:
		j.attempt = 0
	case j.attempt < s.Retries && !f.Final && !j.Paused:
		j.attempt++
		j.phase, j.until = Retrying, time.Now().Add(backoff(j.attempt))
		return
	}
	if !j.taken.IsZero() {
		j.handle(j.taken)
		j.taken = time.Time{}
	}
}

// backoff is how long a pipeline rests before its run is tried for the nth time
// again: one minute, two, four, up to half an hour, and up to a quarter more so
// that pipelines that failed together part.
func backoff(n int) time.Duration {
	d := min(time.Minute<<min(n-1, 10), 30*time.Minute)
	return d + random(d/4)
}
