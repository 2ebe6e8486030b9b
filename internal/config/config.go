// Package config reads pipelines.yaml: strict, typed, and with all that is wrong
// reported at once, each with its place in the file and what was probably meant.
//
// The file is parsed to YAML nodes, variables are filled in, and a small decoder
// fills the types below. Their struct tags are the only list of keys, types,
// defaults and simple rules: the decoder, the JSON Schema for editors and the
// test of docs/config.md all read them. Rules that concern several keys are in
// the check files.
//
// A variable that is not set is no problem of the file: it is noted, and
// [Config.Settings] and [Config.MissingVariables] name it when something needs it.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"time"

	"contactsync/extract"
	"contactsync/schema"
)

// Config is a valid pipelines.yaml with every default filled in.
type Config struct {
	Version   int            `yaml:"version" jsonschema:"required,enum=1,example=1" doc:"version of this format"`
	Timezone  *time.Location `yaml:"timezone" jsonschema:"default=UTC,example=America/New_York" doc:"time zone of the schedules, by its IANA name"`
	Warehouse Warehouse      `yaml:"warehouse" doc:"where everything lands: a DuckDB file, or Iceberg tables that Spark holds"`
	Sources   Sources        `yaml:"sources" doc:"the vendors and their credentials"`
	Pipelines []Pipeline     `yaml:"pipelines" doc:"what to read, by name"`
	Identity  Identity       `yaml:"identity" doc:"how records become people"`
	Retention Retention      `yaml:"retention" doc:"how long history is kept, and people"`
	Serve     Serve          `yaml:"serve" doc:"the daemon"`
	MCP       MCP            `yaml:"mcp" doc:"what sync mcp shows to language-model clients"`
	Alerts    Alerts         `yaml:"alerts" doc:"who is told when something happens"`
	Exports   []Export       `yaml:"exports" doc:"files written after the runs, by name"`

	Dir      string   `yaml:"-"` // relative paths count from here
	Warnings []string `yaml:"-"` // what a person should look at; no secrets
	missing  []Missing
	places   *report
}

// Identity says how records become people.
type Identity struct {
	Guard      string        `yaml:"guard" jsonschema:"default=on,enum=on,enum=warn,enum=off" doc:"whether records that share an identifier are kept apart where the rest of them speaks for two people: on, only reported (warn), or not weighed (off)"`
	MaxNames   int           `yaml:"max_names" jsonschema:"default=5,minimum=1" doc:"an identifier that more different surnames share links nobody"`
	MaxRecords int           `yaml:"max_records" jsonschema:"default=200,minimum=2,maximum=1000" doc:"no more records than these become one person by identifiers alone"`
	Stale      time.Duration `yaml:"stale" jsonschema:"default=90d,minimum=1d" doc:"a record that left its last audience longer ago than this no longer links others"`
	Match      string        `yaml:"match" jsonschema:"default=off,enum=off,enum=suggest,enum=on" doc:"pairs of records that share no identifier: not looked for (off), put up for review (suggest), or joined from the threshold on (on)"`
	Threshold  Certainty     `yaml:"threshold" jsonschema:"default=0.995" doc:"how certain a match must be to join the two"`
	Overrides  Path          `yaml:"overrides" jsonschema:"example=identity.yaml" doc:"a file of records that are always, or never, one person"`
	Priority   []string      `yaml:"priority" jsonschema:"uniqueItems=true,enum=audiencelab,enum=toofr,enum=intent,enum=statsocial" doc:"whose value wins, best first; sources left out follow in the default order audiencelab, toofr, intent, statsocial"`
}

