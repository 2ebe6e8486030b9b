package connect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"contactsync/internal/sparktest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// spark is a session with the server that SYNC_SPARK names, through a proxy that can break the
// connection. The test is skipped where it is unset.
func spark(t testing.TB) (*Client, *proxy) {
	address := sparktest.Address(t)
	a, err := Parse(address)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{connections: connections{Listener: listener}, to: a.hostPort()}
	p.running.Go(p.serve)
	t.Cleanup(func() { _ = listener.Close(); p.breakAll(); p.running.Wait() })
	a.Host = "127.0.0.1"
	_, a.Port, err = net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	c, err := Dial(t.Context(), a)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, c.Close()) })
	return c, p
}

// scratch is a new schema, dropped with its tables afterwards.
func scratch(t testing.TB, c *Client) string {
	name := "connect_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	require.NoError(t, c.Exec(t.Context(), "CREATE SCHEMA "+name))
	t.Cleanup(func() {
		tables, err := c.Query(context.Background(), "SHOW TABLES IN "+name)
		assert.NoError(t, err)
		for _, row := range tables.Values {
			assert.NoError(t, c.Exec(context.Background(), fmt.Sprintf("DROP TABLE %s.%s PURGE", name, row[1])))
		}
		assert.NoError(t, c.Exec(context.Background(), "DROP SCHEMA "+name))
	})
	return name
}

func query(t testing.TB, c *Client, sql string, args ...any) [][]any {
	rows, err := c.Query(t.Context(), sql, args...)
	require.NoError(t, err)
	return rows.Values
}

func TestSparkRunsSQL(t *testing.T) {
	c, _ := spark(t)
	s := scratch(t, c)
	require.NoError(t, c.Exec(t.Context(), "CREATE TABLE "+s+".t (k STRING, n BIGINT) USING iceberg"))
	require.NoError(t, c.Exec(t.Context(), "INSERT INTO "+s+".t VALUES (?, ?), (?, ?)", "a'\\", 1, "b", nil))
	query(t, c, "INSERT INTO "+s+".t VALUES ('c', 3)") // once, although Spark plans it again for its rows
	want := [][]any{{"a'\\", int64(1)}, {"b", nil}, {"c", int64(3)}}
	assert.Equal(t, want, query(t, c, "SELECT * FROM "+s+".t ORDER BY k"))
	assert.Equal(t, want[:1], query(t, c, "SELECT * FROM "+s+".t WHERE array_contains(?, k)", []string{"a'\\", "z"}))
	assert.Empty(t, query(t, c, "SELECT * FROM "+s+".t WHERE array_contains(?, n)", []int64{}))
	require.NoError(t, c.Exec(t.Context(), "SELECT k FROM "+s+".t"))
	require.NoError(t, c.Set(t.Context(), "spark.sql.shuffle.partitions", "3"))
	assert.Equal(t, [][]any{{"spark.sql.shuffle.partitions", "3"}}, query(t, c, "SET spark.sql.shuffle.partitions"))
}

func TestSparkReadsArgumentsAsTheyAre(t *testing.T) {
	c, _ := spark(t)
	at := time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
	args := []any{"é\x00'\"\\", int64(-1 << 63), 1e-300, true, nil, at, []string{"a", ""}, []int64{1}, []string{}}
	got := query(t, c, "SELECT "+strings.TrimSuffix(strings.Repeat("?, ", len(args)), ", "), args...)
	want := append(args[:6:6], []any{"a", ""}, []any{int64(1)}, []any{})
	assert.Equal(t, [][]any{want}, got)
}

func TestSparkExplainsItsErrors(t *testing.T) {
	c, _ := spark(t)
	s := scratch(t, c)
	require.NoError(t, c.Exec(t.Context(), "CREATE TABLE "+s+".t (k STRING) USING iceberg"))
	invalid := func(e *Error) bool { return e.has("org.apache.iceberg.exceptions.ValidationException") }
	tests := map[string]struct {
		sql   string
		holds func(*Error) bool
	}{
		"table not found":  {"SELECT * FROM " + s + ".nope", (*Error).IsTableNotFound},
		"drop of no table": {"DROP TABLE " + s + ".nope", (*Error).IsTableNotFound},
		"schema not found": {"DROP SCHEMA " + s + "x", (*Error).IsSchemaNotFound},
		"table exists":     {"CREATE TABLE " + s + ".t (k STRING) USING iceberg", (*Error).IsTableExists},
		"syntax":           {"SELECT * FRM x", (*Error).IsSyntax},
		"in a task":        {"SELECT 1 / (id - 5) FROM range(10)", func(e *Error) bool { return e.Class == "DIVIDE_BY_ZERO" }},
		"of Iceberg":       {"CALL system.rollback_to_snapshot('" + s + ".t', 12)", invalid},
		"in a commit":      {"INSERT INTO " + s + ".t.branch_nope VALUES ('a')", invalid},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := c.Exec(t.Context(), test.sql)
			failure, ok := errors.AsType[*Error](err)
			require.True(t, ok, "%v", err)
			assert.True(t, test.holds(failure), "%s: %q\n%s", err, failure.Exceptions, failure.Detail)
			assert.NotContains(t, err.Error(), "\n")
			t.Log(err)
		})
	}
}

