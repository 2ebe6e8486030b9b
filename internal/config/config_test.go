package config

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"contactsync/extract"
	"contactsync/extract/audiencelab"
	"contactsync/extract/intent"
	"contactsync/extract/toofr"
	"contactsync/extract/vendors"
	"contactsync/internal/config/example"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write golden files anew")

// root is the folder of the repository, testdata that of the configs.
const (
	root     = "../.."
	testdata = root + "/testdata/config"
)

// noEnv is an environment without variables.
func noEnv(string) (string, bool) { return "", false }

// env is an environment of these variables only.
func env(vars map[string]string) Lookup {
	return func(name string) (string, bool) {
		value, ok := vars[name]
		return value, ok
	}
}

// parse reads a config that must be valid.
func parse(t testing.TB, text string, env Lookup) *Config {
	t.Helper()
	c, err := Parse("pipelines.yaml", []byte(text), t.TempDir(), env)
	require.NoError(t, err)
	return c
}

// problems reads a config that must not be valid.
func problems(t testing.TB, text string, env Lookup) []Problem {
	t.Helper()
	_, err := Parse("pipelines.yaml", []byte(text), t.TempDir(), env)
	var e *Error
	require.ErrorAs(t, err, &e)
	return e.Problems
}

// golden compares with a file, or writes it.
func golden(t testing.TB, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "write it with go test ./internal/config -update")
	require.Equal(t, string(want), got, "if this is meant: go test ./internal/config -update")
}

func TestEveryBadFileHasItsMessages(t *testing.T) {
	files, err := filepath.Glob(testdata + "/bad/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			_, err = Parse(filepath.Base(file), data, filepath.Dir(file), noEnv)
			var problems *Error
			require.ErrorAs(t, err, &problems)
			golden(t, strings.TrimSuffix(file, ".yaml")+".txt", err.Error()+"\n")
		})
	}
}

func TestEveryGoodFileIsAccepted(t *testing.T) {
	files, err := filepath.Glob(testdata + "/good/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			_, err = Parse(filepath.Base(file), data, filepath.Dir(file), noEnv)
			require.NoError(t, err)
		})
	}
}

func TestAMinimalConfigHasEveryDefault(t *testing.T) {
	c := parse(t, "version: 1", noEnv)
	require.Equal(t, time.UTC, c.Timezone)
	require.Equal(t, Warehouse{
		Engine: EngineDuckDB, Path: Path{Written: "warehouse.duckdb", Full: filepath.Join(c.Dir, "warehouse.duckdb")}, MemoryLimit: 512_000_000,
		Namespace: "contactsync",
	}, c.Warehouse)
	require.Equal(t, Identity{
		Guard: "on", MaxNames: 5, MaxRecords: 200, Stale: 90 * 24 * time.Hour, Match: "off", Threshold: 0.995, Priority: schema.Sources,
	}, c.Identity)
	require.Equal(t, Retention{Runs: 400 * 24 * time.Hour, Rejects: 90 * 24 * time.Hour}, c.Retention)
	require.Equal(t, Serve{Listen: "127.0.0.1:8080", MaxParallel: 4, CatchUp: "once", Retries: 2, Deadline: 6 * time.Hour}, c.Serve)
	require.Equal(t, []string{"failure", "recovery", "not_ready", "drop", "drift"}, c.Alerts.On)
	require.Equal(t, []string{"pipelines.yaml:1: there are no pipelines, so nothing will be read"}, c.Warnings)
}

func TestAWordThatIsGivenReplacesItsDefault(t *testing.T) {
	c := parse(t, "version: 1\nalerts: {on: [drift]}\nserve: {retries: 0}\nidentity: {priority: [intent]}", noEnv)
	require.Equal(t, []string{"drift"}, c.Alerts.On)
	require.Zero(t, c.Serve.Retries)
	require.Equal(t, []string{"intent", "audiencelab", "toofr", "statsocial"}, c.Identity.Priority)
}

func TestPipelinesAndExportsKeepTheOrderOfTheFile(t *testing.T) {
	data, err := os.ReadFile(testdata + "/good/searches.yaml")
	require.NoError(t, err)
	c := parse(t, string(data), noEnv)
	var pipelines, exports []string
	for _, p := range c.Pipelines {
		pipelines = append(pipelines, p.Name)
	}
	for _, e := range c.Exports {
		exports = append(exports, e.Name)
	}
	require.Equal(t, []string{"by-list", "by-file", "by-query", "by-industry"}, pipelines)
	require.Equal(t, []string{"leaders", "leaders-here", "leaders-there"}, exports)
}

func TestAPipelineHasTheSectionOfItsStreamOnly(t *testing.T) {
	c := parse(t, example.Config(), noEnv)
	for _, p := range c.Pipelines {
		stream, vendor, ok := vendors.Stream(p.Stream)
		require.True(t, ok)
		require.Equal(t, vendor.Name, p.Source)
		require.Equal(t, fmt.Sprintf("%T", stream.New()), fmt.Sprintf("%T", p.Definition), "%s: %s", p.Name, p.Stream)
		require.True(t, strings.HasPrefix(p.Stream, p.Source+"."))
		found, ok := c.Pipeline(p.Name)
		require.True(t, ok)
		require.Equal(t, p.Name, found.Name)
	}
	_, ok := c.Pipeline("nobody")
	require.False(t, ok)
}