// Retention says how long history and people are kept.
type Retention struct {
	Runs    time.Duration `yaml:"runs" jsonschema:"default=400d,minimum=1d" doc:"how long runs stay in etl.runs"`
	Rejects time.Duration `yaml:"rejects" jsonschema:"default=90d,minimum=1d" doc:"how long quarantined records stay in etl.rejects"`

	People      time.Duration `yaml:"people" jsonschema:"minimum=30d,example=400d" doc:"who no vendor has served for so long is erased, but not suppressed; left out: nobody is"`
	Events      time.Duration `yaml:"events" jsonschema:"minimum=30d,example=400d" doc:"how long after they happened events stay; left out: for ever"`
	Matches     time.Duration `yaml:"matches" jsonschema:"minimum=30d,example=400d" doc:"how long after their day intent matches stay; left out: for ever"`
	Memberships time.Duration `yaml:"memberships" jsonschema:"minimum=30d,example=400d" doc:"how long after their end memberships stay, but for a record's last in an audience; left out: for ever"`
	Changes     time.Duration `yaml:"changes" jsonschema:"minimum=30d,example=400d" doc:"how long changes of golden values stay in contact_changes; left out: for ever"`
}

// Serve is the daemon's section.
type Serve struct {
	Listen      string        `yaml:"listen" jsonschema:"default=127.0.0.1:8080,format=address" doc:"address of the status page; beyond the own machine it needs auth_token"`
	AuthToken   schema.Secret `yaml:"auth_token" doc:"token for the page and its buttons; at least 16 characters where other machines reach the page"`
	MaxParallel int           `yaml:"max_parallel" jsonschema:"default=4,minimum=1" doc:"pipelines that may run at once"`
	CatchUp     string        `yaml:"catch_up" jsonschema:"default=once,enum=once,enum=none" doc:"after downtime: run a missed pipeline once, or wait for its next time"`
	Retries     int           `yaml:"retries" jsonschema:"default=2,minimum=0" doc:"how often a failed run is tried again"`
	Deadline    time.Duration `yaml:"deadline" jsonschema:"default=6h,minimum=1s" doc:"the longest that a run may take; its state is kept"`
	Jitter      time.Duration `yaml:"jitter" jsonschema:"default=0s" doc:"a random delay of up to this much before each scheduled run"`
}

// MCP says what sync mcp shows to language-model clients, and how much at once.
type MCP struct {
	PII     bool          `yaml:"pii" jsonschema:"default=true" doc:"whether columns that name a person are shown; false: no query can reach them"`
	MaxRows int           `yaml:"max_rows" jsonschema:"default=200,minimum=1" doc:"the most rows of an answer"`
	Timeout time.Duration `yaml:"timeout" jsonschema:"default=30s,minimum=1s" doc:"the longest that a question may take"`
}

// Alerts says who is told when something happens.
type Alerts struct {
	URLs []schema.Secret `yaml:"urls" jsonschema:"format=alert" doc:"shoutrrr addresses: Slack, e-mail, webhook, Teams, ..."`
	On   []string        `yaml:"on" jsonschema:"uniqueItems=true,default=failure,default=recovery,default=not_ready,default=drop,default=drift,enum=failure,enum=recovery,enum=not_ready,enum=drop,enum=drift" doc:"what to tell: a failed run, the first good one after it, a vendor that was not ready in time, far fewer rows than usual, new or retyped fields"`

	DropRuns    int `yaml:"drop_runs" jsonschema:"default=14,minimum=3,maximum=30" doc:"usual is the median of the rows that so many good runs read"`
	DropPercent int `yaml:"drop_percent" jsonschema:"default=50,minimum=1,maximum=100" doc:"far fewer rows than usual is less than so much of it"`
}

