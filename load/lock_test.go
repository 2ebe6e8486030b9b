package load_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"contactsync/load"

	"github.com/stretchr/testify/require"
)

func TestAReaderForgetsAWriterThatWasKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "warehouse.duckdb")
	require.NoError(t, os.WriteFile(path+".lock", []byte(`{"pid":4242,"host":"gone","since":"2026-11-01T02:00:00Z"}`), 0o600))
	reader, err := load.AcquireShared(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, reader.Release()) })
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = load.Acquire(canceled, path, false)
	require.ErrorIs(t, err, context.Canceled, "a run waits for the reader, and names no dead process")
}
