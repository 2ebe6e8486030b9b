package chaos_test

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"contactsync/internal/crash"
	"contactsync/internal/sparktest"
	"contactsync/load/duckdb"
	"contactsync/load/lake"
	"contactsync/load/lake/connect"
	"contactsync/load/lake/oplog"

	"github.com/stretchr/testify/require"
)

// lakeLife is a kill at every point of a lake, and those in a merge and beside exports.
var lakeLife = life{
	{
		at(crash.LakeSegment, 2), at(crash.LakeAppended, 3), at(crash.CommitInside, 4), {share: 0.3},
		at(crash.MergeStep, 4), at(crash.LakeBranched, 2), at(crash.LakeWritten, 3), at(crash.LakeStated, 2), at(crash.LakeDecided, 2),
		at(crash.LakeForwarded, 4), at(crash.LakePublished, 2), at(crash.LakeShown, 1), at(crash.ExportExchanged, 1), at(crash.CloseBefore, 1),
	},
	{
		at(crash.LakeAppended, 4), at(crash.MergeInside, 2), at(crash.LakeWritten, 5), at(crash.LakeDecided, 3), at(crash.LakeForwarded, 1),
		soon(crash.LakeBranched, 3, 20*time.Millisecond), soon(crash.LakeStated, 1, 2*time.Millisecond), at(crash.LakePublished, 1),
		at(crash.MergeResolved, 1), at(crash.MergeGolden, 1), at(crash.LakeShown, 1), at(crash.ExportWritten, 1),
	},
}

// TestALakeKilledAnywhereEqualsAFileThatNobodyKilled is the promise for a warehouse that
// Spark holds: its tables are those of a DuckDB file after the same nights.
func TestALakeKilledAnywhereEqualsAFileThatNobodyKilled(t *testing.T) {
	address := sparktest.Address(t)
	want, cost, took := undisturbed(t)
	t.Parallel() // others wait for a lease, and for a Spark of their own to start
	w := newWorld(t)
	w.lake = &lake.Options{Connect: address, Catalog: "lake", Namespace: namespaceOf(w.dir), Bucket: w.path("bucket"), Dir: t.TempDir()}
	w.configure("")
	w.runTime = 10 * took // Spark takes its time
	hit, died := map[string]int{}, 0
	for night, kills := range lakeLife {
		for _, k := range kills {
			if w.dies(k, "run") {
				died++
				hit[k.point]++
			}
		}
		e := runs(w, w.dir, []string{batchRows}, "run")
		require.Zero(w, e.code, e.stderr)
		requireSame(w, ofTheWarehouse(want[night]), ofTheWarehouse(w.result()))
		w.vendors.Advance(1)
	}
	w.history = w.vendors.Log()
	require.LessOrEqual(w, w.spent()-cost, 10*died, "at most one page of ten credits is bought again per kill")
	for _, point := range crash.LakePoints {
		require.NotZero(t, hit[point], "%s was never hit", point)
	}
	require.GreaterOrEqual(t, died, 22)
	t.Logf("%d kills: %v", died, hit)
	w.erasesThroughKills()
}

// erasesThroughKills forgets somebody, by a command that dies where files of the lake still hold
// who it is, until one comes through: then each table has the one snapshot that lacks them.
func (w *world) erasesThroughKills() {
	w.Helper()
	var email string
	has := func() (people int) {
		w.withLake(func(conn *sql.Conn) {
			if email == "" {
				const known = "SELECT email FROM contacts WHERE len(sources) > 1 AND email IS NOT NULL ORDER BY email LIMIT 1"
				require.NoError(w, conn.QueryRowContext(w.Context(), known).Scan(&email))
			}
			const named = "SELECT count(*) FROM contacts WHERE email = $1"
			require.NoError(w, conn.QueryRowContext(w.Context(), named, email).Scan(&people))
		})
		return people
	}
	require.NotZero(w, has())
	for _, k := range []kill{at(crash.LakeRewritten, 1), at(crash.LakeExpired, 1)} {
		require.Truef(w, w.dies(k, "forget", "-y", email), "it was to die %s", k)
	}
	require.FileExists(w, filepath.Join(w.lake.Bucket, "purge"), "who comes next is to clean the files")
	e := runs(w, w.dir, nil, "forget", "-y", email)
	require.Zero(w, e.code, e.stderr)
	require.NoFileExists(w, filepath.Join(w.lake.Bucket, "purge"))
	require.Zero(w, has())
	address, err := connect.Parse(w.lake.Connect)
	require.NoError(w, err)
	spark, err := connect.Dial(w.Context(), address)
	require.NoError(w, err)
	defer spark.Close()
	for _, table := range []string{"etl_records", "etl_versions", "etl_identifiers", "etl_people", "etl_contacts", "etl_members"} {
		rows, err := spark.Query(w.Context(), fmt.Sprintf("SELECT count(*) FROM %s.%s.%s.snapshots", w.lake.Catalog, w.lake.Namespace, table))
		require.NoError(w, err)
		require.Equal(w, [][]any{{int64(1)}}, rows.Values, table)
	}
}

