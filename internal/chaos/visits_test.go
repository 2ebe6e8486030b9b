package chaos_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"contactsync/internal/simulate"
	"contactsync/internal/simulate/audiencelab"

	"github.com/stretchr/testify/require"
)

// visits is how many visits of all pixels the vendor has so far, by the vendor's own count.
func (w *world) visits() (total int) {
	w.Helper()
	for _, pixel := range audiencelab.Pixels() {
		r, err := http.NewRequestWithContext(w.Context(), http.MethodGet, w.urls[audiencelab.Name]+"/pixels/"+pixel+"/v4?page_size=1", nil)
		require.NoError(w, err)
		r.Header.Set("X-Api-Key", simulate.DefaultKey(audiencelab.Name))
		response, err := http.DefaultClient.Do(r)
		require.NoError(w, err)
		var got struct {
			Total int `json:"total_records"`
		}
		require.NoError(w, json.NewDecoder(response.Body).Decode(&got))
		require.NoError(w, response.Body.Close())
		total += got.Total
	}
	return total
}

// TestEachVisitIsStoredOnceOverAllNights: what the nights that others are compared
// with have stored is what the vendor has, and a later night only stored what was new.
func TestEachVisitIsStoredOnceOverAllNights(t *testing.T) {
	undisturbed(t)
	t.Parallel()
	w := newWorld(t, func(o *simulate.Options) { o.Faults = 0 })
	w.dir = reference.dir
	first := w.visits()
	w.vendors.Advance(nights - 1)
	all := w.visits()
	require.Greater(t, all, first)
	db := w.open("warehouse.duckdb")
	defer db.Close()
	pixels := ""
	for _, pixel := range audiencelab.Pixels() {
		pixels += fmt.Sprintf("'%s', ", pixel)
	}
	counts := rowsOf(w, db, fmt.Sprintf(`SELECT unnest([count(*), count(DISTINCT event_id)]) FROM events WHERE audience_id IN (%s)`, pixels))
	require.Equal(t, []string{strconv.Itoa(all), strconv.Itoa(all)}, counts)
	written := rowsOf(w, db, "SELECT rows_written FROM etl.runs WHERE pipeline = 'visits' ORDER BY started_at")
	require.Len(t, written, nights)
	later, err := strconv.Atoi(written[nights-1])
	require.NoError(t, err)
	require.LessOrEqual(t, later, 2*(all-first), "a new visit, and perhaps its visitor")
}
