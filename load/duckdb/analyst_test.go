//go:build duckdb_arrow

package duckdb_test

import (
	"database/sql"
	"testing"

	"contactsync/load/duckdb"

	"github.com/stretchr/testify/require"
)

// analysts is a small universe for the views for analysts. The last run that asked a
// vendor ended on the 20th at noon; the newest day of intent is the 18th.
var analysts = []string{
	`INSERT INTO etl.runs BY NAME SELECT * FROM (VALUES
		('2026-11-20 11:00:00Z'::TIMESTAMPTZ, '2026-11-20 12:00:00Z'::TIMESTAMPTZ, false), ('2026-11-19 11:00:00Z', NULL, false), ('2026-12-24 11:00:00Z', '2026-12-24 12:00:00Z', true)) t(started_at, finished_at, replay)`,
	`INSERT INTO etl.contacts BY NAME SELECT contact_id, domain AS company_domain, company AS company_name, title AS job_title, initcap AS full_name, sources, seen AS first_seen_at,
		contact_id || '@' || domain AS email, contact_id || '@' || domain AS business_email, contact_id AS email_sha256, status AS email_status, phone, dnc AS phone_dnc, 'mobile' AS phone_kind
		FROM (VALUES
			('ann', 'Ann', 'acme.example', 'Acme', 'CEO', ['toofr'], '2026-11-13 12:00:01Z'::TIMESTAMPTZ, 'valid', '+12025550101', false),
			('bob', 'Bob', 'acme.example', 'ACME', 'CTO', ['intent', 'toofr'], '2026-11-13 12:00:00Z', 'valid_esp', '+12025550102', true),
			('cy', 'Cy', 'delta.example', 'Delta', NULL, ['intent', 'toofr'], '2026-11-20 11:30:00Z', 'catch_all', NULL, NULL),
			('dee', 'Dee', NULL, NULL, NULL, ['intent'], '2026-01-01 00:00:00Z', NULL, NULL, NULL)) t(contact_id, initcap, domain, company, title, sources, seen, status, phone, dnc)`,
	`INSERT INTO etl.people BY NAME SELECT unnest(['intent', 'toofr']) AS source, contact_id || '1' AS source_id, contact_id FROM etl.contacts`,
	`INSERT INTO etl.people VALUES ('intent', 'ann2', 'ann')`,
}

