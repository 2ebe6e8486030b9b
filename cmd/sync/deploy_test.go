package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// linesOf are the lines of a file of the repository that match a pattern.
func linesOf(t *testing.T, name, pattern string) []string {
	t.Helper()
	content, err := os.ReadFile("../../" + name)
	require.NoError(t, err)
	found := regexp.MustCompile("(?m)"+pattern).FindAllString(string(content), -1)
	require.NotEmpty(t, found, "%s has no %s", name, pattern)
	return found
}

func TestWhatIsShippedIsBuiltFromWhatIsNamed(t *testing.T) {
	for _, from := range linesOf(t, "deploy/Dockerfile", `^FROM .*$`) {
		require.Regexp(t, `^FROM \S+:\S+@sha256:[0-9a-f]{64}( AS \w+)?$`, from, "a tag is moved; a digest is not")
	}
	for _, name := range []string{"Makefile", "deploy/Dockerfile"} {
		for _, build := range linesOf(t, name, `^.*\bgo build .*$`) {
			require.Contains(t, build, "-trimpath", "%s: no path of the builder's machine is in a binary", name)
		}
	}
	require.Contains(t, strings.Join(linesOf(t, "Makefile", `^release:(.|\n\t)*`), "\n"), "$(CYCLONEDX)", "a release has its SBOM")
}

func TestItIsInstalledUnderANameThatNobodyElseHas(t *testing.T) {
	to := t.TempDir()
	binary := filepath.Join(to, "built")
	require.NoError(t, os.WriteFile(binary, []byte("#!/bin/sh\n"), 0o600))
	out, err := exec.CommandContext(t.Context(), "make", "-C", "../..", "-o", "build", "install",
		"BINARY="+binary, "DESTDIR="+to, "PREFIX=/opt").CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "the name sync belongs to coreutils")
	installed, err := os.Stat(filepath.Join(to, "opt", "bin", "contactsync"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o755), installed.Mode().Perm())
}

func TestTheUnitLeavesNoCoreDump(t *testing.T) {
	require.Equal(t, []string{"LimitCORE=0"}, linesOf(t, "deploy/sync.service", `^LimitCORE=.*$`))
}

// What init writes has paths beside the config, so the daemon must be let write there.
func TestTheUnitStartsWithTheUneditedConfig(t *testing.T) {
	start := linesOf(t, "deploy/sync.service", `^ExecStart=.*$`)[0]
	config := regexp.MustCompile(`--config (\S+)`).FindStringSubmatch(start)[1]
	require.Equal(t, []string{"ReadWritePaths=" + filepath.Dir(config)}, linesOf(t, "deploy/sync.service", `^ReadWritePaths=.*$`))
	state := "StateDirectory=" + filepath.Base(filepath.Dir(config))
	require.Equal(t, []string{state}, linesOf(t, "deploy/sync.service", `^StateDirectory=.*$`))
	require.Contains(t, start, "/contactsync serve", "the name that make install gives it")
}

func TestTheImageKnowsWhetherItsDaemonLives(t *testing.T) {
	line := linesOf(t, "deploy/Dockerfile", `^HEALTHCHECK .*$`)[0]
	var command []string
	require.NoError(t, json.Unmarshal([]byte(line[strings.Index(line, "["):]), &command))
	var sick atomic.Bool
	daemon := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" && sick.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer daemon.Close()
	port := daemon.URL[strings.LastIndex(daemon.URL, ":")+1:]
	check := func() error {
		script := strings.Replace(command[2], "/8080", "/"+port, 1)
		return exec.CommandContext(t.Context(), command[0], command[1], script).Run() //nolint:gosec // our own file
	}
	require.NoError(t, check())
	sick.Store(true)
	require.Error(t, check())
	daemon.Close()
	require.Error(t, check())
}

func TestTheComposeFileNamesWhatIsThere(t *testing.T) {
	content, err := os.ReadFile("../../deploy/compose.yaml")
	require.NoError(t, err)
	var compose struct {
		Services map[string]struct {
			Build   struct{ Context, Dockerfile string }
			Volumes []string
			Ports   []string
			Configs []struct{ Source string }
		}
		Configs map[string]struct{ Content string }
		Volumes map[string]any
	}
	require.NoError(t, yaml.Unmarshal(content, &compose))
	for name, s := range compose.Services {
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			if strings.HasPrefix(from, ".") {
				require.FileExists(t, filepath.Join("../../deploy", from), name)
			} else {
				require.Contains(t, compose.Volumes, from, name)
			}
		}
		for _, p := range s.Ports {
			require.True(t, strings.HasPrefix(p, "127.0.0.1:"), "%s: %s is open to other machines", name, p)
		}
		for _, c := range s.Configs {
			require.NoError(t, yaml.Unmarshal([]byte(compose.Configs[c.Source].Content), new(any)), c.Source)
			require.NotEmpty(t, compose.Configs[c.Source].Content, c.Source)
		}
	}
	build := compose.Services["contactsync"].Build
	require.FileExists(t, filepath.Join("../../deploy", build.Context, build.Dockerfile))
}
