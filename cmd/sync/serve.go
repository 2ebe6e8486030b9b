package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"contactsync/internal/alert"
	"contactsync/internal/config"
	"contactsync/internal/config/proxy"
	"contactsync/internal/daemon"
	"contactsync/internal/run"
	"contactsync/internal/web"
	"contactsync/load"

	"github.com/spf13/cobra"
)

func (a *app) serve() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "The daemon: schedules, status page, metrics, alerts",
		Long: "serve runs each pipeline when its schedule fires and serves a status page, /metrics, /healthz and /readyz.\n" +
			"SIGHUP reads the config again; a bad one is refused and the old one stays. SIGTERM stops it within ten seconds,\n" +
			"with all that was read committed.",
		Example: "  sync serve\n  sync serve --listen 0.0.0.0:8080    (needs serve.auth_token)\n" +
			"  sync serve --callback-path          the secret path that StatSocial may call back",
		Args: arguments(0, 0),
	}
	listen := c.Flags().String("listen", "", "address of the status page; default serve.listen")
	callback := c.Flags().Bool("callback-path", false, "print the secret path for StatSocial's callback_url and exit")
	c.RunE = func(c *cobra.Command, _ []string) error {
		r, err := a.serveRunner(*listen)
		if err != nil {
			return err
		}
		if *callback {
			secret, err := daemon.CallbackSecret(c.Context(), r)
			if err == nil {
				fmt.Fprintln(a.stdout, "/callbacks/statsocial/"+secret)
			}
			return err
		}
		return a.runDaemon(c.Context(), r, *listen)
	}
	return c
}

// serveRunner reads the config and checks what only the daemon needs.
func (a *app) serveRunner(listen string) (*run.Runner, error) {
	c, err := a.config()
	if err != nil {
		return nil, err
	}
	if err := fitToServe(c, listen); err != nil {
		return nil, err
	}
	a.warn(c)
	return a.newRunner(c, a.logger(false)), nil
}

// fitToServe completes a config by the command line and checks what a daemon needs.
func fitToServe(c *config.Config, listen string) error {
	missing := append(c.MissingVariables(), c.MissingIn("serve")...)
	if missing = append(missing, c.MissingIn("alerts")...); len(missing) > 0 {
		return &config.MissingError{Missing: missing}
	}
	if listen != "" {
		if _, _, err := net.SplitHostPort(listen); err != nil {
			return usage("--listen %q is not host:port, such as 127.0.0.1:8080", listen)
		}
		c.Serve.Listen = listen
	}
	if !config.Loopback(c.Serve.Listen) && c.Serve.AuthToken.IsZero() {
		return usage(`other machines can reach %s, so a token is required: add auth_token: "${SYNC_TOKEN}" to serve`, c.Serve.Listen)
	}
	if !config.Loopback(c.Serve.Listen) {
		if err := c.Serve.CheckToken(); err != nil {
			return c.Problem("serve.auth_token", err)
		}
	}
	if err := proxy.Check(); err != nil {
		return err
	}
	_, err := addresses(c)
	return err
}

// onlyDaemon makes sure that no other daemon serves the warehouse: both would run
// every schedule.
func onlyDaemon(ctx context.Context, c *config.Config) (*load.Lock, error) {
	lock, err := load.Acquire(ctx, c.Warehouse.Path.Full+".serve", false)
	if locked, ok := errors.AsType[*load.LockedError](err); ok {
		h := locked.Holder
		since := h.Since.In(c.Timezone).Format("2006-01-02 15:04:05 MST")
		return nil, fmt.Errorf("process %d on %s has been serving %s since %s; stop it first", h.PID, h.Host, c.Warehouse.Place(), since)
	}
	return lock, err
}

// runDaemon runs the daemon and its page until the context ends.
func (a *app) runDaemon(ctx context.Context, r *run.Runner, listen string) error {
	alone, err := onlyDaemon(ctx, r.Config)
	if err != nil {
		return err
	}
	defer alone.Release() //nolint:errcheck // the operating system releases it too
	d, err := daemon.New(r)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", r.Config.Serve.Listen)
	if err != nil {
		return err
	}
	a.secrets.Add(d.CallbackSecret())
	metrics := web.NewMetrics(d.Overview, release)
	var alerts alerting
	alerts.use(r.Config)
	notifier := alert.NewNotifier(alerts.send, d.Told(), func(t alert.Told) { d.KeepTold(t) }, r.Log)
	d.Ended = func(e daemon.Ended) {
		metrics.Observe(e)
		notifier.Tell(alerts.now.Load().rules.Of(e.Run, e.Before, e.Drifts, e.Retrying))
	}
	d.Published = func(err error) { notifier.Tell(alerts.now.Load().rules.Publishing(err)) }
	handler := web.Handler(web.Options{
		Overview: d.Overview, Act: d.Act, Callback: d.Callback, Secret: d.CallbackSecret(), Token: r.Config.Serve.AuthToken,
		Listen: r.Config.Serve.Listen, Version: version(), Typed: a.asCalled, Metrics: metrics.Handler(), Log: r.Log,
		Data: d.Data, Review: d.Review, Decide: d.Decide, SignOut: d.SignOut, SignedOut: d.SignedOut,
	})
	running, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var work sync.WaitGroup
	work.Go(func() { d.Run(running) })
	work.Go(func() { notifier.Run(running) })
	work.Go(func() {
		if err := web.Serve(running, l, handler, web.MostConnections(openFiles())); err != nil {
			cancel(err)
		}
	})
	work.Go(func() {
		onReload(running, func() {
			notify("RELOADING=1")
			a.reload(d, &alerts, r.Log, listen)
			notify("READY=1")
		})
	})
	r.Log.Info("serving", "address", "http://"+l.Addr().String(), "pipelines", len(r.Config.Pipelines))
	notify("READY=1")
	<-running.Done()
	notify("STOPPING=1")
	return stopped(running, &work)
}

// stopped waits for the daemon's parts, but not for ever.
func stopped(ctx context.Context, work *sync.WaitGroup) error {
	done := make(chan struct{})
	go func() {
		work.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(run.StopTime):
		return fmt.Errorf("stopped before all was settled; the next start goes on from the last commit")
	}
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// reload reads the config again. A bad one is refused, and the old one stays.
func (a *app) reload(d *daemon.Daemon, alerts *alerting, log *slog.Logger, listen string) {
	c, err := a.config()
	if err == nil {
		err = fitToServe(c, listen)
	}
	if err != nil {
		d.Refused(err)
	} else if err = d.Reload(c); err == nil {
		boundHeap(c.Warehouse.MemoryLimit)
		alerts.use(c)
		for _, w := range c.Warnings {
			log.Warn(w)
		}
		log.Info("the config was read again", "pipelines", len(c.Pipelines))
		return
	}
	log.Error("the new config is refused, the old one stays", "error", err)
}

// recipients are the addresses for alerts and what they are told.
type recipients struct {
	addresses []alert.Address
	rules     alert.Rules // none without an address
}

// alerting holds the recipients of the current config.
type alerting struct{ now atomic.Pointer[recipients] }

func (s *alerting) use(c *config.Config) {
	var to recipients
	to.addresses, _ = addresses(c) // fitToServe has checked them
	if len(to.addresses) > 0 {
		to.rules = alert.Rules{On: c.Alerts.On, DropRuns: c.Alerts.DropRuns, DropPercent: c.Alerts.DropPercent}
	}
	s.now.Store(&to)
}

func (s *alerting) send(ctx context.Context, title, body string) (reached int, err error) {
	return alert.SendAll(ctx, s.now.Load().addresses, title, body)
}
