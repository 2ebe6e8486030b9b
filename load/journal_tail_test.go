package load

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// A power cut may leave a page of zeros behind the last line.
func TestAJournalThatEndsInZerosLosesNothingThatComesAfterThem(t *testing.T) {
	j := JournalOf(filepath.Join(t.TempDir(), "warehouse.duckdb"))
	hash := func(digit string) string { return strings.Repeat(digit, 64) }
	at := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	known := func(digit string) schema.Suppression {
		return schema.Suppression{Kind: "email_sha256", ValueSHA256: hash(digit), Reason: "forgotten", SuppressedAt: at}
	}
	require.NoError(t, j.Append([]schema.Suppression{known("a")}))
	f, err := os.OpenFile(j.Path(), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.Write(make([]byte, 4096))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.NoError(t, j.Append([]schema.Suppression{known("b")}))
	list, strange, err := j.Read()
	require.NoError(t, err)
	require.Equal(t, map[string]schema.Suppression{hash("a"): known("a"), hash("b"): known("b")}, list)
	require.EqualValues(t, 1, strange)
}