func TestSparkGoesOnAfterABreak(t *testing.T) {
	c, p := spark(t)
	s := scratch(t, c)
	sum, rows := int64(0), int64(0)
	for batch, err := range c.Records(t.Context(), "SELECT id, repeat('x', 1000) FROM range(100000)") {
		require.NoError(t, err)
		p.breakAll()
		rows += batch.NumRows()
		for _, id := range batch.Column(0).(interface{ Int64Values() []int64 }).Int64Values() {
			sum += id
		}
	}
	assert.Equal(t, int64(100_000), rows)
	assert.Equal(t, int64(100_000*99_999/2), sum)

	require.NoError(t, c.Exec(t.Context(), "CREATE TABLE "+s+".t (n BIGINT) USING iceberg"))
	least, most := int64(0), int64(0)
	for i := range int64(6) {
		p.left.Store(i)
		err := c.Exec(t.Context(), "INSERT INTO "+s+".t VALUES (?)", i)
		_, unknown := errors.AsType[*UnknownOutcomeError](err)
		if most++; !unknown {
			require.NoError(t, err)
			least++
		}
	}
	p.left.Store(0) // the last break may still be to come
	got := query(t, c, "SELECT count(*), count(DISTINCT n) FROM "+s+".t")[0]
	assert.Equal(t, got[0], got[1], "each ran once")
	assert.GreaterOrEqual(t, got[0], least)
	assert.LessOrEqual(t, got[0], most)
	t.Logf("%d of %d came through", least, most)
}

func TestSparkTakesItsTimeOverAStatement(t *testing.T) {
	c, _ := spark(t)
	c.settings.patience = time.Second // it is silent for longer than a broken connection would be tried again
	assert.Equal(t, [][]any{{"null"}}, query(t, c, "SELECT java_method('java.lang.Thread', 'sleep', 3000L)"))
}

func TestSparkStopsWhatNobodyWaitsFor(t *testing.T) {
	c, _ := spark(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	err := c.Exec(ctx, "SELECT sum(a.id * b.id) FROM range(1000000) a, range(1000000) b")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.ErrorContains(t, err, "was interrupted")
	query(t, c, "SELECT 1") // it has the one core again
}

func TestSparkTellsALostSessionFromALostStatement(t *testing.T) {
	c, _ := spark(t)
	lost := &operation{client: c, id: uuid.NewString(), sent: true}
	_, err := lost.next(t.Context())
	_, ok := errors.AsType[*UnknownOutcomeError](err)
	assert.True(t, ok, "%v", err)
	assert.ErrorContains(t, err, "INVALID_HANDLE.OPERATION_NOT_FOUND")

	require.NoError(t, c.release(t.Context()))
	failure, ok := errors.AsType[*Error](c.Exec(t.Context(), "SELECT 1"))
	require.True(t, ok)
	assert.True(t, failure.IsSessionLost(), "%v", failure)
}

// BenchmarkSpark is the least that a statement costs.
func BenchmarkSpark(b *testing.B) {
	c, _ := spark(b)
	b.Run("Query", func(b *testing.B) {
		for b.Loop() {
			query(b, c, "SELECT 1")
		}
	})
	b.Run("Exec", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, c.Exec(b.Context(), "SET spark.contactsync=1"))
		}
	})
	b.Run("Set", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, c.Set(b.Context(), "spark.contactsync", "1"))
		}
	})
}

// proxy passes on what it accepts, until it has passed on so many more pieces from the server; then
// all connections break, once.
type proxy struct {
	connections
	to      string
	left    atomic.Int64 // pieces until the break
	running sync.WaitGroup
}

func (p *proxy) serve() {
	for {
		from, err := p.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", p.to)
		if err != nil {
			_ = from.Close()
			continue
		}
		p.running.Go(func() { _, _ = io.Copy(to, from); _ = to.Close() })
		p.running.Go(func() { _, _ = io.Copy(from, counted{to, p}); _ = from.Close() })
	}
}

type counted struct {
	io.Reader
	proxy *proxy
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	if c.proxy.left.Add(-1) == 0 {
		c.proxy.breakAll()
	}
	return n, err
}
