package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"

	"contactsync/load/duckdb"
)

// snapshotFile is the name of the snapshot that universe makes.
const snapshotFile = "analytics.duckdb"

// universe makes a snapshot of so many made-up people: the warehouse that sync creates,
// filled by SQL, without what a snapshot goes without. Whole nights would take as long as
// vendors serve them, and the views ask nothing of how the rows got in.
//
// There are eight people a company, of whom a third show intent, on two days each; all are
// in two of three audiences, and half have changed their title.
func universe(ctx context.Context, people int, dir string) error {
	path := filepath.Join(dir, snapshotFile)
	w, err := duckdb.Open(ctx, path, duckdb.Options{})
	if err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := fill(ctx, path, people); err != nil {
		return err
	}
	return duckdb.Strip(ctx, path)
}

func fill(ctx context.Context, path string, people int) (err error) {
	db, err := sql.Open("duckdb", path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, statement := range fillSQL(people) {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// fillSQL makes the same rows whenever it is asked for as many people.
func fillSQL(people int) []string {
	return []string{
		fmt.Sprintf(`INSERT INTO etl.contacts BY NAME SELECT 'c_' || left(sha256('c' || i), 20) AS contact_id, 'Person ' || i AS full_name,
			'p' || i || '@company-' || n || '.example' AS email, email AS business_email, sha256(email) AS email_sha256, md5(email) AS email_md5,
			['valid', 'valid_esp', 'catch_all', NULL][1 + i %% 4] AS email_status, day AS email_last_seen_at,
			'+1202555' || lpad((i %% 10000)::VARCHAR, 4, '0') AS phone, i %% 3 = 0 AS phone_dnc, 'mobile' AS phone_kind,
			['c_suite', 'vp', 'staff', NULL][1 + i %% 4] AS seniority, 'Title ' || i %% 300 AS job_title,
			CASE WHEN i %% 10 < 6 THEN 'company-' || n || '.example' END AS company_domain, CASE WHEN i %% 10 < 9 THEN 'company ' || n END AS company_key,
			'Company ' || n || [' Inc', ', Inc.', ''][1 + i %% 3] AS company_name, 'Industry ' || (n + i %% 2) %% 50 AS company_industry,
			'Size ' || (n + i %% 2) %% 8 AS company_size, 'Revenue ' || (n + i %% 2) %% 9 AS company_revenue, 'US' AS country,
			[['intent', 'toofr'], ['toofr'], ['statsocial', 'toofr']][1 + i %% 3] AS sources, len(sources) AS record_count,
			day AS first_seen_at, '2026-11-20'::TIMESTAMPTZ AS last_seen_at, day AS updated_at
			FROM (SELECT i, i * 7919 %% greatest(%[1]d // 8, 1) AS n, '2026-11-20'::TIMESTAMPTZ - INTERVAL (i %% 200) DAY AS day FROM range(%[1]d) r(i))`, people),
		`INSERT INTO etl.people BY NAME SELECT unnest(sources) AS source, 'of ' || contact_id AS source_id, contact_id FROM etl.contacts`,
		`INSERT INTO etl.records BY NAME SELECT p.source, p.source_id, c.full_name, c.email, c.business_email, c.phone, c.seniority, c.job_title,
			c.company_domain, c.company_name, c.country, c.first_seen_at, c.last_seen_at, c.updated_at, sha256(p.source_id) AS record_hash,
			json_object('id', p.source_id, 'name', c.full_name, 'email', c.email, 'title', c.job_title) AS payload
			FROM etl.people p JOIN etl.contacts c USING (contact_id)`,
		`INSERT INTO etl.identifiers BY NAME SELECT p.source, p.source_id, unnest(['email_sha256', 'email_md5', 'phone']) AS kind,
			unnest([c.email_sha256, c.email_md5, c.phone]) AS value FROM etl.people p JOIN etl.contacts c USING (contact_id)`,
		`UPDATE etl.identifiers SET kind = 'role_email_sha256' WHERE kind = 'email_sha256' AND starts_with(value, '00')`,
		`INSERT INTO audiences BY NAME SELECT 'toofr' AS source, unnest(['a', 'b', 'c']) AS audience_id, 'search' AS kind, '2026-11-20'::TIMESTAMPTZ AS swept_at`,
		`INSERT INTO etl.members BY NAME SELECT 'toofr' AS source, chr((97 + (i + n) % 3)::INTEGER) AS audience_id, p.source_id, c.first_seen_at AS valid_from
			FROM (SELECT contact_id, first_seen_at, row_number() OVER (ORDER BY contact_id) AS i FROM etl.contacts) c
			JOIN etl.people p ON p.contact_id = c.contact_id AND p.source = 'toofr', range(2) r(n)`,
		`INSERT INTO etl.matches BY NAME SELECT 'topics' AS pipeline, '2026-11-20'::DATE - ((i * 3 + n * 11) % 60)::INTEGER AS data_date, 't' || (i * 31 + n) % 37 AS topic_id,
			p.source_id AS hem, p.source_id, i % 100 AS score
			FROM (SELECT source_id, row_number() OVER (ORDER BY source_id) AS i FROM etl.people WHERE source = 'intent') p, range(6) r(n)`,
		`INSERT INTO contact_changes BY NAME SELECT contact_id, 'job_title' AS field, 'Trainee' AS old_value, job_title AS new_value, updated_at AS changed_at
			FROM etl.contacts WHERE contact_id < 'c_8'`,
		`INSERT INTO etl.runs BY NAME SELECT 'r' AS run_id, 'topics' AS pipeline, 'succeeded' AS status, false AS replay,
			'2026-11-20 02:00:00Z'::TIMESTAMPTZ AS started_at, '2026-11-20 03:00:00Z'::TIMESTAMPTZ AS finished_at`,
		"CHECKPOINT",
	}
}
