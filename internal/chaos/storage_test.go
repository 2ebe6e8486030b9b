package chaos_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"contactsync/internal/crash"
	"contactsync/internal/simulate/audiencelab"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"
)

// TestKilledWhileUploadingReadersOfABucketSeeOldOrNew kills a run at each point of an
// export to object storage, and looks at what a pattern for its files meets.
func TestKilledWhileUploadingReadersOfABucketSeeOldOrNew(t *testing.T) {
	t.Parallel()
	backend := s3mem.New()
	require.NoError(t, backend.CreateBucket("lake"))
	server := httptest.NewServer(gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server())
	t.Cleanup(server.Close)
	parameters := "?anonymous=true&region=us-east-1&use_path_style=true&endpoint=" + url.QueryEscape(server.URL)
	seen := func() (found []string) {
		list, err := backend.ListBucket("lake", nil, gofakes3.ListBucketPage{})
		require.NoError(t, err)
		for _, o := range list.Contents {
			if strings.HasSuffix(o.Key, ".parquet") {
				found = append(found, o.Key+" "+o.ETag)
			}
		}
		return found
	}
	for _, point := range crash.Uploading {
		w := newWorld(t)
		export := func(table string) {
			text := fmt.Sprintf("version: 1\nsources: {audiencelab: {base_url: %q, api_key: \"${AUDIENCELAB_KEY}\", poll_interval: 100ms}}\n"+
				"pipelines: {vip: {from: audiencelab.members, audiences: [%s]}}\nexports: {people: {query: %q, path: %q}}\n",
				w.urls[audiencelab.Name], audiencelab.AudienceVIP, table, "s3://lake/"+point+parameters)
			require.NoError(t, os.WriteFile(w.path("pipelines.yaml"), []byte(text), 0o600))
		}
		export("SELECT contact_id, email FROM contacts")
		e := runs(t, w.dir, nil, "run")
		require.Zero(t, e.code, e.stderr)
		before := seen()

		export("SELECT contact_id, phone FROM contacts")
		e = runs(t, w.dir, []string{"SYNC_CRASH_AT=" + point + ":1"}, "run")
		require.True(t, e.killed, "%s was never hit: %s", point, e.stderr)
		killed := seen()
		require.Len(t, killed, len(before), "both are there")

		e = runs(t, w.dir, nil, "run")
		require.Zero(t, e.code, e.stderr)
		after := seen()
		require.Len(t, after, len(before))
		require.NotEqual(t, before, after)
		require.Contains(t, [][]string{before, after}, killed, "half of it")
	}
}
