package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"contactsync/internal/config"

	"github.com/stretchr/testify/require"
)

// reading is what a reader of others found at a place, once.
type reading struct {
	reader, Place, Error, Again, Absent string
	Rows                                int
}

// loop is a reader that reads its places again and again, see testdata/readers.py.
type loop struct {
	name string
	stop func()
	read chan reading
}

func startLoop(t *testing.T, python, name string, places []string) *loop {
	t.Helper()
	c := exec.CommandContext(t.Context(), python, append([]string{filepath.Join("..", "..", "testdata", "readers.py"), name}, places...)...)
	// Servers other than Amazon's may answer a part of an object with the hash of the whole.
	c.Env, c.Stderr = append(os.Environ(), "AWS_RESPONSE_CHECKSUM_VALIDATION=when_required"), os.Stderr
	in, err := c.StdinPipe()
	require.NoError(t, err)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	l := &loop{name, func() { _ = in.Close() }, make(chan reading, 1<<20)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(l.read)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			r := reading{reader: name}
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				r.Error = err.Error()
			}
			l.read <- r
		}
	}()
	t.Cleanup(func() {
		l.stop()
		<-ended
		_ = c.Wait() // its end was asked for
	})
	return l
}

// store runs a server of S3 over a folder of its own and gives the parameters by which a
// path leads to it. It is versitygw, which is built once and kept in the user's cache.
func store(t *testing.T, bucket string) (parameters string) {
	t.Helper()
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	bin := filepath.Join(cache, "contactsync", "bin")
	install := exec.CommandContext(t.Context(), "go", "install", "-ldflags=-s -w", "github.com/versity/versitygw/cmd/versitygw@v1.8.0")
	install.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=")
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("versitygw, a server of S3, cannot be had here: %v\n%s", err, out)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := free.Addr().String()
	require.NoError(t, free.Close())
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, bucket), 0o700))
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": "made-up-secret", "AWS_SESSION_TOKEN": "", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_ENDPOINT_URL": "http://" + address, "ROOT_ACCESS_KEY": "reader", "ROOT_SECRET_KEY": "made-up-secret",
	} {
		t.Setenv(name, value)
	}
	server := exec.CommandContext(t.Context(), filepath.Join(bin, "versitygw"), "--port", address, "--quiet", "posix", root)
	server.Stderr = os.Stderr
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait() // it was killed
	})
	require.Eventually(t, func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}, time.Minute, 20*time.Millisecond, "the server does not listen")
	return "?region=us-east-1&use_path_style=true&endpoint=http://" + address
}

// defaultExports are the exports that `sync init` and `sync demo` write, each in a folder
// and in a bucket, as lines of a config, and where they lie.
func defaultExports(t *testing.T, dir, parameters string) (section string, places []string) {
	t.Helper()
	do(t, dir, "sync", "init", "-c", "sample/pipelines.yaml")
	for _, from := range []string{"demo", "sample"} {
		c, err := config.Load(filepath.Join(dir, from, "pipelines.yaml"))
		require.NoError(t, err)
		require.NotEmpty(t, c.Exports)
		for _, e := range c.Exports {
			require.Equal(t, "parquet", e.Format, "one that these readers do not read")
			name := from + "-" + e.Name
			for at, path := range map[string]string{"folder": "exports/" + name, "bucket": "s3://lake/exports/" + name} {
				places = append(places, path)
				if at == "folder" {
					places[len(places)-1] = filepath.Join(dir, "demo", path)
				} else {
					path += parameters
				}
				section += fmt.Sprintf("  %s-%s: {table: %q, query: %q, partition_by: [%s], sort_by: [%s], mode: %s, path: %q}\n",
					name, at, e.Table, e.Query, strings.Join(e.PartitionBy, ", "), strings.Join(e.SortBy, ", "), e.Mode, path)
			}
		}
	}
	return strings.ReplaceAll(strings.ReplaceAll(section, `query: "", `, ""), `table: "", `, ""), places
}

// TestTheGuidesReadEveryDefaultExportAtEveryMoment lets pandas, pyarrow, polars and DuckDB
// read all default exports without a pause, while they are written again and again, each
// time without somebody who was forgotten. Every reading counts as many rows as one of the
// exports has, and none as many as an older one than was read before. A reader that opens a
// file twice, its end first, may find another one at the second time, and say so: then it
// reads once more. That only happens while an export is written.
func TestTheGuidesReadEveryDefaultExportAtEveryMoment(t *testing.T) {
	bin := pythonOf(t)
	parameters := store(t, "lake")
	dir := t.TempDir()
	do(t, dir, "sync", "demo", "--people", "500")
	section, places := defaultExports(t, dir, parameters)
	path := filepath.Join(dir, "demo", "pipelines.yaml")
	demo, err := os.ReadFile(path)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(demo), "\nexports:\n")
	require.True(t, found)
	for lines := strings.SplitAfter(rest, "\n"); len(lines) > 0 && strings.HasPrefix(lines[0], " "); lines = lines[1:] {
		rest = strings.TrimPrefix(rest, lines[0])
	}
	require.NoError(t, os.WriteFile(path, []byte(before+"\nexports:\n"+section+rest), 0o600))
	ask := func(query string) []string {
		out := do(t, dir, "sync", "sql", "-c", "demo/pipelines.yaml", "-o", "csv", query)
		return strings.Fields(out)[1:]
	}
	do(t, dir, "sync", "export", "-c", "demo/pipelines.yaml")

	loops := map[string]*loop{}
	for _, name := range []string{"duckdb", "pyarrow", "pandas", "polars"} {
		loops[name] = startLoop(t, filepath.Join(bin, "python"), name, places)
	}
	count := 0
	_, err = fmt.Sscan(ask("SELECT count(*) AS n FROM contacts")[0], &count)
	require.NoError(t, err)
	counts := []int{count}
	last, readings := map[string]int{}, 0
	again := map[string]int{}
	await := func(n int) { // until everybody has read so many everywhere
		for name, l := range loops {
			for missing := slices.Clone(places); len(missing) > 0; {
				r, more := <-l.read
				require.Truef(t, more, "%s ended", name)
				require.Empty(t, r.Absent, name)
				require.Emptyf(t, r.Error, "%s at %s", name, r.Place)
				require.Containsf(t, counts, r.Rows, "%s at %s", name, r.Place)
				if r.Again != "" {
					t.Logf("%s at %s read again: %s", name, r.Place, r.Again)
					again[name]++
				}
				readings++
				key := name + r.Place
				if before, found := last[key]; found {
					require.LessOrEqualf(t, r.Rows, before, "%s at %s", name, r.Place)
				}
				if last[key] = r.Rows; r.Rows == n {
					missing = slices.DeleteFunc(missing, func(p string) bool { return p == r.Place })
				}
			}
		}
	}
	await(count)
	require.Empty(t, again, "nothing was written yet")
	for _, contact := range ask("SELECT contact_id FROM contacts WHERE email IS NOT NULL ORDER BY contact_id LIMIT 8") {
		do(t, dir, "sync", "forget", "-c", "demo/pipelines.yaml", "-y", contact)
		count--
		counts = append(counts, count)
		await(count)
	}
	clear(again)
	await(count) // by readings that began before the last export had ended,
	clear(again)
	await(count) // and by none such
	require.Empty(t, again, "nothing is written any more")
	t.Logf("%d readings", readings)
}
