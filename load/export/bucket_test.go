package export_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"
	"gocloud.dev/blob"

	"contactsync/load/export"
)

// storage is an S3 bucket in memory and the URL parameters that lead to it.
func storage(t *testing.T) (*blob.Bucket, func(prefix string) string) {
	t.Helper()
	backend := s3mem.New()
	require.NoError(t, backend.CreateBucket("lake"))
	server := httptest.NewServer(gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server())
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	address := func(prefix string) string {
		return "s3://lake/" + prefix + "?region=us-east-1&use_path_style=true&endpoint=" + url.QueryEscape(server.URL)
	}
	bucket, err := blob.OpenBucket(t.Context(), address(""))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, bucket.Close()) })
	return bucket, address
}

func keys(t *testing.T, bucket *blob.Bucket) []string {
	t.Helper()
	var all []string
	objects := bucket.List(nil)
	for {
		o, err := objects.Next(t.Context())
		if err == io.EOF {
			return all
		}
		require.NoError(t, err)
		all = append(all, o.Key)
	}
}

// current downloads the files that the manifest names, and gives a pattern for all of them.
func current(t *testing.T, bucket *blob.Bucket, prefix string) (pattern string, paths []string) {
	t.Helper()
	body, err := bucket.ReadAll(t.Context(), prefix+"manifest.json")
	require.NoError(t, err)
	var m struct{ Files []struct{ Path string } }
	require.NoError(t, json.Unmarshal(body, &m))
	dir := t.TempDir()
	for _, f := range m.Files {
		body, err := bucket.ReadAll(t.Context(), prefix+f.Path)
		require.NoError(t, err)
		put(t, string(body), dir, f.Path)
		paths = append(paths, f.Path)
	}
	return dir + "/**/*.parquet", paths
}

func inStorage(t *testing.T, path string) export.Spec {
	s := contacts(path)
	s.TempDir = filepath.Join(t.TempDir(), "tmp")
	return s
}

func TestObjectStorageHasAManifestOfTheCurrentFiles(t *testing.T) {
	conn := warehouse(t, 1000)
	bucket, address := storage(t)
	s := inStorage(t, address("exports/contacts/"))
	s.PartitionBy = []string{"country"}
	r := write(t, conn, s)
	require.Equal(t, "s3://lake/exports/contacts/", r.Path)
	require.EqualValues(t, 1000, r.Rows)
	require.EqualValues(t, 4, r.Files)
	pattern, first := current(t, bucket, "exports/contacts/")
	for _, path := range first {
		require.Regexp(t, `^run-20261121T023000Z-[0-9a-f]{8}/country=[^/]+/data\.parquet$`, path)
	}
	require.Equal(t, []string{"{'n': 1000}"}, rows(t, conn, "SELECT count(*) AS n FROM read_parquet('"+pattern+"')"))
	entries, err := os.ReadDir(s.TempDir)
	require.NoError(t, err)
	require.Empty(t, entries)

	before := keys(t, bucket)
	require.True(t, write(t, conn, s).Unchanged)
	require.Equal(t, before, keys(t, bucket))

	execute(t, conn, "UPDATE contacts SET email = 'new@example.org' WHERE contact_id = 'c000001'")
	write(t, conn, s)
	_, second := current(t, bucket, "exports/contacts/")
	moved := 0
	for i := range first {
		if first[i] != second[i] {
			moved++
		}
	}
	require.Equal(t, 1, moved, "only the changed file is written anew")
	require.Contains(t, keys(t, bucket), "exports/contacts/"+first[1], "files of the manifest before stay")
}

func TestObjectStorageRemovesOnlyItsOwnOldFiles(t *testing.T) {
	conn := warehouse(t, 10)
	bucket, address := storage(t)
	const crashed = "p/run-20200101T000000Z-0123abcd/data.parquet"
	for _, key := range []string{crashed, "p/run-notes.txt", "p/2026/data.parquet", "other/run-20200101T000000Z-0123abcd/data.parquet"} {
		require.NoError(t, bucket.WriteAll(t.Context(), key, []byte("x"), nil))
	}
	s := inStorage(t, address("p"))
	generations := make([]string, 4)
	for i := range generations {
		execute(t, conn, "UPDATE contacts SET email = email || 'x'")
		write(t, conn, s)
		_, paths := current(t, bucket, "p/")
		generations[i] = "p/" + paths[0]
	}
	require.ElementsMatch(t, []string{
		"p/manifest.json", "p/run-notes.txt", "p/2026/data.parquet", "other/run-20200101T000000Z-0123abcd/data.parquet",
		generations[2], generations[3],
	}, keys(t, bucket))

	s.Full = true
	execute(t, conn, "DELETE FROM contacts WHERE contact_id = 'c000001'")
	write(t, conn, s)
	require.NotContains(t, keys(t, bucket), generations[3], "a full export leaves no older rows anywhere")
}

func TestObjectStorageIncremental(t *testing.T) {
	conn := warehouse(t, 10)
	bucket, address := storage(t)
	s := inStorage(t, address("p"))
	s.Mode = export.ModeIncremental
	write(t, conn, s)
	execute(t, conn, "INSERT INTO contacts (contact_id, updated_at) VALUES ('late', now())")
	require.EqualValues(t, 11, write(t, conn, s).Rows)
	_, paths := current(t, bucket, "p/")
	require.Len(t, paths, 2)

	require.NoError(t, bucket.Delete(context.Background(), "p/"+paths[0]))
	require.EqualValues(t, 11, write(t, conn, s).Rows)
	_, paths = current(t, bucket, "p/")
	require.Len(t, paths, 1, "a lost file makes it start anew")
}

func TestObjectStorageThatCannotBeReachedIsSaid(t *testing.T) {
	conn := warehouse(t, 10)
	_, address := storage(t)
	s := inStorage(t, strings.Replace(address("p"), "lake", "pond", 1))
	_, err := export.Write(t.Context(), conn, s, at)
	require.Regexp(t, `^export contacts: object storage: bucket pond: write run-\S+: there is no such bucket; create it, or correct path$`, err.Error())
	s.Path = "s3://lake/p?region=us-east-1&use_path_style=true&endpoint=http://127.0.0.1:1"
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	_, err = export.Write(t.Context(), conn, s, at)
	require.Regexp(t, `^export contacts: object storage: bucket lake: read manifest.json: 127.0.0.1:1: connection refused$`, err.Error())
}
