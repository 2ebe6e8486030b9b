package export_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/load/export"
)

func remove(t testing.TB, path ...string) {
	t.Helper()
	require.NoError(t, os.Remove(filepath.Join(path...)))
}

func removeAll(t testing.TB, path string) {
	t.Helper()
	require.NoError(t, os.RemoveAll(path))
}

func put(t testing.TB, body string, path ...string) {
	t.Helper()
	name := filepath.Join(path...)
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
	require.NoError(t, os.WriteFile(name, []byte(body), 0o666))
}

func TestMistakesAreSaidInOneLine(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 3)
	execute(t, conn, "ALTER TABLE contacts RENAME updated_at TO changed_at")
	for message, spec := range map[string]export.Spec{
		`export x: table with name contactz does not exist; did you mean "contacts"?`:                                                 {Table: "contactz"},
		`export x: referenced column "mail" not found in FROM clause; candidate bindings: "email", "payload"`:                         {Query: "SELECT mail FROM contacts;"},
		`export x: conversion error: could not convert string '...' to INT32 when casting from source column email`:                   {Query: "SELECT email::INT AS n FROM contacts"},
		`export x: partition_by names the column "land", but there are only contact_id, email, sources, payload, country, changed_at`: {Table: "contacts", PartitionBy: []string{"land"}},
		`export x: sort_by names the column "Email" twice`:                                                                            {Table: "contacts", SortBy: []string{"email", "Email"}},
		`export x: partition_by takes every column, and none is left for the files`:                                                   {Query: "SELECT 1 AS a", PartitionBy: []string{"a"}},
		`export x: mode incremental needs a column updated_at, and there is none; use mode snapshot`:                                  {Table: "contacts", Mode: "incremental"},
		`export x: mode incremental needs updated_at to be a TIMESTAMPTZ, and it is VARCHAR`:                                          {Query: "SELECT email AS updated_at FROM contacts", Mode: "incremental"},
		`export x: mode incremental needs updated_at in every row, and 1 rows have none`:                                              {Query: "SELECT 1 AS id, NULL::TIMESTAMPTZ AS updated_at", Mode: "incremental"},
		`export x: give either a table or a query`:                                                                                    {},
		`export x: format "xlsx" is none of parquet, csv and ndjson`:                                                                  {Table: "contacts", Format: "xlsx"},
		`export x: mode "append" is neither snapshot nor incremental`:                                                                 {Table: "contacts", Mode: "append"},
		`export x: path "exports/x" is neither an absolute directory nor an s3:// URL`:                                                {Table: "contacts", Path: "exports/x"},
		`export x: path gs://bucket/x is not of the form s3://bucket/prefix`:                                                          {Table: "contacts", Path: "gs://bucket/x?secret=1"},
		`export x: partition_by gives 10001 partitions, more than 10000; choose columns with fewer values`:                            {Query: "SELECT range AS n, 1 AS one FROM range(10001)", PartitionBy: []string{"n"}},
	} {
		spec.Name = "x"
		if spec.Path == "" {
			spec.Path = filepath.Join(t.TempDir(), "x")
		}
		_, err := export.Write(t.Context(), conn, spec, at)
		require.EqualError(t, err, message)
		require.NoDirExists(t, spec.Path)
		if filepath.IsAbs(spec.Path) {
			require.Empty(t, beside(t, spec.Path), "nothing is left of %s", message)
		}
	}
}

func TestForeignFilesAreNeverDeleted(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 3)
	t.Run("a directory that no export wrote", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "home")
		put(t, "dear diary", path, "2026", "notes.txt")
		_, err := export.Write(t.Context(), conn, contacts(path), at)
		require.EqualError(t, err, "export contacts: "+path+` holds "2026/notes.txt", which no export wrote; move it away or give the export a directory of its own`)
		require.Equal(t, "dear diary", content(t, path, "2026", "notes.txt"))
		require.Equal(t, []string{"home"}, beside(t, path))
	})
	t.Run("a file added to an export", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "contacts")
		write(t, conn, contacts(path))
		put(t, "x", path, "more.parquet")
		_, err := export.Write(t.Context(), conn, contacts(path), at)
		require.ErrorContains(t, err, `holds "more.parquet", which no export wrote`)
		require.FileExists(t, filepath.Join(path, "more.parquet"))
	})
	t.Run("a file in the way", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "contacts")
		put(t, "x", path)
		_, err := export.Write(t.Context(), conn, contacts(path), at)
		require.EqualError(t, err, "export contacts: path "+path+" is not a directory; move it away or choose another path")
		require.Equal(t, "x", content(t, path))
	})
	t.Run("a marker that is none", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "contacts")
		put(t, "{}", path+".sync", "manifest.json")
		put(t, "mine", path, "notes.txt")
		_, err := export.Write(t.Context(), conn, contacts(path), at)
		require.ErrorContains(t, err, "move it and the directory away")
	})
	t.Run("an empty directory is taken", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "contacts")
		require.NoError(t, os.Mkdir(path, 0o770))
		require.NoError(t, os.Chmod(path, 0o770|os.ModeSetgid))
		write(t, conn, contacts(path))
		require.Equal(t, os.FileMode(0o770)|os.ModeSetgid|os.ModeDir, stat(t, path).Mode(), "and keeps its mode")
	})
	t.Run("a symbolic link stays one", func(t *testing.T) {
		root := t.TempDir()
		target, link := filepath.Join(root, "data", "contacts"), filepath.Join(root, "link")
		require.NoError(t, os.MkdirAll(target, 0o777))
		require.NoError(t, os.Symlink(target, link))
		write(t, conn, contacts(link))
		require.FileExists(t, filepath.Join(target, "data.parquet"))
		info, err := os.Lstat(link)
		require.NoError(t, err)
		require.NotZero(t, info.Mode()&os.ModeSymlink)
	})
}

func TestACancelledExportLeavesTheOldOne(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 10)
	path := filepath.Join(t.TempDir(), "contacts")
	write(t, conn, contacts(path))
	before := tree(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := export.Write(ctx, conn, contacts(path), at)
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, tree(t, path), len(before))
	require.Equal(t, []string{"contacts", "contacts.sync"}, beside(t, path))
	require.True(t, write(t, conn, contacts(path)).Unchanged, "the connection is of use again")
}

// TestWhatLiesBesideIsNotMoreOpenThanTheFolder: the manifest names values and people, too.
func TestWhatLiesBesideIsNotMoreOpenThanTheFolder(t *testing.T) {
	t.Parallel()
	conn, path := warehouse(t, 10), filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.Mkdir(path, 0o700))
	write(t, conn, contacts(path))
	require.Equal(t, os.FileMode(0o700), stat(t, path+".sync").Mode().Perm())
	require.Equal(t, os.FileMode(0o600), stat(t, path+".sync/manifest.json").Mode().Perm())
}
