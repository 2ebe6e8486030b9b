//go:build duckdb_arrow

package daemon

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/internal/runtest"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// lines puts rows into lines, to be held against those of a query.
func lines[R any](rows []R, line func(R) string) []string {
	list := make([]string, len(rows))
	for i, r := range rows {
		list[i] = line(r)
	}
	return list
}

// TestDataIsWhatTheWarehouseHolds holds every part against a query over base tables.
func TestDataIsWhatTheWarehouseHolds(t *testing.T) {
	w, _ := runtest.NewSimulated(t, 300)
	for _, r := range w.Night() {
		require.NotEqual(t, schema.Failed, r.Status, r.Error)
	}
	w.Exec(`INSERT INTO contact_changes BY NAME (SELECT contact_id, 'company_name' AS field, 'Acme' AS old_value, 'Globex' AS new_value,
		now() AS changed_at, 'r' AS run_id FROM etl.contacts LIMIT 3)`,
		`INSERT INTO contact_changes BY NAME (SELECT contact_id, 'city' AS field, 'Bonn' AS old_value, 'Ulm' AS new_value,
		now() - INTERVAL 8 DAY AS changed_at, 'r' AS run_id FROM etl.contacts LIMIT 1)`,
		`INSERT INTO contact_changes BY NAME (SELECT contact_id, 'company_name' AS field, 'Acme Inc' AS old_value, 'ACME, Inc.' AS new_value,
		now() AS changed_at, 'r' AS run_id FROM etl.contacts LIMIT 1 OFFSET 3)`)
	d, err := New(w.Runner)
	require.NoError(t, err)
	data, err := d.Data(t.Context())
	require.NoError(t, err)
	require.Empty(t, data.Missing)
	require.True(t, data.AsOf.IsZero(), "no snapshot is configured")

	require.Equal(t, w.Rows("SELECT source, count(*) FROM etl.records GROUP BY source ORDER BY source"),
		lines(data.Growth, func(g report.Growth) string { return fmt.Sprint(g.Source, "|", g.Records) }), "all came in one night")
	var emails []string
	for _, f := range data.Fills {
		if f.Column == "email" {
			emails = append(emails, fmt.Sprint(f.Source, "|", f.Filled, "|", f.Rows))
		}
	}
	require.Equal(t, w.Rows(`FROM (SELECT source, count(email), count(*) FROM etl.records GROUP BY source
		UNION ALL SELECT '', count(email), count(*) FROM etl.contacts) ORDER BY source = '', source`), emails)
	require.Equal(t, w.Rows(`SELECT company_domain, people_7d, reachable FROM hot_accounts
		ORDER BY people_7d DESC, people_28d DESC, reachable DESC, company_name, company_domain LIMIT 12`),
		lines(data.Accounts, func(a report.HotAccount) string { return fmt.Sprint(a.Domain, "|", a.People7D, "|", a.Reachable) }))
	require.NotEmpty(t, data.Topics)
	require.Equal(t, w.Rows(`WITH newest AS (SELECT max(data_date) AS d FROM etl.matches), people AS (
			SELECT DISTINCT m.topic_id, p.contact_id, m.data_date > d - 7 AS now
			FROM newest, etl.matches m JOIN etl.people p ON p.source = 'intent' AND p.source_id = m.source_id WHERE m.data_date > d - 14)
		SELECT topic_id, count(*) FILTER (now) AS a, count(*) FILTER (NOT now) AS b FROM people GROUP BY topic_id HAVING a > 0
		ORDER BY a - b DESC, a DESC, topic_id LIMIT 12`),
		lines(data.Topics, func(x report.RisingTopic) string { return fmt.Sprint(x.Topic, "|", x.People7D, "|", x.PeoplePrev7D) }))
	require.Equal(t, []report.FieldChange{{Field: "company_name", Changes: 4, Contacts: 4}}, data.Changes, "older changes are not the last")
	require.Equal(t, []report.Move{{Old: "Acme", New: "Globex", People: 3}}, data.Moves, "another spelling is no move")
	var people int64
	for _, o := range data.Overlaps {
		people += o.People
	}
	require.Equal(t, w.Rows("SELECT count(*) FROM etl.contacts"), []string{fmt.Sprint(people)})
}

// TestDataIsReadFromTheSnapshot, once for each, and lacks what the snapshot lacks.
func TestDataIsReadFromTheSnapshot(t *testing.T) {
	lab, url := runtest.NewLab(t)
	lab.Set("a", runtest.People(t, 3, nil)...)
	w := runtest.New(t, runtest.LabConfig(url, "labs=a"))
	path := w.Dir + "/pipelines.yaml"
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	d, err := New(w.Runner)
	require.NoError(t, err)
	data, err := d.Data(t.Context())
	require.NoError(t, err, "before the first run there is nothing, which is no error")
	require.Empty(t, data.Overlaps)

	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(text), "memory_limit", "snapshot: s.duckdb, memory_limit", 1)), 0o600))
	w.Runner.Config = configOf(t, path)
	w.Night()
	lock, err := load.Acquire(t.Context(), w.Runner.Config.Warehouse.Path.Full, false)
	require.NoError(t, err, "a run is on")
	data, err = d.Data(t.Context())
	require.NoError(t, err)
	require.Equal(t, []report.Overlap{{Sources: []string{schema.AudienceLab}, People: 3}}, data.Overlaps)
	require.False(t, data.AsOf.IsZero())
	seen := d.lastData()
	_, err = d.Data(t.Context())
	require.NoError(t, err)
	require.Equal(t, seen, d.lastData())

	snapshot := w.Runner.Config.Warehouse.Snapshot.Full
	warehouse, err := duckdb.Open(t.Context(), snapshot, duckdb.Options{})
	require.NoError(t, err)
	conn, err := warehouse.Conn(t.Context())
	require.NoError(t, err)
	_, err = conn.ExecContext(t.Context(), "DROP VIEW hot_accounts")
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	require.NoError(t, warehouse.Close())
	data, err = d.Data(t.Context())
	require.NoError(t, err)
	require.Equal(t, []report.MissingTable{{Part: "hot accounts", Table: "hot_accounts"}}, data.Missing)
	require.NotEmpty(t, data.Overlaps)

	require.NoError(t, os.Remove(snapshot))
	_, err = d.Data(t.Context())
	require.ErrorAs(t, err, new(*run.BusyError), "neither can be read")
	require.NoError(t, lock.Release())
	data, err = d.Data(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, data.Overlaps, "then the warehouse is")
}

func configOf(t *testing.T, path string) *config.Config {
	t.Helper()
	c, err := config.Load(path)
	require.NoError(t, err)
	return c
}
