// Package sparktest finds the Spark that tests use.
package sparktest

import (
	"os"
	"testing"
)

// Address is where the Spark listens that SYNC_SPARK names, such as sc://127.0.0.1:15002. It has
// an Iceberg catalog called lake, as the one that deploy/spark.sh starts; without one the test
// is skipped.
func Address(t testing.TB) string {
	t.Helper()
	address := os.Getenv("SYNC_SPARK")
	if address == "" {
		t.Skip("SYNC_SPARK names no Spark to test with, such as sc://127.0.0.1:15002: `make spark-test` starts one")
	}
	return address
}
