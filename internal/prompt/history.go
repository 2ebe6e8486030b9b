package prompt

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// keptLines is how many entries the history keeps.
const keptLines = 1000

// history is what was asked before, an entry a line of JSON in a file that only its
// owner may read, since queries name people. What begins with a space is not kept. A
// file that cannot be written costs the history of later sessions and nothing else.
type history struct {
	path  string // "": there is no place for it
	lines []string
}

// historyPath is the place that the XDG base directory specification has for it.
func historyPath() string {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) { // which the specification says to ignore
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "contactsync", "sql_history")
}

// openHistory reads the history, and shortens its file if it has grown long.
func openHistory(path string) *history {
	h := &history{path: path}
	f, err := os.Open(path)
	if err != nil {
		return h
	}
	defer f.Close()
	lines := bufio.NewReader(f)
	for {
		line, err := lines.ReadString('\n')
		var entry string
		if json.Unmarshal([]byte(line), &entry) == nil && entry != "" {
			h.lines = append(h.lines, entry)
		}
		if err != nil {
			break
		}
	}
	if len(h.lines) > 2*keptLines {
		h.lines = h.lines[len(h.lines)-keptLines:]
		h.rewrite()
	}
	return h
}

func (h *history) rewrite() {
	var all strings.Builder
	for _, entry := range h.lines {
		all.WriteString(encoded(entry))
	}
	temporary := h.path + ".new"
	if os.WriteFile(temporary, []byte(all.String()), 0o600) == nil {
		_ = os.Rename(temporary, h.path) // else it stays long
	}
}

func encoded(entry string) string {
	line, _ := json.Marshal(entry) // a text always encodes
	return string(line) + "\n"
}

// Write adds an entry.
func (h *history) Write(entry string) (int, error) {
	if strings.HasPrefix(entry, " ") || strings.TrimSpace(entry) == "" || Leaves(entry) {
		return h.Len(), nil
	}
	h.lines = append(h.lines, strings.TrimSpace(entry))
	if h.path == "" {
		return h.Len(), nil
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return h.Len(), nil
	}
	f, err := os.OpenFile(h.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return h.Len(), nil
	}
	defer f.Close()
	_, _ = f.WriteString(encoded(strings.TrimSpace(entry))) // see history
	return h.Len(), nil
}

var errNoEntry = errors.New("the history has no such entry")

// GetLine returns an entry, the oldest being 0.
func (h *history) GetLine(at int) (string, error) {
	if at < 0 || at >= len(h.lines) {
		return "", errNoEntry
	}
	return h.lines[at], nil
}

// Len is how many entries there are.
func (h *history) Len() int { return len(h.lines) }

// Dump returns all entries.
func (h *history) Dump() any { return h.lines }
