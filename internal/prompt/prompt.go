// Package prompt is where people ask the warehouse SQL on a terminal: a line editor
// with history and completion, commands beside the queries, answers that fit the
// screen, and a Ctrl-C that ends no more than the line or the query under way. The
// warehouse is open only while it is asked, so that a prompt that waits holds up no run.
package prompt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"contactsync/internal/box"
	"contactsync/load/duckdb/console"
)

// Screen is the terminal that answers are written for.
type Screen struct {
	Out    io.Writer
	Width  func() int
	Height func() int
}

// Session is somebody's stay at the prompt.
type Session struct {
	Open   func(ctx context.Context, do func(console.Source) error) error // opens the warehouse while do runs
	Fetch  func(ctx context.Context, statements []string) error           // has here what they read, before they are asked; nil: it is
	Cell   func(any) string                                               // a value as text
	Number func(any) bool                                                 // whether a value is one
	Screen Screen
	Err    io.Writer // what goes wrong

	settings []string // the SET statements so far, which hold for all that follow
	records  bool     // a block per row
	untimed  bool
	maxRows  int    // how many rows are shown at most, 0: all
	pager    string // what long answers are shown by, "": nothing
}

// usualRows is how many rows of an answer are shown.
const usualRows = 40

// New begins a session. The environment's PAGER shows what is longer than the screen.
func New(s Session) *Session {
	s.maxRows, s.pager = usualRows, os.Getenv("PAGER")
	return &s
}

// farewells leave the prompt.
var farewells = []string{"exit", "quit", ".exit", ".quit", `\q`}

// Run reads and answers until somebody leaves. It is for a terminal on stdin and stdout.
func (s *Session) Run(ctx context.Context) error {
	// From here on Ctrl-C is no wish to end the program: in a line it is a key, and in a
	// query it ends the query.
	signal.Reset(os.Interrupt)
	standing := make(chan os.Signal, 1)
	signal.Notify(standing, os.Interrupt)
	defer signal.Stop(standing)
	e := s.newEditor()
	fmt.Fprintln(s.Screen.Out, "Ask SQL, each query ended by a semicolon; help tells more, Ctrl-D leaves.")
	for {
		text, err := e.read(ctx)
		switch {
		case errors.Is(err, errInterrupted):
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if Leaves(text) {
			return nil
		}
		if err := s.do(ctx, text); err != nil {
			fmt.Fprintln(s.Err, box.Visible(err.Error()))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// Leaves reports whether the last line of a text says good-bye.
func Leaves(text string) bool {
	last := text[strings.LastIndex(text, "\n")+1:]
	return isWord(last, farewells...)
}

// isWord reports whether a line is one of these words, in any case and with or without a semicolon.
func isWord(line string, words ...string) bool {
	line = strings.TrimRight(strings.TrimSpace(line), "; ")
	for _, w := range words {
		if strings.EqualFold(line, w) {
			return true
		}
	}
	return false
}

// ended reports whether nothing more belongs to what was typed.
func ended(text string) bool {
	return strings.TrimSpace(text) == "" || isCommand(text) || Leaves(text) || console.Complete(text)
}

// do answers what was typed, and can be stopped by Ctrl-C.
func (s *Session) do(ctx context.Context, text string) error {
	query, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	var err error
	if isCommand(text) {
		err = s.command(query, text)
	} else {
		err = s.Ask(query, text)
	}
	if query.Err() != nil && ctx.Err() == nil {
		return errors.New("stopped")
	}
	return err
}
