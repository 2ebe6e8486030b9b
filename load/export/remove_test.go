package export_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/load/export"
)

func TestRemoveTakesWhatExportsWroteAndNothingElse(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 100)
	path := filepath.Join(t.TempDir(), "contacts")
	s := incremental(path)
	s.PartitionBy = []string{"country"}
	write(t, conn, s)
	put(t, "mine", path, "country=US", "notes.txt")
	require.NoError(t, export.Remove(t.Context(), s))
	require.Equal(t, []string{"country=US/notes.txt"}, names(t, path))

	remove(t, path, "country=US", "notes.txt")
	write(t, conn, s)
	require.NoError(t, export.Remove(t.Context(), s))
	require.NoDirExists(t, path)
	require.NoError(t, export.Remove(t.Context(), s), "there is nothing to remove")

	put(t, "mine", path, "data.parquet")
	require.NoError(t, export.Remove(t.Context(), s), "and a directory without a marker is not ours")
	require.FileExists(t, filepath.Join(path, "data.parquet"))
}

func TestRemoveTakesEveryGenerationFromObjectStorage(t *testing.T) {
	conn := warehouse(t, 100)
	bucket, address := storage(t)
	s := inStorage(t, address("p/"))
	write(t, conn, s)
	execute(t, conn, "DELETE FROM contacts WHERE contact_id = 'c000001'")
	write(t, conn, s)
	require.NoError(t, bucket.WriteAll(t.Context(), "p/notes.txt", []byte("mine"), nil))
	require.NoError(t, export.Remove(t.Context(), s))
	require.Equal(t, []string{"p/notes.txt"}, keys(t, bucket))
}
