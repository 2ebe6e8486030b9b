package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"contactsync/internal/run"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestADisplayLineSaysWhatAPipelineDoes(t *testing.T) {
	now := time.Date(2026, 11, 21, 2, 0, 10, 0, time.UTC)
	started := now.Add(-10 * time.Second)
	for _, c := range []struct {
		name string
		p    run.Progress
		want string
	}{
		{"queued", run.Progress{Pipeline: "labs", State: run.Queued}, "· labs  queued"},
		{"reading", run.Progress{Pipeline: "labs", State: run.Reading, Started: started, Pages: 3, Rows: 250, Read: 250, Declared: 1000},
			"⠋ labs       3 pages       250/1000 rows       25 rows/s    10.0s  reading"},
		{"waiting", run.Progress{Pipeline: "labs", State: run.Waiting, Started: started, Waiting: "the vendor's rate limit", Until: now.Add(5 * time.Second)},
			"⠋ labs       0 pages              0 rows        0 rows/s    10.0s  waiting: the vendor's rate limit (5s)"},
		{"done", run.Progress{Pipeline: "labs", State: run.Done, Started: started, Rows: 10, Run: &schema.Run{Status: schema.Succeeded, FinishedAt: started.Add(time.Second)}},
			"✓ labs       0 pages             10 rows       10 rows/s     1.0s  succeeded"},
		{"failed", run.Progress{Pipeline: "labs", State: run.Done, Started: started, Run: &schema.Run{Status: schema.Failed, FinishedAt: now}},
			"✗ labs       0 pages              0 rows        0 rows/s    10.0s  failed"},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, progressLine(c.p, 4, 120, now, 0)) })
	}
	done := run.Progress{
		Pipeline: "labs", State: run.Done, Started: started, Rows: 10, Run: &schema.Run{Status: schema.Succeeded, FinishedAt: now},
	}
	require.Equal(t, "✓ labs  succeeded  10 rows  10.0s", progressLine(done, 4, 60, now, 0), "a narrow terminal shows the state first")
}

func TestTheDisplayDrawsOverItselfAndKeepsToTheWidth(t *testing.T) {
	var screen bytes.Buffer
	d := &display{w: &screen, width: func() int { return 20 }}
	d.show(run.Progress{Pipeline: "a-pipeline-with-a-long-name", State: run.Queued})
	d.draw(time.Now())
	d.draw(time.Now())
	require.Equal(t, 2, strings.Count(screen.String(), "\n"))
	require.Contains(t, screen.String(), "\x1b[1A", "the second drawing goes up first")
	for line := range strings.SplitSeq(screen.String(), "\n") {
		_, text, _ := strings.Cut(line, "\x1b[2K")
		require.LessOrEqual(t, len([]rune(text)), 19)
	}
}
