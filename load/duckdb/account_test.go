//go:build duckdb_arrow

package duckdb_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"contactsync/load/duckdb"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// companions are the people of a small universe of companies, with the columns that
// accounts go by.
var companions = []string{
	// One domain under three spellings; of Cy the key alone is known.
	`{contact_id: 'ann', company_domain: 'acme.example', company_key: 'acme', company_name: 'Acme Inc', company_industry: 'Toys', company_size: '11-50', seniority: 'vp', email: 'ann@acme.example', business_email: 'ann@acme.example', email_sha256: 'ann', email_status: 'valid', sources: ['toofr'], first_seen_at: '2026-11-02'}`,
	`{contact_id: 'bob', company_domain: 'acme.example', company_key: 'acme', company_name: 'ACME', company_industry: 'Toys', company_revenue: '1M', seniority: 'staff', phone: '+12025550101', phone_dnc: true, sources: ['audiencelab', 'intent'], first_seen_at: '2026-11-03'}`,
	`{contact_id: 'cy', company_key: 'acme', company_name: 'ACME', company_industry: 'Games', seniority: 'founder', phone: '+12025550102', sources: ['intent'], first_seen_at: '2026-11-01'}`,
	`{contact_id: 'dee', company_domain: 'acme.example', company_name: 'Acme Inc', email: 'info@acme.example', business_email: 'info@acme.example', email_sha256: 'info', email_status: 'valid', sources: ['toofr'], first_seen_at: '2026-11-04'}`,
	// Two domains go by one key, and Gus by that key alone.
	`{contact_id: 'eve', company_domain: 'delta.example', company_key: 'delta', company_name: 'Delta', sources: ['toofr'], first_seen_at: '2026-11-01'}`,
	`{contact_id: 'fay', company_domain: 'delta-air.example', company_key: 'delta', company_name: 'Delta', sources: ['toofr'], first_seen_at: '2026-11-01'}`,
	`{contact_id: 'gus', company_key: 'delta', company_name: 'Delta Ltd', seniority: 'manager', email: 'gus@thrown.example', email_sha256: 'gus', email_status: 'valid_esp', sources: ['statsocial'], first_seen_at: '2026-11-01'}`,
	// No domain goes by this key; and nobody employs Ida.
	`{contact_id: 'hal', company_key: 'solo', company_name: 'Solo', sources: ['intent'], first_seen_at: '2026-11-01'}`,
	`{contact_id: 'ida', email: 'ida@mail.example', sources: ['intent'], first_seen_at: '2026-11-01'}`,
}

// interests are person, day, topic and score.
var interests = []string{
	"('cy', '2026-10-04'::DATE, '1', 50.0)", "('cy', '2026-10-03'::DATE, '9', 99.0)", // 28 days up to the 31st begin on the 4th
	"('bob', '2026-10-25'::DATE, '2', 70.0)", "('bob', '2026-10-26'::DATE, '2', 60.0)", "('bob', '2026-10-24'::DATE, '1', 40.0)",
	"('gus', '2026-10-24'::DATE, '1', 80.0)", "('hal', '2026-10-01'::DATE, '1', 90.0)", "('ida', '2026-10-31'::DATE, '1', 90.0)",
}

