//go:build duckdb_arrow

package mcp

import (
	"os"
	"path/filepath"
	"testing"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// attacks are ways by which a query gets at more than it is shown, of this warehouse or
// of others that hide columns behind views.
var attacks = []string{
	// All columns, by name and by pattern.
	"FROM contacts", "SELECT * FROM source_contacts", "SELECT COLUMNS(*) FROM contacts", "SELECT COLUMNS('.*') FROM source_contacts",
	"SELECT COLUMNS(c -> c LIKE '%mail%') FROM contacts", "SELECT full_name FROM contacts", "SELECT c FROM contacts c", "SELECT c.email FROM contacts c",
	"SELECT to_json(c) FROM contacts c", "SELECT row(c.*) FROM contacts c", "SELECT struct_extract(c, 'email') FROM contacts c", "SELECT unnest(c) FROM contacts c",
	"SELECT emails[1], phones[1] FROM source_contacts", "SELECT payload->>'BUSINESS_EMAIL' FROM source_contacts", "SELECT payload FROM events",
	"SELECT value FROM identifiers", "SELECT old_value, new_value FROM contact_changes", "SELECT source_id, hem FROM intent_matches", "SELECT record_hash FROM source_contacts",
	"SELECT payload, reason FROM etl.rejects", "SELECT value_sha256 FROM etl.suppressions", "SELECT full_name FROM new_contacts", "SELECT * FROM job_changes",
	"SELECT attributes FROM audiences", "SELECT * EXCLUDE (contact_id) FROM contacts", "SELECT * REPLACE (email AS city) FROM contacts", "FROM contacts POSITIONAL JOIN source_contacts",
	"UNPIVOT (SELECT * FROM contacts) ON COLUMNS(*)::VARCHAR", "PIVOT contacts ON email USING count(*)", "SELECT contact_id FROM contacts ORDER BY email",
	"SELECT count(*) FROM contacts WHERE email LIKE 'z%'", "SELECT max(email) FROM contacts", "SELECT alias.full_name FROM (FROM contacts) alias",
	"SELECT job_title, company_name, company_key FROM source_contacts", "SELECT company_key FROM accounts",
	// The parts that the tables are made of, and other names for them.
	"FROM etl.records", "FROM etl.versions", "FROM etl.people", "FROM etl.identifiers", "FROM etl.contacts", "FROM etl.matches", "FROM etl.events", "FROM etl.members",
	"FROM etl.staged_records", "FROM etl.forgotten", "FROM etl.overridden", "FROM etl.meta", "FROM warehouse.contacts", "FROM warehouse.main.contacts", "FROM warehouse.etl.records",
	"FROM memory.contacts", "FROM temp.contacts", "FROM system.main.contacts", "FROM reduced_copy.main.contacts", "FROM main.contacts", `FROM "contacts"`,
	"USE warehouse", "SET search_path = 'warehouse.main'", "FROM query('FROM contacts')", "FROM query_table('contacts')", "FROM query_table(['contacts', 'source_contacts'], true)",
	"FROM query('SELECT email FROM warehouse.main.contacts')", "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM contacts'))",
	"WITH contacts AS (FROM contacts) FROM contacts", "WITH RECURSIVE r AS (FROM contacts UNION ALL FROM r WHERE false) FROM r",
	// What the engine knows.
	"FROM duckdb_views()", "FROM duckdb_tables()", "FROM duckdb_columns() WHERE NOT internal", "FROM duckdb_functions() WHERE NOT internal", "FROM duckdb_databases()",
	"FROM duckdb_constraints()", "FROM duckdb_indexes()", "FROM duckdb_logs", "FROM duckdb_temporary_files()", "FROM duckdb_secrets()", "FROM duckdb_variables()",
	"FROM duckdb_prepared_statements()", "FROM information_schema.columns", "FROM information_schema.views", "FROM sqlite_master", "FROM pg_catalog.pg_views",
	"PRAGMA storage_info('contacts')", "PRAGMA storage_info('etl.records')", "PRAGMA table_info('contacts')", "PRAGMA show_tables_expanded", "PRAGMA database_list",
	"PRAGMA metadata_info", "FROM pragma_storage_info('source_contacts')", "SELECT stats(job_title) FROM contacts", "SELECT stats(company_name) FROM accounts",
	"SUMMARIZE contacts", "SUMMARIZE source_contacts", "SUMMARIZE FROM accounts", "DESCRIBE contacts", "SHOW ALL TABLES", "EXPLAIN ANALYZE FROM contacts",
	"EXPLAIN SELECT email FROM contacts", "FROM sql_auto_complete('SELECT em')", "SELECT getvariable('x')", "SELECT current_setting('temp_directory')", "SELECT getenv('HOME')",
	"SELECT approx_top_k(job_title, 50) FROM source_contacts", "SELECT rowid, contact_id FROM contacts",
	// Errors that quote values.
	"SELECT job_title::INT FROM source_contacts", "SELECT error(job_title) FROM source_contacts", "SELECT cast(company_name AS DATE) FROM accounts",
	"SELECT CASE WHEN job_title LIKE '%@%' THEN error(job_title) END FROM source_contacts", "SELECT contact_id::UUID FROM contacts",
	// Files.
	"FROM 'warehouse.duckdb'", "FROM read_blob('warehouse.duckdb')", "FROM read_text('pipelines.yaml')", "FROM glob('*')", "FROM '/proc/self/environ'",
	"FROM read_csv('/proc/self/cmdline')", "FROM read_parquet('exports/contacts/*.parquet')", "FROM parquet_metadata('exports/contacts/0.parquet')", "FROM read_duckdb('warehouse.duckdb')",
	"FROM sniff_csv('pipelines.yaml')", "ATTACH 'warehouse.duckdb' AS w", "ATTACH 'warehouse.duckdb' AS w (READ_ONLY)", "SELECT 1; ATTACH 'warehouse.duckdb' AS w",
	"COPY contacts TO 'x.csv'", "COPY (FROM contacts) TO '/dev/stdout'", "EXPORT DATABASE 'x'", "CREATE TEMP TABLE x AS FROM contacts", "CREATE MACRO m() AS TABLE FROM contacts",
	"CREATE VIEW v AS FROM contacts", "INSTALL httpfs", "LOAD httpfs", "CALL enable_logging(storage = 'file', storage_config = {'path': 'x'})",
	"SET enable_external_access = true", "RESET enable_external_access", "SET allowed_directories = ['/']", "PRAGMA enable_external_access = true",
	"SELECT 1; SET enable_external_access = true; FROM read_text('pipelines.yaml')", "PREPARE p AS FROM contacts", "EXPLAIN ANALYZE COPY contacts TO 'x.csv'",
}

func TestNoQueryReachesAColumnThatNamesAPerson(t *testing.T) {
	w, _ := newWorld(t)
	t.Chdir(w.Dir)
	_, session := connect(t, Options{Runner: w.Runner})
	for _, attack := range attacks {
		text, _ := call(t, session, "query", map[string]any{"sql": attack})
		requireNobody(t, text, attack)
		require.NotContains(t, text, "api_key", attack)
	}
	text, wrong := call(t, session, "list_tables", nil)
	require.False(t, wrong, text)
	for _, table := range schema.Dictionary() {
		text, _ := call(t, session, "describe_table", map[string]any{"table": table.Name})
		require.NotRegexp(t, `\| (full_name|email|payload|source_id|value|hem|phone) \|`, text, table.Name)
	}
	for _, made := range []string{"x.csv", "x"} {
		require.NoFileExists(t, filepath.Join(w.Dir, made))
	}
}

// TestTheCopyNamesNobody reads every value of every table of the copy, however it might
// be reached.
func TestTheCopyNamesNobody(t *testing.T) {
	w, _ := newWorld(t)
	s, session := connect(t, Options{Runner: w.Runner})
	for _, table := range schema.PublicDictionary() {
		text, wrong := call(t, session, "query", map[string]any{"sql": "FROM " + table.Name})
		require.False(t, wrong, text)
		requireNobody(t, text, table.Name)
	}
	require.EqualValues(t, 6, query(t, session, "SELECT count(*) FROM contacts").Rows[0][0])
	require.EqualValues(t, 1, query(t, session, "SELECT count(*) FROM etl.rejects").Rows[0][0], "she is in all of them")
	require.NotZero(t, query(t, session, "SELECT count(*) FROM contact_changes").Rows[0][0])
	require.NotZero(t, query(t, session, "SELECT count(*) FROM events").Rows[0][0])
	joined := query(t, session, "SELECT count(*) FROM contacts JOIN source_contacts USING (contact_id)")
	require.EqualValues(t, 6, joined.Rows[0][0], "pseudonyms join")
	access := s.access.(*reducedAccess)
	info, err := os.Stat(access.file())
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, s.Close())
	require.NoDirExists(t, access.dir)
}

// TestTheAttacksWouldFindHer keeps the tests above honest.
func TestTheAttacksWouldFindHer(t *testing.T) {
	w, _ := newWorld(t)
	t.Chdir(w.Dir)
	_, session := connect(t, Options{Runner: w.Runner, PII: true})
	found := map[string]bool{}
	for _, attack := range attacks {
		text, _ := call(t, session, "query", map[string]any{"sql": attack})
		for _, trace := range traces() {
			if contains(text, trace) {
				found[trace] = true
			}
		}
		require.NotContains(t, text, "api_key", "files are closed to whoever may see people, too: %s", attack)
	}
	for _, trace := range traces() {
		require.True(t, found[trace], "no query finds %s", trace)
	}
}
