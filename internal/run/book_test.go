//go:build duckdb_arrow

package run_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"contactsync/internal/runtest"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// TestAPageInFlightIsBooked looks at the warehouse as a kill would leave it while
// Toofr works on a page: the page counts, though its answer never comes.
func TestAPageInFlightIsBooked(t *testing.T) {
	t.Parallel()
	var w *runtest.World
	var left []int64 // credits that a process leaves which dies with page 1, 2, 3 in flight
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		left = append(left, creditsAfterAKill(t, w.Dir))
		page := len(left)
		if page == 3 {
			http.Error(rw, `{"message":"Not Found"}`, http.StatusNotFound)
			return
		}
		rw.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(rw, `{"total":7,"total_pages":5,"next_page":%d,"prospects":[{"id":%d,"first_name":"Ann","last_name":"Lee"}]}`, page+1, page)
	}))
	t.Cleanup(server.Close)
	w = runtest.New(t, fmt.Sprintf("sources: {toofr: {api_key: k, base_url: %q}}\npipelines:\n  p: {from: toofr.prospects, websites: [acme.example], titles: [ceo], max_credits: 100}\n", server.URL))
	runs := w.Night("p")
	require.Equal(t, schema.Failed, runs[0].Status)
	require.Equal(t, []int64{10, 7 + 10, 14 + 10}, left)
	require.Equal(t, []string{"14"}, w.Rows("SELECT credits FROM etl.runs"), "what was answered is counted as it came")
}

// creditsAfterAKill is what the runs in a copy of the warehouse's files cost.
func creditsAfterAKill(t testing.TB, dir string) int64 {
	t.Helper()
	dead := t.TempDir()
	for _, name := range []string{"warehouse.duckdb", "warehouse.duckdb.wal"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dead, name), content, 0o600))
	}
	warehouse, err := duckdb.Open(t.Context(), filepath.Join(dead, "warehouse.duckdb"), duckdb.Options{})
	require.NoError(t, err)
	defer warehouse.Close()
	runs, err := report.Runs(t.Context(), warehouse, "p", 1)
	require.NoError(t, err)
	require.Len(t, runs, 1)
	return runs[0].Credits
}
