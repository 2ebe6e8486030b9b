package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// clients are what analysts read the data with, of PyPI. DuckDB and its extension for S3
// must be of one version.
var clients = []string{
	"duckdb==1.5.5", "duckdb-extension-httpfs==1.5.5", "pandas<4", "pyarrow", "polars<2", "dbt-core<1.11", "dbt-duckdb<1.11",
}

// onlyWithClients skips a test that fetches what it needs.
func onlyWithClients(t *testing.T) {
	t.Helper()
	if os.Getenv("SYNC_CLIENTS") == "" {
		t.Skip("SYNC_CLIENTS is not set: `make clients` runs the guides, and installs what they need, from PyPI too")
	}
}

// pythonOf makes, once, an environment with the clients, and skips the test where there
// can be none. It is kept in the user's cache.
func pythonOf(t *testing.T) string {
	t.Helper()
	onlyWithClients(t)
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	venv := filepath.Join(cache, "contactsync", "clients")
	for _, command := range [][]string{
		{"python3", "-m", "venv", venv},
		append([]string{filepath.Join(venv, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"}, clients...),
	} {
		if out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Skipf("the clients cannot be had here: %s: %v\n%s", command[0], err, out)
		}
	}
	return filepath.Join(venv, "bin")
}

// do runs a command in a folder and returns what it printed.
func do(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir, c.Stderr = dir, os.Stderr
	c.Env = append(os.Environ(), "DBT_SEND_ANONYMOUS_USAGE_STATS=false", "SYNC_SNAPSHOT="+filepath.Join(dir, "..", "demo", "analytics.duckdb"))
	out, err := c.Output()
	require.NoErrorf(t, err, "%s %s\n%s", name, strings.Join(args, " "), out)
	return string(out)
}

// readWithoutCountry runs the block of the guide that counts, by each reader, the rows of
// an export that have no value in the column that names the folders.
func readWithoutCountry(t *testing.T, dir, bin, block string) {
	t.Helper()
	path := filepath.Join(dir, "demo", "pipelines.yaml")
	config, err := os.ReadFile(path)
	require.NoError(t, err)
	const partitioned = "\nexports:\n  by-country: {table: contacts, path: exports/by-country, partition_by: [country]}\n"
	changed := strings.Replace(string(config), "\nexports:\n", partitioned, 1)
	require.NoError(t, os.WriteFile(path, []byte(changed), 0o600))
	do(t, dir, "sync", "export", "-c", "demo/pipelines.yaml", "by-country")
	want := do(t, dir, "sync", "sql", "-c", "demo/pipelines.yaml", "-o", "csv", "SELECT count(*) AS n FROM contacts WHERE country IS NULL")
	want = strings.Fields(want)[1]
	require.NotEqual(t, "0", want)
	require.Equal(t, strings.Repeat(want+"\n", 4), do(t, dir, filepath.Join(bin, "python"), "-c", block))
}

var pythonBlock = regexp.MustCompile("(?s)```python\n(.*?)```")

// TestTheGuidesWorkAsWritten runs every Python block of docs/bi.md on the demo, and the
// dbt project of examples/dbt. Each block prints how many contacts it read.
func TestTheGuidesWorkAsWritten(t *testing.T) {
	bin := pythonOf(t)
	dir := t.TempDir()
	do(t, dir, "sync", "demo", "--people", "500")
	want := do(t, dir, "sync", "sql", "-c", "demo/pipelines.yaml", "-o", "csv", "SELECT count(*) AS n FROM contacts")
	want = strings.TrimSpace(strings.TrimPrefix(want, "n"))
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "bi.md"))
	require.NoError(t, err)
	blocks := pythonBlock.FindAllStringSubmatch(string(guide), -1)
	require.Len(t, blocks, 5)
	for _, block := range blocks {
		if strings.Contains(block[1], "by-country") {
			readWithoutCountry(t, dir, bin, block[1])
			continue
		}
		require.Equal(t, want, strings.TrimSpace(do(t, dir, filepath.Join(bin, "python"), "-c", block[1])), block[1])
	}

	project := filepath.Join(dir, "dbt")
	require.NoError(t, os.CopyFS(project, os.DirFS(filepath.Join("..", "..", "examples", "dbt"))))
	sources := do(t, dir, "sync", "docs", "--format", "dbt")
	require.NoError(t, os.WriteFile(filepath.Join(project, "models", "sources.yml"), []byte(sources), 0o600))
	require.Contains(t, do(t, project, filepath.Join(bin, "dbt"), "build", "--no-use-colors", "--profiles-dir", "."), "PASS=5 WARN=0 ERROR=0")
	do(t, project, filepath.Join(bin, "dbt"), "source", "freshness", "--profiles-dir", ".")
}
