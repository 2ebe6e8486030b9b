package chaos_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"contactsync/internal/crash"
	"contactsync/load"

	"github.com/stretchr/testify/require"
)

// served is a world whose pipelines run by the daemon.
type served struct {
	*world
	address string
}

// fromLine is where a pipeline of the config begins.
var fromLine = regexp.MustCompile(`(?m)^    from: .*$`)

// serveWorld gives every pipeline of a world a schedule, or those that read what is named.
func serveWorld(t *testing.T, schedule string, named ...string) served {
	t.Helper()
	w := newWorld(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	path := w.path("pipelines.yaml")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	scheduled := fromLine.ReplaceAllStringFunc(string(text), func(line string) string {
		if len(named) > 0 && !slices.Contains(named, strings.TrimPrefix(line, "    from: ")) {
			return line
		}
		return line + "\n    schedule: \"" + schedule + "\""
	})
	scheduled += fmt.Sprintf("serve: {listen: \"%s\"}\n", l.Addr())
	require.NoError(t, os.WriteFile(path, []byte(scheduled), 0o600))
	return served{w, l.Addr().String()}
}

// remembered is what the daemon's file says of its pipelines.
type remembered struct {
	Callback  string                          `json:"callback"`
	Pipelines map[string]map[string]time.Time `json:"pipelines"`
}

// pipelines are those of a world's config.
var pipelines = []string{"leaders", "intent", "fans", "visitors", "members", "visits", "audiences", "pixels"}

// missed makes the daemon believe that it was down for two days.
func (w served) missed() {
	w.Helper()
	then := time.Now().UTC().AddDate(0, 0, -2)
	m := remembered{"SECRETPATH", map[string]map[string]time.Time{}}
	for _, name := range pipelines {
		m.Pipelines[name] = map[string]time.Time{"since": then, "handled": then}
	}
	content, err := json.Marshal(m)
	require.NoError(w, err)
	require.NoError(w, os.WriteFile(w.path("warehouse.duckdb.serve.json"), content, 0o600))
}

// owed are the pipelines whose nights are not made good yet.
func (w served) owed() (names []string) {
	w.Helper()
	content, err := os.ReadFile(w.path("warehouse.duckdb.serve.json"))
	require.NoError(w, err)
	var m remembered
	require.NoError(w, json.Unmarshal(content, &m))
	for _, name := range pipelines {
		if m.Pipelines[name]["handled"].Before(time.Now().Add(-25 * time.Hour)) {
			names = append(names, name)
		}
	}
	return names
}

// page is a page of the daemon; "" = it does not answer.
func (w served) page(path string) string {
	res, err := http.Get("http://" + w.address + path)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return ""
	}
	return string(body)
}

// TestAKilledDaemonGoesOnWhenItIsStartedAgain kills the daemon within the runs of a night
// that it makes good. Each next one goes on by what it remembers, and what is there in the
// end is what an undisturbed run leaves.
func TestAKilledDaemonGoesOnWhenItIsStartedAgain(t *testing.T) {
	want, cost, _ := undisturbed(t)
	t.Parallel()
	w := serveWorld(t, "@daily")
	w.missed()
	stored, died := w.committed(), 0
	kills := func(list ...kill) {
		for _, k := range list {
			require.True(t, w.dies(k, "serve"), "the daemon itself never ends")
			died++
			w.askedForNothing(stored, k)
			stored = w.committed()
		}
	}
	kills(at(crash.CreateRename, 1), at(crash.CommitInside, 3), at(crash.CommitAfter, 5), soon(crash.CommitInside, 2, 500*time.Microsecond), at(crash.MergeStep, 4))
	require.NotEmpty(t, w.owed(), "a night that is not done is not forgotten")
	w.complete()
	w.askedForNothing(stored, kill{})
	requireSame(t, want[0].anonymous(), w.result().anonymous())
	require.LessOrEqual(t, w.spent()-cost, 10*died, "at most one page of ten credits is bought again per kill")

	w.vendors.Advance(1)
	w.missed()
	stored = w.committed()
	kills(at(crash.MergeInside, 1), at(crash.CloseBefore, 1))
	w.missed() // what is left is to publish, which the next night does, too
	w.complete()
	w.askedForNothing(stored, kill{})
	requireSame(t, want[1].anonymous(), w.result().anonymous())
}

// published reports whether nobody writes the warehouse, and the snapshot is newer.
func (w served) published() bool {
	w.Helper()
	lock, err := load.Acquire(w.Context(), w.path("warehouse.duckdb"), false)
	if err != nil {
		return false
	}
	defer lock.Release() //nolint:errcheck // the operating system releases it, too
	warehouse, err := os.Stat(w.path("warehouse.duckdb"))
	if err != nil { // not yet there
		return false
	}
	snapshot, err := os.Stat(w.path("analytics.duckdb"))
	return err == nil && snapshot.ModTime().After(warehouse.ModTime())
}

// complete lets the daemon make good what it owes and publish, and stops it.
func (w served) complete() {
	w.Helper()
	wait, process := start(w, w.dir, []string{batchRows}, "serve")
	require.Eventually(w, func() bool {
		return len(w.owed()) == 0 && w.published()
	}, patience, 20*time.Millisecond)
	require.NoError(w, process.Signal(syscall.SIGTERM))
	e := wait()
	require.Equal(w, 143, e.code, e.stderr)
}

// succeeded counts the runs of a pipeline that succeeded since the daemon began.
func (w served) succeeded(pipeline string) (n int) {
	line := regexp.MustCompile(`sync_runs_total\{pipeline="` + pipeline + `",status="succeeded"\} (\d+)`).FindStringSubmatch(w.page("/metrics"))
	if line != nil {
		_, _ = fmt.Sscan(line[1], &n)
	}
	return n
}

// few are pipelines that need few files; the rows of StatSocial are spread over 256.
var few = []string{"leaders", "intent", "audiences"}

// TestIdleVisitorsStopNoRun holds more connections open than the process may have files.
func TestIdleVisitorsStopNoRun(t *testing.T) {
	t.Parallel()
	w := serveWorld(t, "@every 1s", "toofr.prospects", "intent.matches", "audiencelab.audiences")
	wait, process := startBy(t, w.dir, nil, "sh", "-c", `ulimit -n 128 && exec "$0" serve`, binary)
	require.Eventually(t, func() bool { return w.page("/healthz") == "ok\n" }, patience, 10*time.Millisecond)
	for range 240 {
		conn, err := net.Dial("tcp", w.address)
		require.NoError(t, err)
		defer conn.Close()
	}
	before := map[string]int{}
	for _, name := range few {
		before[name] = w.succeeded(name)
	}
	require.Eventually(t, func() bool {
		return !slices.ContainsFunc(few, func(name string) bool { return w.succeeded(name) < before[name]+2 })
	}, patience, 50*time.Millisecond)
	require.NoError(t, process.Signal(syscall.SIGTERM))
	e := wait()
	require.Equal(t, 143, e.code, e.stderr)
	require.NotContains(t, e.stderr, "too many open files")
}
