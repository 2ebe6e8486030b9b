package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary be the program itself, which starts itself.
func TestMain(m *testing.M) {
	if os.Getenv("BENCH_IS_PROGRAM") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestTheComparisonMeasuresRealNightsAndWritesThemDown(t *testing.T) {
	dir := t.TempDir()
	binary := filepath.Join(dir, "sync")
	build := exec.Command("go", "build", "-buildvcs=false", "-ldflags=-s -w", "-tags", "duckdb_arrow", "-o", binary, "contactsync/cmd/sync")
	built, err := build.CombinedOutput()
	require.NoError(t, err, string(built))
	document, data := filepath.Join(dir, "performance.md"), filepath.Join(dir, "data")
	require.NoError(t, os.WriteFile(document, []byte("before\n"+documentStart+"\nold\n"+documentEnd+"\nafter\n"), 0o600))
	require.NoError(t, os.Mkdir(data, 0o700))

	self, err := os.Executable()
	require.NoError(t, err)
	c := exec.Command(self, "-sync", binary, "-records", "250,300", "-rounds", "1", "-dir", data,
		"-json", filepath.Join(dir, "bench.json"), "-write", document, "-command", "make bench")
	c.Env = append(os.Environ(), "BENCH_IS_PROGRAM=1")
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	require.NoError(t, err, stderr.String())
	require.Contains(t, string(out), "### 300 records")

	text, err := os.ReadFile(filepath.Join(dir, "bench.json"))
	require.NoError(t, err)
	var report Report
	require.NoError(t, json.Unmarshal(text, &report))
	require.Len(t, report.Results, 2)
	for _, result := range report.Results {
		require.Len(t, result.Measures, 1+len(steps(result.Records)))
		for _, m := range result.Measures {
			require.Positive(t, m.Seconds, m.Name)
			require.Positive(t, m.CPU, m.Name)
			require.Positive(t, m.Peak, m.Name)
			require.Positive(t, m.ToFloor, m.Name)
		}
		require.Len(t, result.Files, 5)
		for _, f := range result.Files {
			require.Positive(t, f.Bytes, f.Name)
		}
	}
	written, err := os.ReadFile(document)
	require.NoError(t, err)
	require.Regexp(t, `(?s)^before\n<!-- bench.*make bench.*### 250 records.*"cpu_to_floor".*<!-- bench: end -->\nafter\n$`, string(written))
	require.NotContains(t, string(written), "old")
	left, err := os.ReadDir(data)
	require.NoError(t, err)
	require.Empty(t, left, "the data is gone")
}

func TestANightThatDidNotDoItsWorkHasNoFigure(t *testing.T) {
	dir := t.TempDir()
	idle := filepath.Join(dir, "idle")
	require.NoError(t, os.WriteFile(idle, []byte("#!/bin/sh\necho '[{\"status\":\"succeeded\",\"rows_written\":7}]'\n"), 0o700))
	w, err := newWorkspace(filepath.Join(dir, "work"), idle, &vendor{url: "http://127.0.0.1:9"}, 100)
	require.NoError(t, err)
	_, err = w.do(t.Context(), steps(8)[0])
	require.ErrorContains(t, err, "wrote 8 rows")
	_, err = w.do(t.Context(), steps(7)[0])
	require.NoError(t, err)
}

func TestPeersAreLeftOutWithAMessageWhereTheyCannotBeInstalled(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	var progress bytes.Buffer
	found, err := findPeers(t.Context(), "peers", t.TempDir(), &progress)
	require.NoError(t, err)
	require.Empty(t, found)
	require.Contains(t, progress.String(), "peers are left out: python3 -m pip")

	_, err = findPeers(t.Context(), t.TempDir(), t.TempDir(), &progress)
	require.ErrorContains(t, err, "load.py")
}

func TestAPeerThatFailsIsLeftOutAndTheRestIsKept(t *testing.T) {
	dir := t.TempDir()
	right, wrong := filepath.Join(dir, "right.sh"), filepath.Join(dir, "wrong.sh")
	const load = "#!/bin/sh\necho loaded > \"$4/peer.duckdb\"; echo 5\n"
	const appends = "#!/bin/sh\ntest -e \"$4/peer.duckdb\" && echo 10 && exit\necho loaded > \"$4/peer.duckdb\"; echo 5\n"
	require.NoError(t, os.WriteFile(right, []byte(load), 0o700))
	require.NoError(t, os.WriteFile(wrong, []byte(appends), 0o700))
	var progress bytes.Buffer
	peers := []peer{{"wrong", "load.py", wrong}, {"right", "load.py", right}}
	tr := &trial{size: 5, progress: &progress, vendor: &vendor{bytes: 1}, peers: peers}
	require.NoError(t, tr.measurePeers(t.Context(), 0, usage{wall: time.Second, cpu: time.Second}, dir))
	require.Contains(t, progress.String(), `wrong is left out: quiet second night: want 5 rows, have "10`)
	require.Len(t, tr.peers, 1)
	require.Equal(t, []string{"right: first load", "right: quiet second night"}, tr.samples.names)
	require.Equal(t, []string{"right: DuckDB's file"}, tr.sizes.names)
}
