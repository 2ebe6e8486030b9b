package durable

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestALinkIsResolvedToItsFileWhetherOrNotThatIsThere(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.MkdirAll(in("disk/deep"), 0o700))
	require.NoError(t, os.WriteFile(in("disk/deep/file"), nil, 0o600))
	require.NoError(t, os.Symlink("disk/deep", in("folder")))
	require.NoError(t, os.Symlink("disk/deep/file", in("relative")))
	require.NoError(t, os.Symlink(in("relative"), in("twice")))
	require.NoError(t, os.Symlink("../new", in("disk/deep/up")))
	require.NoError(t, os.Symlink("round", in("round")))
	for path, want := range map[string]string{
		"disk/deep/file": "disk/deep/file",
		"relative":       "disk/deep/file",
		"twice":          "disk/deep/file",
		"folder/file":    "folder/file", // only the last part is replaced by a rename
		"folder/up":      "disk/new",
		"missing":        "missing",
	} {
		got, err := Resolve(in(path))
		require.NoError(t, err, path)
		require.Equal(t, in(want), got, path)
	}
	_, err := Resolve(in("round"))
	require.Error(t, err)
}

func TestAFileOfOurOwnIsNeverOpenedThroughALink(t *testing.T) {
	dir := t.TempDir()
	precious, own := filepath.Join(dir, "precious"), filepath.Join(dir, "own")
	require.NoError(t, os.WriteFile(precious, []byte("precious"), 0o600))
	require.NoError(t, os.Symlink(precious, own))
	_, err := OpenOwn(own, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	var link *LinkError
	require.ErrorAs(t, err, &link)

	require.NoError(t, os.Symlink(precious, own+".new"))
	require.NoError(t, WriteFile(own, []byte("new"), 0o600))
	content, err := os.ReadFile(precious)
	require.NoError(t, err)
	require.Equal(t, "precious", string(content), "what the links lead to is as it was")
	info, err := os.Lstat(own)
	require.NoError(t, err)
	require.True(t, info.Mode().IsRegular())
}
