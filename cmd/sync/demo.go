package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"contactsync/internal/run"
	"contactsync/internal/simulate"
	"contactsync/internal/words"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

// demoConfig is the part of the demo's config that is not about the vendors.
const demoConfig = `# Written by sync demo: the built-in simulator plays the four vendors.
version: 1
warehouse:
  path: warehouse.duckdb
  snapshot: analytics.duckdb
exports:
  contacts:
    table: contacts
    path: exports/contacts
    sort_by: [company_domain, contact_id]
`

// demoQueries are worth asking of the result.
var demoQueries = []struct{ question, query string }{
	{"Which vendors know how many people, and how many of them together?",
		"SELECT array_to_string(sources, ' + ') AS known_to, count(*) AS people, count(email) AS with_email, count(phone) AS with_phone FROM contacts GROUP BY ALL ORDER BY people DESC LIMIT 6"},
	{"Decision makers who show intent now and can be reached",
		"SELECT c.full_name, c.job_title, c.company_name, max(m.score) AS score, count(DISTINCT m.topic_id) AS topics FROM contacts c JOIN intent_matches m USING (contact_id) WHERE c.seniority IN ('c_suite', 'founder', 'vp') AND c.business_email IS NOT NULL GROUP BY ALL ORDER BY score DESC, topics DESC, full_name LIMIT 5"},
}

func (a *app) demo() *cobra.Command {
	var o simulate.Options
	c := &cobra.Command{
		Use:   "demo",
		Short: "The whole product in one command, offline, without keys",
		Long: "demo starts the built-in vendor simulator, runs one pipeline per vendor into demo/, prints what landed\n" +
			"and example queries on it. With --serve it runs several nights, with changes, failures and a recovery, into\n" +
			"demo/nights/, and the vendors and the status page stay until it is interrupted.",
		Example: "  sync demo\n  sync demo --serve\n  sync demo --people 50000 --faults 0.1",
		Args:    arguments(0, 0),
	}
	worldFlags(c, &o)
	c.Flags().Float64Var(&o.Faults, "faults", 0.02, "share of the vendors' answers that fail, 0 to 1")
	serve := c.Flags().Bool("serve", false, "run several nights into demo/nights/, then keep the vendors and the status page up")
	listen := c.Flags().String("listen", "127.0.0.1:8080", "address of the status page of --serve")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := checkSimulation(o); err != nil {
			return err
		}
		if *serve {
			return a.serveDemo(c.Context(), filepath.Join("demo", "nights"), o, *listen)
		}
		return a.runDemo(c.Context(), "demo", o)
	}
	return c
}

func (a *app) runDemo(ctx context.Context, dir string, o simulate.Options) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	s := simulate.New(o)
	urls, err := s.Start(ctx, nil)
	if err != nil {
		return err
	}
	defer s.Close()
	a.configPath = filepath.Join(dir, "pipelines.yaml")
	if err := writeDemoConfig(dir, demoConfig+s.ConfigSnippet(urls)); err != nil {
		return err
	}
	people := words.Counted(o.People, "made-up person", "made-up people")
	a.say(fmt.Sprintf("four simulated vendors know %s; one pipeline per vendor runs into %s/", people, dir))
	if err := a.runPipelines(ctx, nil, run.Options{}, true, "table"); err != nil || ctx.Err() != nil {
		return err // what interrupted it the runs have said
	}
	return a.showDemo(ctx, dir)
}

// writeDemoConfig writes the config, and the simulator's keys into .env, as one
// does with real ones.
func writeDemoConfig(dir, config string, variables ...string) error {
	var env strings.Builder
	for _, v := range variables {
		env.WriteString(v + "\n")
	}
	for _, vendor := range schema.Sources {
		name := "SIMULATED_" + strings.ToUpper(vendor) + "_KEY"
		fmt.Fprintf(&env, "%s=%s\n", name, simulate.DefaultKey(vendor))
		config = strings.ReplaceAll(config, simulate.DefaultKey(vendor), "${"+name+"}")
	}
	if err := os.WriteFile(filepath.Join(dir, ".env"), []byte(env.String()), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "pipelines.yaml"), []byte(config), 0o644)
}

func (a *app) showDemo(ctx context.Context, dir string) error {
	r, err := a.runner(a.logger(true))
	if err != nil {
		return err
	}
	for _, q := range demoQueries {
		fmt.Fprintf(a.stdout, "\n-- %s\n%s;\n", q.question, q.query)
		if err := a.answer(ctx, r, q.query, "table"); err != nil {
			return err
		}
	}
	fmt.Fprintf(a.stdout, `
The warehouse is %[1]s/warehouse.duckdb, a copy for analysts %[1]s/analytics.duckdb, the Parquet export %[1]s/exports/contacts/.
Ask it more:      %[2]s -c %[1]s/pipelines.yaml sql "SELECT * FROM contacts LIMIT 5"
See it at work:   %[2]s demo --serve        (several nights, and the status page)
Run it again:     %[2]s demo        (unchanged data costs nothing and changes nothing)
Your own vendors: %[2]s init        (then put your keys into .env)
`, dir, a.typed())
	return nil
}
