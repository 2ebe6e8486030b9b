//go:build duckdb_arrow

package rowio

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"
	"strings"
	"testing"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// TestViewsLoseNoMemory makes so many views of rows, and scans them, that the
// schemas which DuckDB never releases would be 35 MB.
func TestViewsLoseNoMemory(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	require.NoError(t, err)
	defer db.Close()
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	_, err = NewFeeds(t.Context(), conn)
	require.NoError(t, err)
	_, err = conn.ExecContext(t.Context(), "USE "+Scratch)
	require.NoError(t, err)
	f := NewFrame(schema.Runs.Name, schema.Runs.Columns, []schema.Run{{RunID: "a"}})
	defer f.batch.Release()
	round := func() {
		in := &feed{view: "v", batch: f.batch}
		require.NoError(t, conn.Raw(func(c any) (err error) {
			in.release, err = registerView(c.(driver.Conn), in, in.view)
			return err
		}))
		defer in.release()
		_, err := conn.ExecContext(t.Context(), "SELECT * FROM v")
		require.NoError(t, err)
		require.True(t, in.read)
	}
	for range 200 { // until pools are as large as they get
		round()
	}
	before := resident(t)
	for range 2000 {
		round()
	}
	require.Less(t, resident(t)-before, int64(16<<10), "kB")
}

// resident is the process's resident memory in kB.
func resident(t *testing.T) (kB int64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("there is no /proc to read memory from")
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	_, err = fmt.Sscan(rest, &kB)
	require.NoError(t, err)
	return kB
}
