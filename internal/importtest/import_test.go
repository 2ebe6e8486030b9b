// Package importtest holds the packages to the arrows of the architecture.
package importtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
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
// down only, and the vendors never see one another.
var allowed = map[string][]string{
	"extract":                 {"extract/api", "schema", "internal/suggest"},
	"extract/<vendor>":        {"extract", "extract/api", "extract/<vendor>/<part>", "schema", "internal/normal", "internal/suggest", "internal/words"},
	"extract/<vendor>/<part>": {"extract", "extract/api", "schema", "internal/normal", "internal/suggest", "internal/words"},
	"extract/api":             {"schema", "internal/mask"},
	"extract/vendors":         {"extract", "extract/<vendor>"},
	"extract/vendortest":      {"extract", "extract/api", "schema"},
	"load":                    {"schema", "internal/durable"},
	"load/duckdb": {
		"load", "load/duckdb/disk", "load/duckdb/find", "load/duckdb/layout", "load/duckdb/merge", "load/duckdb/resident", "load/duckdb/rowio",
		"load/duckdb/standing", "schema", "internal/crash", "internal/durable",
	},
	"load/duckdb/console": {"load", "load/duckdb/rowio"},
	"load/duckdb/disk":    {"internal/durable"},
	"load/duckdb/find":    {"load", "load/duckdb/layout", "load/duckdb/merge", "load/duckdb/rowio", "schema"},
	"load/duckdb/layout":  {"load", "load/duckdb/rowio", "schema"},
	"load/duckdb/match":   {"load", "load/duckdb/layout", "load/duckdb/rowio", "schema", "internal/identity/evidence"},
	"load/duckdb/merge": {
		"load", "load/duckdb/layout", "load/duckdb/match", "load/duckdb/resident", "load/duckdb/rowio", "schema", "internal/crash",
		"internal/identity", "internal/identity/evidence",
	},
	"load/duckdb/reduced":  {"load/duckdb/rowio", "schema"},
	"load/duckdb/report":   {"load", "load/duckdb/layout", "load/duckdb/rowio", "schema"},
	"load/duckdb/resident": {"load/duckdb/layout", "load/duckdb/rowio", "schema"},
	"load/duckdb/rowio":    {"load", "schema"},
	"load/duckdb/standing": {"load", "load/duckdb/resident", "load/duckdb/rowio", "schema", "internal/spill"},
	"load/export": {
		"load/export/hive", "load/export/lists", "load/export/match", "load/export/storage", "schema",
		"internal/crash", "internal/durable", "internal/normal", "internal/spreadsheet",
	},
	"load/export/hive":    {},
	"load/export/lists":   {},
	"load/export/match":   {},
	"load/export/storage": {"internal/outage"},
	"load/lake": {
		"load", "load/duckdb", "load/duckdb/resident", "load/duckdb/rowio", "load/export/storage", "load/lake/bucket", "load/lake/connect",
		"load/lake/oplog", "load/lake/view", "schema", "internal/crash", "internal/durable",
	},
	"load/lake/bucket":                   {"load/export/storage", "internal/durable"},
	"load/lake/console":                  {"load", "load/duckdb/console", "load/duckdb/layout", "load/lake/connect", "load/lake/view", "schema"},
	"load/lake/connect":                  {"load/lake/connect/internal/sparkpb", "internal/outage"},
	"load/lake/connect/internal/sparkpb": {},
	"load/lake/oplog":                    {"load", "load/lake/bucket"},
	"load/lake/view":                     {"load/duckdb/layout", "load/duckdb/resident", "load/lake/connect", "schema"},
	"load/storetest":                     {"load", "schema", "internal/identity"},
	"schema":                             {},
	"transform": {
		"transform/company", "transform/name", "transform/phone", "transform/place", "transform/title", "schema",
		"internal/lists", "internal/memo", "internal/normal", "internal/plainjson",
	},
	"transform/company":       {"internal/lists", "internal/memo", "internal/normal", "schema"},
	"transform/name":          {"internal/lists", "internal/normal"},
	"transform/phone":         {"internal/normal"},
	"transform/place":         {"internal/lists", "internal/memo", "internal/normal"},
	"transform/title":         {"internal/lists", "internal/memo", "internal/normal"},
	"internal/alert":          {"schema", "internal/mask", "internal/outage"},
	"internal/box":            {},
	"internal/chaos":          {},
	"internal/config":         {"extract", "extract/vendors", "load/lake/connect", "schema", "internal/config/proxy", "internal/durable", "internal/suggest"},
	"internal/config/example": {}, "internal/config/proxy": {},
	"internal/crash": {},
	"internal/daemon": {
		"extract", "load", "load/duckdb", "load/duckdb/report", "load/lake", "schema", "internal/config", "internal/durable",
		"internal/review", "internal/run", "internal/schedule",
	},
	"internal/durable": {},
	"internal/explain": {
		"load", "load/duckdb", "load/duckdb/report", "schema", "transform", "internal/identity", "internal/identity/evidence",
		"internal/run", "internal/selector",
	},
	"internal/identity":          {"schema", "internal/identity/evidence"},
	"internal/identity/evidence": {"schema", "internal/lists", "internal/normal"},
	"internal/identity/train":    {"schema", "internal/identity/evidence"},
	"internal/importtest":        {},
	"internal/laketest":          {"load", "load/duckdb", "load/duckdb/resident", "load/duckdb/rowio"},
	"internal/loadtest":          {"load/duckdb"},
	"internal/mask":              {},
	"internal/mcp":               {"load/duckdb/console", "load/duckdb/reduced", "schema", "internal/run"},
	"internal/memo":              {},
	"internal/lists":             {},
	"internal/escape":            {},
	"internal/normal":            {"schema", "internal/escape", "internal/lists"},
	"internal/outage":            {},
	"internal/plainjson":         {},
	"internal/plan": {
		"extract", "extract/vendors", "load/duckdb/report", "load/export", "load/export/storage", "load/lake/bucket", "load/lake/connect",
		"load/lake/oplog", "schema", "transform", "internal/config", "internal/run", "internal/stage",
	},
	"internal/privacy": {
		"load", "load/duckdb", "load/duckdb/report", "load/export", "internal/crash", "schema", "internal/run", "internal/suppression", "internal/words",
	},
	"internal/prompt": {"load/duckdb/console", "internal/box", "internal/suggest", "internal/words"},
	"internal/recovery": {
		"load", "load/duckdb", "load/duckdb/disk", "load/duckdb/report", "load/export", "internal/crash", "internal/durable",
		"internal/privacy", "internal/run",
	},
	"internal/replay": {"load", "schema", "internal/config", "internal/run", "internal/stage"},
	"internal/review": {
		"load", "load/duckdb/report", "schema", "internal/durable", "internal/identity", "internal/identity/evidence", "internal/selector",
		"internal/spreadsheet",
	},
	"internal/run": {
		"extract", "extract/vendors", "load", "load/duckdb", "load/duckdb/report", "load/duckdb/resident", "load/export",
		"load/lake", "load/lake/bucket", "load/lake/oplog", "schema", "transform",
		"internal/config", "internal/crash", "internal/durable", "internal/identity", "internal/identity/evidence", "internal/schedule",
		"internal/selector", "internal/stage", "internal/suggest",
		"internal/suppression", "internal/words",
	},
	"internal/s3test":    {},
	"internal/sparktest": {},
	"internal/runtest": {
		"load/duckdb", "load/duckdb/report", "schema", "transform", "internal/config", "internal/loadtest", "internal/run",
		"internal/simulate", "internal/simulate/<vendor>",
	},
	"internal/roster":            {"schema", "transform", "internal/lists", "internal/normal", "internal/selector"},
	"internal/schedule":          {},
	"internal/selector":          {"load", "schema", "transform"},
	"internal/simulate":          {"internal/simulate/<vendor>", "internal/simulate/api", "internal/simulate/world"},
	"internal/simulate/<vendor>": {"internal/simulate/api", "internal/simulate/world"},
	"internal/simulate/api":      {"internal/simulate/world"},
	"internal/simulate/apitest":  {"internal/simulate/api", "internal/simulate/world"},
	"internal/simulate/world":    {},
	"internal/stage": {
		"extract", "extract/vendors", "load", "schema", "transform", "internal/config", "internal/crash",
		"internal/identity", "internal/plainjson", "internal/suppression", "internal/words",
	},
	"internal/spill":       {},
	"internal/spreadsheet": {},
	"internal/suggest":     {},
	"internal/suppression": {"schema", "transform"},
	"internal/web": {
		"extract/vendors", "load", "load/duckdb", "load/duckdb/report", "schema", "internal/config", "internal/daemon",
		"internal/mask", "internal/review", "internal/run", "internal/words",
	},
	"internal/words": {},
	"bench":          {"bench/fake", "internal/durable", "internal/words", "load/duckdb", "load/duckdb/report"},
	"bench/fake":     {"internal/simulate/<vendor>", "internal/simulate/api", "internal/simulate/world"},
	"cmd/sync": {
		"extract", "extract/<vendor>", "extract/<vendor>/<part>", "load", "load/duckdb", "load/duckdb/console", "load/duckdb/report", "load/export",
		"load/lake/console", "schema", "internal/alert", "internal/box", "internal/config", "internal/config/example", "internal/config/proxy", "internal/daemon", "internal/explain", "internal/identity", "internal/mask", "internal/mcp",
		"internal/plan", "internal/privacy", "internal/prompt", "internal/recovery", "internal/replay", "internal/review", "internal/roster", "internal/run",
		"internal/selector", "internal/simulate", "internal/spreadsheet", "internal/suggest",
		"internal/web", "internal/words",
	},
}

