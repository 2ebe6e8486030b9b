package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"contactsync/internal/suppression"
	"contactsync/internal/words"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/schema"
)

// Retired is what went because of its age.
type Retired struct {
	load.Pruned
	People, Records int64
}

// OfPeople counts all that went of people: they themselves, and rows of others.
func (r Retired) OfPeople() int64 { return r.People + r.Pruned.OfPeople() }

// String says what that is: "3 people (5 records), 20 events".
func (r Retired) String() string {
	var parts []string
	for _, p := range []struct {
		n         int64
		one, many string
	}{
		{r.People, "person", "people"}, {r.Records, "record", "records"}, {r.Events, "event", "events"},
		{r.Matches, "intent match", "intent matches"}, {r.Memberships, "membership", "memberships"}, {r.Changes, "change", "changes"},
	} {
		if p.n > 0 {
			parts = append(parts, words.Counted(p.n, p.one, p.many))
		}
	}
	return strings.Join(parts, ", ")
}

// retention is what the config says may go by its own date. Whole days
// go, so that a day makes no more than one new file, however many runs it has. The runs of this
// month stay in any case: max_credits_per_month counts their credits.
func (r *Runner) retention() load.Retention {
	now, keep := r.Now(), r.Config.Retention
	before := func(kept time.Duration) time.Time {
		if kept == 0 { // for ever
			return time.Time{}
		}
		return midnight(now).Add(-kept)
	}
	retention := load.Retention{
		RunsBefore: before(keep.Runs), RejectsBefore: before(keep.Rejects), EventsBefore: before(keep.Events),
		MatchesBefore: before(keep.Matches), MembershipsBefore: before(keep.Memberships), ChangesBefore: before(keep.Changes),
	}
	if month := monthStart(now.In(r.Config.Timezone)); month.Before(retention.RunsBefore) {
		retention.RunsBefore = month
	}
	for _, e := range r.Config.Exports {
		if !slices.Contains(ageless, e.Table) {
			retention.Outputs = append(retention.Outputs, outputKey(e))
		}
	}
	return retention
}

// ageless are the tables that no row retention takes anything of.
var ageless = []string{"contacts", "source_contacts", "identifiers", "audiences"}

func monthStart(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
}

// expired lists the people whom no vendor has served for as long as retention says.
func (r *Runner) expired(ctx context.Context, w *duckdb.Warehouse) ([]string, error) {
	keep := r.Config.Retention.People
	if keep == 0 {
		return nil, nil
	}
	return w.Eraser().Expired(ctx, midnight(r.Now()).Add(-keep))
}

// midnight is when the day of t began, in UTC.
func midnight(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// prune removes the rows that the config no longer keeps, and notes it where they were of
// people.
func (s *Session) prune(ctx context.Context) (load.Pruned, error) {
	retention := s.Runner.retention()
	retention.Note = s.noteOf(NewRunID(s.Runner.Now()), schema.ErasedRetention, Erased{})
	return s.w.Prune(ctx, retention)
}

// expire erases whom no vendor serves any more; ok tells that there was somebody, and that
// exports and snapshot are written. Where it fails the warehouse is as it was, and open: an
// erasure that nobody waits for holds up no export, and the next run tries again.
func (s *Session) expire(ctx context.Context) (done Erased, ok bool, err error) {
	if s.stopped() { // a whole copy of the warehouse is no work for the last moments
		return done, false, nil
	}
	people, err := s.Runner.expired(ctx, s.w)
	if err != nil || len(people) == 0 {
		return done, false, err
	}
	e := Erasure{Reason: schema.ErasedRetention, Own: mentions}
	for _, id := range people {
		e.Requests = append(e.Requests, load.Request{Selector: schema.ByAge, Contact: id})
	}
	if done, err = s.Erase(ctx, e); err == nil {
		return done, true, nil
	}
	err = fmt.Errorf("retention: nobody was erased: %w; the next run tries again", err)
	w, openErr := s.Runner.openToWrite(ctx, true)
	if openErr != nil {
		return Erased{}, true, fmt.Errorf("%w\n%w", err, openErr)
	}
	s.w = w
	return Erased{}, false, errors.Join(err, WithdrawExports(ctx, s.Runner, w)) // what was written is of a file that is none
}

// mentions finds texts that name the people whom an erasure found.
func mentions(b load.Belongings) load.Mentions {
	return suppression.SetOf(suppression.Kinds(b.Keys, b.Addresses)).Mentions
}

// logRetired tells what went.
func (s *Session) logRetired(r Retired) {
	if r.OfPeople() == 0 && r.Runs+r.Rejects == 0 {
		return
	}
	s.Runner.Log.Info("retention removed what was old enough", "people", r.People, "records", r.Records,
		"events", r.Events, "matches", r.Matches, "memberships", r.Memberships, "changes", r.Changes, "runs", r.Runs, "rejects", r.Rejects)
}

// Retiring counts what the next run would remove by age. Whom vendors serve before that
// stays.
func Retiring(ctx context.Context, r *Runner, reader *Reader) (Retired, error) {
	people, err := r.expired(ctx, reader.Warehouse)
	if err != nil {
		return Retired{}, err
	}
	pruned, err := reader.History().Prunable(ctx, r.retention())
	return Retired{Pruned: pruned, People: int64(len(people))}, err
}
