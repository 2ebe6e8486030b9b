package export_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/load/export"
)

// kinds are an export of each kind, the warehouse that it is of, and what changes between
// one export and the next, and the one after that. The changed rows are as long as before,
// so that no size tells them from the old ones.
var kinds = map[string]struct {
	warehouse func(*testing.T) *sql.Conn
	spec      func(path string) export.Spec
	changes   [2]string
}{
	"snapshot": {
		func(t *testing.T) *sql.Conn { return warehouse(t, 100) },
		func(path string) export.Spec {
			return export.Spec{Name: "x", Table: "contacts", Path: path, Format: "csv", PartitionBy: []string{"country"}}
		},
		[2]string{
			"UPDATE contacts SET contact_id = 'd' || contact_id[2:] WHERE country = 'US'",
			"UPDATE contacts SET contact_id = 'e' || contact_id[2:] WHERE country = 'US'",
		},
	},
	"snapshot that loses a partition": {
		func(t *testing.T) *sql.Conn { return warehouse(t, 100) },
		func(path string) export.Spec {
			return export.Spec{Name: "x", Table: "contacts", Path: path, PartitionBy: []string{"country"}}
		},
		[2]string{"DELETE FROM contacts WHERE country = 'US'", "DELETE FROM contacts WHERE country = 'DE'"},
	},
	"incremental": {
		func(t *testing.T) *sql.Conn { return warehouse(t, 100) },
		func(path string) export.Spec {
			return export.Spec{Name: "x", Table: "contacts", Path: path, Mode: export.ModeIncremental}
		},
		[2]string{
			"UPDATE contacts SET updated_at = TIMESTAMPTZ '2026-11-22 00:00:00Z' WHERE contact_id < 'c000010'",
			"UPDATE contacts SET updated_at = TIMESTAMPTZ '2026-11-22 00:00:00Z' WHERE contact_id < 'c000012'",
		},
	},
	"match list": {
		listed,
		func(path string) export.Spec { return listFor("linkedin", path) },
		[2]string{
			"UPDATE contacts SET email = 'fox@acme.example' WHERE contact_id = 'dan'",
			"UPDATE contacts SET email = 'gnu@acme.example' WHERE contact_id = 'dan'",
		},
	},
}

// contents are the files below root by their names.
func contents(t *testing.T, root string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name := range tree(t, root) {
		all[name] = content(t, root, name)
	}
	return all
}

// copyTree copies a folder with the times of its files, as a backup does.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	for name, info := range tree(t, from) {
		put(t, content(t, from, name), to, name)
		require.NoError(t, os.Chtimes(filepath.Join(to, name), time.Time{}, info.ModTime()))
	}
}

func TestNothingButDataLiesInTheFolder(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			conn, path := kind.warehouse(t), filepath.Join(t.TempDir(), "x")
			s := kind.spec(path)
			for i := range 2 {
				write(t, conn, s)
				for name := range tree(t, path) {
					require.Regexp(t, `^(country=[^/]+/)?(data(-\d{6})?|whole|added|removed)\.(parquet|csv)$`, name)
				}
				require.Equal(t, []string{"x", "x.sync"}, beside(t, path))
				execute(t, conn, kind.changes[i])
			}
		})
	}
}

// generations are the first two exports of a kind, as copies of what they left, and the
// warehouse after one more change.
type generations struct {
	conn *sql.Conn
	root string
	spec func(path string) export.Spec
}

// exportOf writes an export at the time and of the change of a generation.
func exportOf(t *testing.T, conn *sql.Conn, s export.Spec, generation int) export.Result {
	t.Helper()
	s.Change = int64(generation)
	r, err := export.Write(t.Context(), conn, s, at.Add(time.Duration(generation)*time.Hour))
	require.NoError(t, err)
	return r
}

