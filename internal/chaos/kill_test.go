package chaos_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"contactsync/internal/crash"
	"contactsync/internal/simulate/toofr"

	"github.com/stretchr/testify/require"
)

const (
	people    = 200
	nights    = 2
	batchRows = "SYNC_CRASH_BATCH=40"
)

// kill is one death: at a point, or, without one, at a moment.
type kill struct {
	point string
	count int           // on which passing
	delay time.Duration // so long after it
	share float64       // after this share of the time that the first undisturbed run took
}

func (k kill) String() string {
	if k.point == "" {
		return fmt.Sprintf("after %.2f of a run's time", k.share)
	}
	return fmt.Sprintf("at %s:%d+%s", k.point, k.count, k.delay)
}

// life is the kills of one world, by night.
type life [nights][]kill

// at is a kill exactly at a point.
func at(point string, count int) kill { return kill{point: point, count: count} }

// soon is a kill in the middle of what comes after a point.
func soon(point string, count int, delay time.Duration) kill {
	return kill{point: point, count: count, delay: delay}
}

// shortLife is the most telling kills: every commit boundary once.
var shortLife = life{
	{
		at(crash.CreateRename, 1),
		at(crash.CommitInside, 6), at(crash.CommitAfter, 9), {share: 0.3}, soon(crash.CommitInside, 8, 300*time.Microsecond),
		at(crash.MergeStep, 4), at(crash.MergeInside, 3), soon(crash.MergeInside, 2, 200*time.Microsecond),
		at(crash.ExportExchanged, 1), at(crash.CloseBefore, 1), at(crash.SnapshotCopied, 1),
	},
	{
		at(crash.CommitAfter, 12), at(crash.MergeGolden, 1), at(crash.ExportWritten, 1), soon(crash.CloseBefore, 1, time.Millisecond),
	},
}

// TestKilledAnywhereTheResultEqualsThatOfAnUndisturbedRun is the promise. Its
// long form, CHAOS_LIVES=n, takes n worlds of about 22 kills each.
func TestKilledAnywhereTheResultEqualsThatOfAnUndisturbedRun(t *testing.T) {
	lives := []life{shortLife}
	var long int
	if text := os.Getenv("CHAOS_LIVES"); text != "" {
		_, err := fmt.Sscan(text, &long)
		require.NoError(t, err)
		lives = []life{everyPoint()}
		random := rand.New(rand.NewPCG(20261120, 4))
		for range long - 1 {
			lives = append(lives, draw(random))
		}
	}
	want, cost, took := undisturbed(t) // before other tests take the processor: kills go by its time
	t.Parallel()
	hit, kills := map[string]int{}, 0
	for i, l := range lives {
		t.Run(fmt.Sprint("life ", i+1), func(t *testing.T) {
			w := newWorld(t)
			w.configure("") // with as many threads as there are processors, and to the same result
			w.runTime = took
			died := w.live(l, want, hit)
			kills += died
			extra := w.spent() - cost
			require.LessOrEqual(t, extra, 10*died, "at most one page of ten credits is bought again per kill")
			w.boughtOnce(died)
			t.Logf("%d kills; toofr charged %d credits, undisturbed %d", died, w.spent(), cost)
		})
	}
	t.Logf("%d kills: %v", kills, hit)
	if long == 0 {
		require.GreaterOrEqual(t, kills, 14)
		return
	}
	for _, point := range crash.Points {
		require.NotZero(t, hit[point], "%s was never hit", point)
	}
	if long >= 6 {
		require.GreaterOrEqual(t, kills, 100)
	}
}

// reference is what each night comes to when nobody is killed, what Toofr charges,
// what the first night takes, and a copy of the folder after the last; measured
// once for all tests.
var reference struct {
	sync.Once
	want [nights]result
	cost int
	took time.Duration
	dir  string
}

