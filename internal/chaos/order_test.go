package chaos_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"contactsync/internal/crash"
	"contactsync/internal/simulate"
	"contactsync/internal/simulate/statsocial"

	"github.com/stretchr/testify/require"
)

// An audience that a definition makes costs a credit when it is ordered. These
// are the commits of a first run on its way there.
const (
	commitRun   = iota + 1 // that it has begun
	commitOrder            // the note that the audience is about to be ordered; the order follows
	commitID               // the id that the vendor gave it
)

// definition is who is in the audience.
const definition = `    audience: {name: Gophers, description: people who write about Go}
    parameters: [{operation: OR, bio_search: {search_in_twitter: true, phrases: [golang]}}]
`

// newOrderWorld is a world of one pipeline, which reads what this says.
func newOrderWorld(t testing.TB) *world {
	t.Helper()
	w := newWorld(t, func(o *simulate.Options) { o.Faults = 0 })
	w.read(definition)
	return w
}

// read makes the config: the audience of a definition, or of an id.
func (w *world) read(audience string) {
	w.Helper()
	text := fmt.Sprintf(`version: 1
warehouse: {path: warehouse.duckdb, memory_limit: 192MB}
sources:
  statsocial: {base_url: "%s", token: "${STATSOCIAL_KEY}", poll_interval: 100ms}
pipelines:
  built:
    from: statsocial.outputs
    outputs: [ss_id, md5, email_raw]
%s`, w.urls[statsocial.Name], audience)
	require.NoError(w, os.WriteFile(w.path("pipelines.yaml"), []byte(text), 0o600))
}

// orders counts the orders that reached the vendor, answered or not.
func (w *world) orders() (n int) {
	w.Helper()
	for _, r := range w.vendors.Log() {
		if r.Vendor == statsocial.Name && r.Method == "POST" && strings.HasSuffix(r.Path, "/audiences") {
			n++
		}
	}
	return n
}

// bought is what analysts see of the audience.
func (w *world) bought() result {
	w.Helper()
	db := w.open("warehouse.duckdb")
	defer db.Close()
	all := w.seen(db)
	require.Greater(w, len(all["main.contacts"]), 15)
	return all
}

// succeeds runs the pipeline to its end.
func (w *world) succeeds(args ...string) {
	w.Helper()
	e := runs(w, w.dir, nil, append([]string{"run"}, args...)...)
	require.Zero(w, e.code, e.stderr)
}

func TestAnAudienceIsOrderedOnceWhereverTheRunDies(t *testing.T) {
	t.Parallel()
	whole := newOrderWorld(t)
	whole.succeeds()
	require.Equal(t, 1, whole.orders())
	want := whole.bought()

	t.Run("away from the order", func(t *testing.T) {
		t.Parallel()
		w := newOrderWorld(t)
		for _, k := range []kill{
			at(crash.CommitAfter, commitRun), at(crash.CommitInside, commitOrder), // not ordered yet
			at(crash.CommitAfter, commitID),     // ordered
			at(crash.CommitInside, commitRun+1), // its rows come next now
			at(crash.MergeInside, 1), at(crash.MergeAfter, 1),
		} {
			require.Truef(t, w.dies(k, "run"), "it was to die %s", k)
		}
		for range nights {
			w.succeeds()
			w.vendors.Advance(1)
		}
		require.Equal(t, 1, w.orders())
		require.Equal(t, want, w.bought())
	})
	// Whoever dies between the order and the id cannot know whether the vendor has
	// it. Nothing is ordered again until a human has looked.
	for name, c := range map[string]struct {
		kill    kill
		ordered int    // times when it died
		look    string // what the human finds, as the new config
		args    []string
	}{
		"before it is sent":     {at(crash.CommitAfter, commitOrder), 0, definition, []string{"--full"}},
		"after it was answered": {at(crash.CommitBefore, commitID), 1, fmt.Sprintf("    audience_id: %d\n", statsocial.Audience+1), nil},
	} {
		t.Run("at the order, "+name, func(t *testing.T) {
			t.Parallel()
			w := newOrderWorld(t)
			require.True(t, w.dies(c.kill, "run"))
			for range 2 {
				e := runs(t, w.dir, nil, "run")
				require.Equal(t, 1, e.code, e.stderr)
				require.Contains(t, e.stderr, "never learned its id")
				require.Contains(t, e.stderr, "audience_id")
			}
			require.Equal(t, c.ordered, w.orders(), "the runs after the kill ordered nothing")
			w.read(c.look)
			w.succeeds(c.args...)
			require.Equal(t, 1, w.orders())
			require.Equal(t, want, w.bought())
		})
	}
}
