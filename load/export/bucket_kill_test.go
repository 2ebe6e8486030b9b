package export_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"
	"gocloud.dev/blob"

	"contactsync/load/export"
)

// dying is a store whose client dies after so many requests that write: none of what it
// asks then arrives.
type dying struct {
	next   http.Handler
	writes atomic.Int64 // that are left
}

func (d *dying) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead && d.writes.Add(-1) < 0 {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	d.next.ServeHTTP(w, r)
}

// TestKilledBetweenAnyTwoRequestsReadersSeeOldOrNew stops the second export after each of
// the requests by which it changes the store, and reads as others do.
func TestKilledBetweenAnyTwoRequestsReadersSeeOldOrNew(t *testing.T) {
	for _, mode := range []string{export.ModeSnapshot, export.ModeIncremental} {
		t.Run(mode, func(t *testing.T) {
			ended := false
			for kill := int64(0); !ended; kill++ {
				ended = killedAfter(t, mode, kill)
				require.Less(t, kill, int64(20), "it comes to no end")
				require.True(t, !ended || kill > 3, "an export takes more requests than %d", kill)
			}
		})
	}
}

// killedAfter reports whether the second export came to its end.
func killedAfter(t *testing.T, mode string, kill int64) (ended bool) {
	backend := s3mem.New()
	require.NoError(t, backend.CreateBucket("lake"))
	store := &dying{next: gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()}
	server := httptest.NewServer(store)
	defer server.Close()
	withCredentials(t)
	conn := warehouse(t, 100)
	s := inStorage(t, "s3://lake/p?region=us-east-1&use_path_style=true&endpoint="+url.QueryEscape(server.URL))
	s.Mode, s.PartitionBy = mode, []string{"country"}
	bucket, err := blob.OpenBucket(t.Context(), "s3://lake?region=us-east-1&use_path_style=true&endpoint="+url.QueryEscape(server.URL))
	require.NoError(t, err)
	defer bucket.Close()

	const (
		before = "{'n': 100, 'moved': 0}"
		after  = "{'n': 101, 'moved': 25}"
		query  = `SELECT count(*) AS n, count(*) FILTER (country = 'FR') AS moved FROM (
			SELECT * FROM read_parquet(%s, union_by_name = true) QUALIFY row_number() OVER (PARTITION BY contact_id ORDER BY updated_at DESC) = 1)`
	)
	byPattern := func() string {
		pattern, paths := seen(t, bucket, "")
		if mode == export.ModeSnapshot {
			require.Len(t, paths, 1)
		}
		return rows(t, conn, fmt.Sprintf(query, "'"+pattern+"'"))[0]
	}
	byManifest := func() string {
		dir := t.TempDir()
		for _, key := range named(t, bucket, "p") {
			body, err := bucket.ReadAll(t.Context(), key)
			require.NoError(t, err)
			put(t, string(body), dir, key)
		}
		return rows(t, conn, fmt.Sprintf(query, "'"+dir+"/**/*.copy'"))[0]
	}

	store.writes.Store(1000)
	write(t, conn, s)
	require.Equal(t, []string{before, before}, []string{byPattern(), byManifest()})
	execute(t, conn, "UPDATE contacts SET country = 'FR', updated_at = now() WHERE country = 'US'")
	execute(t, conn, "INSERT INTO contacts (contact_id, updated_at) VALUES ('late', now())")
	store.writes.Store(kill)
	_, err = export.Write(t.Context(), conn, s, at)
	require.Contains(t, []string{before, after}, byPattern())
	require.Contains(t, []string{before, after}, byManifest())

	store.writes.Store(1000)
	write(t, conn, s)
	require.Equal(t, []string{after, after}, []string{byPattern(), byManifest()})
	left := keys(t, bucket)
	require.True(t, write(t, conn, s).Unchanged)
	require.Equal(t, left, keys(t, bucket))
	return err == nil
}

func TestAProbeLeavesABucketAsItWas(t *testing.T) {
	conn := warehouse(t, 10)
	bucket, address := storage(t)
	s := inStorage(t, address("p"))
	require.NoError(t, export.Probe(t.Context(), s))
	require.Empty(t, keys(t, bucket))
	write(t, conn, s)
	before := keys(t, bucket)
	require.NoError(t, export.Probe(t.Context(), s))
	require.Equal(t, before, keys(t, bucket))

	s.Path = "s3://pond" + s.Path[len("s3://lake"):]
	require.EqualError(t, export.Probe(t.Context(), s), "export contacts: object storage: bucket pond: list objects: there is no such bucket; create it, or correct path")
	s.Path = hostile(t, 403, "AccessDenied")
	require.ErrorContains(t, export.Probe(t.Context(), s), "access is denied; look at what the AWS credentials may do")
	s.Path = t.TempDir()
	require.NoError(t, export.Probe(t.Context(), s), "a folder needs none")
}
