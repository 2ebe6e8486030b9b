//go:build duckdb_arrow

package stage

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestWhatAnAudienceServedLastIsTheSameBeforeAndAfterItsMerge stages payloads of one
// record in any order, dated, and some of them outdated: what is on top of the staged
// ones must be what the merge leaves, or the next page would be compared with another.
func TestWhatAnAudienceServedLastIsTheSameBeforeAndAfterItsMerge(t *testing.T) {
	w, err := duckdb.Open(t.Context(), filepath.Join(t.TempDir(), "w.duckdb"), duckdb.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		if round++; round > 12 { // each is several merges
			return
		}
		id := fmt.Sprint("k", round)
		payload := func(title int) string { return fmt.Sprintf(`{"id":%q,"title":"%d"}`, id, title) }
		// What the warehouse says of each payload, and each date, tells what is on top.
		served := func() []load.Standing {
			var all []schema.Version
			for title := 1; title <= 3; title++ {
				for day := range 3 {
					v := schema.Version{SourceID: id, Audience: "a", PayloadHash: payloadHash([]byte(payload(title)))}
					if day > 0 {
						v.AsOf = time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC)
					}
					all = append(all, v)
				}
			}
			standings, err := w.Lookup().Compare(context.Background(), schema.Toofr, all)
			require.NoError(rt, err)
			return standings
		}
		for night := range rapid.IntRange(1, 2).Draw(rt, "nights") {
			run := schema.Run{RunID: fmt.Sprint(round, night), Pipeline: "p", StartedAt: time.Now()}
			for range rapid.IntRange(1, 2).Draw(rt, "batches") {
				b := load.Batch{Run: run}
				for place := range rapid.IntRange(1, 3).Draw(rt, "versions") {
					payload := payload(rapid.IntRange(1, 3).Draw(rt, "title"))
					v := load.Version{Place: int64(place), Outdated: rapid.Bool().Draw(rt, "outdated"), Whole: rapid.IntRange(0, 3).Draw(rt, "whole") == 0}
					v.Source, v.SourceID, v.Audience, v.Payload, v.PayloadHash = schema.Toofr, id, "a", payload, payloadHash([]byte(payload))
					if day := rapid.IntRange(0, 2).Draw(rt, "day"); day > 0 {
						v.AsOf = time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC)
					}
					b.Versions = append(b.Versions, v)
				}
				require.NoError(rt, w.Commit(context.Background(), b))
			}
			before := served()
			_, err := w.Merge(context.Background(), &run, load.People{Fold: Fold})
			require.NoError(rt, err)
			require.Equal(rt, before, served())
		}
	})
}
