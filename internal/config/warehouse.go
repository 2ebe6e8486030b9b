package config

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"contactsync/load/lake/connect"
	"contactsync/schema"
)

// The engines.
const (
	EngineDuckDB = "duckdb"
	EngineSpark  = "spark"
)

// Warehouse says where everything lands.
type Warehouse struct {
	Engine      string       `yaml:"engine" jsonschema:"default=duckdb,enum=duckdb,enum=spark" doc:"duckdb: one file of this machine; spark: Iceberg tables, which a Spark of yours holds, and a bucket"`
	Path        Path         `yaml:"path" jsonschema:"default=warehouse.duckdb" doc:"of duckdb: the file; only sync opens it"`
	Snapshot    Path         `yaml:"snapshot" jsonschema:"example=analytics.duckdb" doc:"of duckdb: a copy for analysts, swapped in whole after each run, so that nobody ever meets a lock; none if left out"`
	MemoryLimit Size         `yaml:"memory_limit" jsonschema:"default=512MB,minimum=64MB" doc:"how much memory the whole process is to take; it takes about 300 MB with the least"`
	Connect     SparkAddress `yaml:"connect" jsonschema:"example=sc://spark.internal:15002" doc:"of spark, required: where Spark Connect listens; parameters follow as in sc://host:15002/;token=${SPARK_TOKEN}"`
	Catalog     string       `yaml:"catalog" jsonschema:"example=lake,format=identifier" doc:"of spark, required: the Iceberg catalog, by its name in Spark"`
	Bucket      Path         `yaml:"bucket" jsonschema:"example=s3://company-lake/contactsync?region=us-east-1" doc:"of spark, required: s3://bucket/prefix, or a folder that Spark reaches, too, for this warehouse and nothing else"`
	Namespace   string       `yaml:"namespace" jsonschema:"default=contactsync,format=identifier" doc:"of spark: the namespace of the tables in the catalog, for this warehouse and nothing else"`
	Local       Path         `yaml:"local" jsonschema:"example=/var/lib/contactsync" doc:"of spark: a folder for what this machine alone keeps, and for files that pass through it; left out: the config's, and the system's for temporary files"`
	SeenAs      string       `yaml:"seen_as" jsonschema:"example=s3a://company-lake/contactsync,format=place" doc:"of spark: how Spark reaches the bucket; left out: s3a://bucket/prefix, or the folder by its path here"`
}

// InLake reports whether the warehouse is kept by Spark, and in no file of this machine.
func (w Warehouse) InLake() bool { return w.Engine == EngineSpark }

// Place is where the warehouse is, for people.
func (w Warehouse) Place() string {
	if !w.InLake() {
		return w.Path.Full
	}
	place, _, _ := strings.Cut(w.Bucket.Full, "?")
	return place
}

// localName is what stands in the place of the warehouse's file where there is none: what
// this machine alone keeps, such as the state of a run, lies beside it.
const localName = "warehouse.spark"

// settleLake fills in what follows from the engine.
func (c *Config) settleLake() {
	if c.Warehouse.InLake() {
		dir := cmp.Or(c.Warehouse.Local.Full, c.Dir)
		c.Warehouse.Path = Path{Written: localName, Full: filepath.Join(dir, localName)}
	}
}

// SparkAddress is where Spark Connect listens. It may hold a token, so it cannot be printed
// by accident; [connect.Parse] makes an address of it that can.
type SparkAddress struct{ schema.Secret }

// plainParameters are those of an address that are no secret.
var plainParameters = regexp.MustCompile(`^(use_ssl|user_id|user_agent)=`)

// secretsOf are the values of an address that nobody may see, as they are written and as
// they are meant. Of what has no form that can be told, all parameters are secrets.
func secretsOf(address string) (list []string) {
	_, parameters, _ := strings.Cut(address, ";")
	for parameter := range strings.SplitSeq(parameters, ";") {
		if parameter == "" || plainParameters.MatchString(parameter) {
			continue
		}
		_, value, ok := strings.Cut(parameter, "=")
		if !ok {
			value = parameter
		}
		if value == "" {
			continue
		}
		list = append(list, value)
		if meant, err := url.PathUnescape(value); err == nil && meant != value {
			list = append(list, meant)
		}
	}
	return list
}

// noteAddress notes the secrets of an address, and whether one is written out.
func (d *decoder) noteAddress(w word, path string) {
	for _, s := range secretsOf(w.text) {
		d.report.secrets = append(d.report.secrets, schema.NewSecret(s))
	}
	for _, s := range secretsOf(w.written) {
		if !strings.Contains(s, "${") {
			d.written = append(d.written, path)
			return
		}
	}
}

