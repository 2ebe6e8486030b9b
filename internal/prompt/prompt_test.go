package prompt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"contactsync/load/duckdb/console"

	"github.com/stretchr/testify/require"
)

func TestHistoryIsKeptForItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "contactsync", "sql_history")
	h := openHistory(path)
	for _, entry := range []string{"SELECT 1,\n'é';", " SELECT 'not kept';", "exit", "SELECT 2\n.quit", "SELECT 3;\n"} {
		_, err := h.Write(entry)
		require.NoError(t, err)
	}
	again := openHistory(path)
	require.Equal(t, []string{"SELECT 1,\n'é';", "SELECT 3;"}, again.lines)
	last, err := again.GetLine(again.Len() - 1)
	require.NoError(t, err)
	require.Equal(t, "SELECT 3;", last)
	_, err = again.GetLine(again.Len())
	require.Error(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	folder, err := os.Stat(filepath.Dir(path))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), folder.Mode().Perm())
}

func TestALongHistoryIsShortened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sql_history")
	var all strings.Builder
	for i := range 2*keptLines + 1 {
		all.WriteString(encoded(fmt.Sprintf("SELECT %d;", i)))
	}
	require.NoError(t, os.WriteFile(path, []byte(all.String()+"{broken"), 0o600))
	require.Len(t, openHistory(path).lines, keptLines)
	require.Equal(t, fmt.Sprintf("SELECT %d;", 2*keptLines), openHistory(path).lines[keptLines-1])
}

func TestHistoryWithoutAPlaceIsThatOfTheSession(t *testing.T) {
	h := openHistory("")
	_, err := h.Write("SELECT 1;")
	require.NoError(t, err)
	require.Equal(t, 1, h.Len())
	t.Setenv("XDG_STATE_HOME", "relative")
	t.Setenv("HOME", "/home/ann")
	require.Equal(t, "/home/ann/.local/state/contactsync/sql_history", historyPath())
}

func TestAWindowKeepsTheFirstAndTheLastRows(t *testing.T) {
	for _, c := range []struct {
		most, rows int
		want       string
	}{
		{0, 5, "0 1 2 3 4"}, {4, 4, "0 1 2 3"}, {4, 5, "0 1 · 3 4"}, {4, 100, "0 1 · 98 99"}, {1, 3, "0 ·"}, {4, 0, ""},
	} {
		w := window{most: c.most}
		for i := range c.rows {
			w.add([]string{fmt.Sprint(i)})
		}
		var got []string
		for _, row := range w.rows([]string{"·"}) {
			got = append(got, row[0])
		}
		require.Equal(t, c.want, strings.Join(got, " "), "%d of %d", c.most, c.rows)
	}
}

func TestSuggestionsReplaceTheWordThatIsTyped(t *testing.T) {
	list := []console.Suggestion{{Word: "email", Kind: "column"}, {Word: "ev\x1bil", Kind: "file_name"}}
	require.Equal(t, "c.em", completions("SELECT a,\nc.em", 12, list).PREFIX)
	require.Equal(t, "", completions("SELECT ", 7, list).PREFIX)
	require.Equal(t, "a,em", completions("SELECT a,em", 9, list).PREFIX)
}

func TestCommandsSayWhatIsWrongWithThem(t *testing.T) {
	s := session(&bytes.Buffer{})
	for line, want := range map[string]string{
		".timer maybe": `.timer wants on or off, not "maybe"`,
		".pager":       `.pager wants on or off, not ""`,
		".maxrows -1":  `.maxrows wants a number, 0 for all rows, not "-1"`,
		".tablse":      "there is no command .tablse, did you mean .tables?; help lists them",
		`\zzzzzzzz`:    `there is no command \zzzzzzzz; help lists them`,
		`\d x`:         "the warehouse is away",
	} {
		require.EqualError(t, s.command(t.Context(), line), want, line)
	}
}

func TestWhatIsLongerThanTheScreenGoesToThePager(t *testing.T) {
	var out bytes.Buffer
	s := session(&out)
	s.pager = "sed 's/^/paged: /'"
	s.page(t.Context(), "a\nb\n")
	s.page(t.Context(), "a\nb\nc\nd\n")
	require.Equal(t, "a\nb\npaged: a\npaged: b\npaged: c\npaged: d\n", out.String())
	out.Reset()
	require.NoError(t, s.command(t.Context(), ".pager off"))
	s.page(t.Context(), "a\nb\nc\nd\n")
	require.Equal(t, "a\nb\nc\nd\n", out.String())
}

func TestAPagerThatIsNotThereHidesNothing(t *testing.T) {
	var out bytes.Buffer
	s := session(&out)
	s.pager = "no-such-pager-5555 2>/dev/null"
	s.page(t.Context(), "a\nb\nc\nd\n")
	require.Equal(t, "a\nb\nc\nd\n", out.String())
}

// session is one at a screen of three lines, whose warehouse cannot be opened.
func session(out *bytes.Buffer) *Session {
	return &Session{
		Open:   func(context.Context, func(console.Source) error) error { return errors.New("the warehouse is away") },
		Screen: Screen{Out: out, Width: func() int { return 80 }, Height: func() int { return 3 }},
		Err:    out,
	}
}