func analysed(t *testing.T, more ...string) *sql.DB {
	t.Helper()
	db, err := duckdb.Blank(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	for _, statement := range append(analysts, more...) {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	return db
}

func TestTopicsRiseByTheWeek(t *testing.T) {
	db := analysed(t, `INSERT INTO etl.matches BY NAME SELECT * FROM (VALUES
		('ann1', '1', '2026-11-18'::DATE), ('ann2', '1', '2026-11-17'), ('bob1', '1', '2026-11-12'), ('dee1', '1', '2026-11-13'), ('stray', '1', '2026-11-18'),
		('cy1', '1', '2026-11-11'), ('cy1', '1', '2026-11-05'), ('ann1', '1', '2026-11-11'),
		('cy1', '2', '2026-11-04'), ('bob1', '3', '2026-11-11'), ('cy1', '3', '2026-11-11')) t(source_id, topic_id, data_date)`)
	require.Equal(t, []string{
		"1|3|2|1|1", // Ann twice but one person; Dee has no company; nobody is the stray's
		"2|0|0|0|0", // older than both weeks
		"3|0|2|-2|0",
	}, lines(t, db, "FROM rising_topics ORDER BY topic_id"))
}

func TestNewContactsAreThoseOfTheWeekBeforeTheLastRun(t *testing.T) {
	db := analysed(t)
	require.Equal(t, []string{"ann|Ann|Acme|CEO|[toofr]", "cy|Cy|Delta|-|[intent, toofr]"},
		lines(t, db, "SELECT * EXCLUDE (first_seen_at) FROM new_contacts ORDER BY 1"), "Bob came a second too early, and a replay asks no vendor")
	_, err := db.ExecContext(t.Context(), "DELETE FROM etl.runs")
	require.NoError(t, err)
	require.Empty(t, lines(t, db, "FROM new_contacts"))
}

func TestJobChangesAreMoreThanSpelling(t *testing.T) {
	db := analysed(t, `INSERT INTO contact_changes BY NAME SELECT * FROM (VALUES
		('ann', 'job_title', 'VP', 'CTO', '2026-11-10 00:00:00Z'::TIMESTAMPTZ), ('ann', 'company_name', 'Delta', 'Acme', '2026-11-12 00:00:00Z'),
		('ann', 'job_title', 'CTO', 'CEO', '2026-11-12 00:00:00Z'), ('ann', 'email', 'a@delta.example', 'a@acme.example', '2026-11-12 00:00:00Z'),
		('bob', 'company_name', 'Acme', 'ACME', '2026-11-10 00:00:00Z'), ('bob', 'job_title', 'C.T.O.', 'CTO', '2026-11-10 00:00:00Z'),
		('cy', 'company_name', NULL, 'Delta', '2026-11-10 00:00:00Z'), ('cy', 'job_title', 'CEO', NULL, '2026-11-11 00:00:00Z'),
		('dee', 'company_name', 'Zoë Ltd', 'Zoe Ltd', '2026-11-09 00:00:00Z'), ('dee', 'company_name', 'Zoe Ltd', NULL, '2026-11-10 00:00:00Z'),
		('gone', 'job_title', 'CEO', 'CTO', '2026-11-10 00:00:00Z')) t(contact_id, field, old_value, new_value, changed_at)`)
	require.Equal(t, []string{
		"ann|Ann|Delta|Delta|VP|CTO|2026-11-10 00:00:00", // at Delta still
		"ann|Ann|Delta|Acme|CTO|CEO|2026-11-12 00:00:00",
		"dee|Dee|Zoë Ltd|Zoe Ltd|-|-|2026-11-09 00:00:00",
	}, lines(t, db, "SELECT * REPLACE (changed_at AT TIME ZONE 'UTC' AS changed_at) FROM job_changes ORDER BY contact_id, changed_at"))
}

func TestReachableContactsSayWhyNot(t *testing.T) {
	db := analysed(t,
		`INSERT INTO etl.contacts BY NAME SELECT contact_id, email, email AS personal_email, email AS email_sha256, status AS email_status, seen AS email_last_seen_at, phone FROM (VALUES
			('role', 'info@acme.example', 'valid', NULL::TIMESTAMPTZ, '+12025550103'), ('stale', 's@acme.example', 'valid', '2026-08-22 11:59:00Z', NULL),
			('fresh', 'f@acme.example', 'valid', '2026-08-22 12:00:00Z', NULL), ('bad', 'b@acme.example', 'invalid', NULL, NULL)) t(contact_id, email, status, seen, phone)`,
		`INSERT INTO etl.contacts BY NAME SELECT 'thrown' AS contact_id, 't@thrown.example' AS email, 'valid' AS email_status`,
		`INSERT INTO etl.identifiers BY NAME SELECT 'role_email_sha256' AS kind, unnest(['info@acme.example', NULL]) AS value`)
	require.Equal(t, []string{
		"ann|true|true|valid|mobile|-",
		"bad|false|false|invalid|-|invalid_email,no_phone",
		"bob|true|false|valid_esp|mobile|do_not_call",
		"cy|false|false|catch_all|mobile|unverified_email,no_phone",
		"dee|false|false|-|mobile|no_email,no_phone",
		"fresh|true|false|valid|-|no_phone",
		"role|false|true|valid|-|role_email",
		"stale|false|false|valid|-|stale_email,no_phone",
		"thrown|false|false|valid|-|disposable_email,no_phone",
	}, lines(t, db, "FROM reachable_contacts ORDER BY contact_id"))
}

func TestAudiencesOverlapByPeople(t *testing.T) {
	db := analysed(t, `INSERT INTO etl.members BY NAME SELECT * FROM (VALUES
		('toofr', 'a', 'ann1', NULL::TIMESTAMPTZ), ('toofr', 'a', 'bob1', NULL), ('toofr', 'a', 'cy1', '2026-11-10 00:00:00Z'), ('toofr', 'b', 'cy1', NULL),
		('intent', 'a', 'ann1', NULL), ('intent', 'a', 'ann2', NULL), ('intent', 'a', 'bob1', NULL), ('intent', 'a', 'cy1', NULL), ('intent', 'a', 'dee1', NULL)
	) t(source, audience_id, source_id, valid_to)`)
	require.Equal(t, []string{
		"intent|a|toofr|a|4|2|2|0.5",
		"intent|a|toofr|b|4|1|1|0.25",
		"toofr|a|intent|a|2|4|2|1.0",
		"toofr|b|intent|a|1|4|1|1.0",
	}, lines(t, db, "FROM audience_overlap ORDER BY ALL"))
}

func TestVendorOverlapIsOfExactSets(t *testing.T) {
	require.Equal(t, []string{"[intent, toofr]|2|2|1", "[intent]|1|0|0", "[toofr]|1|1|1"},
		lines(t, analysed(t), "SELECT * REPLACE (sources::VARCHAR AS sources) FROM vendor_overlap ORDER BY 1"))
}

func TestAudiencesMoveByDaysOfUTC(t *testing.T) {
	db := analysed(t, `INSERT INTO etl.members BY NAME SELECT * FROM (VALUES
		('toofr', 'a', 'ann1', '2026-11-01 23:59:00Z'::TIMESTAMPTZ, '2026-11-03 00:00:00Z'::TIMESTAMPTZ), ('toofr', 'a', 'bob1', '2026-11-01 00:00:00Z', NULL),
		('toofr', 'a', 'cy1', '2026-11-03 00:00:00Z', NULL), ('toofr', 'a', 'ann1', '2026-11-05 00:00:00Z', '2026-11-05 10:00:00Z'), ('toofr', 'b', 'ann1', '2026-11-05 00:00:00Z', NULL)
	) t(source, audience_id, source_id, valid_from, valid_to)`, "SET TimeZone = 'Asia/Tokyo'")
	require.Equal(t, []string{
		"toofr|a|2026-11-01|2|0|2", "toofr|a|2026-11-03|1|1|2", "toofr|a|2026-11-05|1|1|2", "toofr|b|2026-11-05|1|0|1",
	}, lines(t, db, "FROM audience_movement ORDER BY ALL"))
}

// BenchmarkViews asks the views for analysts of a million people, a third of whom show
// intent on two million days, half of whom have changed, in three audiences.
func BenchmarkViews(b *testing.B) {
	db := emptyDatabase(b)
	for _, statement := range []string{
		`INSERT INTO etl.contacts BY NAME SELECT sha256(i::VARCHAR) AS contact_id, 'p' || i || '@company.example' AS email, email AS business_email, sha256('e' || i) AS email_sha256,
			['valid', 'valid_esp', 'catch_all', NULL][1 + i % 4] AS email_status, '+1202' || i AS phone, i % 3 = 0 AS phone_dnc, 'Person ' || i AS full_name,
			['c_suite', 'vp', 'staff', NULL][1 + i % 4] AS seniority, [['intent', 'toofr'], ['toofr'], ['statsocial', 'toofr']][1 + i % 3] AS sources,
			'company-' || n || '.example' AS company_domain, 'company ' || n AS company_key, 'Company ' || n AS company_name, 'CEO' AS job_title,
			'2026-11-20'::TIMESTAMPTZ - INTERVAL (i % 100) DAY AS first_seen_at, '2026-11-20'::TIMESTAMPTZ AS last_seen_at
		FROM (SELECT i, i * 7919 % 125000 AS n FROM range(1000000) r(i))`,
		`INSERT INTO etl.people BY NAME SELECT unnest(['intent', 'toofr']) AS source, contact_id AS source_id, contact_id FROM etl.contacts`,
		`INSERT INTO etl.identifiers BY NAME SELECT 'toofr' AS source, contact_id AS source_id, unnest(['email_sha256', 'phone', 'linkedin']) AS kind, email_sha256 AS value FROM etl.contacts`,
		`INSERT INTO etl.identifiers BY NAME SELECT 'role_email_sha256' AS kind, sha256('e' || i) AS value FROM range(0, 1000000, 50) r(i)`,
		`INSERT INTO etl.members BY NAME SELECT 'toofr' AS source, audience_id, contact_id AS source_id, first_seen_at AS valid_from
			FROM etl.contacts, (VALUES ('a'), ('b'), ('c')) a(audience_id) WHERE hash(contact_id || audience_id) % 3 > 0`,
		`INSERT INTO etl.matches BY NAME SELECT 'p' AS pipeline, '2026-11-20'::DATE - (i % 60)::INTEGER AS data_date, 't' || i * 31 % 37 AS topic_id,
			sha256((i % 333333)::VARCHAR) AS source_id, i % 100 AS score FROM range(2000000) r(i)`,
		`INSERT INTO contact_changes BY NAME SELECT contact_id, 'job_title' AS field, 'CTO' AS old_value, 'CEO' AS new_value, last_seen_at AS changed_at FROM etl.contacts LIMIT 500000`,
		`INSERT INTO etl.runs BY NAME SELECT '2026-11-20'::TIMESTAMPTZ AS finished_at, false AS replay`,
		"CHECKPOINT",
	} {
		_, err := db.ExecContext(b.Context(), statement)
		require.NoError(b, err, statement)
	}
	for _, view := range []string{"hot_accounts", "rising_topics", "new_contacts", "job_changes", "reachable_contacts", "audience_overlap", "vendor_overlap", "audience_movement"} {
		b.Run(view, func(b *testing.B) {
			for b.Loop() {
				_, err := db.ExecContext(b.Context(), "CREATE OR REPLACE TEMP TABLE answer AS FROM "+view)
				require.NoError(b, err)
			}
		})
	}
}
