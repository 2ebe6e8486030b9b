//go:build unix

package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"contactsync/internal/config"

	"github.com/stretchr/testify/require"
)

// supervisor is the socket of a systemd that listens.
func supervisor(t *testing.T) (heard func() string) {
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	t.Setenv("NOTIFY_SOCKET", path)
	return func() string {
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(30*time.Second)))
		text := make([]byte, 200)
		n, err := conn.Read(text)
		require.NoError(t, err)
		return string(text[:n])
	}
}

// TestTheDaemonLivesAndStops tells systemd when it is ready and when it stops,
// reads its config again on SIGHUP, refuses a bad one, and ends with 143.
func TestTheDaemonLivesAndStops(t *testing.T) {
	heard := supervisor(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "pipelines.yaml")
	write := func(text string) { require.NoError(t, os.WriteFile(path, []byte(text), 0o600)) }
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	const pipelines = "version: 1\nsources: {audiencelab: {api_key: \"${SERVE_TEST_KEY}\"}}\npipelines: {labs: {from: audiencelab.audiences, schedule: \"@yearly\"}}\n"
	t.Setenv("SERVE_TEST_KEY", "sk_test")
	write(pipelines)

	var stderr bytes.Buffer
	a := &app{stdout: &bytes.Buffer{}, stderr: &stderr, invoked: "/opt/bin/contactsync"}
	a.command() // sets what its flags default to
	a.configPath, a.noColor = path, true
	r, err := a.serveRunner(address)
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.runDaemon(ctx, r, address) }()
	require.Equal(t, "READY=1", heard())
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/": 200, "/data": 200, "/metrics": 200} {
		res, err := http.Get("http://" + address + path)
		require.NoError(t, err)
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, want, res.StatusCode, path)
		if path == "/" || path == "/data" {
			require.Contains(t, string(body), "<code>contactsync run</code>", "as it was called")
		}
	}

	write("version: 1\npipelines: {labs: {from: nowhere}}\n")
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	require.Equal(t, "RELOADING=1", heard())
	require.Equal(t, "READY=1", heard())
	write(pipelines)
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	require.Equal(t, "RELOADING=1", heard())
	require.Equal(t, "READY=1", heard())

	require.ErrorContains(t, a.runDaemon(ctx, r, address), "has been serving", "a second daemon")

	cancel(signalError{syscall.SIGTERM})
	require.Equal(t, "STOPPING=1", heard())
	err = <-ended
	require.Equal(t, 143, exitCode(ctx, err, true))
	require.Contains(t, stderr.String(), "the new config is refused, the old one stays")
	require.Contains(t, stderr.String(), "the config was read again")
	require.NotContains(t, stderr.String(), "sk_test")
}

func TestADaemonThatOthersReachNeedsAToken(t *testing.T) {
	c, err := config.Parse("pipelines.yaml", []byte("version: 1\npipelines: {}\n"), t.TempDir(), os.LookupEnv)
	require.NoError(t, err)
	require.NoError(t, fitToServe(c, "[::1]:8080"))
	for _, listen := range []string{"0.0.0.0:8080", ":8080", "192.0.2.1:8080"} {
		require.ErrorContains(t, fitToServe(c, listen), "a token is required", listen)
	}
	require.ErrorContains(t, fitToServe(c, "8080"), "not host:port")
}
