package chaos_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contactsync/internal/simulate"

	"github.com/stretchr/testify/require"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "chaos")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "sync")
	out, err := exec.Command("go", "build", "-buildvcs=false", "-ldflags=-s -w", "-tags", "duckdb_arrow crash", "-o", binary, "contactsync/cmd/sync").CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s\n%v\n", out, err)
		return 1
	}
	return m.Run()
}

// patience is how long a run may take before the test gives it up.
const patience = 5 * time.Minute

// ended says how a process ended.
type ended struct {
	killed bool
	code   int
	stdout string
	stderr string
	took   time.Duration
}

// start starts the program in a folder with additional variables.
func start(t testing.TB, dir string, env []string, args ...string) (wait func() ended, process *os.Process) {
	t.Helper()
	return startBy(t, dir, env, append([]string{binary}, args...)...)
}

// startBy starts a command, which is or becomes the program.
func startBy(t testing.TB, dir string, env []string, args ...string) (wait func() ended, process *os.Process) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.Dir, c.Env = dir, append(os.Environ(), "NO_COLOR=1")
	for _, vendor := range simulate.Vendors() {
		c.Env = append(c.Env, strings.ToUpper(vendor)+"_KEY="+simulate.DefaultKey(vendor))
	}
	c.Env = append(c.Env, env...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	began := time.Now()
	require.NoError(t, c.Start())
	return func() ended {
		defer cancel()
		err := c.Wait()
		require.NoErrorf(t, ctx.Err(), "sync %v came to no end; it said: %s", args, stderr.String())
		e := ended{stdout: stdout.String(), stderr: stderr.String(), took: time.Since(began)}
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			e.killed, e.code = !exit.Exited(), exit.ExitCode()
		} else {
			require.NoError(t, err)
		}
		require.NotContains(t, e.stderr, "goroutine ", "a stack trace was printed")
		return e
	}, c.Process
}

// runs runs the program to its end.
func runs(t testing.TB, dir string, env []string, args ...string) ended {
	t.Helper()
	wait, _ := start(t, dir, env, args...)
	return wait()
}
