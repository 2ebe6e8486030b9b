package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata"

	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// stage is a daemon over vendors that do as they are told, on a clock that can be
// set. It lives in a synctest bubble, where a year takes a moment.
type stage struct {
	t   *testing.T
	dir string

	mu     sync.Mutex
	offset time.Duration // what the wall clock shows beyond the true time
	takes  time.Duration // how long a run takes
	ends   func(name string, nth int) run.Finished
	runs   []schema.Run
	active map[string]int // by source
	most   int            // that ran side by side
	closed []bool         // invocations that ended; true: they published
}

func newStage(t *testing.T) *stage {
	return &stage{t: t, dir: t.TempDir(), takes: time.Minute, active: map[string]int{}, ends: func(string, int) run.Finished { return run.Finished{} }}
}

func (s *stage) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.offset).Round(0)
}

func (s *stage) setClock(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += by
}

func (s *stage) config(text string) *config.Config {
	c, err := config.Parse("pipelines.yaml", []byte("version: 1\nsources: {audiencelab: {api_key: k}, toofr: {api_key: k}, intent: {api_key: k}}\n"+text), s.dir,
		func(string) (string, bool) { return "", false })
	require.NoError(s.t, err)
	return c
}

// begins starts a daemon after prepare had its way with it; end stops it and waits.
func (s *stage) begins(text string, prepare ...func(*Daemon)) (d *Daemon, end func()) {
	r := run.NewRunner(s.config(text), slog.New(slog.DiscardHandler))
	r.Now = s.now
	d, err := New(r)
	require.NoError(s.t, err)
	d.begin = func(context.Context, *run.Runner) (invocation, error) { return stagedInvocation{s}, nil }
	d.backoff = func(n int) time.Duration { return time.Duration(n) * time.Minute }
	for _, f := range prepare {
		f(d)
	}
	ctx, cancel := context.WithCancelCause(s.t.Context())
	var running sync.WaitGroup
	running.Go(func() { d.Run(ctx) })
	return d, func() {
		cancel(errors.New("stopped"))
		running.Wait()
	}
}

type stagedInvocation struct{ *stage }

func (s stagedInvocation) Run(ctx context.Context, p *config.Pipeline, deadline time.Duration) run.Finished {
	s.mu.Lock()
	s.active[p.Source]++
	sum := 0
	for source, n := range s.active {
		sum += n
		if n > 1 {
			s.t.Errorf("two pipelines of %s run at once", source)
		}
	}
	s.most = max(s.most, sum)
	nth := len(s.runsOf(p.Name))
	f := s.ends(p.Name, nth)
	takes := s.takes
	s.mu.Unlock()
	started := s.now()
	if f.Run.Status == "" {
		f.Run.Status = schema.Succeeded
	}
	select {
	case <-ctx.Done():
		f.Run.Status = schema.Interrupted
	case <-time.After(min(takes, deadline)):
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active[p.Source]--
	f.Run.Pipeline, f.Run.StartedAt = p.Name, started
	f.Run.FinishedAt = time.Now().Add(s.offset).Round(0)
	f.Run.RunID = fmt.Sprintf("%s-%d", p.Name, nth)
	s.runs = append(s.runs, f.Run)
	return f
}

func (s stagedInvocation) finish(_ context.Context, publish bool) closing {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = append(s.closed, publish)
	return closing{}
}

func (s *stage) runsOf(name string) (list []schema.Run) {
	for _, r := range s.runs {
		if r.Pipeline == name {
			list = append(list, r)
		}
	}
	return list
}

// starts are the days, or the times, at which a pipeline's runs began.
func (s *stage) starts(name, layout string, zone *time.Location) (list []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.runsOf(name) {
		list = append(list, r.StartedAt.In(zone).Format(layout))
	}
	return list
}

// until lets time pass until the wall clock shows at.
func (s *stage) until(at time.Time) {
	time.Sleep(at.Sub(s.now()))
	synctest.Wait()
}

// days are the calendar days from first to last.
func days(first, last string) (list []string) {
	at, _ := time.Parse(time.DateOnly, first)
	for ; at.Format(time.DateOnly) <= last; at = at.AddDate(0, 0, 1) {
		list = append(list, at.Format(time.DateOnly))
	}
	return list
}

const nightly = "  labs: {from: audiencelab.audiences, schedule: \"30 2 * * *\"}\n"

// TestEachNightOfAYearRunsOnce lives a whole year, both switches and the leap day
// of 2028 included, as fast as the machine can.
func TestEachNightOfAYearRunsOnce(t *testing.T) {
	for _, place := range []string{"Europe/Berlin", "America/New_York"} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(place)
			require.NoError(t, err)
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t)
				s.until(time.Date(2027, 12, 31, 12, 0, 0, 0, zone))
				_, end := s.begins("timezone: " + place + "\npipelines:\n" + nightly + "  clock: {from: intent.matches, topic_ids: [1], schedule: \"0 1 * * *\"}\n")
				s.until(time.Date(2028, 12, 31, 12, 0, 0, 0, zone))
				end()
				require.Equal(t, days("2028-01-01", "2028-12-31"), s.starts("labs", time.DateOnly, zone))
				require.Equal(t, days("2028-01-01", "2028-12-31"), s.starts("clock", time.DateOnly, zone))
				require.Contains(t, s.starts("labs", time.DateOnly, zone), "2028-02-29")
			})
		})
	}
}

