//go:build duckdb_arrow

package stage_test

import (
	"fmt"
	"testing"

	"contactsync/internal/replay"
	"contactsync/internal/runtest"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestARowOfAListingWithoutAnIDIsRejected(t *testing.T) {
	t.Parallel()
	for stream, kind := range map[string]string{"audiences": "audience", "pixels": "pixel"} {
		t.Run(stream, func(t *testing.T) {
			l, url := runtest.NewLab(t)
			l.Set("/"+stream, `{"id":"a1","name":"Fans"}`, `{"name":"noid"}`, `{"id":null,"UUID":"u1"}`, `{"id":"","NET_WORTH":"1"}`)
			w := runtest.New(t, fmt.Sprintf(`sources: {audiencelab: {api_key: k, base_url: %q, poll_interval: 100ms, max_attempts: 2}}
pipelines:
  x: {from: audiencelab.%s, drop_fields: [NET_*]}
`, url, stream))
			for range 2 {
				run := w.Night()[0]
				require.Equal(t, schema.Succeeded, run.Status, run.Error)
				require.Equal(t, []int64{4, 3}, []int64{run.RowsRead, run.RowsRejected})
				require.Contains(t, run.Warnings, "3 of 4 records were rejected; see `sync rejects list`")
				require.Equal(t, []string{"a1|" + kind + "|Fans|true"},
					w.Rows("SELECT audience_id, kind, name, first_seen_at <= last_seen_at FROM audiences"))
			}
			const reason = "|no id, so nobody can tell which audience or pixel it is"
			require.ElementsMatch(t, []string{`{"name":"noid"}` + reason, `{"id":null,"UUID":"u1"}` + reason, `{"id":""}` + reason},
				w.Rows("SELECT DISTINCT payload, reason FROM etl.rejects"))

			report, err := replay.Rejects(t.Context(), w.Runner, nil, false)
			require.NoError(t, err)
			require.NotEmpty(t, report.Runs)
			require.Equal(t, []string{"0"}, w.Rows("SELECT count(*) FROM source_contacts"), "a replay makes no person of it")

			l.Set("/"+stream, `{"name":"noid"}`)
			require.Equal(t, schema.Failed, w.Night()[0].Status, "a listing of nothing else has changed its format")
		})
	}
}

func TestDropFieldsMeansAnyLetters(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	l.Set("s1", runtest.People(t, 1, map[string]any{"SKIPTRACE_A/B": "x", "skiptrace_c": "y", "NET_WORTH": "z"})...)
	w := runtest.New(t, fmt.Sprintf(`sources: {audiencelab: {api_key: k, base_url: %q, poll_interval: 100ms}}
pipelines:
  x: {from: audiencelab.segments, segments: [s1], drop_fields: ["SKIPTRACE_*", "NET?WORTH"]}
`, url))
	require.Equal(t, schema.Succeeded, w.Night()[0].Status)
	require.Equal(t, []string{"[BUSINESS_EMAIL, FIRST_NAME, JOB_TITLE, LAST_NAME, UUID]"}, w.Rows("SELECT list_sort(json_keys(payload))::VARCHAR FROM source_contacts"))
}
