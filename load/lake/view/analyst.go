package view

import (
	"fmt"

	"contactsync/schema"
)

const (
	// asOf is the row of the time that the last days of what is no intent are counted from.
	asOf = `(SELECT max(coalesce(finished_at, started_at)) AS at FROM <etl.runs> WHERE NOT replay)`

	microsOfDay = "86400000000"
)

// before is the time of a row of [asOf] less some days of 24 hours, in every time zone.
func before(days int) string {
	return fmt.Sprintf("timestamp_micros(unix_micros(a.at) - %d * %s)", days, microsOfDay)
}

// dayOf is the day of a time in UTC, in every time zone of a session; days before 1970, too.
func dayOf(time string) string {
	micros := "unix_micros(" + time + ")"
	return fmt.Sprintf("date_from_unix_date(CAST((%[1]s - pmod(%[1]s, %[2]s)) DIV %[2]s AS INT))", micros, microsOfDay)
}

// closed are the contacts with why mail must not go to them and why they must not be
// called; NULL: it may, they may be.
func closed() string {
	return `(
	SELECT c.*, CASE
			WHEN c.email IS NULL THEN 'no_email'
			WHEN r.address IS NOT NULL THEN 'role_email'
			WHEN NOT (c.email <=> c.business_email) AND NOT (c.email <=> c.personal_email) THEN 'disposable_email'
			WHEN c.email_status = '` + string(schema.EmailInvalid) + `' THEN 'invalid_email'
			WHEN c.email_status IS NULL OR c.email_status NOT IN ('` + string(schema.EmailValidESP) + `', '` + string(schema.EmailValid) + `')
				THEN 'unverified_email'
			WHEN c.email_last_seen_at < ` + before(90) + ` THEN 'stale_email'
		END AS email_closed,
		CASE WHEN c.phone IS NULL THEN 'no_phone' WHEN c.phone_dnc THEN 'do_not_call' END AS phone_closed
	FROM <etl.contacts> c CROSS JOIN ` + asOf + ` a
	LEFT JOIN (SELECT DISTINCT value AS address FROM <etl.identifiers> WHERE kind = '` + string(schema.RoleEmail) + `') r ON r.address = c.email_sha256)`
}

func reachableContacts() view {
	return view{"reachable_contacts", names(schema.ReachableContacts.Columns), `
SELECT contact_id, email_closed IS NULL, phone_closed IS NULL, email_status, phone_kind, nullif(concat_ws(',', email_closed, phone_closed), '')
FROM ` + closed()}
}

var risingTopics = view{"rising_topics", names(schema.RisingTopics.Columns), `
WITH interest AS (
	SELECT m.topic_id, p.contact_id, bool_or(m.data_date > date_sub(n.newest, 7)) AS now,
		bool_or(m.data_date > date_sub(n.newest, 14) AND m.data_date <= date_sub(n.newest, 7)) AS before
	FROM <etl.matches> m CROSS JOIN (SELECT max(data_date) AS newest FROM <etl.matches>) n
	LEFT JOIN <etl.people> p ON p.source = '` + schema.Intent + `' AND p.source_id = m.source_id
	GROUP BY m.topic_id, p.contact_id)
SELECT i.topic_id, count(i.contact_id) FILTER (WHERE i.now), count(i.contact_id) FILTER (WHERE i.before),
	count(i.contact_id) FILTER (WHERE i.now) - count(i.contact_id) FILTER (WHERE i.before), count(DISTINCT ` + company + `) FILTER (WHERE i.now)
FROM interest i LEFT JOIN <etl.contacts> c ON c.contact_id = i.contact_id
GROUP BY i.topic_id`}

var newContacts = view{"new_contacts", names(schema.NewContacts.Columns), `
SELECT c.contact_id, c.full_name, c.company_name, c.job_title, c.sources, c.first_seen_at FROM <etl.contacts> c CROSS JOIN ` + asOf + ` a
WHERE c.first_seen_at > ` + before(7)}

// folded is a text without case, spaces and punctuation.
func folded(column string) string {
	return `regexp_replace(lower(` + column + `), r'[^\p{L}\p{N}]', '')`
}

