package lake

import (
	"fmt"
	"testing"

	"contactsync/internal/sparktest"
	"contactsync/load/lake/connect"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// What a killed program left running changes the tables that the next one writes to.
func TestAStatementIsGivenAgainWhereAnotherWriterWasQuicker(t *testing.T) {
	address, err := connect.Parse(sparktest.Address(t))
	require.NoError(t, err)
	spark, err := connect.Dial(t.Context(), address)
	require.NoError(t, err)
	defer spark.Close()
	const table = "lake.conflicts.t"
	for _, s := range []string{
		"CREATE SCHEMA IF NOT EXISTS lake.conflicts",
		"DROP TABLE IF EXISTS " + table, // with the branches of an earlier test
		"CREATE TABLE " + table + " (k STRING) USING iceberg TBLPROPERTIES ('commit.retry.num-retries' = '0')",
		"INSERT INTO " + table + " VALUES ('a')",
	} {
		require.NoError(t, spark.Exec(t.Context(), s))
	}

	const writers, branches = 4, 5
	var g errgroup.Group
	for writer := range writers {
		g.Go(func() error {
			for n := range branches {
				if err := execAgain(t.Context(), spark, fmt.Sprintf("ALTER TABLE %s CREATE BRANCH b_%d_%d", table, writer, n)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
	rows, err := spark.Query(t.Context(), "SELECT count(*) FROM "+table+".refs WHERE name LIKE 'b_%'")
	require.NoError(t, err)
	require.Equal(t, [][]any{{int64(writers * branches)}}, rows.Values)
}
