package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"syscall"

	"contactsync/internal/box"
)

// What is said on stderr beside the log: a line for people, or with --log-format
// json a line of the log, so that a program can read all that stands there.

// say tells what was done. The attributes say the same to programs.
func (a *app) say(line string, attributes ...any) {
	a.tell(slog.LevelInfo, "", line, attributes...)
}

// caution tells what a person should look at.
func (a *app) caution(subject, line string, attributes ...any) {
	a.tell(slog.LevelWarn, subject+": warning: ", line, attributes...)
}

// complain tells why something failed, each line of the error by itself.
func (a *app) complain(err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		a.tell(slog.LevelError, a.prefix(), line)
	}
}

// stopping tells whoever pressed Ctrl-C that it was heard: what is read is still merged
// and published, which can take seconds.
func (a *app) stopping(s syscall.Signal) {
	if s != syscall.SIGINT || !a.working.Load() {
		return
	}
	const text = "stopping, and saving what was read; press Ctrl-C again to end at once"
	if d := a.shown.Load(); d != nil {
		d.note(text)
		return
	}
	a.say(text)
}

func (a *app) tell(level slog.Level, prefix, line string, attributes ...any) {
	if a.logFormat == "json" {
		a.logger(false).Log(context.Background(), level, line, attributes...)
		return
	}
	fmt.Fprintln(a.cleared(), prefix+box.Visible(line))
}

// finalError is what is left to say of how the command ended, nil if all is said.
// What a signal cut off would tell of it in words of its own.
func finalError(ctx context.Context, err error) error {
	if e, ok := errors.AsType[*exitError](err); ok && e.text == "" {
		return nil
	}
	if s, ok := errors.AsType[signalError](context.Cause(ctx)); ok && err != nil {
		return s
	}
	return err
}
