package config

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// lake is a config with an address of Spark.
func lake(address string) string {
	return "version: 1\nwarehouse:\n  engine: spark\n  connect: " + address + "\n  catalog: lake\n  bucket: lake\n"
}

func TestALakeHasItsDefaults(t *testing.T) {
	c := parse(t, lake("sc://spark.internal"), noEnv)
	w := c.Warehouse
	require.True(t, w.InLake())
	require.Equal(t, "contactsync", w.Namespace)
	require.EqualValues(t, 512_000_000, w.MemoryLimit)
	require.Equal(t, filepath.Join(c.Dir, "lake"), w.Place())
	require.Equal(t, filepath.Join(c.Dir, "warehouse.spark"), w.Path.Full, "what this machine keeps lies beside the config")
	server, err := w.SparkServer()
	require.NoError(t, err)
	require.Equal(t, "sc://spark.internal:15002", server.String())
	require.Len(t, c.Warnings, 1, "there are no pipelines")
}

func TestABucketIsShownWithoutItsParameters(t *testing.T) {
	c := parse(t, "version: 1\nwarehouse: {engine: spark, connect: \"sc://h\", catalog: lake, bucket: \"s3://b/p?profile=x\"}", noEnv)
	require.Equal(t, "s3://b/p", c.Warehouse.Place())
}

func TestTheTokenOfSparkIsASecret(t *testing.T) {
	variables := env(map[string]string{"TOKEN": "dapi%2B0123456789", "ADDRESS": "sc://h:1/;use_ssl=true;x-key=abcdefgh"})
	written := "pipelines.yaml:4: warehouse.connect is written out; ${NAME} or ${file:PATH} keeps it out of the config"
	for _, test := range []struct {
		name, address string
		secrets       []string
		warned        bool
	}{
		{"none", "sc://h:1/;user_id=ann", nil, false},
		{"from a variable", `"sc://h:1/;token=${TOKEN}"`, []string{"dapi%2B0123456789", "dapi+0123456789"}, false},
		{"all from a variable", `"${ADDRESS}"`, []string{"abcdefgh"}, false},
		{"written out", "sc://h:1/;token=dapi01234567", []string{"dapi01234567"}, true},
		{"one of two", `"sc://h:1/;token=${TOKEN};x-key=abcdefgh"`, []string{"dapi%2B0123456789", "dapi+0123456789", "abcdefgh"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := parse(t, lake(test.address), variables)
			var secrets []string
			for _, s := range c.Secrets() {
				secrets = append(secrets, s.Reveal())
			}
			require.Equal(t, test.secrets, secrets)
			if test.warned {
				require.Contains(t, c.Warnings, written)
			} else {
				require.NotContains(t, c.Warnings, written)
			}
			for _, secret := range test.secrets {
				require.NotContains(t, fmt.Sprintf("%v %+v %#v", c.Warehouse, c.Warehouse, c.Warehouse), secret)
			}
		})
	}
}

func TestABadAddressOfSparkIsNotShown(t *testing.T) {
	for _, address := range []string{
		"sc://h:1/;token=dapi01234567;wrong", "sc://dapi01234567@h:1", "spark://h:1/;token=dapi01234567", "sc://h:1/;dapi01234567",
		"sc://h:1/;use_ssl=false;token=dapi01234567",
	} {
		for _, p := range problems(t, lake(address), noEnv) {
			require.NotContains(t, p.String(), "dapi01234567")
			require.Equal(t, "warehouse.connect", p.Path)
			require.Equal(t, 4, p.Line)
		}
	}
}
