package export_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gocloud.dev/blob"

	"contactsync/internal/s3test"
	"contactsync/load/export"
)

// storage is an S3 bucket in memory and the URL parameters that lead to it.
func storage(t *testing.T) (*blob.Bucket, func(prefix string) string) {
	t.Helper()
	_, store := s3test.New(t)
	server := httptest.NewServer(store)
	t.Cleanup(server.Close)
	address := func(prefix string) string { return s3test.Location(server.URL, prefix) }
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

// seen downloads what a reader of prefix/**/*.parquet meets, and gives a pattern for it.
func seen(t *testing.T, bucket *blob.Bucket, prefix string) (pattern string, paths []string) {
	t.Helper()
	dir := t.TempDir()
	for _, key := range keys(t, bucket) {
		if strings.HasPrefix(key, prefix) && strings.HasSuffix(key, ".parquet") {
			body, err := bucket.ReadAll(t.Context(), key)
			require.NoError(t, err)
			put(t, string(body), dir, key)
			paths = append(paths, strings.TrimPrefix(key, prefix))
		}
	}
	return dir + "/**/*.parquet", paths
}

// named are the files that the manifest of a prefix names.
func named(t *testing.T, bucket *blob.Bucket, prefix string) (list []string) {
	t.Helper()
	body, err := bucket.ReadAll(t.Context(), prefix+".sync/manifest.json")
	require.NoError(t, err)
	var m struct{ Files []struct{ Path string } }
	require.NoError(t, json.Unmarshal(body, &m))
	for _, f := range m.Files {
		list = append(list, prefix+".sync/"+f.Path)
	}
	return list
}

func inStorage(t *testing.T, path string) export.Spec {
	s := contacts(path)
	s.TempDir = filepath.Join(t.TempDir(), "tmp")
	return s
}

func TestAPatternOverAPrefixIsOneExport(t *testing.T) {
	conn := warehouse(t, 1000)
	bucket, address := storage(t)
	s := inStorage(t, address("exports/contacts/"))
	s.PartitionBy = []string{"country"}
	r := write(t, conn, s)
	require.Equal(t, "s3://lake/exports/contacts/", r.Path)
	require.EqualValues(t, 1000, r.Rows)
	require.EqualValues(t, 1, r.Files)
	count := func(prefix string) []string {
		t.Helper()
		pattern, paths := seen(t, bucket, prefix)
		require.Len(t, paths, 1)
		return rows(t, conn, "SELECT count(*) AS n, count(DISTINCT country) AS countries FROM read_parquet('"+pattern+"')")
	}
	want := []string{"{'n': 1000, 'countries': 3}"}
	require.Equal(t, want, count("exports/contacts/"))
	entries, err := os.ReadDir(s.TempDir)
	require.NoError(t, err)
	require.Empty(t, entries)

	before := keys(t, bucket)
	require.True(t, write(t, conn, s).Unchanged)
	require.Equal(t, before, keys(t, bucket))

	first := named(t, bucket, "exports/contacts")
	require.Regexp(t, `^exports/contacts\.sync/run-20261121T023000Z-[0-9a-f]{8}/data\.parquet\.copy$`, first[0])
	execute(t, conn, "UPDATE contacts SET email = 'new@example.org' WHERE contact_id = 'c000001'")
	write(t, conn, s)
	require.Equal(t, want, count("exports/contacts/"))
	require.Equal(t, want, count(""), "nor does one that begins higher meet more")
	require.Contains(t, keys(t, bucket), first[0], "who read the query of the manifest before can finish")

	query, err := bucket.ReadAll(t.Context(), "exports/contacts.sync/latest.sql")
	require.NoError(t, err)
	require.Equal(t, "-- contacts of 2026-11-21T02:30:00Z, 1000 rows. These files stay until the export after the next one that brings news.\n"+
		"SELECT * FROM read_parquet([\n  's3://lake/"+named(t, bucket, "exports/contacts")[0]+"'\n], union_by_name = true);\n", string(query))
}

func TestObjectStorageRemovesOnlyItsOwnOldFiles(t *testing.T) {
	conn := warehouse(t, 10)
	bucket, address := storage(t)
	const run = "run-20200101T000000Z-0123abcd/data.parquet"
	foreign := []string{"p/run-notes.txt", "p/2026/data.parquet", "p/manifest.json", "p.sync/notes.txt", "other/" + run}
	for _, key := range append(slices.Clone(foreign), "p.sync/"+run+".copy") { // which a crash left
		require.NoError(t, bucket.WriteAll(t.Context(), key, []byte("x"), nil))
	}
	s := inStorage(t, address("p"))
	generations := make([]string, 4)
	for i := range generations {
		execute(t, conn, "UPDATE contacts SET email = email || 'x'")
		write(t, conn, s)
		generations[i] = named(t, bucket, "p")[0]
	}
	ours := []string{"p/data.parquet", "p.sync/manifest.json", "p.sync/latest.sql"}
	require.ElementsMatch(t, slices.Concat(foreign, ours, generations[2:]), keys(t, bucket))

	s.Full = true
	execute(t, conn, "DELETE FROM contacts WHERE contact_id = 'c000001'")
	write(t, conn, s)
	require.NotContains(t, keys(t, bucket), generations[3], "a full export leaves no older rows anywhere")

	require.NoError(t, export.Remove(t.Context(), s))
	require.ElementsMatch(t, foreign, keys(t, bucket))
}

func TestAnExportWritesOverNoObjectOfSomebodyElse(t *testing.T) {
	conn := warehouse(t, 10)
	bucket, address := storage(t)
	require.NoError(t, bucket.WriteAll(t.Context(), "p/data.parquet", []byte("x"), nil))
	_, err := export.Write(t.Context(), conn, inStorage(t, address("p")), at)
	require.EqualError(t, err, `export contacts: s3://lake/p holds "data.parquet", which no export wrote; move it away or choose another prefix`)
	require.Equal(t, []string{"p/data.parquet"}, keys(t, bucket))
}

// TestTheLayoutOfAnOlderVersionGoes has what sync left within a prefix before it kept
// its own objects beside it.
func TestTheLayoutOfAnOlderVersionGoes(t *testing.T) {
	conn := warehouse(t, 10)
	bucket, address := storage(t)
	const old = `{"layout": 1, "export": "contacts", "files": [{"path": "run-20200101T000000Z-0123abcd/data.parquet"}]}`
	require.NoError(t, bucket.WriteAll(t.Context(), "p/manifest.json", []byte(old), nil))
	require.NoError(t, bucket.WriteAll(t.Context(), "p/run-20200101T000000Z-0123abcd/data.parquet", []byte("x"), nil))
	write(t, conn, inStorage(t, address("p")))
	_, paths := seen(t, bucket, "p/")
	require.Equal(t, []string{"data.parquet"}, paths)
	require.NotContains(t, keys(t, bucket), "p/manifest.json")
}

func TestObjectStorageIncremental(t *testing.T) {
	conn := warehouse(t, 10)
	bucket, address := storage(t)
	s := inStorage(t, address("p"))
	s.Mode, s.PartitionBy = export.ModeIncremental, []string{"country"}
	write(t, conn, s)
	execute(t, conn, "INSERT INTO contacts (contact_id, updated_at) VALUES ('late', now())")
	require.EqualValues(t, 11, write(t, conn, s).Rows)
	_, paths := seen(t, bucket, "p/")
	require.Equal(t, []string{"data-000001.parquet", "data-000002.parquet"}, paths)

	require.NoError(t, bucket.Delete(context.Background(), "p/data-000001.parquet"))
	require.True(t, write(t, conn, s).Unchanged)
	_, paths = seen(t, bucket, "p/")
	require.Equal(t, []string{"data-000001.parquet", "data-000002.parquet"}, paths, "what is beside the prefix mends it")

	require.NoError(t, bucket.Delete(context.Background(), named(t, bucket, "p")[0]))
	require.EqualValues(t, 11, write(t, conn, s).Rows)
	_, paths = seen(t, bucket, "p/")
	require.Equal(t, []string{"data-000003.parquet"}, paths, "a lost file makes it start anew")
}

func TestObjectStorageThatCannotBeReachedIsSaid(t *testing.T) {
	conn := warehouse(t, 10)
	_, address := storage(t)
	s := inStorage(t, strings.Replace(address("p"), "lake", "pond", 1))
	_, err := export.Write(t.Context(), conn, s, at)
	require.Regexp(t, `^export contacts: object storage: bucket pond: list objects: there is no such bucket; create it, or correct path$`, err.Error())
	s.Path = "s3://lake/p?region=us-east-1&use_path_style=true&endpoint=http://127.0.0.1:1"
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	_, err = export.Write(t.Context(), conn, s, at)
	require.Regexp(t, `^export contacts: object storage: bucket lake: read p.sync/manifest.json: 127.0.0.1:1: connection refused$`, err.Error())
}
