package daemon

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/schema"
)

// Daemon runs pipelines when their schedules fire, and keeps what the status
// page shows. It opens the warehouse for an invocation and closes it again, so
// that a manual run works at the same time.
//
// An invocation begins when a pipeline is queued and takes in those that are
// queued while it lasts: see [round]. It ends soon enough that others get the lock,
// and exports and snapshot follow when the queue is empty.
type Daemon struct {
	Ended     func(Ended) // called after each run, one at a time
	Published func(error) // called after snapshot and exports were written, or could not be

	backoff func(attempt int) time.Duration
	begin   func(context.Context, *run.Runner) (invocation, error)
	telling sync.Mutex    // Ended is called by one run at a time
	reading chan struct{} // holds the visitor for whom the warehouse is open
	bell    bell
	started time.Time
	wake    chan struct{} // the planner has something to look at
	changed chan struct{} // the queue has
	fresh   chan struct{} // there is a new snapshot, and somebody may look at its data

	unshared chan struct{} // the memory has changed since it was left in the bucket

	mu       sync.Mutex
	runner   *run.Runner
	jobs     []*job // in the order of the config
	memory   memory
	books    Books
	busy     bool // an invocation is on
	locking  bool // and waits for the warehouse
	writing  bool // and writes exports and snapshot
	outcome  publication
	failures map[string]int64         // of exports, by name
	replaced []*run.Runner            // by reloads, while their runs go on
	answers  map[string]map[int]int64 // that clients which are gone have had
	data     seenData                 // what the data page showed last; whoever holds reading may replace it
	looked   bool                     // somebody has looked at the data page
	reloaded error                    // why the last reload was refused
	seen     time.Time                // of the warehouse file that books were read from; zero: there was none
	lake     lakeSeen                 // the same of a warehouse that Spark holds
}

// publication is how the last writing of exports and snapshot ended.
type publication struct {
	at  time.Time
	err error
	run.Published
}

// Ended tells how a run ended.
type Ended struct {
	Run      schema.Run
	Stream   string
	Before   []schema.Run // the runs before it, newest first
	Drifts   []schema.Drift
	Retrying bool // it will be tried again soon
}

// New makes a daemon that has not begun.
func New(r *run.Runner) (*Daemon, error) {
	d := &Daemon{
		Ended: func(Ended) {}, Published: func(error) {}, backoff: backoff, begin: beginInvocation, started: r.Now(),
		wake: make(chan struct{}, 1), unshared: make(chan struct{}, 1), changed: make(chan struct{}, 1), fresh: make(chan struct{}, 1),
		reading: make(chan struct{}, 1), answers: map[string]map[int]int64{}, failures: map[string]int64{},
		books: Books{Pipelines: map[string]Record{}},
	}
	err := run.CheckExports(context.Background(), r)
	if err != nil {
		return nil, err
	}
	if _, err := bringMemory(context.Background(), r); err != nil {
		return nil, err
	}
	var setAside error
	if d.memory, setAside, err = recoverMemory(memoryPath(r.Config.Warehouse.Path.Full)); err != nil {
		return nil, err
	}
	if setAside != nil {
		r.Log.Error("the memory begins anew", "cause", setAside)
	}
	d.use(r)
	return d, d.save()
}

// use takes a runner and its config; jobs that go on keep what they are doing.
func (d *Daemon) use(r *run.Runner) {
	before := d.jobs
	r.Wake = func(source string) <-chan struct{} { return d.bell.wait(source) }
	r.Progress = d.show
	d.runner, d.jobs = r, nil
	now := r.Now().Round(0)
	for i := range r.Config.Pipelines {
		p := &r.Config.Pipelines[i]
		j := &job{phase: Resting}
		if k := slices.IndexFunc(before, func(o *job) bool { return o.pipeline.Name == p.Name }); k >= 0 {
			j = before[k]
		}
		j.pipeline = p
		known, ok := d.memory.Pipelines[p.Name]
		if !ok {
			known = pipelineMemory{Since: now, Handled: now}
		}
		j.pipelineMemory = known
		j.schedule, j.scheduled = run.ScheduleOf(p, r.Config.Timezone)
		j.next = time.Time{}
		j.handle(j.Handled)
		d.jobs = append(d.jobs, j)
	}
}

