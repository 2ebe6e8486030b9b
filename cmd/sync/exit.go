package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"contactsync/internal/config"
	"contactsync/internal/config/proxy"
	"contactsync/internal/recovery"
	"contactsync/internal/review"
	"contactsync/internal/run"
	"contactsync/internal/selector"
	"contactsync/load/duckdb/console"
	"contactsync/schema"
)

// The exit codes. Where several hold, an interrupt stands before a failure, a
// failure before a limit.
const (
	exitOK     = 0
	exitFailed = 1 // at least one pipeline failed; the others are committed
	exitUsage  = 2 // wrong usage or config; nothing was started
	exitLimit  = 3 // stopped by a limit or not ready in time; the state is saved
)

// exitError ends the program with a code. Its text is empty where all has been
// said already.
type exitError struct {
	code int
	text string
}

func (e *exitError) Error() string { return e.text }

// usage is an error of the user, such as a flag with a wrong value.
func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Sprintf(format, args...)}
}

// exitCode maps how the command ended to an exit code. An error before the
// command started is one of usage.
func exitCode(ctx context.Context, err error, started bool) int {
	if s, ok := errors.AsType[signalError](context.Cause(ctx)); ok {
		return 128 + int(s.signal)
	}
	if err == nil {
		return exitOK
	}
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.code
	}
	if !started || isUsage(err) {
		return exitUsage
	}
	return exitFailed
}

// isUsage reports whether the user must change the command or the config.
func isUsage(err error) bool {
	return is[*config.Error](err) || is[*config.MissingError](err) || is[*config.NotFoundError](err) || is[*proxy.Error](err) ||
		is[*run.OverridesError](err) || is[*review.Error](err) || is[*run.UnknownPipelineError](err) || is[*run.UnknownExportError](err) ||
		is[*run.VanishedError](err) || is[*run.FileOnlyError](err) || is[*recovery.ExistsError](err) ||
		is[*selector.Error](err) || is[*console.WritingError](err)
}

func is[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

// endOf returns how a command ends whose runs are reported: by err, else by the
// worst of the runs.
func endOf(report run.Report, err error) error {
	ended := func(as ...string) bool {
		return slices.ContainsFunc(report.Runs, func(r schema.Run) bool { return slices.Contains(as, r.Status) })
	}
	switch {
	case err != nil:
		return err
	case ended(schema.Failed):
		return &exitError{code: exitFailed}
	case ended(schema.Limited, schema.NotReady):
		return &exitError{code: exitLimit}
	}
	return nil
}
