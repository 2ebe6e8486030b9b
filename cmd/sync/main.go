// Command sync pulls contact data from four vendors into one DuckDB warehouse.
//
// Rules of this interface: data goes to stdout, logs and progress to stderr;
// errors are one line, lower case, without a full stop, and say what to do next
// where there is something to do; exit codes are the contract's (see exit.go).
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // schedules name time zones, and small images have none

	"contactsync/internal/run"
)

func main() { os.Exit(execute()) }

// execute runs the command line and returns the exit code.
func execute() int {
	restrictFiles()
	out := &output{file: os.Stdout}
	app := &app{stdout: out, stderr: os.Stderr, stdin: os.Stdin, invoked: os.Args[0]}
	ctx, stop := withSignals(context.Background(), app.stopping)
	defer stop()
	app.takeOverLog()
	root := app.command()
	err := root.ExecuteContext(ctx)
	started := err == nil || app.started || out.lost != nil
	if message := finalError(ctx, err); message != nil {
		app.complain(message)
	}
	if lost := out.lost; lost != nil && !errors.Is(err, lost) {
		app.complain(lost)
		err = cmp.Or(err, lost)
	}
	return exitCode(ctx, err, started)
}

// signalError is the cause of a context that a signal ended.
type signalError struct{ signal syscall.Signal }

func (e signalError) Error() string {
	return fmt.Sprintf("interrupted (%s); the state is saved, and the next run goes on from there", e.signal)
}

// lastMoment is when a process that was told to stop ends, whatever it is doing. A
// daemon is mostly done before it.
const lastMoment = run.StopTime + 500*time.Millisecond

// withSignals ends the context on SIGINT or SIGTERM, so that the run under way
// commits and stops. A second signal ends the process at once, and so does the
// clock where settling takes too long; both are safe because every commit is one
// transaction. The first is handed to heard.
func withSignals(parent context.Context, heard func(syscall.Signal)) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		first, ok := <-signals
		if !ok {
			return
		}
		s, _ := first.(syscall.Signal) // both that were asked for are
		cancel(signalError{s})
		heard(s)
		select {
		case second, ok := <-signals:
			if !ok {
				return
			}
			s, _ = second.(syscall.Signal)
		case <-time.After(lastMoment):
		}
		os.Exit(128 + int(s))
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(errors.New("done"))
	}
}
