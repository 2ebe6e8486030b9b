package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"contactsync/internal/run"
	"contactsync/internal/simulate"
	"contactsync/internal/words"
	"contactsync/schema"
)

// demoToken is the variable of the .env that opens the buttons of the demo's page.
const demoToken = "DEMO_TOKEN"

// nights are what `sync demo --serve` has to look at, the last of them yesterday.
var nights = []struct {
	happens string
	faults  []simulate.Fault // beside those that pass
}{
	{"all is new", nil},
	{"what changed", nil},
	{"AudienceLab refuses the key", []simulate.Fault{"audiencelab/revoked-key"}},
	{"it is let in again", nil},
	{"AudienceLab sends other fields, and intent refuses the key", []simulate.Fault{"audiencelab/schema-drift", "intent/expired-key"}},
	{"all is well", nil},
}

// serveDemo runs some nights of the past, and then serves the page, with the vendors there.
func (a *app) serveDemo(ctx context.Context, dir string, o simulate.Options, listen string) error {
	free, err := net.Listen("tcp", listen)
	if err != nil { // better told before the nights than after them
		return usage("--listen: %v; name another address", err)
	}
	if err := errors.Join(free.Close(), os.MkdirAll(dir, 0o755)); err != nil {
		return err
	}
	o.Today = time.Now().UTC().AddDate(0, 0, -len(nights))
	s := simulate.New(o)
	urls, err := s.Start(ctx, nil)
	if err != nil {
		return err
	}
	defer s.Close()
	a.configPath = filepath.Join(dir, "pipelines.yaml")
	config := demoConfig + "serve:\n  auth_token: \"${" + demoToken + "}\"\n" + s.ConfigSnippet(urls)
	if err := writeDemoConfig(dir, config, demoToken+"="+rand.Text()); err != nil {
		return err
	}
	if err := a.spendNights(ctx, s, filepath.Join(dir, "warehouse.duckdb")); err != nil || ctx.Err() != nil {
		return err
	}
	s.SetFaults(o.Faults)
	r, err := a.serveRunner(listen)
	if err != nil {
		return err
	}
	a.say(fmt.Sprintf("the page is at http://%s; sign in with %s of %s to run pipelines, which find a new night; Ctrl-C ends it",
		listen, demoToken, filepath.Join(dir, ".env")))
	a.say(fmt.Sprintf("meanwhile, in another terminal: `%s -c %s status`", a.typed(), a.configPath))
	return a.runDaemon(ctx, r, listen)
}

// spendNights runs the nights that have been, unless there is a warehouse that has them.
func (a *app) spendNights(ctx context.Context, s *simulate.Simulator, warehouse string) error {
	defer s.Advance(1) // tonight
	_, err := os.Stat(warehouse)
	if err == nil {
		a.say(warehouse + " has its nights already; remove its folder for new ones")
		s.Advance(len(nights) - 1)
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for i, night := range nights {
		if i > 0 {
			s.Advance(1)
		}
		s.SetFaults(0, append([]simulate.Fault{}, night.faults...)...)
		report, err := a.spendNight(ctx, len(nights)-i)
		if err != nil || ctx.Err() != nil {
			return err
		}
		a.say(fmt.Sprintf("night %d of %d, %s: %s", i+1, len(nights), night.happens, summaryOf(report)))
	}
	return nil
}

// spendNight runs all pipelines as if it were some days ago.
func (a *app) spendNight(ctx context.Context, ago int) (run.Report, error) {
	r, err := a.runner(a.logger(true)) // a new one: it remembers no refusal of the night before
	if err != nil {
		return run.Report{}, err
	}
	r.Now = func() time.Time { return time.Now().AddDate(0, 0, -ago) }
	a.working.Store(true)
	defer a.working.Store(false)
	return run.Pipelines(ctx, r, nil, run.Options{})
}

// summaryOf is what a night did, in a few words.
func summaryOf(report run.Report) string {
	var read, added, changed int64
	var failed []string
	for _, r := range report.Runs {
		read, added, changed = read+r.RowsRead, added+r.RowsNew, changed+r.RowsChanged
		if r.Status != schema.Succeeded {
			failed = append(failed, r.Pipeline+" "+strings.ReplaceAll(r.Status, "_", " "))
		}
	}
	text := fmt.Sprintf("%s read, %d new, %d changed", words.Counted(read, "row", "rows"), added, changed)
	if len(failed) > 0 {
		text += "; " + strings.Join(failed, ", ")
	}
	return text
}
