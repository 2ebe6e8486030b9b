//go:build duckdb_arrow

package disk

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2" // the driver
	"github.com/stretchr/testify/require"
)

// transactions is how many a log of these tests has.
const transactions = 4

// logged makes a file with a log that was never written into it, and returns both, with
// where each transaction ends. The words of its column differ, so that DuckDB's checksum
// notices zeros in their place.
func logged(t testing.TB) (file, log []byte, ends []int64) {
	t.Helper()
	return loggedIn(t, "v1.2.0")
}

// loggedIn is the same in a format of DuckDB's.
func loggedIn(t testing.TB, format string) (file, log []byte, ends []int64) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.duckdb")
	db, err := sql.Open("duckdb", path+"?checkpoint_threshold=1GB&storage_compatibility_version="+format)
	require.NoError(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	exec := func(query string) {
		_, err := db.ExecContext(t.Context(), query)
		require.NoError(t, err)
	}
	exec("CREATE TABLE t (run BIGINT, n BIGINT)")
	exec("CHECKPOINT")
	for run := 1; run <= transactions; run++ {
		exec("BEGIN")
		exec(fmt.Sprintf("INSERT INTO t SELECT 1000 * %d + range, range FROM range(40)", run))
		exec(fmt.Sprintf("DELETE FROM t WHERE n = %d", run))
		exec("COMMIT")
		info, err := os.Stat(LogPath(path))
		require.NoError(t, err)
		ends = append(ends, info.Size())
	}
	file, err = os.ReadFile(path)
	require.NoError(t, err)
	log, err = os.ReadFile(LogPath(path))
	require.NoError(t, err)
	return file, log, ends
}

// laid puts a file and its log into a folder.
func laid(t testing.TB, file, log []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "b.duckdb")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	require.NoError(t, os.WriteFile(LogPath(path), log, 0o600))
	return path
}

func replayed(t testing.TB, path string) (runs int, err error) {
	t.Helper()
	db, err := sql.Open("duckdb", path)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	err = db.QueryRowContext(t.Context(), "SELECT count(DISTINCT run // 1000) FROM t").Scan(&runs)
	return runs, err
}

func TestALogIsReadAsDuckDBWritesIt(t *testing.T) {
	for _, format := range []string{"v1.0.0", "v1.2.0", "v1.4.0", "latest"} {
		t.Run(format, func(t *testing.T) { readAsWritten(t, format) })
	}
}

func readAsWritten(t *testing.T, format string) {
	file, log, ends := loggedIn(t, format)
	path := laid(t, file, log)
	l, err := ReadLog(path)
	require.NoError(t, err)
	require.Equal(t, Log{LogPath(path), Whole, int64(len(log)), int64(len(log)), int64(len(log))}, l)
	for n, end := range ends {
		for _, size := range []int64{end, end + 1, end + 20} {
			l, err := ReadLog(laid(t, file, log[:min(size, int64(len(log)))]))
			require.NoError(t, err)
			require.Equal(t, Whole, l.State, "a kill within a commit cuts it off")
			require.Equal(t, end, l.Committed)
		}
		runs, err := replayed(t, laid(t, file, log[:end]))
		require.NoError(t, err)
		require.Equal(t, n+1, runs)
	}
	l, err = ReadLog(laid(t, file, nil))
	require.NoError(t, err)
	require.Equal(t, Empty, l.State)
	l, err = ReadLog(filepath.Join(t.TempDir(), "none"))
	require.NoError(t, err)
	require.Equal(t, Empty, l.State)
}

// TestDamageToALogIsSeenAndCut damages a log everywhere: what is left after the cut
// is a number of whole transactions, and DuckDB says the same.
func TestDamageToALogIsSeenAndCut(t *testing.T) {
	file, log, ends := logged(t)
	before := func(at int) (n int) { // transactions that end before a byte
		for n < len(ends) && ends[n] <= int64(at) {
			n++
		}
		return n
	}
	for name, spoil := range map[string]func(b []byte, at int) []byte{
		"a bit":       func(b []byte, at int) []byte { b[at] ^= 0x40; return b },
		"a zero tail": func(b []byte, at int) []byte { clear(b[at:]); return b },
		"a length":    func(b []byte, at int) []byte { b[at] = 0xff; return b },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for at := 0; at < len(log); at += 61 {
				spoiled := spoil(append([]byte(nil), log...), at)
				if string(spoiled) == string(log) {
					continue
				}
				path := laid(t, file, spoiled)
				l, err := ReadLog(path)
				require.NoError(t, err)
				switch {
				case l.State == Foreign:
					require.Less(t, at, maxHeader)
					continue
				case l.State == Whole: // only what stands behind all of it
					require.GreaterOrEqual(t, at, int(ends[transactions-2]), "at %d", at)
				}
				require.NoError(t, l.Cut())
				runs, err := replayed(t, path)
				require.NoError(t, err, "%s at %d", name, at)
				require.Equal(t, before(at), runs, "%s at %d", name, at)
			}
		})
	}
}

func TestZerosBehindALogAreTold(t *testing.T) {
	file, log, _ := logged(t)
	for n, want := range map[int]State{1: Whole, 15: Whole, 16: Zeros, 4096: Zeros} {
		path := laid(t, file, append(append([]byte(nil), log...), make([]byte, n)...))
		l, err := ReadLog(path)
		require.NoError(t, err)
		require.Equal(t, want, l.State, "%d zeros", n)
		_, err = replayed(t, laid(t, file, append(append([]byte(nil), log...), make([]byte, n)...)))
		require.Equal(t, want == Zeros, err != nil, "DuckDB on %d zeros: %v", n, err)
		require.NoError(t, l.Cut())
		runs, err := replayed(t, path)
		require.NoError(t, err)
		require.Equal(t, transactions, runs)
	}
}
