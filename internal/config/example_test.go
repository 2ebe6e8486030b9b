package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheFilesAtTheTopAreTheEmbeddedOnes(t *testing.T) {
	golden(t, root+"/pipelines.yaml", Example())
	golden(t, root+"/.env.example", EnvExample())
}

func TestTheSchemaForEditorsIsUpToDate(t *testing.T) {
	got, err := JSONSchema()
	require.NoError(t, err)
	golden(t, root+"/pipelines.schema.json", string(got))
}

func TestTheEnvExampleNamesTheVariablesOfTheExample(t *testing.T) {
	vars, err := parseDotenv(".env.example", []byte(EnvExample()))
	require.NoError(t, err)
	for _, m := range parse(t, Example(), noEnv).MissingVariables() {
		require.Contains(t, vars, m.Variable)
		delete(vars, m.Variable)
	}
	require.Empty(t, vars)
}
