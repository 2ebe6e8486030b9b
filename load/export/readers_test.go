package export_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"contactsync/load/export"
)

// readers is a Python that counts the rows of an export by DuckDB, pyarrow, pandas and
// polars, as far as they are installed.
type readers struct {
	t   *testing.T
	in  io.Writer
	out *bufio.Scanner
}

func startReaders(t *testing.T, endpoint, bucket, folder string) *readers {
	t.Helper()
	python, err := exec.LookPath(cmp.Or(os.Getenv("PYTHON"), "python3"))
	if err != nil {
		t.Skip("no python3 is here (or name one by PYTHON)")
	}
	c := exec.CommandContext(t.Context(), python, "testdata/readers.py", endpoint, bucket, folder)
	// The store of the test answers a part of an object with the hash of the whole.
	c.Env = append(os.Environ(), "AWS_RESPONSE_CHECKSUM_VALIDATION=when_required")
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	require.NoError(t, err)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		in.Close()
		_ = c.Wait() // its end was asked for
	})
	r := &readers{t, in, bufio.NewScanner(out)}
	absent := map[string]string{}
	r.read(&absent)
	for name, why := range absent {
		t.Logf("%s is left out: %s", name, why)
	}
	if len(absent) == 4 {
		t.Skip("no reader is installed: python3 -m pip install duckdb duckdb-extension-httpfs pyarrow pandas polars")
	}
	return r
}

func (r *readers) read(into any) {
	r.t.Helper()
	require.True(r.t, r.out.Scan(), "the readers ended: %v", r.out.Err())
	require.NoError(r.t, json.Unmarshal(r.out.Bytes(), into), r.out.Text())
}

// require asks every reader, and requires one of these counts of it.
func (r *readers) require(counts ...any) {
	r.t.Helper()
	_, err := io.WriteString(r.in, "read\n")
	require.NoError(r.t, err)
	got := map[string]any{}
	r.read(&got)
	for name, n := range got {
		require.Contains(r.t, counts, n, name)
	}
}

// watched calls see before each request that writes, once it is set.
type watched struct {
	next http.Handler
	see  func()
}

func (w *watched) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	if w.see != nil && r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.see()
	}
	w.next.ServeHTTP(out, r)
}

func TestOthersReadAnExportInObjectStorageBeforeWhileAndAfterItChanges(t *testing.T) {
	backend := s3mem.New()
	require.NoError(t, backend.CreateBucket("lake"))
	store := &watched{next: gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()}
	server := httptest.NewServer(store)
	defer server.Close()
	withCredentials(t)
	t.Setenv("AWS_SESSION_TOKEN", "")
	r := startReaders(t, server.URL, "lake", "exports/contacts")
	conn := warehouse(t, 1000)
	s := inStorage(t, "s3://lake/exports/contacts?region=us-east-1&use_path_style=true&endpoint="+url.QueryEscape(server.URL))
	s.PartitionBy = []string{"country"} // of which some are NULL
	write(t, conn, s)
	r.require(1000.0)

	execute(t, conn, "DELETE FROM contacts WHERE country = 'DE'")
	moments := 0
	store.see = func() {
		moments++
		r.require(1000.0, 750.0)
	}
	_, err := export.Write(t.Context(), conn, s, at)
	store.see = nil
	require.NoError(t, err)
	require.Greater(t, moments, 3)
	r.require(750.0)
}