// namespaceOf is one that no other folder has.
func namespaceOf(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return "chaos_" + hex.EncodeToString(sum[:6])
}

// ofTheWarehouse leaves out the snapshot, which a lake has none of.
func ofTheWarehouse(r result) result {
	r = maps.Clone(r)
	maps.DeleteFunc(r, func(table string, _ []string) bool { return strings.HasPrefix(table, "analytics.duckdb ") })
	return r
}

// lakeConfig is the part of a config that says where the lake is.
func lakeConfig(o lake.Options) string {
	return fmt.Sprintf("  engine: spark\n  connect: %q\n  catalog: %s\n  namespace: %s\n  bucket: %q\n  memory_limit: 192MB", o.Connect, o.Catalog, o.Namespace, filepath.Base(o.Bucket))
}

// withLake has the world's lake open, with all its rows there.
func (w *world) withLake(do func(*sql.Conn)) {
	w.Helper()
	open, err := lake.OpenWarehouse(w.Context(), *w.lake, oplog.Terms{}, duckdb.Options{ReadOnly: true, Threads: 1})
	require.NoError(w, err)
	require.NoError(w, duckdb.Bring(w.Context(), open))
	conn, err := open.Conn(w.Context())
	require.NoError(w, err)
	do(conn)
	require.NoError(w, conn.Close())
	require.NoError(w, open.Close())
}

// TestASparkThatIsKilledLosesNothing kills the engine while the program waits at a point of a
// run, with statements of its other threads under way. It is there again when the program goes
// on, but knows nothing of the session.
func TestASparkThatIsKilledLosesNothing(t *testing.T) {
	sparktest.Address(t)
	want, _, _ := undisturbed(t)
	t.Parallel() // for who waits for a lease
	w := newWorld(t)
	spark := newSpark(t)
	w.lake = &lake.Options{Connect: spark.address(), Catalog: "lake", Namespace: namespaceOf(w.dir), Bucket: w.path("bucket"), Dir: t.TempDir()}
	w.configure("")
	spark.start()
	for _, k := range []kill{at(crash.LakeSegment, 3), at(crash.LakeWritten, 2), at(crash.LakeDecided, 1)} {
		wait, process := stopped(w, k)
		spark.kill()
		spark.start()
		require.NoError(t, process.Signal(syscall.SIGCONT))
		e := wait()
		if k.point != crash.LakeDecided { // what is decided is shown to others by a new session
			require.NotZero(w, e.code, "%s: no run needed the session: %s", k, e.stderr)
		}
	}
	e := runs(w, w.dir, []string{batchRows}, "run")
	require.Zero(w, e.code, e.stderr)
	requireSame(w, ofTheWarehouse(want[0]).anonymous(), ofTheWarehouse(w.result()).anonymous())
}

// stopped starts a run that stops at a point, and returns when it has.
func stopped(w *world, k kill) (wait func() ended, process *os.Process) {
	w.Helper()
	env := []string{batchRows, fmt.Sprintf("SYNC_CRASH_AT=%s:%d", k.point, k.count), "SYNC_CRASH_BY=stop"}
	wait, process = start(w, w.dir, env, "run")
	asleep(w, process.Pid)
	return wait, process
}

