package prompt

import (
	"cmp"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
)

// page writes a text, by the pager if it is longer than the screen.
func (s *Session) page(ctx context.Context, text string) {
	if s.pager == "" || strings.Count(text, "\n") < s.Screen.Height() || s.paged(ctx, text) != nil {
		_, _ = io.WriteString(s.Screen.Out, text) // a terminal that is gone shows nothing
	}
}

// paged shows a text by the pager, which the user sets as for other programs.
func (s *Session) paged(ctx context.Context, text string) error {
	c := exec.CommandContext(ctx, "sh", "-c", s.pager)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) } // Ctrl-C is the pager's own
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(text), s.Screen.Out, s.Err
	c.Env = append(os.Environ(), "LESS="+cmp.Or(os.Getenv("LESS"), "FRSX"))
	err := c.Run()
	if ctx.Err() != nil {
		return nil // it has shown what somebody wanted to see
	}
	return err
}

// usualPager is the user's pager, less if there is none.
func usualPager() string { return cmp.Or(os.Getenv("PAGER"), "less") }
