package main

import (
	"context"
	"errors"

	"contactsync/internal/config"
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
	if _, ok := errors.AsType[*config.Error](err); ok {
		return true
	}
	if _, ok := errors.AsType[*config.MissingError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*config.NotFoundError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*run.OverridesError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*run.UnknownPipelineError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*selector.Error](err); ok {
		return true
	}
	if _, ok := errors.AsType[*console.WritingError](err); ok {
		return true
	}
	_, ok := errors.AsType[*run.UnknownExportError](err)
	return ok
}

// runsExit is the exit code of runs that have ended.
func runsExit(runs []schema.Run) int {
	code := exitOK
	for _, r := range runs {
		switch r.Status {
		case schema.Failed:
			return exitFailed
		case schema.Limited, schema.NotReady:
			code = exitLimit
		}
	}
	return code
}