// Reload takes another config. Runs under way end by the old one.
func (d *Daemon) Reload(c *config.Config) error {
	if err := run.CheckExports(context.Background(), &run.Runner{Config: c}); err != nil {
		d.Refused(err)
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	was := d.runner
	if !sameServer(c, was.Config) {
		d.reloaded = fmt.Errorf("the place of the warehouse, serve.listen and serve.auth_token change by a restart only")
		return d.reloaded
	}
	next := run.NewRunner(c, was.Log)
	next.Now, next.Publishing, next.Erase, next.Command, next.Version = was.Now, was.Publishing, was.Erase, was.Command, was.Version
	next.KeepClients(was)
	d.use(next)
	d.replaced = append(d.replaced, was)
	if !d.busy {
		d.retire()
	}
	d.reloaded = nil
	poke(d.wake)
	return d.save()
}

// sameServer reports whether two configs agree in what a running daemon cannot change.
func sameServer(a, b *config.Config) bool {
	return a.Warehouse.Path.Full == b.Warehouse.Path.Full && sameLake(a.Warehouse, b.Warehouse) && a.Serve.Listen == b.Serve.Listen && a.Serve.AuthToken == b.Serve.AuthToken
}

// Refused notes why a new config could not be taken; the old one stays.
func (d *Daemon) Refused(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reloaded = err
}

// An Action is what a person can do to a pipeline by a button.
type Action string

// The actions.
const (
	RunNow Action = "run"
	Pause  Action = "pause"
	Resume Action = "resume"
)

// Act does something to a pipeline.
func (d *Daemon) Act(a Action, name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.jobs, func(j *job) bool { return j.pipeline.Name == name })
	if i < 0 {
		return &run.UnknownPipelineError{Name: name, Known: d.runner.Names()}
	}
	j := d.jobs[i]
	switch a {
	case RunNow:
		if missing := d.runner.Config.MissingVariables(name); len(missing) > 0 {
			return &config.MissingError{Missing: missing}
		}
		if j.phase != Active && j.phase != Ready {
			j.attempt = 0
			j.queue()
		}
	case Pause:
		j.Paused, j.attempt = true, 0
		if j.phase == Delayed || j.phase == Retrying || j.phase == Ready {
			j.phase = Resting
		}
	case Resume:
		if j.Paused { // what came by meanwhile is not made good
			j.Paused, j.taken = false, time.Time{}
			j.handle(d.runner.Now().Round(0))
		}
	default:
		return fmt.Errorf("no action is called %q", a)
	}
	poke(d.wake)
	return d.save()
}

// Callback tells that a vendor called back: whoever waits for it asks at once.
func (d *Daemon) Callback(source string) { d.bell.ring(source) }

// CallbackSecret is the secret part of the address that StatSocial calls back.
func (d *Daemon) CallbackSecret() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.memory.Callback
}

// save stores the daemon's memory. Pipelines that the config no longer has are
// kept: they may come back.
func (d *Daemon) save() error {
	for _, j := range d.jobs {
		d.memory.Pipelines[j.pipeline.Name] = j.pipelineMemory
	}
	d.memory.Revision++
	if d.runner.Config.Warehouse.InLake() {
		poke(d.unshared)
	}
	return d.memory.save(memoryPath(d.runner.Config.Warehouse.Path.Full))
}

// show takes in what a run is doing.
func (d *Daemon) show(p run.Progress) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, j := range d.jobs {
		if j.pipeline.Name == p.Pipeline && j.phase == Active {
			j.progress = &p
		}
	}
}

// tell tells how a run ended.
func (d *Daemon) tell(e Ended) {
	d.telling.Lock()
	defer d.telling.Unlock()
	d.Ended(e)
}

// poke wakes whoever listens to c, at once or when it next listens.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// bell wakes those who wait for a vendor.
type bell struct {
	mu    sync.Mutex
	waits map[string]chan struct{}
}

func (b *bell) wait(source string) <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waits == nil {
		b.waits = map[string]chan struct{}{}
	}
	if b.waits[source] == nil {
		b.waits[source] = make(chan struct{})
	}
	return b.waits[source]
}

func (b *bell) ring(source string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c := b.waits[source]; c != nil {
		close(c)
		delete(b.waits, source)
	}
}