func TestDowntimeAcrossAFireTime(t *testing.T) {
	utc := time.UTC
	for catchUp, want := range map[string][]string{
		"once": {"2026-11-20 02:30", "2026-11-23 09:00", "2026-11-24 02:30"},
		"none": {"2026-11-20 02:30", "2026-11-24 02:30"},
	} {
		t.Run(catchUp, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t)
				text := "serve: {catch_up: " + catchUp + "}\npipelines:\n" + nightly
				s.until(time.Date(2026, 11, 19, 12, 0, 0, 0, utc))
				_, end := s.begins(text)
				s.until(time.Date(2026, 11, 20, 12, 0, 0, 0, utc))
				end()
				s.until(time.Date(2026, 11, 23, 9, 0, 0, 0, utc)) // three nights are missed
				_, end = s.begins(text)
				s.until(time.Date(2026, 11, 24, 12, 0, 0, 0, utc))
				end()
				require.Equal(t, want, s.starts("labs", "2006-01-02 15:04", utc))
			})
		})
	}
}

func TestAnInterruptedNightIsMadeGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.until(time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
		_, end := s.begins("pipelines:\n" + nightly)
		s.until(time.Date(2026, 11, 20, 2, 30, 20, 0, time.UTC)) // its run takes a minute
		end()
		require.Equal(t, schema.Interrupted, s.runs[0].Status)
		_, end = s.begins("pipelines:\n" + nightly)
		s.until(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
		end()
		require.Len(t, s.runs, 2)
		require.Equal(t, schema.Succeeded, s.runs[1].Status)
	})
}

func TestAClockThatJumpsRunsEachNightOnce(t *testing.T) {
	tests := map[string]struct {
		at   time.Time
		by   time.Duration
		want []string
	}{
		"forward over the fire time": {time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC), 3 * time.Hour, days("2026-11-20", "2026-11-23")},
		"back over the fire time":    {time.Date(2026, 11, 20, 2, 40, 0, 0, time.UTC), -time.Hour, days("2026-11-20", "2026-11-23")},
		"forward a little":           {time.Date(2026, 11, 20, 2, 29, 59, 0, time.UTC), 5 * time.Second, days("2026-11-20", "2026-11-23")},
		"from a wrong year":          {time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), -30 * 24 * time.Hour, append([]string{"2026-11-20"}, days("2026-10-22", "2026-11-23")...)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t)
				s.until(time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
				_, end := s.begins("pipelines:\n" + nightly)
				s.until(test.at)
				s.setClock(test.by)
				s.until(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
				end()
				require.Equal(t, test.want, s.starts("labs", time.DateOnly, time.UTC))
			})
		})
	}
}

func TestAFailedRunIsTriedAgainAndThenRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.ends = func(_ string, nth int) run.Finished {
			if nth < 3 {
				return run.Finished{Run: schema.Run{Status: schema.Failed, Error: "broken"}}
			}
			return run.Finished{}
		}
		s.until(time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
		var told []bool
		d, end := s.begins("serve: {retries: 2}\npipelines:\n"+nightly, func(d *Daemon) {
			d.Ended = func(e Ended) { told = append(told, e.Retrying) }
		})
		s.until(time.Date(2026, 11, 20, 2, 31, 30, 0, time.UTC))
		require.Equal(t, Retrying, d.Overview().Pipelines[0].Phase)
		s.until(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
		end()
		require.Equal(t, []string{"20 02:30", "20 02:32", "20 02:35", "21 02:30"}, s.starts("labs", "02 15:04", time.UTC))
		require.Equal(t, []bool{true, true, false, false}, told)
	})
}

func TestARefusedCredentialIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.ends = func(string, int) run.Finished {
			return run.Finished{Run: schema.Run{Status: schema.Failed}, Final: true}
		}
		d, end := s.begins("pipelines: {labs: {from: audiencelab.audiences}}\n")
		require.NoError(t, d.Act(RunNow, "labs"))
		time.Sleep(time.Hour)
		end()
		require.Len(t, s.runs, 1)
	})
}

func TestSourcesRunSideBySideUpToMaxParallel(t *testing.T) {
	const text = `pipelines:
  a: {from: audiencelab.audiences, schedule: "0 2 * * *"}
  b: {from: audiencelab.pixels, schedule: "0 2 * * *"}
  c: {from: intent.matches, topic_ids: [1], schedule: "0 2 * * *"}
  d: {from: toofr.prospects, websites: [example.com], max_credits: 10, schedule: "0 2 * * *"}
`
	for parallel, took := range map[int]time.Duration{1: 4 * time.Minute, 2: 2 * time.Minute, 4: 2 * time.Minute} {
		t.Run(fmt.Sprint(parallel), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t)
				_, end := s.begins(fmt.Sprintf("serve: {max_parallel: %d}\n", parallel) + text)
				time.Sleep(24 * time.Hour)
				end()
				require.Len(t, s.runs, 4)
				require.LessOrEqual(t, s.most, parallel)
				last := slices.MaxFunc(s.runs, func(a, b schema.Run) int { return a.FinishedAt.Compare(b.FinishedAt) })
				require.Equal(t, took, last.FinishedAt.Sub(s.runs[0].StartedAt))
				require.Equal(t, []bool{true}, s.closed, "one invocation, published once")
			})
		})
	}
}

func TestAPipelineNeverOverlapsItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.takes = 25 * time.Second
		_, end := s.begins("pipelines: {labs: {from: audiencelab.audiences, schedule: \"@every 10s\"}}\n")
		time.Sleep(10 * time.Minute)
		end()
		require.Greater(t, len(s.runs), 20)
		for i := 1; i < len(s.runs); i++ {
			require.False(t, s.runs[i].StartedAt.Before(s.runs[i-1].FinishedAt))
		}
	})
}

func TestAPausedPipelineRestsAndRemembersIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.until(time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
		d, end := s.begins("pipelines:\n" + nightly)
		require.NoError(t, d.Act(Pause, "labs"))
		s.until(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
		end()
		d, end = s.begins("pipelines:\n" + nightly)
		require.True(t, d.Overview().Pipelines[0].Paused)
		s.until(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
		require.Empty(t, s.starts("labs", time.DateOnly, time.UTC))
		require.NoError(t, d.Act(RunNow, "labs"), "by hand it runs all the same")
		time.Sleep(5 * time.Minute)
		require.Len(t, s.starts("labs", time.DateOnly, time.UTC), 1)
		require.NoError(t, d.Act(Resume, "labs"))
		s.until(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
		end()
		require.Equal(t, []string{"22 12:00", "23 02:30"}, s.starts("labs", "02 15:04", time.UTC), "what came by meanwhile is not made good")
	})
}

func TestAPausedPipelineIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.ends = func(string, int) run.Finished { return run.Finished{Run: schema.Run{Status: schema.Failed}} }
		s.until(time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
		d, end := s.begins("serve: {retries: 2}\npipelines:\n" + nightly)
		require.NoError(t, d.Act(RunNow, "labs"))
		time.Sleep(30 * time.Second)
		require.NoError(t, d.Act(Pause, "labs"))
		time.Sleep(time.Hour)
		require.Len(t, s.starts("labs", time.DateOnly, time.UTC), 1)
		require.NoError(t, d.Act(RunNow, "labs"))
		time.Sleep(time.Hour)
		end()
		require.Len(t, s.starts("labs", time.DateOnly, time.UTC), 2, "by hand once, and no further")
	})
}

func TestOneSlowVendorKeepsNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.ends = func(name string, _ int) run.Finished {
			s.takes = time.Minute
			if name == "slow" {
				s.takes = 3 * time.Hour
			}
			return run.Finished{}
		}
		s.until(time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC))
		_, end := s.begins("pipelines:\n  slow: {from: intent.matches, topic_ids: [1], schedule: \"0 2 * * *\"}\n  quick: {from: audiencelab.audiences, schedule: \"@every 10m\"}\n")
		s.until(time.Date(2026, 11, 19, 11, 55, 0, 0, time.UTC))
		end()
		require.Len(t, s.starts("quick", time.DateOnly, time.UTC), 71)
		require.Greater(t, len(s.closed), 40, "and the warehouse is closed in between when nothing runs")
	})
}

func TestAReloadTakesPipelinesInAndOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.until(time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
		d, end := s.begins("pipelines:\n" + nightly)
		s.until(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
		require.NoError(t, d.Reload(s.config("pipelines:\n  fresh: {from: audiencelab.pixels, schedule: \"0 4 * * *\"}\n")))
		s.until(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
		require.Error(t, d.Reload(s.config("warehouse: {path: other.duckdb}\npipelines:\n"+nightly)))
		require.Len(t, d.Overview().Problems, 1)
		require.Equal(t, "fresh", d.Overview().Pipelines[0].Name, "the old config stays")
		end()
		require.Equal(t, []string{"20 02:30"}, s.starts("labs", "02 15:04", time.UTC))
		require.Equal(t, []string{"21 04:00"}, s.starts("fresh", "02 15:04", time.UTC))
	})
}

func TestAWarehouseThatCannotBeOpenedIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		broken := 2
		d, end := s.begins("pipelines: {labs: {from: audiencelab.audiences}}\n", func(d *Daemon) {
			d.begin = func(context.Context, *run.Runner) (invocation, error) {
				if broken > 0 {
					broken--
					return nil, errors.New("no space left on device")
				}
				return stagedInvocation{s}, nil
			}
		})
		require.NoError(t, d.Act(RunNow, "labs"))
		time.Sleep(30 * time.Second)
		require.Contains(t, d.Overview().Pipelines[0].Waiting, "no space left on device")
		time.Sleep(time.Hour)
		end()
		require.Len(t, s.runs, 1)
	})
}

func TestACallbackWakesWhoeverWaits(t *testing.T) {
	var b bell
	b.ring(schema.StatSocial) // nobody waits
	first, other := b.wait(schema.StatSocial), b.wait(schema.Toofr)
	require.Equal(t, first, b.wait(schema.StatSocial), "all wait for the same")
	b.ring(schema.StatSocial)
	<-first
	select {
	case <-other:
		t.Fatal("another source was woken")
	case <-b.wait(schema.StatSocial):
		t.Fatal("the next wait ended at once")
	default:
	}
}

func TestLateIsTwiceThePeriod(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	nightly := Standing{Schedule: "@daily", Period: 24 * time.Hour, Since: now.AddDate(0, -1, 0)}
	nightly.Success = now.Add(-47 * time.Hour)
	require.False(t, nightly.Late(now))
	nightly.Success = now.Add(-49 * time.Hour)
	require.True(t, nightly.Late(now))
	nightly.Paused = true
	require.False(t, nightly.Late(now), "who pauses it knows")
	require.False(t, Standing{Schedule: "@daily", Period: 24 * time.Hour, Since: now.Add(-time.Hour)}.Late(now), "it is new")
}

func TestTheDaemonsMemoryIsPrivateAndWhole(t *testing.T) {
	path := memoryPath(filepath.Join(t.TempDir(), "warehouse.duckdb"))
	first, err := recall(path)
	require.NoError(t, err)
	require.Len(t, first.Callback, 26, "128 bits nobody guesses")
	again, err := recall(path)
	require.NoError(t, err)
	require.Equal(t, first.Callback, again.Callback)
}

func TestWhatAlertsToldOutlivesTheDaemon(t *testing.T) {
	s := newStage(t)
	text := "pipelines:\n" + nightly
	d, err := New(run.NewRunner(s.config(text), slog.New(slog.DiscardHandler)))
	require.NoError(t, err)
	require.Empty(t, d.Told())
	told := map[string]time.Time{"failure labs": time.Date(2026, 11, 20, 2, 31, 0, 0, time.UTC)}
	d.KeepTold(told)
	require.NoError(t, d.Act(Pause, "labs"), "which saves other things")
	next, err := New(run.NewRunner(s.config(text), slog.New(slog.DiscardHandler)))
	require.NoError(t, err)
	require.Equal(t, told, next.Told())
}
