package main

import (
	"fmt"
	"os"
	"strings"

	"contactsync/internal/durable"
)

// The reports stand between these lines of a document; the rest is for people to write.
const (
	documentStart = "<!-- bench: written by the command below; do not edit -->"
	documentEnd   = "<!-- bench: end -->"
	viewsStart    = "<!-- bench of views: written by the command below; do not edit -->"
	viewsEnd      = "<!-- bench of views: end -->"
)

// writeInto writes the report into a document, in place of what stands between the
// markers; nothing where no document is named.
func (r *Report) writeInto(path string) error {
	if path == "" {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	written, err := between(string(text), r.section(), documentStart, documentEnd)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return durable.WriteFile(path, []byte(written), 0o644)
}

// section is the report as it stands in a document: how to get it, tables, JSON.
func (r *Report) section() string {
	const form = "Measured on %s by\n\n```\n%s\n```\n\n%s\n" +
		"<details><summary>the same as JSON</summary>\n\n```json\n%s\n```\n\n</details>\n"
	return fmt.Sprintf(form, r.Measured, r.Command, r.tables(), r.json())
}

// between is a text with another one between its markers.
func between(text, inner, first, last string) (string, error) {
	before, rest, start := strings.Cut(text, first)
	_, after, end := strings.Cut(rest, last)
	if !start || !end {
		return "", fmt.Errorf("want a line %q and after it a line %q", first, last)
	}
	return before + first + "\n\n" + inner + "\n" + last + after, nil
}
