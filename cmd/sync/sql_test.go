package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestThePromptAsksUntilAQueryIsComplete(t *testing.T) {
	for _, c := range []struct {
		name, typed string
		asked       []string
	}{
		{"a line", "SELECT 1;\n", []string{"SELECT 1;\n"}},
		{"several lines", "SELECT\n1;\n", []string{"SELECT\n1;\n"}},
		{"a semicolon in a text ends nothing", "SELECT 'a;\nb';\n", []string{"SELECT 'a;\nb';\n"}},
		{"empty lines are nothing", "\n\nSELECT 1;\n", []string{"SELECT 1;\n"}},
		{"what has no end is asked at the end", "SELECT 1", []string{"SELECT 1\n"}},
		{"a wrong query ends nothing", "wrong;\nSELECT 1;\n", []string{"wrong;\n", "SELECT 1;\n"}},
		{"exit leaves", "exit\nSELECT 1;\n", nil},
		{"EXIT; leaves", "SELECT 1;\nEXIT;\nSELECT 2;\n", []string{"SELECT 1;\n"}},
		{"quit leaves", "quit\nSELECT 1;\n", nil},
		{".quit leaves", ".quit\nSELECT 1;\n", nil},
		{`\q leaves`, `\q` + "\nSELECT 1;\n", nil},
		{"quit on a line of its own leaves within a query", "SELECT\nquit\n;\n", nil},
		{"quit within a line is a word of it", "SELECT quit\n;\n", []string{"SELECT quit\n;\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked []string
			require.NoError(t, new(app).plainPrompt(t.Context(), strings.NewReader(c.typed), io.Discard, func(text string) error {
				if text != "" {
					asked = append(asked, text)
				}
				if strings.HasPrefix(text, "wrong") {
					return errors.New("wrong")
				}
				return nil
			}))
			require.Equal(t, c.asked, asked)
		})
	}
}

func TestATableSteersNoTerminalAndOtherFormatsKeepEveryCharacter(t *testing.T) {
	g := grid{columns: []string{"a\x1b[1m\""}, rows: [][]any{{"red \x1b[31m\u202e\tx"}}}
	for format, want := range map[string]string{
		"csv":  "\"a\x1b[1m\"\"\"\nred \x1b[31m\u202e\tx\n",
		"json": "[\n  {\"a\\u001b[1m\\\"\": \"red \\u001b[31m\u202e\\tx\"}\n]\n",
	} {
		var out bytes.Buffer
		require.NoError(t, g.print(&out, format))
		require.Equal(t, want, out.String())
	}
	var out bytes.Buffer
	require.NoError(t, g.print(&out, "table"))
	require.NotContains(t, out.String(), "\x1b")
	require.Contains(t, out.String(), `red \x1b[31m\u202e\tx`)
}
