package chaos_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"contactsync/internal/simulate"
	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/intent"
	"contactsync/internal/simulate/statsocial"
	"contactsync/internal/simulate/toofr"

	"github.com/stretchr/testify/require"
)

// lies are answers of success that are none, each of which fails a page.
var lies = []simulate.Fault{
	api.ErrorBesideEmpty, api.FailedWord, api.ErrorBesideNull, api.DataText,
	api.ErrorBesideRows, api.ErrorsList, api.ErrorInMeta, api.NoSuccess, api.DataObject,
}

// deals gives every vendor each of the lies, another one to each vendor at a time.
func deals() [][]simulate.Fault {
	var all [][]simulate.Fault
	for k := range lies {
		var deal []simulate.Fault
		for v, vendor := range []string{toofr.Name, intent.Name, statsocial.Name, audiencelab.Name} {
			deal = append(deal, lies[(k+v)%len(lies)].At(vendor))
		}
		all = append(all, deal)
	}
	return all
}

// newLyingWorld is one in which lies do not pass, and are soon given up.
func newLyingWorld(t testing.TB) *world {
	t.Helper()
	w := newWorld(t, func(o *simulate.Options) { o.Faults, o.InARow = 0, 1_000 })
	text, err := os.ReadFile(w.path("pipelines.yaml"))
	require.NoError(t, err)
	impatient := strings.ReplaceAll(string(text), "poll_interval: 100ms", "poll_interval: 100ms, poll_timeout: 10s, max_attempts: 2")
	require.NoError(t, os.WriteFile(w.path("pipelines.yaml"), []byte(impatient), 0o600))
	return w
}

// told runs pipelines, or all, while vendors lie, and says how that ended.
func (w *world) told(share float64, deal []simulate.Fault, pipelines ...string) ended {
	w.Helper()
	w.vendors.SetFaults(share, deal...)
	defer w.vendors.SetFaults(0)
	return runs(w, w.dir, []string{batchRows}, append([]string{"run"}, pipelines...)...)
}

// honestly runs pipelines, or all, while nobody lies.
func (w *world) honestly(pipelines ...string) {
	w.Helper()
	e := w.told(0, nil, pipelines...)
	require.Zero(w, e.code, e.stderr)
}

// members are the memberships that are open, and those that are not.
func (w *world) members() (open, closed string) {
	w.Helper()
	db := w.open("warehouse.duckdb")
	defer db.Close()
	counts := rowsOf(w, db, `SELECT count(*) FILTER (valid_to IS NULL) FROM audience_members
		UNION ALL SELECT count(*) FILTER (valid_to IS NOT NULL) FROM audience_members`)
	return counts[0], counts[1]
}

// TestALieIsNeitherDataNorAnEnd: in a night in which every answer of every vendor is
// a lie nothing is read, closed or done; the honest run after it comes to the same
// as without, and costs the same.
func TestALieIsNeitherDataNorAnEnd(t *testing.T) {
	want, cost, _ := undisturbed(t)
	t.Parallel()
	all := deals()
	if os.Getenv("CHAOS_LIVES") == "" {
		all = all[:1]
	}
	for _, deal := range all {
		t.Run(fmt.Sprint(deal), func(t *testing.T) {
			t.Parallel()
			w := newLyingWorld(t)
			for night := range nights {
				open, closed := "0", "0"
				if night > 0 {
					open, closed = w.members()
				}
				e := w.told(1, deal)
				require.Equal(t, 1, e.code, e.stderr)
				openNow, closedNow := w.members()
				require.Equal(t, []string{open, closed}, []string{openNow, closedNow})
				w.honestly()
				requireSame(t, want[night].anonymous(), w.result().anonymous())
				w.vendors.Advance(1)
			}
			require.Equal(t, cost, w.spent())
		})
	}
}

// TestListsThatContradictThemselvesCloseNobody: nobody leaves an audience because a
// list does not show him, and the honest list after it closes those who have left.
func TestListsThatContradictThemselvesCloseNobody(t *testing.T) {
	want, _, _ := undisturbed(t)
	t.Parallel()
	w := newLyingWorld(t)
	w.honestly()
	w.vendors.Advance(1)
	lists := []string{"visitors", "members"}
	_, closed := w.members()
	for _, fault := range []simulate.Fault{api.OverlappingPages, api.ShortPages, api.EmptyList, api.BareList, api.PageTotal} {
		e := w.told(0, []simulate.Fault{fault}, lists...)
		_, closedNow := w.members()
		require.Equal(t, closed, closedNow, "%s: %s", fault, e.stderr)
		w.honestly(lists...)
		_, closed = w.members()
	}
	require.NotEqual(t, "0", closed, "some have left")
	w.honestly()
	requireSame(t, want[1].anonymous(), w.result().anonymous())
}

// TestHonestAnswersInOddFormsChangeNothing: another charset, and an error that says
// nothing. Payloads are kept as they are served, escapes included.
func TestHonestAnswersInOddFormsChangeNothing(t *testing.T) {
	want, _, _ := undisturbed(t)
	t.Parallel()
	w := newLyingWorld(t)
	e := w.told(0.9, []simulate.Fault{api.Latin1, api.EmptyError})
	require.Zero(t, e.code, e.stderr)
	got := w.result()
	for _, table := range []string{"contacts", "identifiers", "audience_members", "audiences"} {
		table = "warehouse.duckdb main." + table
		require.NotEmpty(t, got[table])
		require.Equal(t, want[0][table], got[table])
	}
}
