package layout

import (
	"fmt"

	"contactsync/schema"
)

// asOfSQL is the time that the last days of what is no intent are counted from: the end
// of the last run that asked a vendor. A clock would give another answer every day.
const asOfSQL = "(SELECT max(coalesce(finished_at, started_at)) FROM etl.runs WHERE NOT replay)"

// roleSQL tells of a contact c that its address is a role's, or nobody's.
const roleSQL = `coalesce(c.email_sha256 IN (SELECT value FROM etl.identifiers WHERE kind = '` + string(schema.RoleEmail) + `'), false)`

// closedEmailSQL is why mail must not go to the address of a contact c; NULL: it may. An
// address that is neither business nor personal is thrown away after use or nobody's
// (docs/normalising.md); a role's is known by its kind.
const closedEmailSQL = `CASE
			WHEN c.email IS NULL THEN 'no_email'
			WHEN ` + roleSQL + ` THEN 'role_email'
			WHEN c.email IS DISTINCT FROM c.business_email AND c.email IS DISTINCT FROM c.personal_email THEN 'disposable_email'
			WHEN c.email_status = '` + string(schema.EmailInvalid) + `' THEN 'invalid_email'
			WHEN c.email_status IS NULL OR c.email_status NOT IN ('` + string(schema.EmailValidESP) + `', '` + string(schema.EmailValid) + `')
				THEN 'unverified_email'
			WHEN c.email_last_seen_at < ` + asOfSQL + ` - INTERVAL 90 DAY THEN 'stale_email'
		END`

// closedPhoneSQL is why a contact c must not be called; NULL: it may be.
const closedPhoneSQL = `CASE WHEN c.phone IS NULL THEN 'no_phone' WHEN c.phone_dnc THEN 'do_not_call' END`

// ReachableSQL is the condition that a contact c can be called or written to.
const ReachableSQL = `(` + closedPhoneSQL + ` IS NULL OR ` + closedEmailSQL + ` IS NULL)`

const reachableContactsSQL = `CREATE OR REPLACE VIEW reachable_contacts AS
		SELECT contact_id, email_closed IS NULL AS can_email, phone_closed IS NULL AS can_call, email_status, phone_kind,
			nullif(concat_ws(',', email_closed, phone_closed), '') AS why_not
		FROM (SELECT c.*, ` + closedEmailSQL + ` AS email_closed, ` + closedPhoneSQL + ` AS phone_closed FROM etl.contacts c)`

// risingTopicsSQL brings intent down to a row per person and topic first, since people are
// interested in a topic for days on end.
const risingTopicsSQL = `CREATE OR REPLACE VIEW rising_topics AS
		WITH interest AS (
			SELECT m.topic_id, p.contact_id, bool_or(m.data_date > ` + NewestSQL + ` - 7) AS now,
				bool_or(m.data_date > ` + NewestSQL + ` - 14 AND m.data_date <= ` + NewestSQL + ` - 7) AS before
			FROM etl.matches m LEFT JOIN etl.people p ON p.source = 'intent' AND p.source_id = m.source_id
			GROUP BY ALL)
		SELECT i.topic_id, count(i.contact_id) FILTER (i.now) AS people_7d, count(i.contact_id) FILTER (i.before) AS people_prev_7d,
			count(i.contact_id) FILTER (i.now) - count(i.contact_id) FILTER (i.before) AS change,
			count(DISTINCT ` + companySQL + `) FILTER (i.now) AS accounts_7d
		FROM interest i LEFT JOIN etl.contacts c USING (contact_id)
		GROUP BY ALL`

const newContactsSQL = `CREATE OR REPLACE VIEW new_contacts AS
		SELECT contact_id, full_name, company_name, job_title, sources, first_seen_at FROM etl.contacts
		WHERE first_seen_at > ` + asOfSQL + ` - INTERVAL 7 DAY`

// respelledSQL tells whether two values differ in more than case, spaces and punctuation.
const respelledSQL = `regexp_replace(lower(%[1]s), '[^\p{L}\p{N}]', '', 'g') <> regexp_replace(lower(%[2]s), '[^\p{L}\p{N}]', '', 'g')`

// stepSQL is the change of a field among those of one contact at one time.
func stepSQL(field string) string {
	return "any_value({since: changed_at, old: old_value, new: new_value}) FILTER (field = '" + field + "')"
}