func undisturbed(t *testing.T) (want [nights]result, cost int, took time.Duration) {
	t.Helper()
	reference.Do(func() {
		w := newWorld(t)
		for night := range nights {
			e := runs(t, w.dir, []string{batchRows}, "run")
			require.Zero(t, e.code, e.stderr)
			reference.took = cmp.Or(reference.took, e.took)
			reference.want[night] = w.result()
			w.vendors.Advance(1)
		}
		dir := filepath.Join(filepath.Dir(binary), "nights")
		require.NoError(t, os.CopyFS(dir, os.DirFS(w.dir)))
		reference.cost, reference.dir = w.spent(), dir
	})
	require.NotZero(t, reference.cost, "the undisturbed run failed")
	return reference.want, reference.cost, reference.took
}

// live lets a world live its nights, dying as it is told, and compares each
// night's result. It returns how often it died.
func (w *world) live(l life, want [nights]result, hit map[string]int) (died int) {
	w.Helper()
	for night, kills := range l {
		stored := w.committed()
		for _, k := range kills {
			struck := w.die(k)
			w.askedForNothing(stored, k)
			stored = w.committed()
			if !struck && k.count > 1 { // it passes there less often: then the first time
				k.count = 1
				struck = w.die(k)
				w.askedForNothing(stored, k)
				stored = w.committed()
			}
			if struck {
				died++
				hit[k.point]++
			}
		}
		e := runs(w, w.dir, []string{batchRows}, "run")
		require.Zero(w, e.code, e.stderr)
		w.askedForNothing(stored, kill{})
		requireSame(w, want[night], w.result())
		w.vendors.Advance(1)
	}
	require.ElementsMatch(w, []string{"pipelines.yaml", "warehouse.duckdb", "warehouse.duckdb.begun.json", "warehouse.duckdb.exports.json",
		"warehouse.duckdb.lock", "analytics.duckdb", "exports", "contacts", "contacts.sync", "matches", "matches.sync", "news", "news.sync"},
		w.files(), "no litter is left")
	return died
}

// die runs all pipelines until the program is killed; false: it came to its end
// before.
func (w *world) die(k kill) bool {
	w.Helper()
	return w.dies(k, "run")
}

// dies is die of any command.
func (w *world) dies(k kill, args ...string) bool {
	w.Helper()
	env := []string{batchRows}
	if k.point != "" {
		env = append(env, fmt.Sprintf("SYNC_CRASH_AT=%s:%d+%s", k.point, k.count, k.delay))
	}
	wait, process := start(w, w.dir, env, args...)
	if k.point == "" {
		alarm := time.AfterFunc(time.Duration(k.share*float64(w.runTime)), func() { _ = process.Kill() })
		defer alarm.Stop()
	}
	e := wait()
	if !e.killed {
		require.Zerof(w, e.code, "%s: %s", k, e.stderr)
	}
	return e.killed
}

// askedForNothing proves from the vendors' log of the last run that no page was
// asked for which was committed before.
func (w *world) askedForNothing(stored committed, k kill) {
	w.Helper()
	last := w.vendors.Log()
	w.vendors.ResetLog()
	w.history = append(w.history, last...)
	for _, r := range last {
		if p, ok := answered(r); ok {
			read := stored[page{vendor: p.vendor, list: p.list}]
			require.Greaterf(w, p.number, read, "the run that died %s asked %s for page %d of %q, which was committed", k, p.vendor, p.number, p.list)
		}
	}
}

// boughtOnce proves that Toofr charged for no page twice, but for those in flight
// when the program died.
func (w *world) boughtOnce(kills int) {
	w.Helper()
	bought, again := map[page]int{}, 0
	for _, r := range w.history {
		if p, ok := answered(r); ok && p.vendor == toofr.Name && r.Credits > 0 {
			if bought[p]++; bought[p] > 1 {
				again++
			}
		}
	}
	require.NotEmpty(w, bought)
	require.LessOrEqual(w, again, kills)
}
