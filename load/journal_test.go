package load_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func suppression(value string) schema.Suppression {
	sum := sha256.Sum256([]byte("linkedin:" + value))
	at := time.Date(2026, 11, 2, 2, 0, 0, 123000, time.UTC)
	return schema.Suppression{Kind: "linkedin", ValueSHA256: hex.EncodeToString(sum[:]), Reason: "opted out", SuppressedAt: at}
}

func TestAJournalKeepsWhatItWasGivenOnce(t *testing.T) {
	j := load.JournalOf(filepath.Join(t.TempDir(), "warehouse.duckdb"))
	read := func() map[string]schema.Suppression {
		t.Helper()
		all, strange, err := j.Read()
		require.NoError(t, err)
		require.Zero(t, strange)
		return all
	}
	require.Empty(t, read(), "there is none yet")
	require.NoError(t, j.Append(nil))
	require.NoFileExists(t, j.Path())

	ann, bob := suppression("ann"), suppression("bob")
	require.NoError(t, j.Append([]schema.Suppression{ann}))
	require.NoError(t, j.Append([]schema.Suppression{ann, bob, bob}))
	require.Equal(t, map[string]schema.Suppression{ann.ValueSHA256: ann, bob.ValueSHA256: bob}, read())
	content, err := os.ReadFile(j.Path())
	require.NoError(t, err)
	require.Equal(t, 2, strings.Count(string(content), "\n"))
	info, err := os.Stat(j.Path())
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())
	require.Equal(t, []schema.Suppression{bob}, load.Missing(read(), map[string]bool{ann.ValueSHA256: true}))
}

func TestAJournalThatWasTornGoesOnBehindItsLastWholeLine(t *testing.T) {
	j := load.JournalOf(filepath.Join(t.TempDir(), "warehouse.duckdb"))
	ann, bob := suppression("ann"), suppression("bob")
	require.NoError(t, j.Append([]schema.Suppression{ann}))
	whole, err := os.ReadFile(j.Path())
	require.NoError(t, err)
	for cut := range len(whole) {
		require.NoError(t, os.WriteFile(j.Path(), append(append([]byte(nil), whole...), whole[:cut]...), 0o600))
		require.NoError(t, j.Append([]schema.Suppression{bob}))
		all, strange, err := j.Read()
		require.NoError(t, err)
		require.Zero(t, strange, "cut at %d", cut)
		require.Len(t, all, 2, "cut at %d", cut)
	}
	require.NoError(t, os.WriteFile(j.Path(), []byte(strings.Repeat("x", 5000)+"\n"+string(whole)+"a line of another kind\n"), 0o600))
	all, strange, err := j.Read()
	require.NoError(t, err)
	require.Equal(t, 2, strange)
	require.Len(t, all, 1)
}

func TestAJournalIsNoLink(t *testing.T) {
	dir := t.TempDir()
	j := load.JournalOf(filepath.Join(dir, "warehouse.duckdb"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "precious"), []byte("precious"), 0o600))
	require.NoError(t, os.Symlink("precious", j.Path()))
	require.ErrorContains(t, j.Append([]schema.Suppression{suppression("ann")}), "symbolic link")
}