// jobChangesSQL finds what stayed beside what changed: the value before the next change
// of it, or else the one of today.
func jobChangesSQL() string {
	return `CREATE OR REPLACE VIEW job_changes AS
		WITH steps AS (
			SELECT contact_id, changed_at, bool_or(` + fmt.Sprintf(respelledSQL, "old_value", "new_value") + `) AS other,
				` + stepSQL("company_name") + ` AS company, ` + stepSQL("job_title") + ` AS title
			FROM contact_changes WHERE field IN ('company_name', 'job_title') GROUP BY ALL),
		nexts AS (
			SELECT contact_id, changed_at, other, first_value(company IGNORE NULLS) OVER later AS e, first_value(title IGNORE NULLS) OVER later AS t
			FROM steps WINDOW later AS (PARTITION BY contact_id ORDER BY changed_at ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING))
		SELECT n.contact_id, c.full_name,
			CASE WHEN e IS NULL THEN c.company_name ELSE e.old END AS old_company,
			CASE WHEN e IS NULL THEN c.company_name WHEN e.since = changed_at THEN e.new ELSE e.old END AS new_company,
			CASE WHEN t IS NULL THEN c.job_title ELSE t.old END AS old_title,
			CASE WHEN t IS NULL THEN c.job_title WHEN t.since = changed_at THEN t.new ELSE t.old END AS new_title, n.changed_at
		FROM nexts n JOIN etl.contacts c USING (contact_id) WHERE n.other`
}

// audienceOverlapSQL counts people by the exact set of their audiences (sets) before it
// makes pairs of these: there are fewer sets than people, and each person in k audiences
// would make k*k pairs. Lists are made sets only once they are few.
const audienceOverlapSQL = `CREATE OR REPLACE VIEW audience_overlap AS
		WITH ids AS MATERIALIZED (
			SELECT source, audience_id, row_number() OVER () AS id
			FROM (SELECT DISTINCT source, audience_id FROM etl.members WHERE valid_to IS NULL)),
		persons AS (
			SELECT p.contact_id, list(ids.id) AS ids
			FROM etl.members m JOIN ids USING (source, audience_id) JOIN etl.people p USING (source, source_id)
			WHERE m.valid_to IS NULL GROUP BY ALL),
		lists AS (SELECT ids, count(*) AS people FROM persons GROUP BY ALL),
		sets AS MATERIALIZED (SELECT list_sort(list_distinct(ids)) AS ids, sum(people) AS people FROM lists GROUP BY ALL),
		ones AS MATERIALIZED (SELECT unnest(ids) AS id, ids, people FROM sets),
		sizes AS (SELECT id, sum(people)::BIGINT AS people FROM ones GROUP BY ALL),
		pairs AS (
			SELECT id, other, sum(people)::BIGINT AS both FROM (SELECT id, unnest(ids) AS other, people FROM ones)
			WHERE id <> other GROUP BY ALL)
		SELECT a.source, a.audience_id, b.source AS other_source, b.audience_id AS other_audience_id, s.people, o.people AS other_people,
			p.both, p.both / s.people AS share
		FROM pairs p JOIN ids a ON a.id = p.id JOIN ids b ON b.id = p.other JOIN sizes s ON s.id = p.id JOIN sizes o ON o.id = p.other`

const vendorOverlapSQL = `CREATE OR REPLACE VIEW vendor_overlap AS
		SELECT sources, count(*) AS people, count(email) AS with_email, count(phone) AS with_phone FROM etl.contacts GROUP BY ALL`

const audienceMovementSQL = `CREATE OR REPLACE VIEW audience_movement AS
		WITH steps AS (
			SELECT source, audience_id, (valid_from AT TIME ZONE 'UTC')::DATE AS day, 1 AS came, 0 AS went FROM etl.members
			UNION ALL
			SELECT source, audience_id, (valid_to AT TIME ZONE 'UTC')::DATE, 0, 1 FROM etl.members WHERE valid_to IS NOT NULL),
		days AS (
			SELECT source, audience_id, day, sum(came)::BIGINT AS joined, sum(went)::BIGINT AS "left" FROM steps GROUP BY ALL)
		SELECT source, audience_id, day, joined, "left",
			(sum(joined - "left") OVER (PARTITION BY source, audience_id ORDER BY day))::BIGINT AS members
		FROM days`