// step is the change of a field among those of one contact at one time.
func step(field string) string {
	return "any_value(named_struct('since', changed_at, 'old', old_value, 'new', new_value)) FILTER (WHERE field = '" + field + "')"
}

// later are the steps of a contact from one on. Spark does not find the names of a WINDOW
// clause in a view of Iceberg.
const later = "OVER (PARTITION BY contact_id ORDER BY changed_at ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)"

// jobChanges finds what stayed beside what changed: the value before the next change of it,
// or else the one of today.
func jobChanges() view {
	return view{"job_changes", names(schema.JobChanges.Columns), `
WITH steps AS (
	SELECT contact_id, changed_at, bool_or(` + folded("old_value") + ` <> ` + folded("new_value") + `) AS other,
		` + step("company_name") + ` AS company, ` + step("job_title") + ` AS title
	FROM <contact_changes> WHERE field IN ('company_name', 'job_title') GROUP BY contact_id, changed_at),
nexts AS (
	SELECT contact_id, changed_at, other, first_value(company, true) ` + later + ` AS e, first_value(title, true) ` + later + ` AS t
	FROM steps)
SELECT n.contact_id, c.full_name,
	CASE WHEN n.e IS NULL THEN c.company_name ELSE n.e.old END,
	CASE WHEN n.e IS NULL THEN c.company_name WHEN n.e.since = n.changed_at THEN n.e.new ELSE n.e.old END,
	CASE WHEN n.t IS NULL THEN c.job_title ELSE n.t.old END,
	CASE WHEN n.t IS NULL THEN c.job_title WHEN n.t.since = n.changed_at THEN n.t.new ELSE n.t.old END, n.changed_at
FROM nexts n JOIN <etl.contacts> c ON c.contact_id = n.contact_id WHERE n.other`}
}

// audienceOverlap counts people by the exact set of their audiences before it makes pairs of
// these: there are fewer sets than people.
var audienceOverlap = view{"audience_overlap", names(schema.AudienceOverlap.Columns), `
WITH persons AS (
	SELECT p.contact_id, collect_set(struct(m.source, m.audience_id)) AS audiences
	FROM <etl.members> m JOIN <etl.people> p ON p.source = m.source AND p.source_id = m.source_id
	WHERE m.valid_to IS NULL GROUP BY p.contact_id),
sets AS (SELECT sort_array(audiences) AS audiences, count(*) AS people FROM persons GROUP BY sort_array(audiences)),
ones AS (SELECT explode(audiences) AS one, audiences, people FROM sets),
sizes AS (SELECT one, sum(people) AS people FROM ones GROUP BY one),
pairs AS (
	SELECT one, other, sum(people) AS shared FROM (SELECT one, explode(audiences) AS other, people FROM ones)
	WHERE one <> other GROUP BY one, other)
SELECT p.one.source, p.one.audience_id, p.other.source, p.other.audience_id, s.people, o.people, p.shared, p.shared / s.people
FROM pairs p JOIN sizes s ON s.one = p.one JOIN sizes o ON o.one = p.other`}

var vendorOverlap = view{"vendor_overlap", names(schema.VendorOverlap.Columns), `
SELECT sources, count(*), count(email), count(phone) FROM <etl.contacts> GROUP BY sources`}

var audienceMovement = view{"audience_movement", names(schema.AudienceMovement.Columns), `
WITH steps AS (
	SELECT source, audience_id, ` + dayOf("valid_from") + ` AS day, 1 AS came, 0 AS went FROM <etl.members>
	UNION ALL
	SELECT source, audience_id, ` + dayOf("valid_to") + `, 0, 1 FROM <etl.members> WHERE valid_to IS NOT NULL),
days AS (SELECT source, audience_id, day, sum(came) AS joined, sum(went) AS gone FROM steps GROUP BY source, audience_id, day)
SELECT source, audience_id, day, joined, gone, sum(joined - gone) OVER (PARTITION BY source, audience_id ORDER BY day)
FROM days`}
