// Command sync pulls contact data from four vendors into one DuckDB warehouse.
//
// Rules of this interface: data goes to stdout, logs and progress to stderr;
// errors are one line, lower case, without a full stop, and say what to do next
// where there is something to do; exit codes are the contract's (see exit.go).
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	_ "time/tzdata" // schedules name time zones, and small images have none
)

func main() { os.Exit(run()) }

// run runs the command line and returns the exit code.
func run() int {
	restrictFiles()
	ctx, stop := withSignals(context.Background())
	defer stop()
	app := &app{stdout: os.Stdout, stderr: os.Stderr, stdin: os.Stdin}
	root := app.command()
	if err := root.ExecuteContext(ctx); err != nil {
		if err := withoutExit(err); err != nil {
			fmt.Fprintln(os.Stderr, "sync: "+err.Error())
		}
		return exitCode(ctx, err, app.started)
	}
	return exitCode(ctx, nil, true)
}

// signalError is the cause of a context that a signal ended.
type signalError struct{ signal syscall.Signal }

func (e signalError) Error() string {
	return fmt.Sprintf("interrupted (%s); the state is saved, and the next run goes on from there", e.signal)
}

// withSignals ends the context on SIGINT or SIGTERM, so that the run under way
// commits and stops; a second signal ends the process at once, which is safe
// because every commit is one transaction.
func withSignals(parent context.Context) (context.Context, func()) {
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
		if second, ok := <-signals; ok {
			s, _ = second.(syscall.Signal)
			os.Exit(128 + int(s))
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(errors.New("done"))
	}
}
