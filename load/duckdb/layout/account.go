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

// mostSQL is the most frequent value of a column of "counted", of equals the first.
func mostSQL(column string) string {
	return fmt.Sprintf("arg_min(%[1]s, (-n, %[1]s)) FILTER (%[1]s IS NOT NULL) AS %[1]s", column)
}

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
// (best), and brings its people's intent down to a row per person and topic first
// (topics), since people are interested in a topic for days on end.
func accountsSQL() string {
	return `CREATE OR REPLACE VIEW accounts AS
		WITH members AS MATERIALIZED (
			SELECT ` + companySQL + ` AS company, c.company_domain AS domain, c.contact_id, c.company_key, c.company_name,
				c.company_industry, c.company_size, c.company_revenue, c.seniority, c.email IS NOT NULL AS has_email,
				c.phone IS NOT NULL AS has_phone, c.sources, c.first_seen_at, greatest(c.last_seen_at, l.at) AS last_seen_at
			FROM etl.contacts c LEFT JOIN ` + seenSQL + ` l USING (contact_id)
			WHERE c.company_domain IS NOT NULL OR c.company_key IS NOT NULL),
		totals AS (
			SELECT company, any_value(domain) AS company_domain, count(*) AS people, ` + decisionMakersSQL() + ` AS decision_makers,
				count(*) FILTER (has_email) AS with_email, count(*) FILTER (has_phone) AS with_phone, ` + sourcesSQL() + ` AS sources,
				min(first_seen_at) AS first_seen_at, max(last_seen_at) AS last_seen_at
			FROM members GROUP BY ALL),
		counted AS (
			SELECT company, company_key, company_name, company_industry, company_size, company_revenue, count(*) AS n FROM members
			GROUP BY GROUPING SETS ((company, company_key), (company, company_name), (company, company_industry),
				(company, company_size), (company, company_revenue))),
		best AS (
			SELECT company, ` + mostSQL("company_key") + `, ` + mostSQL("company_name") + `, ` + mostSQL("company_industry") + `,
				` + mostSQL("company_size") + `, ` + mostSQL("company_revenue") + ` FROM counted GROUP BY ALL),
		topics AS (
			SELECT c.company, c.contact_id, m.topic_id, max(m.data_date) AS last,
				max(m.score) FILTER (m.data_date > ` + NewestSQL + ` - 28) AS score
			FROM etl.matches m JOIN etl.people p ON p.source = 'intent' AND p.source_id = m.source_id JOIN members c USING (contact_id)
			GROUP BY ALL),
		interest AS (
			SELECT company, count(DISTINCT contact_id) FILTER (last > ` + NewestSQL + ` - 7) AS people_7d,
				count(DISTINCT contact_id) FILTER (last > ` + NewestSQL + ` - 28) AS people_28d,
				count(DISTINCT topic_id) FILTER (last > ` + NewestSQL + ` - 28) AS topics, max(score) AS score, max(last) AS last
			FROM topics GROUP BY ALL)
		SELECT sha256(company) AS account_id, company_domain, company_key, company_name, company_industry, company_size, company_revenue,
			people, decision_makers, with_email, with_phone,
			coalesce(people_7d, 0) AS intent_people_7d, coalesce(people_28d, 0) AS intent_people_28d,
			coalesce(topics, 0) AS topics_28d, score AS max_score_28d, last AS last_data_date,
			sources, first_seen_at, last_seen_at
		FROM totals JOIN best USING (company) LEFT JOIN interest USING (company)`
}

func hotAccountsSQL() string {
	return `CREATE OR REPLACE VIEW hot_accounts AS
		WITH hot AS MATERIALIZED (FROM accounts WHERE intent_people_28d > 0),
		able AS (
			SELECT c.account_id, count(*) AS people FROM contacts c
			WHERE c.account_id IN (SELECT account_id FROM hot) AND ` + ReachableSQL + `
			GROUP BY ALL)
		SELECT h.account_id, h.company_domain, h.company_name, h.people, h.intent_people_7d AS people_7d, h.intent_people_28d AS people_28d,
			h.topics_28d AS topics, h.max_score_28d AS max_score, h.decision_makers, coalesce(a.people, 0) AS reachable,
			h.first_seen_at, h.last_data_date
		FROM hot h LEFT JOIN able a USING (account_id)`
}
