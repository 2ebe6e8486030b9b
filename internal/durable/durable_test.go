package durable

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFileIsReplacedWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	require.NoError(t, WriteFile(path, []byte("old"), 0o644))
	reader, err := os.Open(path)
	require.NoError(t, err)
	defer reader.Close()
	require.NoError(t, os.WriteFile(path+".new", []byte("left by a crash, and longer"), 0o666))
	require.NoError(t, WriteFile(path, []byte("new"), 0o600))

	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "new", string(content))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())
	require.NoFileExists(t, path+".new")
	before := make([]byte, 3)
	_, err = reader.Read(before)
	require.NoError(t, err)
	require.Equal(t, "old", string(before), "whoever has the old file open reads on")
}

func TestAFailedReplacementKeepsTheOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	require.NoError(t, WriteFile(path, []byte("old"), 0o600))
	require.ErrorIs(t, Replace(path+".missing", path, 0o600), os.ErrNotExist)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "old", string(content))
	require.ErrorIs(t, WriteFile(filepath.Join(path+".d", "state"), nil, 0o600), os.ErrNotExist)
}

func TestATreeIsSynced(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "a", "b"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a", "b", "c"), []byte("c"), 0o600))
	require.NoError(t, SyncTree(dir))
	require.ErrorIs(t, SyncTree(filepath.Join(dir, "missing")), os.ErrNotExist)
}

func TestLocksAreExclusiveOrSharedAndEndWithTheirFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	open := func() *os.File {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		require.NoError(t, err)
		t.Cleanup(func() { f.Close() })
		return f
	}
	try := func(f *os.File, kind Lock, want bool) {
		t.Helper()
		got, err := TryLock(f, kind)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	writer, reader, second := open(), open(), open()
	try(writer, Exclusive, true)
	try(reader, Shared, false)
	try(second, Exclusive, false)
	require.NoError(t, writer.Close())
	try(reader, Shared, true)
	try(second, Shared, true)
	try(open(), Exclusive, false)
	require.NoError(t, reader.Close())
	require.NoError(t, second.Close())
	try(open(), Exclusive, true)

	closed := open()
	require.NoError(t, closed.Close())
	_, err := TryLock(closed, Exclusive)
	require.Error(t, err)
}
