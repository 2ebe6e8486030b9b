package importtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	namedTest = regexp.MustCompile("`((?:Test|Fuzz)\\w+)`")
	testFunc  = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
)

// TestTheTableOfThreatsNamesTestsThatExist holds each row of docs/security.md to a
// test, and each test that it names to one of the tree.
func TestTheTableOfThreatsNamesTestsThatExist(t *testing.T) {
	exists := map[string]bool{}
	require.NoError(t, filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, match := range testFunc.FindAllSubmatch(text, -1) {
			exists[string(match[1])] = true
		}
		return err
	}))
	text, err := os.ReadFile("../../docs/security.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(text), "| --- | --- | --- |\n")
	require.True(t, found, "the page begins with the table")
	rows := 0
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "|") {
			break
		}
		rows++
		named := namedTest.FindAllStringSubmatch(line, -1)
		require.NotEmpty(t, named, "no test is named for %s", line)
		for _, match := range named {
			require.True(t, exists[match[1]], "there is no %s", match[1])
		}
	}
	require.NotZero(t, rows)
}
