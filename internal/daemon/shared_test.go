//go:build duckdb_arrow

package daemon

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/run"

	"github.com/stretchr/testify/require"
)

// machine is a runner on a machine of its own, which shares the bucket of a warehouse that
// Spark holds with others. No Spark is asked.
func machine(t *testing.T, bucket string, now time.Time) *run.Runner {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipelines.yaml")
	require.NoError(t, os.WriteFile(path, []byte(`version: 1
warehouse: {engine: spark, connect: "sc://127.0.0.1:9", catalog: lake, bucket: "`+bucket+`"}
sources: {audiencelab: {api_key: k}}
pipelines: {labs: {from: audiencelab.audiences, schedule: "0 3 * * *"}}
`), 0o600))
	c, err := config.Load(path)
	require.NoError(t, err)
	r := run.NewRunner(c, slog.New(slog.DiscardHandler))
	r.Now = func() time.Time { return now }
	return r
}

// runOut runs a daemon for a moment.
func runOut(t *testing.T, d *Daemon) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d.Run(ctx)
}

func TestADaemonGoesOnWithWhatOneOnAnotherMachineRemembered(t *testing.T) {
	bucket, now := t.TempDir(), time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	first, err := New(machine(t, bucket, now))
	require.NoError(t, err)
	require.NoError(t, first.Act(Pause, "labs"))
	runOut(t, first)

	there := machine(t, bucket, now.Add(-time.Hour)) // its clock is wrong
	secret, err := CallbackSecret(t.Context(), there)
	require.NoError(t, err)
	require.Equal(t, first.CallbackSecret(), secret, "the path that StatSocial was told stays")
	second, err := New(there)
	require.NoError(t, err)
	require.True(t, second.memory.Pipelines["labs"].Paused)
	require.NoError(t, second.Act(Resume, "labs"))
	runOut(t, second)

	again, err := New(first.runner) // which has its own file still, and an older one
	require.NoError(t, err)
	require.False(t, again.memory.Pipelines["labs"].Paused)
	require.Equal(t, secret, again.CallbackSecret())
}

func TestADaemonBeginsNothingNewWhereTheBucketCannotBeRead(t *testing.T) {
	bucket, now := t.TempDir(), time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	here := machine(t, bucket, now)
	first, err := New(here)
	require.NoError(t, err)
	runOut(t, first)
	object := filepath.Join(bucket, "serve")
	require.NoError(t, os.Remove(object))
	require.NoError(t, os.Mkdir(object, 0o700)) // it cannot be read, and is there

	for _, r := range []*run.Runner{machine(t, bucket, now), here} { // what is here may be out of date
		_, err = New(r)
		require.ErrorContains(t, err, "what the last daemon remembered")
	}

	require.NoError(t, os.Remove(object))
	require.NoError(t, os.WriteFile(object, []byte("{garbage"), 0o600))
	d, err := New(machine(t, bucket, now))
	require.NoError(t, err)
	require.NotEqual(t, first.CallbackSecret(), d.CallbackSecret())
}

func TestADamagedMemoryIsTakenFromTheBucket(t *testing.T) {
	bucket, now := t.TempDir(), time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	r := machine(t, bucket, now)
	secret, err := CallbackSecret(t.Context(), r) // which leaves it there
	require.NoError(t, err)
	path := memoryPath(r.Config.Warehouse.Path.Full)
	require.NoError(t, os.WriteFile(path, []byte("{garbage"), 0o600))
	d, err := New(r)
	require.NoError(t, err)
	require.Equal(t, secret, d.CallbackSecret())
	kept, err := os.ReadFile(path + ".damaged")
	require.NoError(t, err)
	require.Equal(t, "{garbage", string(kept))
}
