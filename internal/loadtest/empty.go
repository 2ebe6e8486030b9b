package loadtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"contactsync/load/duckdb"

	"github.com/stretchr/testify/require"
)

// empty are the files of empty warehouses, by the version of the rules that they note.
var empty struct {
	sync.Mutex
	files map[int][]byte
}

// PutEmpty puts an empty warehouse at a path. It is a copy, since making one takes longer
// than most of what tests then try on it.
func PutEmpty(t require.TestingT, path string, rules int) {
	empty.Lock()
	defer empty.Unlock()
	if empty.files[rules] == nil {
		content, err := made(rules)
		require.NoError(t, err)
		if empty.files == nil {
			empty.files = map[int][]byte{}
		}
		empty.files[rules] = content
	}
	require.NoError(t, os.WriteFile(path, empty.files[rules], 0o600))
}

// made is the file of a new warehouse.
func made(rules int) ([]byte, error) {
	dir, err := os.MkdirTemp("", "empty")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	w, err := duckdb.Open(context.Background(), filepath.Join(dir, "warehouse.duckdb"), duckdb.Options{Rules: rules, Threads: 1})
	if err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(w.Path())
}