// checkIdentifier takes what needs no quotes in Spark, and a hyphen.
func checkIdentifier(text string) error {
	if !identifierForm.MatchString(text) {
		return hinted("letters, digits, - and _, at most 63", "cannot be a name in Spark")
	}
	return nil
}

var identifierForm = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}$`)

// checkPlace takes a URL without parameters, whose scheme is the business of Spark.
func checkPlace(text string) error {
	scheme, rest, ok := strings.Cut(text, "://")
	switch {
	case !ok || scheme == "" || rest == "":
		return hinted("such as s3a://bucket/prefix or file:///mnt/lake", "is not a URL")
	case strings.ContainsAny(rest, "?#@ \t\n"):
		return fmt.Errorf("must hold no parameters, user name or blank: Spark has its own settings for them")
	}
	return nil
}

// warehouseType is the type of the section.
var warehouseType = reflect.TypeFor[Warehouse]()

// engineKeys are the keys of the warehouse that only one engine has.
var engineKeys = map[string][]string{
	EngineDuckDB: {"path", "snapshot"},
	EngineSpark:  {"connect", "catalog", "bucket", "namespace", "local", "seen_as"},
}

// whyNot says of keys of duckdb what spark has in their place.
var whyNot = map[string]string{
	"path":     "is for engine: duckdb alone: with spark the warehouse lies in the bucket and in the catalog",
	"snapshot": "is for engine: duckdb alone: with spark nobody needs one, since who reads never waits for a run",
}

func (c *Config) checkWarehouse(r *report) {
	w := c.Warehouse
	local := map[string]Path{
		"warehouse.path": w.Path, "warehouse.snapshot": w.Snapshot, "warehouse.local": w.Local, "identity.overrides": c.Identity.Overrides,
	}
	for path, p := range local {
		if p.Remote() {
			r.problem(path, errors.New("must be a file of this machine"))
		}
	}
	if !w.Snapshot.IsZero() && w.Snapshot.Full == w.Path.Full {
		r.problem("warehouse.snapshot", errors.New("is the warehouse itself; the snapshot is a file of its own"))
	}
	if !r.sound("warehouse.engine") {
		return
	}
	for engine, keys := range engineKeys {
		for _, key := range keys {
			if path := "warehouse." + key; engine != w.Engine && r.given(path) {
				r.problem(path, foreignTo(w.Engine, engine, key))
			}
		}
	}
	if w.InLake() {
		c.checkLake(r)
	}
}

// foreignTo says that a key is of another engine.
func foreignTo(has, wants, key string) error {
	if why, ok := whyNot[key]; ok {
		return hinted("remove it", "%s", why)
	}
	return hinted("remove it, or set engine: "+wants, "is for engine: %s alone, and this one is %s", wants, has)
}

// checkLake requires what a lake cannot be found without.
func (c *Config) checkLake(r *report) {
	w := c.Warehouse
	for _, f := range fieldsOf(warehouseType) {
		if path := "warehouse." + f.key; slices.Contains([]string{"connect", "catalog", "bucket"}, f.key) && !r.given(path) {
			r.problem(path, hinted(f.suggestion(), "is required with engine: spark"))
		}
	}
	if !w.Connect.IsZero() {
		if _, err := connect.Parse(w.Connect.Reveal()); err != nil {
			r.problem("warehouse.connect", err)
		}
	}
	if place := w.Place(); w.Bucket.Remote() && !strings.Contains(strings.Trim(strings.TrimPrefix(place, "s3://"), "/"), "/") {
		r.problem("warehouse.bucket", hinted("such as "+strings.TrimSuffix(place, "/")+"/contactsync", "names a bucket and no prefix in it"))
	}
}

// checkBeside keeps an export out of the bucket of a lake.
func (c *Config) checkBeside(r *report, e Export, at string) {
	if !c.Warehouse.InLake() || c.Warehouse.Bucket.IsZero() || e.Path.IsZero() {
		return
	}
	lake, there := c.Warehouse.Place(), plain(e.Path)
	if inside(there, lake) || inside(lake, there) || inside(lake, there+".sync") {
		r.problem(at+".path", hinted("give the export a prefix or folder of its own", "overlaps warehouse.bucket, which holds the warehouse alone"))
	}
}

// plain is a path without the parameters of a URL.
func plain(p Path) string {
	if !p.Remote() {
		return p.Full
	}
	place, _, _ := strings.Cut(p.Full, "?")
	return place
}

// SparkServer is the address of Spark, which can be printed. The config has checked it.
func (w Warehouse) SparkServer() (connect.Address, error) { return connect.Parse(w.Connect.Reveal()) }