// vendorless is a package with the name of its vendor, if it is one's own, left
// open: the folders of all vendors follow the same rules.
func vendorless(dir string) string {
	if owner, _ := path.Split(dir); owner != "" {
		if owner = strings.TrimSuffix(owner, "/"); strings.HasSuffix(vendorless(owner), "/<vendor>") {
			return vendorless(owner) + "/<part>"
		}
	}
	parent, last := path.Split(dir)
	if _, known := allowed[dir]; known || parent != "extract/" && parent != "internal/simulate/" {
		return dir
	}
	if _, err := os.Stat(filepath.Join("../..", filepath.FromSlash(dir), "vendor.go")); err != nil {
		return dir
	}
	return strings.TrimSuffix(dir, last) + "<vendor>"
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
		may, ok := allowed[vendorless(filepath.ToSlash(dir))]
		require.Truef(t, ok, "%s: a new package needs a line in the table of allowed imports", dir)
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			checked++
			if ours, found := strings.CutPrefix(imported, module); found {
				require.Truef(t, slices.Contains(may, vendorless(ours)), "%s must not import %s", dir, ours)
				if strings.HasSuffix(vendorless(ours), "/<part>") && strings.HasPrefix(filepath.ToSlash(dir), "extract/") {
					require.Truef(t, strings.HasPrefix(ours, filepath.ToSlash(dir)+"/"), "%s must not import %s, a part of another vendor", dir, ours)
				}
				continue
			}
			if dir == "schema" || strings.HasPrefix(filepath.ToSlash(dir)+"/", "internal/simulate/") {
				first, _, _ := strings.Cut(imported, "/")
				require.Falsef(t, strings.Contains(first, "."), "%s imports the standard library only, not %s", dir, imported)
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.NotZero(t, checked)
}
