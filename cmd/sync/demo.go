package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/internal/simulate"
	"contactsync/internal/words"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

// demoHead, a warehouse and demoExports are the part of the demo's config that is not about
// the vendors.
const (
	demoHead = `# Written by sync demo: the built-in simulator plays the four vendors.
version: 1
warehouse:
`
	demoFile = `  path: warehouse.duckdb
  snapshot: analytics.duckdb
`
	demoLake = `  engine: spark
  connect: %q
  catalog: ` + demoCatalog + `
  namespace: %s
  bucket: bucket
`
	demoExports = `exports:
  contacts:
    table: contacts
    path: exports/contacts
    sort_by: [company_domain, contact_id]
`
	demoConfig = demoHead + demoFile + demoExports

	demoCatalog = "lake" // as deploy/spark.sh names it
)

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
			"demo/nights/, and the vendors and the status page stay until it is interrupted. With --spark the warehouse is\n" +
			"kept in Iceberg tables by a Spark of yours, which reaches the folder demo/spark/, too; `deploy/spark.sh start`\n" +
			"starts one.",
		Example: "  sync demo\n  sync demo --serve\n  sync demo --people 50000 --faults 0.1\n" +
			"  sync demo --people 300 --spark sc://127.0.0.1:15002",
		Args: arguments(0, 0),
	}
	worldFlags(c, &o)
	c.Flags().Float64Var(&o.Faults, "faults", 0.02, "share of the vendors' answers that fail, 0 to 1")
	serve := c.Flags().Bool("serve", false, "run several nights into demo/nights/, then keep the vendors and the status page up")
	listen := c.Flags().String("listen", "127.0.0.1:8080", "address of the status page of --serve")
	spark := c.Flags().String("spark", "", "keep the demo's warehouse in a Spark that listens there, such as sc://host:15002, with a catalog lake of Iceberg tables")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := checkSimulation(o); err != nil {
			return err
		}
		if c.Flags().Changed("spark") {
			if *serve {
				return usage("--spark and --serve at once: the nights of --serve go into a DuckDB file; take one of them")
			}
			if err := checkSpark(*spark); err != nil {
				return err
			}
			dir := filepath.Join("demo", "spark")
			lake := demoLakeOf(dir)
			return a.runDemo(c.Context(), dir, demoHead+fmt.Sprintf(demoLake, *spark, lake)+demoExports, o, a.lakeRemarks(dir, *spark, lake))
		}
		if *serve {
			return a.serveDemo(c.Context(), filepath.Join("demo", "nights"), o, *listen)
		}
		return a.runDemo(c.Context(), "demo", demoConfig, o, a.fileRemarks("demo"))
	}
	return c
}

// checkSpark refuses what names no Spark, and what may hold a secret: it would stand in the
// list of processes, and in the config.
func checkSpark(address string) error {
	if strings.Contains(address, ";") {
		return usage("--spark takes a host and a port alone: where Spark wants a token or other parameters, write them into warehouse.connect of a config " +
			"(`sync simulate --write DIR` makes one with simulated vendors)")
	}
	if _, err := (config.Warehouse{Connect: config.SparkAddress{Secret: schema.NewSecret(address)}}).SparkServer(); err != nil {
		return usage("--spark: %v", err)
	}
	return nil
}

// demoLakeOf is the namespace of a folder's demo: the one that its config names, or a new one
// where the bucket is gone, since tables of before hold what another log says.
func demoLakeOf(dir string) string {
	before, _ := os.ReadFile(filepath.Join(dir, "pipelines.yaml"))
	_, gone := os.Stat(filepath.Join(dir, "bucket", "log"))
	if found := demoNamespace.FindSubmatch(before); found != nil && gone == nil {
		return string(found[1])
	}
	return "demo_" + strings.ToLower(rand.Text()[:8])
}

var demoNamespace = regexp.MustCompile(`(?m)^  namespace: (demo_[a-z0-9]+)$`)

// runDemo runs the demo into a folder, and ends with some remarks on what came of it.
func (a *app) runDemo(ctx context.Context, dir, start string, o simulate.Options, remarks string) error {
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
	if err := writeDemoConfig(dir, start+s.ConfigSnippet(urls)); err != nil {
		return err
	}
	people := words.Counted(o.People, "made-up person", "made-up people")
	a.say(fmt.Sprintf("four simulated vendors know %s; one pipeline per vendor runs into %s/", people, dir))
	if err := a.runPipelines(ctx, nil, run.Options{}, true, "table"); err != nil || ctx.Err() != nil {
		return err // what interrupted it the runs have said
	}
	if err := a.showDemo(ctx); err != nil {
		return err
	}
	fmt.Fprint(a.stdout, remarks)
	return nil
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

func (a *app) showDemo(ctx context.Context) error {
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
	return nil
}

// fileRemarks say where the demo's file lies, and what to try.
func (a *app) fileRemarks(dir string) string {
	return fmt.Sprintf(`
The warehouse is %[1]s/warehouse.duckdb, a copy for analysts %[1]s/analytics.duckdb, the Parquet export %[1]s/exports/contacts/.
Ask it more:      %[2]s -c %[1]s/pipelines.yaml sql "SELECT * FROM contacts LIMIT 5"
See it at work:   %[2]s demo --serve        (several nights, and the status page)
Run it again:     %[2]s demo        (unchanged data costs nothing and changes nothing)
Your own vendors: %[2]s init        (then put your keys into .env)
`, dir, a.typed())
}

// lakeRemarks are those of a demo that Spark keeps.
func (a *app) lakeRemarks(dir, spark, namespace string) string {
	return fmt.Sprintf(`
The warehouse's tables are %[4]s.%[5]s of the Spark at %[3]s; its log is %[1]s/bucket/, the Parquet export %[1]s/exports/contacts/.
Ask it more:      %[2]s -c %[1]s/pipelines.yaml sql "SELECT * FROM contacts LIMIT 5"
In Spark itself:  SELECT * FROM %[4]s.%[5]s.contacts LIMIT 5
Run it again:     %[2]s demo --spark %[3]s        (unchanged data changes nothing)
Your own vendors: %[2]s init        (then put your keys into .env, and engine: spark into pipelines.yaml)
`, dir, a.typed(), spark, demoCatalog, namespace)
}
