package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// usage is what a process took.
type usage struct {
	wall, cpu time.Duration // cpu is user and system, all threads, children that it waited for included
	peak      int64         // bytes of resident memory at most; 0: not known here
}

// spend runs a program to its end in a directory and says what it took, and what it
// printed. The peak is never less than this process's own, which a child inherits
// until it is its own program; so this process keeps no data.
func spend(ctx context.Context, dir string, program string, args ...string) (usage, string, error) {
	c := exec.CommandContext(ctx, program, args...)
	c.Dir = dir
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	start := time.Now()
	err := c.Run()
	wall := time.Since(start)
	if err != nil {
		return usage{}, "", fmt.Errorf("%s: %w\n%s", c, err, lastLines(stderr.String(), 20))
	}
	state := c.ProcessState
	return usage{wall: wall, cpu: state.UserTime() + state.SystemTime(), peak: peakMemory(state)}, stdout.String(), nil
}

// lastLines is the end of a text that may be long.
func lastLines(text string, most int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(len(lines)-most, 0):], "\n")
}
