package config

import (
	"strings"
	"testing"

	"contactsync/internal/config/example"

	"github.com/stretchr/testify/require"
)

func TestTheFilesAtTheTopAreTheEmbeddedOnes(t *testing.T) {
	golden(t, root+"/pipelines.yaml", example.Config())
	golden(t, root+"/.env.example", example.Env())
}

func TestTheSchemaForEditorsIsUpToDate(t *testing.T) {
	got, err := JSONSchema()
	require.NoError(t, err)
	golden(t, root+"/pipelines.schema.json", string(got))
}

func TestTheEnvExampleNamesTheVariablesOfTheExample(t *testing.T) {
	vars, err := parseDotenv(".env.example", []byte(example.Env()))
	require.NoError(t, err)
	for _, m := range parse(t, example.Config(), noEnv).MissingVariables() {
		require.Contains(t, vars, m.Variable)
		delete(vars, m.Variable)
	}
	require.Empty(t, vars)
}

// TestTheExampleIsReadByEveryReader: pandas stops at a folder of rows without a value, so
// the example partitions by nothing; and the match list that it shows works uncommented.
func TestTheExampleIsReadByEveryReader(t *testing.T) {
	require.NotRegexp(t, `(?m)^\s*partition_by:`, example.Config())
	_, list, found := strings.Cut(example.Config(), "  # meta-match:")
	require.True(t, found)
	list = "  meta-match:" + strings.ReplaceAll(list, "\n  #", "\n")
	text := "version: 1\nsources: {audiencelab: {api_key: x}}\npipelines: {labs: {from: audiencelab.audiences}}\nexports:\n" + list
	c := parse(t, text, nil)
	require.Len(t, c.Exports, 1)
	require.Equal(t, "meta", c.Exports[0].For)
}