// TestAStreamsOwnKeyGoesBeforeThatOfEveryPipeline holds where a stream means something
// of its own by a name that every pipeline has.
func TestAStreamsOwnKeyGoesBeforeThatOfEveryPipeline(t *testing.T) {
	own := struct {
		Max int64 `yaml:"max_records" jsonschema:"default=5,maximum=10"`
	}{}
	decode := func(text string) (Common, error) {
		r := newReport("x.yaml")
		d := &decoder{report: r, forms: forms("")}
		var common Common
		own.Max = 0
		d.mapping(r.document([]byte(text)), "", nil, reflect.ValueOf(&common).Elem(), reflect.ValueOf(&own).Elem())
		return common, r.err()
	}
	common, err := decode("from: a.b\nmax_records: 7\n")
	require.NoError(t, err)
	require.Zero(t, common.MaxRecords)
	require.EqualValues(t, 7, own.Max)
	_, err = decode("from: a.b\n")
	require.NoError(t, err)
	require.EqualValues(t, 5, own.Max)
	_, err = decode("from: a.b\nmax_records: 11\n")
	require.ErrorContains(t, err, "max_records")
}

func TestWebsitesComeInThreeForms(t *testing.T) {
	data, err := os.ReadFile(testdata + "/good/searches.yaml")
	require.NoError(t, err)
	c := parse(t, string(data), noEnv)
	searches := func(i int) *toofr.Prospects { return c.Pipelines[i].Definition.(*toofr.Prospects) }
	require.Equal(t, extract.Websites{List: []string{"example.com", "https://www.example.org/about"}}, searches(0).Websites)
	require.Equal(t, extract.Websites{File: Path{Written: "domains.csv", Full: filepath.Join(c.Dir, "domains.csv")}, Column: "site"}, searches(1).Websites)
	require.Equal(t, "SELECT domain FROM x WHERE note = '$1' OR note = $$it's$$", searches(2).Websites.Query)
	require.True(t, searches(3).Websites.IsZero())
	require.Equal(t, 25, searches(0).Batch)
	require.Zero(t, searches(0).MaxCreditsPerMonth, "no limit")
}

func TestMergedKeysYieldToTheMappingsOwn(t *testing.T) {
	data, err := os.ReadFile(testdata + "/good/anchors.yaml")
	require.NoError(t, err)
	c := parse(t, string(data), noEnv)
	require.Equal(t, "0 2 * * *", c.Pipelines[0].Schedule)
	require.Equal(t, []string{"SKIPTRACE_*"}, c.Pipelines[0].DropFields)
	require.Equal(t, []string{"NET_WORTH"}, c.Pipelines[1].DropFields, "the first of the merged mappings wins")
	require.Equal(t, []string{"seg_a", "seg_b"}, c.Pipelines[1].Definition.(*audiencelab.Members).Audiences)
}

func TestALimitThatBuysNothingIsAWarning(t *testing.T) {
	text := "version: 1\nsources: {toofr: {api_key: \"${K}\", page_size: 5}}\npipelines:\n" +
		"  a: {from: toofr.prospects, websites: [example.com], max_credits: 5}\n" +
		"  b: {from: toofr.prospects, websites: [example.com]}\n"
	require.Equal(t, []string{
		"pipelines.yaml:2: sources.toofr.page_size has no effect: the vendor sets it",
		"pipelines.yaml:4: pipelines.a.max_credits is below 10, the price of a full page, so nothing will be bought",
		"pipelines.yaml:5: pipelines.b has no max_credits, so a run may spend without limit",
	}, parse(t, text, noEnv).Warnings)
}

func TestLoadReadsTheFileAndTheVariablesBesideIt(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "pipelines.yaml")
	_, err := Load(path)
	require.EqualError(t, err, "no config at "+path+": write one with `sync init`, or name another with --config")

	require.NoError(t, os.WriteFile(path, []byte(example.Config()), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".env"), []byte("TOOFR_API_KEY=from-file\nINTENT_API_KEY=from-file\n"), 0o644))
	t.Setenv("INTENT_API_KEY", "from-environment")
	c, err := Load(path)
	require.NoError(t, err)
	require.Equal(t, "from-file", c.Sources["toofr"].(*toofr.Section).APIKey.Reveal())
	require.Equal(t, "from-environment", c.Sources["intent"].(*intent.Section).APIKey.Reveal())
	require.Equal(t, dir, c.Dir)
	require.Len(t, c.Warnings, 1)
	require.Contains(t, c.Warnings[0], "chmod 600")

	require.NoError(t, os.WriteFile(filepath.Join(dir, ".env"), []byte("no assignment"), 0o600))
	_, err = Load(path)
	require.EqualError(t, err, filepath.Join(dir, ".env")+":1:1: want KEY=VALUE")
}

func TestAFolderIsNoConfig(t *testing.T) {
	_, err := Load(t.TempDir())
	require.ErrorContains(t, err, "the config cannot be read")
	require.NotErrorIs(t, err, fs.ErrNotExist)
}

func TestLineBreaksOfOtherSystemsAndAMarkAtTheStartAreRead(t *testing.T) {
	c := parse(t, "\ufeff"+strings.ReplaceAll(example.Config(), "\n", "\r\n"), noEnv)
	require.Len(t, c.Pipelines, 8)
}

func TestEverySourceMayHavePriority(t *testing.T) {
	for _, f := range fieldsOf(reflect.TypeFor[Identity]()) {
		if f.key == "priority" {
			require.Equal(t, schema.Sources, f.enum)
			require.Contains(t, f.doc, "in the default order "+strings.Join(schema.Sources, ", "))
			return
		}
	}
	require.Fail(t, "there is no priority")
}
