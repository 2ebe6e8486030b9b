package config

import (
	"strings"
	"testing"

	"contactsync/internal/config/example"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestTheExampleOfAllVendorsIsTheWholeOne(t *testing.T) {
	require.Equal(t, example.Config(), example.ConfigOf(schema.Sources))
	require.Equal(t, example.Env(), example.EnvOf(schema.Sources))
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
		c := parse(t, example.ConfigOf(vendors), noEnv)
		require.Len(t, c.Sources, len(vendors))
		require.NotEmpty(t, c.Pipelines, vendors)
		for _, p := range c.Pipelines {
			require.Contains(t, vendors, p.Source)
		}
		variables, err := parseDotenv(".env.example", []byte(example.EnvOf(vendors)))
		require.NoError(t, err)
		require.Len(t, variables, len(vendors))
		for _, m := range c.MissingVariables() {
			require.Contains(t, variables, m.Variable)
		}
		for _, other := range others {
			require.NotContains(t, example.ConfigOf(vendors), "\n  "+other+":")
			require.NotContains(t, example.EnvOf(vendors), strings.ToUpper(other))
		}
	}
}
