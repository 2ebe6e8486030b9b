package importtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a newcomer can still take in.
const (
	mostFiles   = 25    // of one package, tests apart
	mostLines   = 3_000 // of these files
	mostMethods = 15    // of one exported type, those of what it embeds included
)

// exempt may be larger, and why.
var exempt = map[string]string{"contactsync/cmd/sync": "a file is a verb"}

// listed is a package as `go list` describes it.
type listed struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
}

// packages lists our packages with what `go list` says of them.
func packages(t *testing.T, options ...string) (ours []listed, export map[string]string) {
	t.Helper()
	args := append([]string{"list", "-tags", "duckdb_arrow", "-json=ImportPath,Dir,Export,GoFiles"}, options...)
	list := exec.CommandContext(t.Context(), "go", append(args, "./...")...)
	list.Dir, list.Stderr = "../..", os.Stderr
	out, err := list.Output()
	require.NoError(t, err)
	export = map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return ours, export
		}
		require.NoError(t, err)
		export[p.ImportPath] = p.Export
		if strings.HasPrefix(p.ImportPath, module) {
			ours = append(ours, p)
		}
	}
}

func TestNoPackageIsLargerThanAReaderCanTakeIn(t *testing.T) {
	ours, _ := packages(t)
	require.NotEmpty(t, ours)
	for _, p := range ours {
		lines := 0
		for _, name := range p.GoFiles {
			text, err := os.ReadFile(filepath.Join(p.Dir, name))
			require.NoError(t, err)
			if bytes.Contains(text, []byte("\n// Code generated")) {
				continue
			}
			lines += bytes.Count(text, []byte("\n"))
		}
		if exempt[p.ImportPath] == "" && (len(p.GoFiles) > mostFiles || lines > mostLines) {
			t.Errorf("%s has %d files of %d lines", p.ImportPath, len(p.GoFiles), lines)
		}
	}
}

func TestNoExportedTypeHasMoreMethodsThanAReaderCanTakeIn(t *testing.T) {
	ours, export := packages(t, "-export", "-deps")
	load := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(export[path])
	})
	checked := 0
	for _, p := range ours {
		if p.Export == "" { // a command, or a package of tests alone, which cannot be imported
			continue
		}
		pkg, err := load.Import(p.ImportPath)
		require.NoError(t, err)
		for _, name := range pkg.Scope().Names() {
			declared, ok := pkg.Scope().Lookup(name).(*types.TypeName)
			if !ok || !declared.Exported() {
				continue
			}
			checked++
			methods := methodsOf(declared.Type())
			if exempt[declared.Type().String()] == "" && len(methods) > mostMethods {
				t.Errorf("%s has %d methods: %s", declared.Type(), len(methods), strings.Join(methods, ", "))
			}
		}
	}
	require.NotZero(t, checked)
}

// methodsOf lists the exported methods of a type that our packages declare.
func methodsOf(t types.Type) (names []string) {
	if !types.IsInterface(t) {
		t = types.NewPointer(t)
	}
	set := types.NewMethodSet(t)
	for i := range set.Len() {
		m := set.At(i).Obj()
		if m.Exported() && strings.HasPrefix(m.Pkg().Path(), module) {
			names = append(names, m.Name())
		}
	}
	return names
}
