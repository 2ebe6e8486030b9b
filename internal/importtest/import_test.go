// Package importtest holds the packages to the arrows of the architecture.
package importtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the path before every import of ours.
const module = "contactsync/"

// allowed lists, per package, which of our packages it may import. Arrows point
// down only, and the four in the middle never see one another.
var allowed = map[string][]string{
	"schema":              {},
	"extract":             {"schema", "internal/mask", "internal/suggest", "internal/words"},
	"transform":           {"schema"},
	"load":                {"schema", "internal/durable"},
	"load/duckdb":         {"schema", "load", "load/duckdb/rowio", "load/duckdb/layout", "load/duckdb/merge", "internal/crash", "internal/durable"},
	"load/duckdb/rowio":   {"schema", "load"},
	"load/duckdb/layout":  {"schema", "load", "load/duckdb/rowio"},
	"load/duckdb/merge":   {"schema", "load", "load/duckdb/rowio", "load/duckdb/layout", "internal/crash", "internal/identity"},
	"load/duckdb/report":  {"schema", "load", "load/duckdb/rowio", "load/duckdb/layout"},
	"load/duckdb/console": {"load/duckdb/rowio"},
	"load/export":         {"schema", "internal/crash", "internal/durable"},
	"internal/identity":   {"schema"},
	"internal/simulate":   {},
	"internal/config":     {"schema", "extract", "internal/suggest"},
	"internal/pipeline":   {"internal/crash", "schema", "extract", "transform", "load", "load/export", "internal/identity", "internal/config", "internal/schedule", "internal/selector", "internal/words", "load/duckdb", "load/duckdb/report"},
	"internal/selector":   {"schema", "transform", "load"},
	"internal/explain":    {"load/duckdb", "load/duckdb/report", "schema", "transform", "load", "internal/identity", "internal/pipeline", "internal/selector"},
	"internal/daemon":     {"internal/durable", "schema", "extract", "load", "internal/config", "internal/pipeline", "internal/schedule", "load/duckdb", "load/duckdb/report"},
	"cmd/sync":            {"schema", "extract", "load", "load/export", "internal/config", "internal/pipeline", "internal/daemon", "internal/explain", "internal/identity", "internal/selector", "internal/simulate", "internal/web", "internal/alert", "internal/words", "load/duckdb", "load/duckdb/report", "load/duckdb/console"},
	"internal/crash":      {},
	"internal/durable":    {},
	"internal/mask":       {},
	"internal/suggest":    {},
	"internal/words":      {},
	"internal/chaos":      {},
	"internal/schedule":   {},
	"internal/alert":      {"schema", "internal/mask"},
	"internal/web":        {"schema", "load", "internal/config", "internal/pipeline", "internal/daemon", "internal/words", "load/duckdb", "load/duckdb/report", "internal/mask"},
	"internal/runtest":    {"schema", "load/duckdb", "load/duckdb/report", "internal/config", "internal/loadtest", "internal/pipeline", "internal/simulate"},
	"internal/importtest": {},
	"internal/loadtest":   {"load/duckdb"},
}

func TestImportsPointDownOnly(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	checked := 0
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		require.NoError(t, err)
		may, ok := allowed[filepath.ToSlash(dir)]
		require.Truef(t, ok, "%s: a new package needs a line in the table of allowed imports", dir)
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			checked++
			if ours, found := strings.CutPrefix(imported, module); found {
				require.Truef(t, slices.Contains(may, ours), "%s must not import %s", dir, ours)
				continue
			}
			if dir == "schema" || dir == "internal/simulate" {
				first, _, _ := strings.Cut(imported, "/")
				require.Falsef(t, strings.Contains(first, "."), "%s imports the standard library only, not %s", dir, imported)
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.NotZero(t, checked)
}
