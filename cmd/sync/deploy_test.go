package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
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
