//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"contactsync/internal/simulate"
	"contactsync/schema"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
	"golang.org/x/term"
)

// The terminal of the tests, and how long they wait for it at most.
const (
	terminalColumns = 80
	terminalRows    = 24
	terminalWait    = 30 * time.Second
)

// terminal is a program on a pseudo-terminal, with a screen that draws what it writes.
type terminal struct {
	t       *testing.T
	pty     *os.File
	process *os.Process

	mu      sync.Mutex
	screen  *vt.Emulator
	written bytes.Buffer  // all that the program wrote
	news    chan struct{} // closed, and made anew, when the program has written
	ended   chan error    // how the program ended
}

// openTerminal starts the real program in a directory.
func openTerminal(t *testing.T, dir string, args ...string) *terminal {
	t.Helper()
	c := exec.CommandContext(t.Context(), "sync", args...)
	c.Dir = dir
	c.Env = append(os.Environ(),
		"TERM=xterm-256color", "XDG_STATE_HOME="+filepath.Join(dir, "state"), "INPUTRC=/dev/null", "NO_COLOR=1", "PAGER=")
	f, err := pty.StartWithSize(c, &pty.Winsize{Cols: terminalColumns, Rows: terminalRows})
	require.NoError(t, err)
	x := &terminal{
		t: t, pty: f, process: c.Process, screen: vt.NewEmulator(terminalColumns, terminalRows),
		news: make(chan struct{}), ended: make(chan error, 1),
	}
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(f, x.screen) }) // what the terminal itself answers
	both.Go(func() {
		x.read()
		x.ended <- c.Wait()
	})
	t.Cleanup(func() {
		_ = c.Process.Kill()
		// The screen's own Close may not run beside its Read and Write; its pipe may.
		answers, ok := x.screen.InputPipe().(io.Closer)
		require.True(t, ok)
		_ = answers.Close()
		both.Wait()
		_ = f.Close()
	})
	return x
}

func (x *terminal) read() {
	buf := make([]byte, 1<<15)
	for {
		n, err := x.pty.Read(buf)
		x.mu.Lock()
		x.written.Write(buf[:n])
		_, _ = x.screen.Write(buf[:n])
		close(x.news)
		x.news = make(chan struct{})
		x.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// modeOf is how a terminal treats what is typed.
func modeOf(t *testing.T, f *os.File) (mode *term.State) {
	t.Helper()
	raw, err := f.SyscallConn()
	require.NoError(t, err)
	var modeErr error
	require.NoError(t, raw.Control(func(fd uintptr) { mode, modeErr = term.GetState(int(fd)) }))
	require.NoError(t, modeErr)
	return mode
}

// enter types keys.
func (x *terminal) enter(keys string) {
	x.t.Helper()
	_, err := x.pty.WriteString(keys)
	require.NoError(x.t, err)
}

// until waits until the screen shows all of some texts.
func (x *terminal) until(texts ...string) string {
	x.t.Helper()
	return x.awaits(func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	}, texts)
}

// insist types keys again and again until the screen shows a text: a key that comes
// between two states of a program may be lost.
func (x *terminal) insist(keys, text string) {
	x.t.Helper()
	again := time.NewTicker(time.Second)
	defer again.Stop()
	stop := make(chan struct{})
	var typing sync.WaitGroup
	x.enter(keys)
	typing.Go(func() {
		for {
			select {
			case <-again.C:
				_, _ = x.pty.WriteString(keys) // until tells what did not come
			case <-stop:
				return
			}
		}
	})
	defer typing.Wait()
	defer close(stop)
	x.until(text)
}

// prompted waits until the last line of the screen is an empty prompt.
func (x *terminal) prompted() string {
	x.t.Helper()
	return x.awaits(func(screen string) bool { return strings.HasSuffix(screen, "\nsql>") }, "a prompt")
}

func (x *terminal) awaits(shows func(screen string) bool, what any) string {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(x.t.Context(), terminalWait)
	defer cancel()
	for {
		x.mu.Lock()
		screen, news := shownBy(x.screen), x.news
		x.mu.Unlock()
		if shows(screen) {
			return screen
		}
		select {
		case <-news:
		case <-ctx.Done():
			_ = x.process.Signal(syscall.SIGQUIT)
			<-x.ended
			x.t.Fatalf("the terminal does not show %v:\n%s\n%s", what, screen, x.written.String())
		}
	}
}

// shownBy is the screen as text, without the space at the ends of lines.
func shownBy(e *vt.Emulator) string {
	lines := strings.Split(e.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \r")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// ends waits for the end of the program and returns its exit code and all that it wrote.
func (x *terminal) ends() (code int, written string) {
	x.t.Helper()
	select {
	case err := <-x.ended:
		exit, failed := errors.AsType[*exec.ExitError](err)
		if failed {
			code = exit.ExitCode()
		} else {
			require.NoError(x.t, err)
		}
	case <-time.After(terminalWait):
		x.t.Fatal("the program does not end")
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return code, x.written.String()
}

// simulatedWarehouse is a folder with a config of all streams, and a warehouse that one of
// its pipelines has filled.
func simulatedWarehouse(t *testing.T, pipelines ...string) string {
	t.Helper()
	dir := t.TempDir()
	s := simulate.New(simulate.Options{Seed: 7, People: 300, Credits: map[string]int{schema.Toofr: openingBalance}})
	urls, err := s.Start(t.Context(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	config := simulatedConfig(s, urls)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "pipelines.yaml"), []byte(config), 0o600))
	c := exec.CommandContext(t.Context(), "sync", append([]string{"run"}, pipelines...)...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	require.NoError(t, err, string(out))
	return dir
}
