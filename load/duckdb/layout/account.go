package layout

import (
	"fmt"
	"slices"
	"strings"

	"contactsync/schema"
)

// Companies. Which contacts are one company's is told by a contact's own values, so
// that account_id costs no look-up and stays as long as these do.

// companySQL names the company of a contact c; NULL where it has none. Its hash is the
// account_id.
const companySQL = `coalesce('domain:' || c.company_domain, 'key:' || c.company_key)`

// NewestSQL is the day that the last days of intent are counted from: a clock would
// empty the views where a vendor is late.
const NewestSQL = "(SELECT max(data_date) FROM etl.matches)"

// mostSQL is the most frequent value of a column of rows that count themselves as n, of
// equals the first. Texts that begin with how rare they are compare several times as fast
// as pairs.
func mostSQL(column string) string {
	return fmt.Sprintf("substr(min(lpad((1000000000000 - n)::VARCHAR, 12, '0') || %[1]s), 13) AS %[1]s", column)
}

// intentSQL are the days of intent of members, who have a number as person. Members are
// joined to the vendor's keys first, which are fewer than the days.
const intentSQL = `etl.matches m JOIN (
			SELECT p.source_id, c.company, c.person FROM etl.people p JOIN members c USING (contact_id) WHERE p.source = 'intent') USING (source_id)`

// sourcesSQL is the sorted list of the vendors in a group's lists.
func sourcesSQL() string {
	sorted := slices.Sorted(slices.Values(schema.Sources))
	for i, s := range sorted {
		sorted[i] = fmt.Sprintf("CASE WHEN bool_or(list_contains(sources, '%[1]s')) THEN '%[1]s' END", s)
	}
	return "list_filter([" + strings.Join(sorted, ", ") + "], lambda s: s IS NOT NULL)"
}

func decisionMakersSQL() string {
	return "count(*) FILTER (seniority IN ('" + strings.Join(schema.DecisionMakers, "', '") + "'))"
}

// accountsSQL counts each value of a company's once (counted), takes the most frequent
// (best).
func accountsSQL() string {
	return `CREATE OR REPLACE VIEW accounts AS
		WITH members AS NOT MATERIALIZED (
			SELECT c.rowid AS person, ` + companySQL + ` AS company, c.company_domain AS domain, c.contact_id, c.company_key, c.company_name,
				c.company_industry, c.company_size, c.company_revenue, c.seniority, c.email IS NOT NULL AS has_email,
				c.phone IS NOT NULL AS has_phone, c.sources, c.first_seen_at, c.last_seen_at
			FROM etl.contacts c WHERE c.company_domain IS NOT NULL OR c.company_key IS NOT NULL),
		totals AS (
			SELECT company, any_value(domain) AS company_domain, count(*) AS people, ` + decisionMakersSQL() + ` AS decision_makers,
				count(*) FILTER (has_email) AS with_email, count(*) FILTER (has_phone) AS with_phone, ` + sourcesSQL() + ` AS sources,
				min(first_seen_at) AS first_seen_at, max(greatest(last_seen_at, l.at)) AS last_seen_at
			FROM members LEFT JOIN ` + seenSQL + ` l USING (contact_id) GROUP BY ALL),
		counted AS (
			SELECT company, company_key, company_name, company_industry, company_size, company_revenue, count(*) AS n FROM members
			GROUP BY GROUPING SETS ((company, company_key), (company, company_name), (company, company_industry),
				(company, company_size), (company, company_revenue))),
		best AS (
			SELECT company, ` + mostSQL("company_key") + `, ` + mostSQL("company_name") + `, ` + mostSQL("company_industry") + `,
				` + mostSQL("company_size") + `, ` + mostSQL("company_revenue") + ` FROM counted GROUP BY ALL),
		interest AS (
			SELECT company, count(DISTINCT person) FILTER (data_date > ` + NewestSQL + ` - 7) AS people_7d,
				count(DISTINCT person) FILTER (data_date > ` + NewestSQL + ` - 28) AS people_28d,
				count(DISTINCT topic_id) FILTER (data_date > ` + NewestSQL + ` - 28) AS topics,
				max(score) FILTER (data_date > ` + NewestSQL + ` - 28) AS score, max(data_date) AS last
			FROM ` + intentSQL + ` GROUP BY ALL)
		SELECT sha256(company) AS account_id, company_domain, company_key, company_name, company_industry, company_size, company_revenue,
			people, decision_makers, with_email, with_phone,
			coalesce(people_7d, 0) AS intent_people_7d, coalesce(people_28d, 0) AS intent_people_28d,
			coalesce(topics, 0) AS topics_28d, score AS max_score_28d, last AS last_data_date,
			sources, first_seen_at, last_seen_at
		FROM totals JOIN best USING (company) LEFT JOIN interest USING (company)`
}

// hotAccountsSQL asks base tables, not accounts, for only what it shows: most of what
// accounts tells of a company costs as much as all of this. Contacts are counted by name
// first, so that the most frequent name comes with the other counts.
func hotAccountsSQL() string {
	return `CREATE OR REPLACE VIEW hot_accounts AS
		WITH members AS NOT MATERIALIZED (
			SELECT c.rowid AS person, ` + companySQL + ` AS company, c.company_domain, c.contact_id, c.company_name, c.seniority,
				` + ReachableSQL + ` AS reachable, c.first_seen_at
			FROM etl.contacts c WHERE c.company_domain IS NOT NULL OR c.company_key IS NOT NULL),
		hot AS (
			SELECT company, count(DISTINCT person) FILTER (data_date > ` + NewestSQL + ` - 7) AS people_7d, count(DISTINCT person) AS people_28d,
				count(DISTINCT topic_id) AS topics, max(score) AS max_score, max(data_date) AS last_data_date
			FROM ` + intentSQL + ` WHERE data_date > ` + NewestSQL + ` - 28 GROUP BY ALL),
		named AS (
			SELECT company, company_name, any_value(company_domain) AS company_domain, count(*) AS n, ` + decisionMakersSQL() + ` AS decision_makers,
				count(*) FILTER (reachable) AS reachable, min(first_seen_at) AS first_seen_at
			FROM members GROUP BY company, company_name),
		totals AS (
			SELECT company, any_value(company_domain) AS company_domain, ` + mostSQL("company_name") + `, sum(n)::BIGINT AS people,
				sum(decision_makers)::BIGINT AS decision_makers, sum(reachable)::BIGINT AS reachable, min(first_seen_at) AS first_seen_at
			FROM named GROUP BY company)
		SELECT sha256(company) AS account_id, company_domain, company_name, people, people_7d, people_28d, topics, max_score,
			decision_makers, reachable, first_seen_at, last_data_date
		FROM hot JOIN totals USING (company)`
}
