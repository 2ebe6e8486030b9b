package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/audiencelab"
)

// filtersOf loads a config whose only audience has these filters.
func filtersOf(t *testing.T, filters string) (extract.Tree, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipelines.yaml")
	require.NoError(t, os.WriteFile(path, []byte(`version: 1
warehouse: {path: w.duckdb}
sources: {audiencelab: {api_key: "${KEY}"}}
x-cities: &cities [Boston, "02134"]
pipelines:
  a:
    from: audiencelab.members
    audience:
      name: x
      filters: `+filters+"\n"), 0o600))
	t.Setenv("KEY", "sk_1")
	c, err := Load(path)
	if err != nil {
		return "", err
	}
	return c.Pipelines[0].Definition.(*audiencelab.Members).Audience.Filters, nil
}

func TestValuesOfAnyShapeBecomeJSON(t *testing.T) {
	for filters, want := range map[string]string{
		`{b: [1, 2.5, -3e2], a: {"x y": true, none: null}, city: *cities}`: `{"b":[1,2.5,-3e2],"a":{"x y":true,"none":null},"city":["Boston","02134"]}`,
		`[{field: A, operator: in, value: ["yes", no, 2026-11-26]}]`:       `[{"field":"A","operator":"in","value":["yes","no","2026-11-26"]}]`,
		`{key: "a ${KEY}"}`:        `{"key":"a sk_1"}`,
		`{quote: 'say "x" & <y>'}`: `{"quote":"say \"x\" \u0026 \u003cy\u003e"}`,
	} {
		tree, err := filtersOf(t, filters)
		require.NoError(t, err, filters)
		require.Equal(t, extract.Tree(want), tree)
	}
	for filters, problem := range map[string]string{
		`everybody`:        "pipelines.a.audience.filters: want keys with values, or a list, not text",
		`{n: 0x1F}`:        `pipelines.a.audience.filters.n: "0x1F" is no number that JSON has`,
		`[{v: !binary x}]`: "pipelines.a.audience.filters[0].v: the tag !binary is not supported",
		`{v: "${NOBODY}"}`: "pipelines.a.audience.filters.v: the variable NOBODY is not set",
		`{a: 1, a: 2}`:     "a",
		`{}`:               "say who is in the audience",
	} {
		_, err := filtersOf(t, filters)
		require.ErrorContains(t, err, problem, filters)
	}
}
