//go:build duckdb_arrow

package privacy_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contactsync/internal/privacy"
	"contactsync/internal/run"
	"contactsync/internal/selector"

	"github.com/stretchr/testify/require"
)

// TestAMatchListTellsOfAForgottenPersonAndForgets: the platform is told, by hashes, and two
// days later no export knows them, quiet nights or not.
func TestAMatchListTellsOfAForgottenPersonAndForgets(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 200)
	h.configure(t, `version: 1
warehouse: {path: warehouse.duckdb, memory_limit: 128MB}
exports:
  match: {for: linkedin, people: {query: SELECT contact_id FROM contacts}, path: exports/match}
`)
	now := time.Now()
	h.runner.Now = func() time.Time { return now }
	h.run(t, run.Options{})
	_, email := h.somebody(t)
	hash := fmt.Sprintf("%x", sha256.Sum256([]byte(email)))
	require.Contains(t, h.holding(t, hash), "whole.csv")

	requests, err := selector.ParsePeople([]selector.Name{{Place: "1", Text: email}})
	require.NoError(t, err)
	_, err = privacy.Forget(t.Context(), h.runner, requests, false)
	require.NoError(t, err)
	require.NotContains(t, h.holding(t, hash), "whole.csv")
	require.Contains(t, h.holding(t, hash), "removed.csv")
	now = now.Add(24 * time.Hour)
	h.run(t, run.Options{})
	require.Contains(t, h.holding(t, hash), "removed.csv", "after the next night, too")
	now = now.Add(25 * time.Hour)
	h.run(t, run.Options{})
	require.Empty(t, h.holding(t, hash))
}

// holding are the files of exports that hold a text.
func (h *house) holding(t testing.TB, text string) (files []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(h.path("exports"), func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		body, err := os.ReadFile(name)
		if strings.Contains(string(body), text) {
			files = append(files, e.Name())
		}
		return err
	}))
	return files
}
