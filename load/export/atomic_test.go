package export_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"contactsync/load/export"
)

// generation is an export whose every row says which one it is of: as many rows
// as its number, spread over four partitions, the fourth only in even ones.
func generation(n int) string {
	return fmt.Sprintf(`SELECT %d AS generation, i AS id, ['US','DE','FR','GB'][1 + i %% (4 - %d %% 2)] AS country FROM range(100 + %d) r(i)`, n, n, n)
}

func TestReadersAlwaysSeeExactlyOneCompleteExport(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 0)
	root := filepath.Join(t.TempDir(), "exports")
	spec := func(n int, partition ...string) export.Spec {
		return export.Spec{Name: "g", Query: generation(n), Format: "csv", PartitionBy: partition, Path: filepath.Join(root, "g"+strings.Join(partition, ""))}
	}
	write(t, conn, spec(0))
	write(t, conn, spec(0, "country"))

	ctx, stop := context.WithCancel(t.Context())
	var readers errgroup.Group
	readers.Go(func() error { return readForever(ctx, filepath.Join(root, "g")) })
	readers.Go(func() error { return readForever(ctx, filepath.Join(root, "gcountry")) })
	for n := 1; n <= 12; n++ {
		write(t, conn, spec(n))
		write(t, conn, spec(n, "country"))
	}
	stop()
	require.NoError(t, readers.Wait())
	require.ElementsMatch(t, []string{"g", "g.sync", "gcountry", "gcountry.sync"}, beside(t, spec(0).Path))
}

// readForever reads path/**/*.csv again and again. A walk takes longer than an
// instant, so what it read counts if path is still the directory it began with.
func readForever(ctx context.Context, path string) error {
	for ctx.Err() == nil {
		before, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("there is no export at all: %w", err)
		}
		body, readErr := readAll(path)
		after, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("there is no export any more: %w", err)
		}
		if !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
			continue
		}
		if err := errors.Join(readErr, wholeGeneration(body)); err != nil {
			return err
		}
	}
	return nil
}

func readAll(path string) ([]byte, error) {
	var all []byte
	err := filepath.WalkDir(path, func(name string, e fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".csv" {
			return err
		}
		body, err := os.ReadFile(name)
		all = append(all, body...)
		return err
	})
	return all, err
}

// wholeGeneration checks that all rows are of one generation and none is missing.
func wholeGeneration(body []byte) error {
	generations, rows := map[string]bool{}, 0
	for line := range bytes.Lines(body) {
		if first, _, _ := strings.Cut(string(line), ","); first != "generation" {
			generations[first] = true
			rows++
		}
	}
	if len(generations) != 1 || !generations[fmt.Sprint(rows-100)] {
		return fmt.Errorf("%d rows of the generations %v", rows, generations)
	}
	return nil
}

// crashDir makes the test binary a process that exports until it is killed.
const crashDir = "EXPORT_TEST_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		fmt.Fprintln(os.Stderr, exportForever(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func exportForever(dir string) error {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(context.Background())
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		s := export.Spec{Name: "g", Query: generation(n), Format: "csv", PartitionBy: []string{"country"}, Path: filepath.Join(dir, "g")}
		if _, err := export.Write(context.Background(), conn, s, at); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

func TestKilledAtAnyMomentTheExportIsWholeAndTheNextClearsUp(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	leftovers := 0
	for kill := range 12 {
		// Killed when the new directory appears, when it has two files, when it is complete.
		moment := []struct {
			files string
			n     int
		}{{"", 1}, {"country=*/*.csv", 2}, {"../g.sync/next.json", 1}}[kill%3]
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), crashDir+"="+dir)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		require.True(t, bufio.NewScanner(out).Scan(), "it has exported once")
		for {
			found, err := filepath.Glob(filepath.Join(dir, ".g.new-*", moment.files))
			require.NoError(t, err)
			if len(found) >= moment.n {
				break
			}
		}
		require.NoError(t, child.Process.Kill())
		var exit *exec.ExitError
		require.True(t, errors.As(child.Wait(), &exit))

		body, err := readAll(filepath.Join(dir, "g"))
		require.NoError(t, err)
		require.NoError(t, wholeGeneration(body))
		leftovers += len(beside(t, filepath.Join(dir, "g"))) - 2
	}
	t.Logf("12 kills left %d directories behind", leftovers)
	write(t, warehouse(t, 0), export.Spec{Name: "g", Query: generation(7), Path: filepath.Join(dir, "g")})
	require.Equal(t, []string{"g", "g.sync"}, beside(t, filepath.Join(dir, "g")))
}

func TestOnlyOurOwnLeftoversAreCleared(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 3)
	root := t.TempDir()
	path := filepath.Join(root, "contacts")
	put(t, "half", root, ".contacts.new-0123456789abcdef", "country=US", "data.parquet")
	put(t, "mine", root, ".contacts.new-backup", "data.parquet")
	put(t, "mine", root, ".contacts.newer", "data.parquet")
	put(t, "other's", root, ".contacts2.new-0123456789abcdef", "data.parquet")
	write(t, conn, contacts(path))
	require.ElementsMatch(t, []string{"contacts", "contacts.sync", ".contacts.new-backup", ".contacts.newer", ".contacts2.new-0123456789abcdef"}, beside(t, path))
}
