package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"contactsync/internal/durable"
	"contactsync/internal/words"
)

// newReport notes what is measured, and where.
func newReport(ctx context.Context, o options) (*Report, error) {
	binary, err := filepath.Abs(o.binary)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(binary); err != nil {
		return nil, fmt.Errorf("%w; `make build` builds it", err)
	}
	_, version, err := spend(ctx, "", binary, "version")
	if err != nil {
		return nil, err
	}
	return &Report{
		Command: o.command, Measured: time.Now().UTC().Format(time.DateOnly), Sync: strings.TrimSpace(version),
		CPUs: runtime.NumCPU(), Rounds: o.rounds, PageSize: o.pageSize,
	}, nil
}

// tables are the report for people, as Markdown: it reads well on a terminal, too.
func (r *Report) tables() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s; %s, medians of %s; pages of %s records.\n", r.Sync, words.Counted(r.CPUs, "processor", "processors"),
		words.Counted(r.Rounds, "round", "rounds"),
		thousands(r.PageSize))
	for _, result := range r.Results {
		fmt.Fprintf(&b, "\n### %s records, %s MB of JSON\n\n", thousands(result.Records), megabytes(result.Bytes))
		b.WriteString(result.measures())
		b.WriteString("\n")
		b.WriteString(result.files())
	}
	return b.String()
}

func (r Result) measures() string {
	rows := [][]string{{"", "seconds", "x floor", "CPU seconds", "x floor", "peak MB"}}
	for _, m := range r.Measures {
		peak := "?"
		if m.Peak > 0 {
			peak = megabytes(m.Peak)
		}
		rows = append(rows, []string{m.Name, figure(m.Seconds), figure(m.ToFloor), figure(m.CPU), figure(m.CPUFloor), peak})
	}
	return markdown(rows)
}

func (r Result) files() string {
	rows := [][]string{{"on disk", "MB", "x JSON"}}
	for _, f := range r.Files {
		rows = append(rows, []string{f.Name, megabytes(f.Bytes), figure(f.ToJSON)})
	}
	return markdown(rows)
}

// writeJSON writes the report into a file; nothing where none is named.
func (r *Report) writeJSON(path string) error {
	if path == "" {
		return nil
	}
	return durable.WriteFile(path, append(r.json(), '\n'), 0o644)
}

func (r *Report) json() []byte {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		panic("bench: a report that JSON cannot hold: " + err.Error()) // numbers and texts alone
	}
	return text
}
