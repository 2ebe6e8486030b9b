//go:build duckdb_arrow

package disk

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatIsNoDatabaseOfThisDuckDBIsCalledByItsName(t *testing.T) {
	file, _, _ := logged(t)
	with := func(at int, bytes string) []byte {
		changed := append([]byte(nil), file...)
		copy(changed[at:], bytes)
		return changed
	}
	for name, c := range map[string]struct {
		content []byte
		says    string
	}{
		"empty":       {nil, "is empty"},
		"short":       {[]byte("x"), "no database of DuckDB"},
		"text":        {[]byte("name,email\nAnn,ann@acme.example\n"), "no database of DuckDB"},
		"SQLite":      {[]byte("SQLite format 3\x00 and more"), "of SQLite"},
		"DuckDB 2":    {with(12, "\x45"), "a newer DuckDB wrote it, such as 2.0 (storage version 69"},
		"a torn page": {with(0, string(make([]byte, 512))), "first bytes are damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			require.NoError(t, os.WriteFile(path, c.content, 0o600))
			var e *NotOursError
			require.ErrorAs(t, Examine(path), &e)
			require.Contains(t, e.Why, c.says)
		})
	}
	var e *NotOursError
	require.ErrorAs(t, Examine(t.TempDir()), &e)
	require.Contains(t, e.Why, "folder")
	require.ErrorIs(t, Examine(filepath.Join(t.TempDir(), "none")), os.ErrNotExist)
	require.NoError(t, Examine(laid(t, file, nil)))
}
