//go:build duckdb_arrow

package privacy_test

import (
	"fmt"
	"testing"

	"contactsync/internal/normal"
	"contactsync/internal/privacy"
	"contactsync/internal/replay"
	"contactsync/internal/runtest"
	"contactsync/internal/selector"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// stage leaves records as a run that was killed before its merge does.
func stage(t *testing.T, w *runtest.World, payloads map[string]string) {
	t.Helper()
	run := schema.Run{RunID: "killed", Pipeline: "people", StartedAt: w.Now, Status: schema.Running}
	batch := load.Batch{Run: run, Sweeps: []load.Sweep{{Source: schema.AudienceLab, Audience: "b", Sweep: "s"}}}
	for id, payload := range payloads {
		batch.Versions = append(batch.Versions, load.Version{Version: schema.Version{
			Source: schema.AudienceLab, SourceID: id, Pipeline: "people", Audience: "b", AsOf: w.Now, Payload: payload, PayloadHash: normal.SHA256(payload),
		}})
	}
	w.Open(func(warehouse *duckdb.Warehouse) { require.NoError(t, warehouse.Commit(t.Context(), batch)) })
}

// TestWhoIsKnownByAHashOfAnOddSpellingIsForgotten: eVA@ is neither the address nor one of
// its usual spellings, so that its hashes are to be had of what was sent alone.
func TestWhoIsKnownByAHashOfAnOddSpellingIsForgotten(t *testing.T) {
	t.Parallel()
	const eva, odd = "eva@acme.example", "eVA@acme.example"
	row := func(id, field, value string) string {
		return runtest.Object(t, map[string]any{"UUID": id, "FIRST_NAME": "Eva", "LAST_NAME": "Lee", field: value})
	}
	spelled, hashed := row("1", "BUSINESS_EMAIL", odd), row("2", "SHA256_BUSINESS_EMAIL", normal.SHA256(odd))
	plain, bob := row("3", "BUSINESS_EMAIL", eva), row("4", "BUSINESS_EMAIL", "bob@acme.example")
	for name, test := range map[string]struct {
		by     string
		merged []string
		staged map[string]string
		out    int
	}{
		"the hash alone is staged":            {eva, []string{spelled, bob}, map[string]string{"2": hashed}, 2},
		"both are staged":                     {eva, []string{bob}, map[string]string{"1": spelled, "2": hashed}, 2},
		"by the hash, the spelling is staged": {normal.SHA256(odd), []string{plain, bob}, map[string]string{"1": spelled}, 2},
		"by the hash, all are staged":         {normal.MD5(odd), []string{bob}, map[string]string{"1": spelled, "2": hashed, "3": plain}, 3},
		"none is staged":                      {eva, []string{spelled, hashed, bob}, nil, 2},
		"nobody has it in clear":              {eva, []string{plain, bob}, map[string]string{"2": hashed}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab, url := runtest.NewLab(t)
			w := runtest.New(t, fmt.Sprintf(mailboxConfig, url))
			lab.Set("a", test.merged...)
			w.Night()
			if test.staged != nil {
				stage(t, w, test.staged)
			}
			entries, err := selector.ParsePeople([]selector.Name{{Place: "1", Text: eva}})
			require.NoError(t, err)
			if test.by != eva {
				entries[0].Keys = nil
				h, ok := normal.Hash(test.by)
				require.True(t, ok)
				entries[0].Keys = append(entries[0].Keys, h)
			}
			found, err := privacy.Forget(t.Context(), w.Runner, entries, false)
			require.NoError(t, err)
			require.Len(t, found.Records, test.out)
			for _, r := range found.Records {
				require.Zero(t, r.Request, "%s answers to the request", r.SourceID)
			}
			if name == "nobody has it in clear" { // whom nothing ties to the address
				require.Equal(t, []string{"1"}, w.Rows("SELECT count(*) FROM etl.staged_versions"))
				return
			}
			require.Equal(t, []string{"0"}, w.Rows("SELECT count(*) FROM etl.staged_versions"))

			lab.Set("a", spelled, hashed, plain, bob, row("5", "NOTE", normal.SHA1(odd)))
			for _, r := range w.Night() {
				require.Empty(t, r.Error)
			}
			_, err = replay.Stored(t.Context(), w.Runner, nil, false)
			require.NoError(t, err)
			require.Equal(t, []string{"4"}, w.Rows("SELECT source_id FROM source_contacts"), "nobody comes back by any hash")
		})
	}
}
