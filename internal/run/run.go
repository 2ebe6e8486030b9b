package run

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/suggest"
	"contactsync/load"
	"contactsync/schema"
)

// Report is what an invocation of run did.
type Report struct {
	Published
	Runs      []schema.Run // in the order of the config
	Recovered int64        // runs of a crashed process that were closed
}

// Pipelines runs the named pipelines, all if none is named, and then publishes the
// snapshot and the exports. The error says why nothing was started or why
// publishing failed; how the pipelines ended is in the report.
func Pipelines(ctx context.Context, r *Runner, names []string, o Options) (Report, error) {
	var report Report
	pipelines, err := r.Named(names)
	if err != nil {
		return report, err
	}
	if err := CheckExports(ctx, r); err != nil {
		return report, err
	}
	err = r.Within(ctx, o.Wait, func(s *Session) (err error) {
		report.Recovered = s.recovered
		report.Runs = s.runAll(ctx, pipelines, o)
		report.Published, err = s.Publish()
		return err
	})
	return report, err
}

// Named are the named ones in the order of the config, all if none is named.
func (r *Runner) Named(names []string) ([]*config.Pipeline, error) {
	var list []*config.Pipeline
	for _, name := range names {
		if _, ok := r.Config.Pipeline(name); !ok {
			return nil, &UnknownPipelineError{Name: name, Known: r.Names()}
		}
	}
	for i := range r.Config.Pipelines {
		if p := &r.Config.Pipelines[i]; len(names) == 0 || slices.Contains(names, p.Name) {
			list = append(list, p)
		}
	}
	if missing := r.Config.MissingVariables(names...); len(missing) > 0 {
		return nil, &config.MissingError{Missing: missing}
	}
	for _, p := range list {
		if _, err := r.Client(p.Source); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Names are the names of the pipelines, in the order of the config.
func (r *Runner) Names() []string {
	names := make([]string, len(r.Config.Pipelines))
	for i, p := range r.Config.Pipelines {
		names[i] = p.Name
	}
	return names
}

// UnknownPipelineError says that the config has no pipeline of this name.
type UnknownPipelineError struct {
	Name  string
	Known []string
}

func (e *UnknownPipelineError) Error() string {
	return fmt.Sprintf("no pipeline is called %q%s", e.Name, insteadOf(e.Name, e.Known))
}

// insteadOf guesses which name was meant, and says which ones the config has.
func insteadOf(name string, known []string) string {
	meant := suggest.Nearest(name, known)
	if meant != "" {
		meant = fmt.Sprintf("; did you mean %s?", meant)
	}
	return fmt.Sprintf("%s; the config has %s", meant, cmp.Or(strings.Join(known, ", "), "none"))
}

// runAll runs pipelines of one source one after another and those of different
// sources side by side. They merge in the order of the config.
func (s *Session) runAll(ctx context.Context, pipelines []*config.Pipeline, o Options) []schema.Run {
	ctx, release := s.whileHeld(ctx)
	defer release()
	executions := make([]*Execution, len(pipelines))
	bySource := map[string][]int{}
	for i, p := range pipelines {
		executions[i] = s.newExecution(p, o)
		bySource[p.Source] = append(bySource[p.Source], i)
		s.Runner.Progress(executions[i].progress)
	}
	s.atWork.Add(int32(len(bySource)))
	var all sync.WaitGroup
	for _, queue := range bySource {
		all.Go(func() {
			defer s.atWork.Add(-1)
			for _, i := range queue {
				executions[i].read(ctx)
				executions[i].awaitTurn(executions[:i])
				executions[i].merge(ctx)
				executions[i].giveWay()
			}
		})
	}
	all.Wait()
	runs := make([]schema.Run, len(executions))
	for i, e := range executions {
		runs[i] = e.Run
	}
	return runs
}

// awaitTurn waits until those before have merged or have given up their turn.
func (e *Execution) awaitTurn(before []*Execution) {
	for _, b := range before {
		select {
		case <-b.turn:
			continue
		default:
		}
		e.Show(func(p *Progress) { p.State, p.Waiting = Waiting, b.Pipeline.Name+" to merge first" })
		<-b.turn // it ends soon when the run is stopped
	}
}

// longWait is how long a vendor may make a pipeline wait before it gives up its
// turn to merge: those after it need not wait for a vendor that is not ready.
const longWait = 10 * time.Second

// giveWay lets the pipelines after this one merge.
func (e *Execution) giveWay() { e.turnOnce.Do(func() { close(e.turn) }) }

// Resolution is what an identity resolution by itself did.
type Resolution struct {
	Published
	load.Merged
	Warnings []string
}

// ResolveOptions say how to resolve.
type ResolveOptions struct {
	Rebuild    bool // everything, from nothing
	ApplyGuard bool // the guard splits whom it has not told of yet, too
	Wait       bool // for the lock
}

// Resolve works out who is one person, without asking any vendor: what changed
// in the overrides or rules since the last run, or everything, from nothing. Nothing
// stored gives the same people and the same ids. Then it publishes as a run does.
// Without a warehouse there is nobody to resolve: a [*NoneError].
func Resolve(ctx context.Context, r *Runner, o ResolveOptions) (res Resolution, err error) {
	if err := mustHaveBegun(ctx, r); err != nil {
		return res, err
	}
	err = r.Within(ctx, o.Wait, func(s *Session) (err error) {
		people := r.People()
		people.ApplyGuard = o.ApplyGuard
		if res.Merged, err = s.w.Resolve(ctx, NewRunID(r.Now()), people, o.Rebuild); err != nil {
			return err
		}
		res.Warnings = people.Warn(res.Merged)
		res.Published, err = s.Publish()
		return err
	})
	return res, err
}
