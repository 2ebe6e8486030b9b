package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"
)

// TestAClientSpeaksToTheProgram starts the real program as clients do and asks it over
// its stdin and stdout.
func TestAClientSpeaksToTheProgram(t *testing.T) {
	dir, temporary := t.TempDir(), t.TempDir()
	demo := exec.CommandContext(t.Context(), "sync", "demo", "--people", "60", "--faults", "0")
	demo.Dir = dir
	output, err := demo.CombinedOutput()
	require.NoError(t, err, string(output))
	for _, c := range []struct {
		name, flags string
		people      bool // are shown
	}{
		{"everything", "--pii", true},
		{"without people", "--pii=false --max-rows 3", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			program := exec.CommandContext(t.Context(), "sync", append(strings.Fields("mcp -c demo/pipelines.yaml --log-level debug"), strings.Fields(c.flags)...)...)
			program.Dir, program.Stderr = dir, &log
			program.Env = append(os.Environ(), "TMPDIR="+temporary)
			client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil)
			session, err := client.Connect(t.Context(), &sdk.CommandTransport{Command: program}, nil)
			require.NoError(t, err)
			ask := func(query string) (string, bool) {
				result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: "query", Arguments: map[string]any{"sql": query}})
				require.NoError(t, err)
				return result.Content[0].(*sdk.TextContent).Text, result.IsError
			}
			text, wrong := ask("FROM contacts")
			require.False(t, wrong, text)
			require.Equal(t, c.people, strings.Contains(text, `"email"`))
			require.Equal(t, !c.people, strings.Contains(text, "only the first 3 rows"))
			require.Contains(t, text, `"as_of":`, "the snapshot is asked")
			text, wrong = ask("SELECT 'nobody@example.com'::INT")
			require.True(t, wrong)
			require.Contains(t, text, "Conversion Error")
			require.NoError(t, session.Close())
			require.Equal(t, 0, program.ProcessState.ExitCode())
			require.Contains(t, log.String(), "tool=query")
			require.NotContains(t, log.String(), "nobody@", "no question stands in the log")
			left, err := filepath.Glob(filepath.Join(temporary, "contactsync-mcp-*"))
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

func TestFlagsOfMCPAreChecked(t *testing.T) {
	for _, flags := range []string{"--max-rows 0", "--timeout 0s", "--pii=maybe"} {
		output, err := exec.CommandContext(t.Context(), "sync", append([]string{"mcp"}, strings.Fields(flags)...)...).CombinedOutput()
		require.Error(t, err, flags)
		require.Contains(t, string(output), strings.TrimPrefix(strings.Fields(strings.Split(flags, "=")[0])[0], "--"))
		require.Contains(t, err.Error(), "exit status 2", string(output))
	}
}