// Export is a set of files written after the runs.
type Export struct {
	Name        string   `yaml:"-"`
	Table       string   `yaml:"table" jsonschema:"example=contacts" doc:"table to export; or give query"`
	Query       string   `yaml:"query" jsonschema:"example=SELECT * FROM contacts" doc:"SELECT whose rows to export; or give table"`
	For         string   `yaml:"for" jsonschema:"enum=meta,enum=google,enum=linkedin" doc:"a hashed match list for this ad platform, of people, in the place of table and query"`
	People      Listed   `yaml:"people" doc:"with for: who is on the list"`
	Path        Path     `yaml:"path" jsonschema:"required,example=exports/contacts" doc:"folder, or s3://bucket/prefix, that holds this export and nothing else"`
	PartitionBy []string `yaml:"partition_by" jsonschema:"uniqueItems=true" doc:"columns that make subfolders, as in country=US"`
	SortBy      []string `yaml:"sort_by" jsonschema:"uniqueItems=true" doc:"columns that order the rows"`
	Mode        string   `yaml:"mode" jsonschema:"default=snapshot,enum=snapshot,enum=incremental" doc:"all rows each time, or only those that changed since the last export"`
	Format      string   `yaml:"format" jsonschema:"default=parquet,enum=parquet,enum=csv,enum=ndjson" doc:"format of the files"`
	CSVSafe     bool     `yaml:"csv_safe" jsonschema:"default=true" doc:"of csv: an apostrophe before what a spreadsheet would run as a formula"`
	After       []string `yaml:"after" jsonschema:"uniqueItems=true" doc:"pipelines that it follows; left out: any run that changed something"`
}

// Listed says who is on a match list.
type Listed struct {
	Query string `yaml:"query" jsonschema:"example=SELECT contact_id FROM reachable_contacts WHERE can_email" doc:"SELECT that returns a column contact_id"`
}

func (e *Export) setName(name string) { e.Name = name }

// nameForm is what pipelines and exports may be called: names stand in tables,
// metrics, file names and command lines.
var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$`)

const nameHint = "letters, digits, - and _, at most 63, a letter or digit first"

// NotFoundError says that there is no config.
type NotFoundError struct{ Path string }

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("no config at %s: write one with `sync init`, or name another with --config", e.Path)
}

// Load reads a config and the .env file next to it. An [*Error] lists all that is wrong with them.
func Load(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &NotFoundError{path}
	}
	if err != nil {
		return nil, fmt.Errorf("the config cannot be read: %w", err)
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("the folder of %s: %w", path, err)
	}
	env, warnings, err := dotenv(dir, os.LookupEnv)
	if err != nil {
		return nil, err
	}
	c, err := Parse(path, data, dir, env)
	if err != nil {
		return nil, err
	}
	c.Warnings = append(warnings, c.Warnings...)
	return c, nil
}

// Parse reads a config whose relative paths count from dir. Name is the file in messages.
func Parse(name string, data []byte, dir string, env Lookup) (*Config, error) {
	r := newReport(name)
	root := r.document(data)
	if err := r.err(); err != nil {
		return nil, err
	}
	d := &decoder{report: r, surroundings: surroundings{dir, env}, forms: forms(dir)}
	c := &Config{Dir: dir}
	d.mapping(root, "", nil, reflect.ValueOf(c).Elem())
	d.warnOfSecrets()
	c.missing, c.Warnings, c.places = d.missing, d.warnings, r
	c.settleLake()
	c.resolve(r)
	c.check(r)
	c.finish()
	if err := r.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// Problem is what was found wrong at a path after the config was read, with its
// place in the file: an [*Error].
func (c *Config) Problem(path string, err error) error {
	return &Error{[]Problem{c.places.found(c.places.place(path), path, err)}}
}

// ProblemsOf are what a vendor was found to lack of what a pipeline names, each with its
// place in the file: an [*Error], or nil.
func (c *Config) ProblemsOf(pipeline string, problems []extract.Problem) error {
	var found []Problem
	for _, p := range problems {
		path := "pipelines." + pipeline + "." + p.Path
		found = append(found, c.places.found(c.places.place(path), path, adopted(p)))
	}
	if len(found) == 0 {
		return nil
	}
	return &Error{found}
}

// Secrets are the credentials that the config names, for what must not show them.
func (c *Config) Secrets() []schema.Secret { return c.places.secrets }

// Pipeline is the pipeline of a name.
func (c *Config) Pipeline(name string) (*Pipeline, bool) {
	for i := range c.Pipelines {
		if c.Pipelines[i].Name == name {
			return &c.Pipelines[i], true
		}
	}
	return nil, false
}