// spark is a Spark of the test's own.
type spark struct {
	testing.TB
	port    string
	mu      sync.Mutex
	process *exec.Cmd
}

// newSpark finds what one is started with; without it the test is skipped.
func newSpark(t testing.TB) *spark {
	home, err := os.UserHomeDir()
	require.NoError(t, err)
	dir := cmp.Or(os.Getenv("SPARK_DIR"), filepath.Join(home, ".cache", "contactsync-spark"))
	if _, err := os.Stat(filepath.Join(dir, "jars")); err != nil {
		t.Skip("no Spark is installed: `deploy/spark.sh install` does it")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer free.Close()
	_, port, err := net.SplitHostPort(free.Addr().String())
	require.NoError(t, err)
	s := &spark{TB: t, port: port}
	t.Cleanup(s.kill)
	return s
}

func (s *spark) address() string { return "sc://127.0.0.1:" + s.port }

// start starts it, and returns once it listens.
func (s *spark) start() {
	s.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.process = exec.Command("../../deploy/spark.sh", "start")
	s.process.Env = append(os.Environ(), "SPARK_PORT="+s.port, "SPARK_HEAP=1g")
	s.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // to be killed with all its children
	said, err := s.process.StderrPipe()
	require.NoError(s, err)
	require.NoError(s, s.process.Start())
	line, err := bufio.NewReader(said).ReadString('\n')
	require.NoError(s, err, line)
	require.Contains(s, line, "listens")
}

// kill kills it, if it is there.
func (s *spark) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != nil {
		_ = syscall.Kill(-s.process.Process.Pid, syscall.SIGKILL)
		_ = s.process.Wait() // that is the script, and Java is not gone yet
		require.Eventually(s, func() bool {
			conn, err := net.Dial("tcp", "127.0.0.1:"+s.port)
			if err == nil {
				_ = conn.Close()
			}
			return err != nil
		}, patience, 20*time.Millisecond)
		s.process = nil
	}
}

// TestARunThatSleptIsOvertaken suspends a run while it writes what a merge came to, as a laptop
// that is closed, lets another machine do the night, and wakes it: it stops, and has changed
// nothing.
func TestARunThatSleptIsOvertaken(t *testing.T) {
	address := sparktest.Address(t)
	want, _, _ := undisturbed(t)
	t.Parallel() // it waits for a lease
	w := newWorld(t)
	w.lake = &lake.Options{Connect: address, Catalog: "lake", Namespace: namespaceOf(w.dir), Bucket: w.path("bucket"), Dir: t.TempDir()}
	w.configure("")
	wait, sleeper := stopped(w, at(crash.LakeWritten, 2))

	other := t.TempDir() // another machine has its own folder, and the same bucket
	text, err := os.ReadFile(w.path("pipelines.yaml"))
	require.NoError(t, err)
	there := strings.ReplaceAll(string(text), `bucket: "bucket"`, fmt.Sprintf("bucket: %q", w.lake.Bucket))
	require.NoError(t, os.WriteFile(filepath.Join(other, "pipelines.yaml"), []byte(there), 0o600))
	e := runs(w, other, []string{batchRows}, "run", "--wait") // until the lease has run out
	require.Zero(w, e.code, e.stderr)
	night := w.tables()

	require.NoError(t, sleeper.Signal(syscall.SIGCONT))
	woken := wait()
	require.NotZero(t, woken.code, woken.stderr)
	require.Contains(t, woken.stdout+woken.stderr, "taken over")
	require.Equal(t, night, w.tables())
	expected := ofTheWarehouse(want[0])
	maps.DeleteFunc(expected, func(table string, _ []string) bool { return strings.HasPrefix(table, "export ") })
	requireSame(w, expected.anonymous(), night.anonymous())
}

// asleep waits until a process is stopped.
func asleep(t testing.TB, pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err == nil && strings.Contains(string(status), ") T ")
	}, patience, 50*time.Millisecond)
}

// tables are those of a lake.
func (w *world) tables() result {
	w.Helper()
	all := result{}
	w.withLake(func(open *sql.Conn) { w.stored(all, "warehouse.duckdb", open) })
	return all
}
