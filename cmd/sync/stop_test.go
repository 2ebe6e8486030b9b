//go:build unix

package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCtrlCIsHeardAndSaidOnce(t *testing.T) {
	asked := make(chan struct{}, 100)
	vendor := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(vendor.Close)
	dir := t.TempDir()
	config := "version: 1\nwarehouse: {path: w.duckdb}\nsources: {audiencelab: {api_key: \"${K}\", base_url: \"" + vendor.URL + "\"}}\n" +
		"pipelines: {labs: {from: audiencelab.audiences}}\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "pipelines.yaml"), []byte(config), 0o600))
	t.Setenv("K", "sk_made_up")
	x := openTerminal(t, dir, "run")
	<-asked
	require.NoError(t, x.process.Signal(syscall.SIGINT))
	code, written := x.ends()
	require.Equal(t, 128+int(syscall.SIGINT), code)
	require.Equal(t, 1, strings.Count(written, "stopping, and saving what was read; press Ctrl-C again to end at once"), written)
}

func TestInitAsksOnATerminalWhichVendorsThereAre(t *testing.T) {
	dir := t.TempDir()
	x := openTerminal(t, dir, "init")
	x.until("which vendors do you have?")
	x.enter("toofr, statsocial\r")
	code, written := x.ends()
	require.Zero(t, code, written)
	config, err := os.ReadFile(filepath.Join(dir, "pipelines.yaml"))
	require.NoError(t, err)
	require.Contains(t, string(config), "from: statsocial.outputs")
	require.NotContains(t, string(config), "from: intent.matches")
}
