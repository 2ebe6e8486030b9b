package export

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// twoExports is an export at path and a prepared one.
func twoExports(t *testing.T) (*directory, *stage) {
	t.Helper()
	d, err := openDirectory(filepath.Join(t.TempDir(), "contacts"))
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(d.path, 0o777))
	require.NoError(t, os.WriteFile(filepath.Join(d.path, "old"), nil, 0o666))
	st, err := d.stage()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(st.path, "new"), nil, 0o666))
	return d, st
}

func TestWithoutExchangeTwoRenamesDo(t *testing.T) {
	d, st := twoExports(t)
	require.NoError(t, d.renameTwice(st))
	require.FileExists(t, filepath.Join(d.path, "new"))
	require.NoError(t, st.remove())
	entries, err := os.ReadDir(d.parent)
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

func TestACrashBetweenTwoRenamesIsMadeGood(t *testing.T) {
	d, st := twoExports(t)
	require.NoError(t, os.Rename(d.path, temporaryName(d.parent, d.base, kindOld)))
	require.NoError(t, st.lock.Close()) // the process died
	_, err := openDirectory(d.path)
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(d.path, "old"))
	require.NoDirExists(t, st.path)
}

func TestALivingWriterIsNotALeftover(t *testing.T) {
	d, st := twoExports(t)
	_, err := openDirectory(d.path)
	require.ErrorIs(t, err, errBusy)
	require.DirExists(t, st.path)
	require.NoError(t, st.remove())
	_, err = openDirectory(d.path)
	require.NoError(t, err)
}
