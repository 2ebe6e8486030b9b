//go:build duckdb_arrow

package privacy_test

import (
	"fmt"
	"strings"
	"testing"

	"contactsync/internal/normal"
	"contactsync/internal/privacy"
	"contactsync/internal/replay"
	"contactsync/internal/runtest"
	"contactsync/internal/selector"

	"github.com/stretchr/testify/require"
)

const derivedConfig = `sources: {audiencelab: {api_key: k, base_url: %q, poll_interval: 100ms, max_attempts: 2}}
pipelines:
  people: {from: audiencelab.segments, segments: [a], drop_fields: [BUSINESS_*, LINKEDIN_*]}
  visits: {from: audiencelab.visits, pixels: [px]}
`

// TestADerivedKeyNamesItsPerson forgets people whom nothing but their key names any
// more: the key of a record without a UUID is a hash of an address, or a profile.
func TestADerivedKeyNamesItsPerson(t *testing.T) {
	t.Parallel()
	const ann, bob = "ann@acme.example", "https://www.linkedin.com/in/bob-ray"
	annHash := normal.SHA256(ann)
	row := func(name, field, value string) string {
		return runtest.Object(t, map[string]any{"FIRST_NAME": name, "LAST_NAME": "Lee", field: value})
	}
	visit := func(hash, at string) string {
		return runtest.Object(t, map[string]any{
			"pixel_id": "px", "hem_sha256": hash, "event_timestamp": at, "full_url": "https://acme.example/", "resolution": map[string]any{"FIRST_NAME": "A"},
		})
	}
	eve := normal.SHA256("eve@acme.example")
	for name, forget := range map[string]struct{ ann, bob string }{
		"by what the key is made of": {ann, bob},
		"by the key":                 {"audiencelab:hem:" + annHash, "audiencelab:li:bob-ray"},
	} {
		t.Run(name, func(t *testing.T) {
			lab, url := runtest.NewLab(t)
			w := runtest.New(t, fmt.Sprintf(derivedConfig, url))
			lab.Set("a", row("Ann", "BUSINESS_EMAIL", ann), row("Bob", "LINKEDIN_URL", bob), row("Eve", "BUSINESS_EMAIL", "eve@acme.example"))
			lab.Set("/pixels/px/v4", visit(annHash, "2026-11-01T10:00:00Z"), visit(eve, "2026-11-01T10:00:00Z"))
			w.Night()
			require.Equal(t, []string{"3"}, w.Rows("SELECT count(*) FROM contacts"))

			requests, err := selector.ParsePeople([]selector.Name{{Place: "1", Text: forget.ann}, {Place: "2", Text: forget.bob}})
			require.NoError(t, err)
			found, err := privacy.Forget(t.Context(), w.Runner, requests, false)
			require.NoError(t, err)
			require.Len(t, found.Contacts, 2)
			nowhere := func() {
				t.Helper()
				tables := w.Rows("SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'")
				require.Greater(t, len(tables), 20)
				for i, table := range tables {
					tables[i] = fmt.Sprintf("SELECT '%[1]s', t::VARCHAR AS text FROM %[1]s t", table)
				}
				query := fmt.Sprintf("SELECT * FROM (%s) WHERE contains(text, '%s') OR contains(text, 'bob-ray') OR contains(text, '%s')",
					strings.Join(tables, " UNION ALL "), annHash, ann)
				require.Empty(t, w.Rows(query))
			}
			nowhere()
			lab.Set("/pixels/px/v4", visit(annHash, "2026-11-01T10:00:00Z"), visit(annHash, "2026-11-02T10:00:00Z"), visit(eve, "2026-11-01T10:00:00Z"))
			for _, r := range w.Night() {
				require.Empty(t, r.Error)
			}
			_, err = replay.Stored(t.Context(), w.Runner, nil, false)
			require.NoError(t, err)
			nowhere()
			require.Equal(t, []string{"1|1"}, w.Rows("SELECT (SELECT count(*) FROM contacts), (SELECT count(*) FROM events)"), "and Eve is there")
		})
	}
}