func generationsOf(t *testing.T, name string) generations {
	kind := kinds[name]
	g := generations{kind.warehouse(t), t.TempDir(), kind.spec}
	path := filepath.Join(g.root, "x")
	for i, change := range kind.changes {
		exportOf(t, g.conn, g.spec(path), i+1)
		copyTree(t, path, g.kept("data", i+1))
		copyTree(t, path+".sync", g.kept("own", i+1))
		execute(t, g.conn, change)
	}
	return g
}

func (g generations) kept(what string, generation int) string {
	return filepath.Join(g.root, fmt.Sprint(what, generation))
}

// step is what is there when the second export is killed behind one of its steps.
type step struct {
	name                  string
	data, manifest        int  // of this generation
	aside1, aside2, noted bool // what a later export must know of either; the second is announced
}

var steps = []step{
	{"staged", 1, 1, true, false, false},
	{"set aside", 1, 1, true, true, false},
	{"announced", 1, 1, true, true, true},
	{"exchanged", 2, 1, true, true, true},
	{"recorded", 2, 2, true, true, false},
	{"swept", 2, 2, false, true, false},
}

// lay puts together what is there after a step.
func (g generations) lay(t *testing.T, s step) export.Spec {
	path := filepath.Join(t.TempDir(), "x")
	copyTree(t, g.kept("data", s.data), path)
	copyTree(t, g.kept("data", 3-s.data), filepath.Join(filepath.Dir(path), ".x.new-0123456789abcdef"))
	put(t, content(t, g.kept("own", s.manifest), "manifest.json"), path+".sync", "manifest.json")
	for generation, there := range map[int]bool{1: s.aside1, 2: s.aside2} {
		if runs, err := filepath.Glob(g.kept("own", generation) + "/run-*"); there && err == nil && len(runs) > 0 {
			copyTree(t, runs[0], filepath.Join(path+".sync", filepath.Base(runs[0])))
		}
	}
	if s.noted {
		put(t, content(t, g.kept("own", 2), "manifest.json"), path+".sync", "next.json")
	}
	return g.spec(path)
}

// TestKilledAfterAnyStepTheNextExportKnowsWhatLiesThere: it goes on from what readers see,
// as if the one before had ended, or had never begun.
func TestKilledAfterAnyStepTheNextExportKnowsWhatLiesThere(t *testing.T) {
	t.Parallel()
	for name := range kinds {
		g := generationsOf(t, name)
		want := map[int]map[string]string{}
		for generation, undisturbed := range map[int]step{1: {data: 1, manifest: 1, aside1: true}, 2: {data: 2, manifest: 2, aside2: true}} {
			s := g.lay(t, undisturbed)
			exportOf(t, g.conn, s, 3)
			want[generation] = contents(t, s.Path)
		}
		for _, step := range steps {
			t.Run(name+"/"+step.name, func(t *testing.T) {
				s := g.lay(t, step)
				found, err := export.Search(t.Context(), g.conn, s, func(export.Row) bool { return true })
				require.NoError(t, err)
				require.Equal(t, at.Add(time.Duration(step.data)*time.Hour), found.WrittenAt)

				require.False(t, exportOf(t, g.conn, s, 3).Unchanged)
				require.Equal(t, want[step.data], contents(t, s.Path))
				requireTidy(t, s.Path)
				require.True(t, exportOf(t, g.conn, s, 3).Unchanged)
			})
		}
	}
}

// requireTidy requires that nothing but one export and what is known of it is there.
func requireTidy(t *testing.T, path string) {
	t.Helper()
	require.Equal(t, []string{"x", "x.sync"}, beside(t, path))
	require.NoFileExists(t, filepath.Join(path+".sync", "next.json"))
	runs, err := filepath.Glob(path + ".sync/run-*")
	require.NoError(t, err)
	require.LessOrEqual(t, len(runs), 1)
}

