package config

import (
	"strings"
	"testing"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestTheExampleOfAllVendorsIsTheWholeOne(t *testing.T) {
	require.Equal(t, Example(), ExampleOf(schema.Sources))
	require.Equal(t, EnvExample(), EnvExampleOf(schema.Sources))
}

func TestTheExampleOfSomeVendorsIsSoundAndNamesNoOther(t *testing.T) {
	for set := 1; set < 1<<len(schema.Sources); set++ {
		var vendors, others []string
		for i, v := range schema.Sources {
			if set&(1<<i) != 0 {
				vendors = append(vendors, v)
			} else {
				others = append(others, v)
			}
		}
		c := parse(t, ExampleOf(vendors), noEnv)
		require.Len(t, c.Sources, len(vendors))
		require.NotEmpty(t, c.Pipelines, vendors)
		for _, p := range c.Pipelines {
			require.Contains(t, vendors, p.Source)
		}
		variables, err := parseDotenv(".env.example", []byte(EnvExampleOf(vendors)))
		require.NoError(t, err)
		require.Len(t, variables, len(vendors))
		for _, m := range c.MissingVariables() {
			require.Contains(t, variables, m.Variable)
		}
		for _, other := range others {
			require.NotContains(t, ExampleOf(vendors), "\n  "+other+":")
			require.NotContains(t, EnvExampleOf(vendors), strings.ToUpper(other))
		}
	}
}
