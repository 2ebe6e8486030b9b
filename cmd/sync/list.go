package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"contactsync/internal/roster"
	"contactsync/internal/words"

	"github.com/spf13/cobra"
)

// shownProblems is how many lines of a list are told; a list of the wrong kind has a
// problem in each.
const shownProblems = 20

// listFlags are those of the commands that read a list of people.
type listFlags struct {
	file   *string
	strict *bool
}

func (a *app) listFlags(c *cobra.Command, file string) listFlags {
	return listFlags{
		file:   c.Flags().String("file", "", file),
		strict: c.Flags().Bool("strict", false, "do nothing at all if a line of the list cannot be read"),
	}
}

// list is a list of people as it was read, which may be in part.
type list struct {
	*roster.List
	what string // the list, in a message
}

// readList reads a list from a file, - for stdin, and says what was read of it, and which
// lines cannot be: whoever is named in the others is not to wait for these, unless the
// list is to be taken whole or not at all.
func (a *app) readList(file string, strict bool, read func(io.Reader, string) (*roster.List, error)) (list, error) {
	input, err := a.input(file)
	if err != nil {
		return list{}, err
	}
	defer input.Close()
	name, what := "", "stdin"
	if file != "-" {
		name, what = file, filepath.Base(file)
	}
	taken, err := read(input, name)
	if err != nil {
		return list{}, usage("nothing was done: %v", err)
	}
	l := list{taken, what}
	a.tellProblems(l)
	switch {
	case l.Lines == 0:
		return l, usage("%s names nobody: the list is empty; nothing was done", what)
	case len(l.Names) == 0:
		return l, usage("no line of %s can be read; nothing was done", what)
	case strict && len(l.Problems) > 0:
		return l, usage("%s of %s cannot be read, and with --strict nothing is done then", words.Counted(l.unread(), "line", "lines"), what)
	}
	a.say(l.summary())
	return l, nil
}

// input opens a file; - is stdin.
func (a *app) input(file string) (io.ReadCloser, error) {
	if file == "-" {
		return io.NopCloser(a.stdin), nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, usage("%v", err)
	}
	return f, nil
}

// tellProblems says of each line that cannot be read where it is, never what it holds.
func (a *app) tellProblems(l list) {
	for _, p := range l.Problems[:min(len(l.Problems), shownProblems)] {
		a.tell(slog.LevelError, a.prefix(), p.String())
	}
	if more := len(l.Problems) - shownProblems; more > 0 {
		a.tell(slog.LevelError, a.prefix(), fmt.Sprintf("and %d more", more))
	}
}

// unread is how many lines hold something that cannot be read.
func (l list) unread() int {
	lines := map[string]bool{}
	for _, p := range l.Problems {
		lines[p.Place] = true
	}
	return len(lines)
}

// summary says what was read: lines, cells, people by the way in which they are named.
func (l list) summary() string {
	var kinds []string
	for _, kind := range roster.Kinds {
		if n := l.Counts[kind]; n > 0 {
			kinds = append(kinds, words.Counted(n, string(kind), plural(string(kind))))
		}
	}
	text := fmt.Sprintf("%s: %s and %s with %s", l.what,
		words.Counted(l.Lines, "line", "lines"), words.Counted(l.Cells, "cell", "cells"), strings.Join(kinds, ", "))
	if l.Headers > 0 {
		text += "; " + words.Counted(l.Headers, "line is a header", "lines are headers")
	}
	if l.Passed > 0 {
		text += "; " + words.Counted(l.Passed, "cell is", "cells are") + " of something else"
	}
	return text
}

func plural(noun string) string {
	if strings.HasSuffix(noun, "s") || strings.HasSuffix(noun, "sh") {
		return noun + "es"
	}
	return noun + "s"
}

// ended is how a command ends that took the lines that can be read: it failed if others
// cannot be, so that whoever starts it at night is told.
func (l list) ended(err error) error {
	if err != nil || l.List == nil || len(l.Problems) == 0 {
		return err
	}
	return &exitError{exitFailed, fmt.Sprintf("%s of %s could not be read in whole: "+
		"mend what is told above, and run this again; everything else is done",
		words.Counted(l.unread(), "line", "lines"), l.what)}
}
