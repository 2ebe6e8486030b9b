package chaos_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWhenTheDiskIsFullTheRunSaysSoAndTheNextGoesOn gives the warehouse a file
// system of its own that is too small, and then a little more again and again.
func TestWhenTheDiskIsFullTheRunSaysSoAndTheNextGoesOn(t *testing.T) {
	want, cost, _ := undisturbed(t)
	t.Parallel()
	w := newWorld(t)
	resize := smallDisk(t, w)
	failed, steps := 0, 1 // in the long form it grows by smaller steps
	if os.Getenv("CHAOS_LIVES") != "" {
		steps = 3
	}
	for kilobytes := 64; ; kilobytes += kilobytes / steps {
		require.Less(t, kilobytes, 1<<20, "it must fit some time")
		resize(kilobytes)
		stored := w.committed()
		e := runs(t, w.dir, []string{batchRows}, "run")
		w.askedForNothing(stored, kill{})
		if e.code == 0 {
			break
		}
		failed++
		require.Equal(t, 1, e.code, e.stderr)
		require.Regexp(t, "(?i)no space left on device|disk is full", lastLine(e.stderr))
	}
	require.Greater(t, failed, 3)
	requireSame(t, want[0].anonymous(), w.result().anonymous())
	require.LessOrEqual(t, w.spent(), cost+10*failed)
	w.boughtOnce(failed)
}

// smallDisk mounts a file system at the world's folder.
func smallDisk(t *testing.T, w *world) (resize func(kilobytes int)) {
	t.Helper()
	config, err := os.ReadFile(w.path("pipelines.yaml"))
	require.NoError(t, err)
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("a full disk needs the right to mount one: %s", out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", disk).Run() })
	w.dir = disk
	require.NoError(t, os.WriteFile(filepath.Join(disk, "pipelines.yaml"), config, 0o600))
	return func(kilobytes int) {
		out, err := exec.Command("mount", "-o", fmt.Sprintf("remount,size=%dk", kilobytes), disk).CombinedOutput()
		require.NoErrorf(t, err, "%s", out)
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