// TestKilledBeforeItIsRecordedAnExportIsNotWrittenAgain: nothing changed since, and only the
// note is made good.
func TestKilledBeforeItIsRecordedAnExportIsNotWrittenAgain(t *testing.T) {
	t.Parallel()
	conn, path := warehouse(t, 100), filepath.Join(t.TempDir(), "x")
	s := contacts(path)
	write(t, conn, s)
	before := tree(t, path)
	require.NoError(t, os.Rename(path+".sync/manifest.json", path+".sync/next.json"))
	require.True(t, write(t, conn, s).Unchanged)
	require.True(t, os.SameFile(before["data.parquet"], tree(t, path)["data.parquet"]))
	require.FileExists(t, path+".sync/manifest.json")
	requireTidy(t, path)
}

// asOnceWritten moves what lies beside an export into it, as older versions had it.
func asOnceWritten(t *testing.T, path string) {
	t.Helper()
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(content(t, path+".sync", "manifest.json")), &m))
	if known, ok := m["known"].(map[string]any); ok {
		at := known["path"].(string)
		known["path"] = filepath.Base(at)
		require.NoError(t, os.Rename(filepath.Join(path+".sync", at), filepath.Join(path, filepath.Base(at))))
	}
	for _, f := range m["files"].([]any) {
		delete(f.(map[string]any), "modified")
	}
	body, err := json.Marshal(m)
	require.NoError(t, err)
	put(t, string(body), path, "_sync_export.json")
	removeAll(t, path+".sync")
}

func TestAnExportOfAnOlderVersionGoesOnWithNothingButDataInItsFolder(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds {
		for _, changed := range []bool{false, true} {
			t.Run(fmt.Sprint(name, changed), func(t *testing.T) {
				conn := kind.warehouse(t)
				plain, former := kind.spec(filepath.Join(t.TempDir(), "x")), kind.spec(filepath.Join(t.TempDir(), "x"))
				for i := range 2 {
					exportOf(t, conn, plain, i+1)
					exportOf(t, conn, former, i+1)
					asOnceWritten(t, former.Path)
					if i == 0 || changed {
						execute(t, conn, kind.changes[i])
					}
				}
				found, err := export.Search(t.Context(), conn, former, func(export.Row) bool { return true })
				require.NoError(t, err)
				require.NotZero(t, found.Rows)
				generation := 2
				if changed {
					generation = 3
				}
				require.Equal(t, !changed, exportOf(t, conn, plain, generation).Unchanged)
				require.Equal(t, !changed, exportOf(t, conn, former, generation).Unchanged)
				require.Equal(t, contents(t, plain.Path), contents(t, former.Path))
				requireTidy(t, former.Path)
				require.True(t, exportOf(t, conn, former, generation).Unchanged)

				asOnceWritten(t, former.Path)
				require.NoError(t, export.Remove(t.Context(), former))
				require.Empty(t, beside(t, former.Path))
			})
		}
	}
}

// TestAFolderThatSomebodyBroughtBackIsKnownByItsContent: a backup of an older export, whose
// files have the sizes of the newer one's.
func TestAFolderThatSomebodyBroughtBackIsKnownByItsContent(t *testing.T) {
	t.Parallel()
	g := generationsOf(t, "snapshot")
	s := g.lay(t, step{data: 2, manifest: 2})
	exportOf(t, g.conn, s, 3)
	want := contents(t, s.Path)
	removeAll(t, s.Path)
	copyTree(t, g.kept("data", 1), s.Path)
	require.False(t, exportOf(t, g.conn, s, 3).Unchanged)
	require.Equal(t, want, contents(t, s.Path))

	copyTree(t, s.Path, g.kept("copy", 0))
	removeAll(t, s.Path)
	for name := range tree(t, g.kept("copy", 0)) { // without their times
		put(t, content(t, g.kept("copy", 0), name), s.Path, name)
	}
	require.True(t, exportOf(t, g.conn, s, 3).Unchanged, "the same content is the same export")
}