// companies is a warehouse of them.
func companies(t *testing.T, people, interests []string) *sql.DB {
	t.Helper()
	db, err := duckdb.Blank(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	for _, p := range people {
		_, err := db.ExecContext(t.Context(), "INSERT INTO etl.contacts BY NAME SELECT unnest(p), p.first_seen_at::TIMESTAMPTZ AS last_seen_at FROM (SELECT "+p+" AS p)")
		require.NoError(t, err, p)
	}
	for _, statement := range []string{
		"INSERT INTO etl.people BY NAME SELECT 'intent' AS source, 'of ' || contact_id AS source_id, contact_id FROM etl.contacts",
		"INSERT INTO etl.matches BY NAME SELECT 'p' AS pipeline, 'of ' || col0 AS source_id, col0 AS hem, col1 AS data_date, col2 AS topic_id, col3 AS score FROM (VALUES " + strings.Join(interests, ", ") + ")",
		"INSERT INTO etl.identifiers BY NAME SELECT 'intent' AS source, 'of dee' AS source_id, '" + string(schema.RoleEmail) + "' AS kind, 'info' AS value",
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	return db
}

// lines are a query's rows as text.
func lines(t *testing.T, db *sql.DB, query string) (list []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT concat_ws('|', *COLUMNS(*)) FROM (SELECT coalesce(COLUMNS(*)::VARCHAR, '-') FROM ("+query+"))")
	require.NoError(t, err, query)
	defer rows.Close()
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		list = append(list, line)
	}
	require.NoError(t, rows.Err())
	return list
}

func TestAccountsAreTheCompaniesOfContacts(t *testing.T) {
	for name, order := range map[string]func([]string){"as they came": func([]string) {}, "the other way round": slices.Reverse[[]string]} {
		t.Run(name, func(t *testing.T) {
			people, wanted := slices.Clone(companions), slices.Clone(interests)
			order(people)
			order(wanted)
			db := companies(t, people, wanted)
			require.Equal(t, []string{
				"acme.example|acme|Acme Inc|Toys|11-50|1M|3|1|2|1",
				"delta-air.example|delta|Delta|-|-|-|1|0|0|0",
				"delta.example|delta|Delta|-|-|-|1|0|0|0",
				"-|acme|ACME|Games|-|-|1|1|0|1",
				"-|delta|Delta Ltd|-|-|-|1|0|1|0",
				"-|solo|Solo|-|-|-|1|0|0|0",
			}, lines(t, db, `SELECT company_domain, company_key, company_name, company_industry, company_size, company_revenue, people, decision_makers, with_email, with_phone FROM accounts ORDER BY company_domain NULLS LAST, company_key`))
			require.Equal(t, []string{
				"acme|acme.example|1|1|2|70.0|2026-10-26|[audiencelab, intent, toofr]|2026-11-02|2026-11-04",
				"acme|-|0|1|1|50.0|2026-10-04|[intent]|2026-11-01|2026-11-01",
				"delta|-|0|1|1|80.0|2026-10-24|[statsocial]|2026-11-01|2026-11-01",
				"solo|-|0|0|0|-|2026-10-01|[intent]|2026-11-01|2026-11-01",
			}, lines(t, db, `SELECT company_key, company_domain, intent_people_7d, intent_people_28d, topics_28d, max_score_28d, last_data_date, sources, first_seen_at::DATE, last_seen_at::DATE FROM accounts WHERE last_data_date IS NOT NULL ORDER BY company_key, company_domain NULLS LAST`))
			require.Equal(t, []string{
				"acme.example|Acme Inc|3|1|1|2|70.0|1|1|2026-10-26", // Ann by mail; Bob is on a list, Dee is a function
				"-|Delta Ltd|1|0|1|1|80.0|0|0|2026-10-24",           // Gus throws his address away
				"-|ACME|1|0|1|1|50.0|1|1|2026-10-04",                // Cy by phone
			}, lines(t, db, `SELECT company_domain, company_name, people, people_7d, people_28d, topics, max_score, decision_makers, reachable, last_data_date FROM hot_accounts ORDER BY people DESC, max_score DESC`))
		})
	}
}

func TestContactsNameTheirAccount(t *testing.T) {
	db := companies(t, companions, interests)
	var want []string
	for _, c := range [][2]string{
		{"ann", "domain:acme.example"},
		{"bob", "domain:acme.example"},
		{"cy", "key:acme"},
		{"dee", "domain:acme.example"},
		{"eve", "domain:delta.example"},
		{"fay", "domain:delta-air.example"},
		{"gus", "key:delta"},
		{"hal", "key:solo"},
	} {
		want = append(want, fmt.Sprintf("%s|%s", c[0], sha256Of(c[1])))
	}
	require.Equal(t, append(want, "ida|-"), lines(t, db, "SELECT contact_id, account_id FROM contacts ORDER BY contact_id"))
	require.Empty(t, lines(t, db, "SELECT account_id, people FROM (SELECT account_id, count(*) AS people FROM contacts WHERE account_id IS NOT NULL GROUP BY ALL EXCEPT SELECT account_id, people FROM accounts)"))
	require.Equal(t, []string{"6"}, lines(t, db, "SELECT count(*) FROM accounts JOIN (SELECT DISTINCT account_id FROM contacts) USING (account_id)"))
}

func TestAccountsNeedNoIntent(t *testing.T) {
	db := companies(t, companions, interests)
	_, err := db.ExecContext(t.Context(), "DELETE FROM etl.matches")
	require.NoError(t, err)
	require.Equal(t, []string{"6|0|-"}, lines(t, db, "SELECT count(*), sum(intent_people_28d), max(last_data_date) FROM accounts"))
	require.Empty(t, lines(t, db, "SELECT * FROM hot_accounts"))
}

// emptyDatabase is a new warehouse, opened without the program, to be filled by hand.
func emptyDatabase(b *testing.B) *sql.DB {
	path := filepath.Join(b.TempDir(), "warehouse.duckdb")
	w, err := duckdb.Open(b.Context(), path, duckdb.Options{})
	require.NoError(b, err)
	require.NoError(b, w.Close())
	db, err := sql.Open("duckdb", path)
	require.NoError(b, err)
	b.Cleanup(func() { _ = db.Close() })
	return db
}

// BenchmarkAccounts asks a warehouse of 200,000 people at 25,000 companies, a third of
// whom show intent on 600,000 days.
func BenchmarkAccounts(b *testing.B) {
	db := emptyDatabase(b)
	for _, statement := range []string{
		`INSERT INTO etl.contacts BY NAME SELECT 'c' || i AS contact_id, 'p' || i || '@company.example' AS email, sha256('e' || i) AS email_sha256,
			'valid' AS email_status, 'Person ' || i AS full_name, ['c_suite', 'vp', 'staff', NULL][1 + i % 4] AS seniority, ['intent', 'toofr'] AS sources,
			CASE WHEN i % 10 < 6 THEN 'company-' || n || '.example' END AS company_domain, CASE WHEN i % 10 < 9 THEN 'company ' || n END AS company_key,
			'Company ' || n || [' Inc', ', Inc.', ''][1 + i % 3] AS company_name, 'Industry ' || (n + i % 2) % 50 AS company_industry,
			'Size ' || (n + i % 2) % 8 AS company_size, 'Revenue ' || (n + i % 2) % 9 AS company_revenue,
			'2026-11-01'::TIMESTAMPTZ AS first_seen_at, '2026-11-01'::TIMESTAMPTZ AS last_seen_at
		FROM (SELECT i, i * 7919 % 25000 AS n FROM range(200000) r(i))`,
		`INSERT INTO etl.people BY NAME SELECT unnest(['intent', 'toofr']) AS source, 'of ' || contact_id AS source_id, contact_id FROM etl.contacts`,
		`INSERT INTO etl.members BY NAME SELECT 'toofr' AS source, 'a' AS audience_id, 'of ' || contact_id AS source_id FROM etl.contacts`,
		`INSERT INTO audiences BY NAME SELECT 'toofr' AS source, 'a' AS audience_id, '2026-11-02'::TIMESTAMPTZ AS swept_at`,
		`INSERT INTO etl.matches BY NAME SELECT 'p' AS pipeline, '2026-11-01'::DATE - (i % 60)::INTEGER AS data_date, 't' || i * 31 % 37 AS topic_id,
			'of c' || i % 66667 AS source_id, i % 100 AS score FROM range(600000) r(i)`,
		"CHECKPOINT",
	} {
		_, err := db.ExecContext(b.Context(), statement)
		require.NoError(b, err, statement)
	}
	for _, query := range []string{
		"SELECT count(*) FROM contacts", "SELECT * FROM contacts LIMIT 5", "SELECT * FROM contacts WHERE company_domain = 'company-77.example'",
		"SELECT * FROM accounts", "SELECT * FROM accounts WHERE company_domain = 'company-77.example'", "SELECT * FROM hot_accounts",
	} {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				rows, err := db.QueryContext(b.Context(), query)
				require.NoError(b, err)
				for rows.Next() {
				}
				require.NoError(b, rows.Err())
			}
		})
	}
}
