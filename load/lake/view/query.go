package view

import (
	"fmt"
	"slices"
	"strings"

	"contactsync/load/duckdb/layout"
	"contactsync/load/lake/connect"
	"contactsync/schema"
)

// view is a view and the query that makes it, in which <etl.records> stands for a table.
type view struct {
	name    string
	columns []string
	query   string
}

// views follow contactsync/load/duckdb/layout, view by view: who changes one of them there
// changes it here.
func views() []view {
	return []view{
		sourceContacts(), contacts(), identifiers(), intentMatches(), audienceMembers(), events(), accounts(), hotAccounts(),
		risingTopics, newContacts, jobChanges(), reachableContacts(), audienceOverlap, vendorOverlap, audienceMovement,
	}
}

// names are the columns of a table without some.
func names[R any](columns []schema.Column[R], without ...string) (list []string) {
	for _, c := range schema.Without(columns, without...) {
		list = append(list, c.Name)
	}
	return list
}

// of is a list of columns as a query has them, some of which are replaced.
func of(alias string, columns []string, replaced map[string]string) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		if list[i] = replaced[c]; list[i] == "" {
			list[i] = alias + "." + connect.Quote(c)
		}
	}
	return strings.Join(list, ", ")
}

// with is a list of columns and some more, which is a list of its own.
func with(columns []string, more ...string) []string { return slices.Concat(columns, more) }

// lastSeen is when a row was seen last: a current member was seen at the end of its
// audience's last complete sweep. Spark's greatest, too, passes over what is not known.
func lastSeen(alias string) map[string]string {
	return map[string]string{"last_seen_at": "greatest(" + alias + ".last_seen_at, l.at)"}
}

func sourceContacts() view {
	columns := names(layout.RecordColumns, "surname_hash")
	return view{"source_contacts", with([]string{"contact_id"}, columns...), `
SELECT p.contact_id, ` + of("r", columns, lastSeen("r")) + `
FROM <etl.records> r JOIN <etl.people> p ON p.source = r.source AND p.source_id = r.source_id
LEFT JOIN (
	SELECT m.source, m.source_id, max(a.swept_at) AS at FROM <etl.members> m JOIN <audiences> a ON a.source = m.source AND a.audience_id = m.audience_id
	WHERE m.valid_to IS NULL GROUP BY m.source, m.source_id) l ON l.source = r.source AND l.source_id = r.source_id`}
}

const (
	// seen is when each person was listed last.
	seen = `(
	SELECT p.contact_id, max(a.swept_at) AS at FROM <etl.members> m JOIN <audiences> a ON a.source = m.source AND a.audience_id = m.audience_id
	JOIN <etl.people> p ON p.source = m.source AND p.source_id = m.source_id WHERE m.valid_to IS NULL GROUP BY p.contact_id)`

	// company names the company of a contact c; NULL where it has none.
	company = `coalesce('domain:' || c.company_domain, 'key:' || c.company_key)`
)

func contacts() view {
	columns := names(schema.Contacts.Columns)
	return view{"contacts", with(columns, "account_id"), `
SELECT ` + of("c", columns, lastSeen("c")) + `, sha2(` + company + `, 256)
FROM <etl.contacts> c LEFT JOIN ` + seen + ` l ON l.contact_id = c.contact_id`}
}

func identifiers() view {
	columns := names(layout.Identifiers.Columns, "key", "address_key", "spellings")
	return view{"identifiers", with([]string{"contact_id"}, columns...), `
SELECT p.contact_id, ` + of("i", columns, nil) + `
FROM <etl.identifiers> i JOIN <etl.people> p ON p.source = i.source AND p.source_id = i.source_id
WHERE i.value IS NOT NULL`}
}

func intentMatches() view {
	columns := names(layout.MatchColumns, "sweep")
	return view{"intent_matches", with(columns, "contact_id"), `
SELECT ` + of("m", columns, nil) + `, p.contact_id
FROM <etl.matches> m LEFT JOIN <etl.people> p ON p.source = '` + schema.Intent + `' AND p.source_id = m.source_id`}
}

func audienceMembers() view {
	columns := names(schema.MemberColumns)
	return view{"audience_members", with(columns, "contact_id"), `
SELECT ` + of("m", columns, nil) + `, p.contact_id
FROM <etl.members> m LEFT JOIN <etl.people> p ON p.source = m.source AND p.source_id = m.source_id`}
}

func events() view {
	columns := names(schema.EventColumns)
	return view{"events", with(columns, "contact_id"), `
SELECT ` + of("e", columns, nil) + `, p.contact_id
FROM <etl.events> e LEFT JOIN <etl.people> p ON p.source = e.source AND p.source_id = e.source_id`}
}

// most is the most frequent value of a column of rows that count themselves as n, of equals
// the first: see layout, whose texts these are.
func most(column string) string {
	return fmt.Sprintf("substr(min(lpad(CAST(1000000000000 - n AS STRING), 12, '0') || %[1]s), 13) AS %[1]s", column)
}

// vendors is the sorted list of the vendors in a group's lists.
func vendors() string {
	sorted := slices.Sorted(slices.Values(schema.Sources))
	for i, s := range sorted {
		sorted[i] = fmt.Sprintf("CASE WHEN bool_or(array_contains(sources, '%[1]s')) THEN '%[1]s' END", s)
	}
	return "array_compact(array(" + strings.Join(sorted, ", ") + "))"
}

func decisionMakers() string {
	return "count(*) FILTER (WHERE seniority IN ('" + strings.Join(schema.DecisionMakers, "', '") + "'))"
}

// interest are the days of intent of members, and how many days each lies before the newest
// of all: a clock would empty the views where a vendor is late.
const interest = `(
	SELECT c.company, c.contact_id, m.topic_id, m.score, m.data_date, datediff(n.newest, m.data_date) AS age
	FROM <etl.matches> m CROSS JOIN (SELECT max(data_date) AS newest FROM <etl.matches>) n
	JOIN <etl.people> p ON p.source = '` + schema.Intent + `' AND p.source_id = m.source_id JOIN members c ON c.contact_id = p.contact_id)`

func accounts() view {
	return view{"accounts", names(schema.Accounts.Columns), `
WITH members AS (
	SELECT ` + company + ` AS company, c.company_domain, c.contact_id, c.company_key, c.company_name, c.company_industry, c.company_size,
		c.company_revenue, c.seniority, c.email, c.phone, c.sources, c.first_seen_at, c.last_seen_at
	FROM <etl.contacts> c WHERE c.company_domain IS NOT NULL OR c.company_key IS NOT NULL),
totals AS (
	SELECT company, max(company_domain) AS company_domain, count(*) AS people, ` + decisionMakers() + ` AS decision_makers,
		count(email) AS with_email, count(phone) AS with_phone, ` + vendors() + ` AS sources,
		min(first_seen_at) AS first_seen_at, max(greatest(last_seen_at, l.at)) AS last_seen_at
	FROM members c LEFT JOIN ` + seen + ` l ON l.contact_id = c.contact_id GROUP BY company),
counted AS (
	SELECT company, company_key, company_name, company_industry, company_size, company_revenue, count(*) AS n FROM members
	GROUP BY GROUPING SETS ((company, company_key), (company, company_name), (company, company_industry), (company, company_size), (company, company_revenue))),
best AS (
	SELECT company, ` + most("company_key") + `, ` + most("company_name") + `, ` + most("company_industry") + `,
		` + most("company_size") + `, ` + most("company_revenue") + ` FROM counted GROUP BY company),
interest AS (
	SELECT company, count(DISTINCT contact_id) FILTER (WHERE age < 7) AS people_7d, count(DISTINCT contact_id) FILTER (WHERE age < 28) AS people_28d,
		count(DISTINCT topic_id) FILTER (WHERE age < 28) AS topics, max(score) FILTER (WHERE age < 28) AS score, max(data_date) AS last
	FROM ` + interest + ` GROUP BY company)
SELECT sha2(t.company, 256), t.company_domain, b.company_key, b.company_name, b.company_industry, b.company_size, b.company_revenue,
	t.people, t.decision_makers, t.with_email, t.with_phone, coalesce(i.people_7d, 0), coalesce(i.people_28d, 0), coalesce(i.topics, 0), i.score, i.last,
	t.sources, t.first_seen_at, t.last_seen_at
FROM totals t JOIN best b ON b.company = t.company LEFT JOIN interest i ON i.company = t.company`}
}

func hotAccounts() view {
	return view{"hot_accounts", names(schema.HotAccounts.Columns), `
WITH members AS (
	SELECT ` + company + ` AS company, c.company_domain, c.contact_id, c.company_name, c.seniority,
		c.phone_closed IS NULL OR c.email_closed IS NULL AS reachable, c.first_seen_at
	FROM ` + closed() + ` c WHERE c.company_domain IS NOT NULL OR c.company_key IS NOT NULL),
hot AS (
	SELECT company, count(DISTINCT contact_id) FILTER (WHERE age < 7) AS people_7d, count(DISTINCT contact_id) AS people_28d,
		count(DISTINCT topic_id) AS topics, max(score) AS max_score, max(data_date) AS last_data_date
	FROM ` + interest + ` WHERE age < 28 GROUP BY company),
named AS (
	SELECT company, company_name, max(company_domain) AS company_domain, count(*) AS n, ` + decisionMakers() + ` AS decision_makers,
		count(*) FILTER (WHERE reachable) AS reachable, min(first_seen_at) AS first_seen_at
	FROM members GROUP BY company, company_name),
totals AS (
	SELECT company, max(company_domain) AS company_domain, ` + most("company_name") + `, sum(n) AS people, sum(decision_makers) AS decision_makers,
		sum(reachable) AS reachable, min(first_seen_at) AS first_seen_at
	FROM named GROUP BY company)
SELECT sha2(h.company, 256), t.company_domain, t.company_name, t.people, h.people_7d, h.people_28d, h.topics, h.max_score,
	t.decision_makers, t.reachable, t.first_seen_at, h.last_data_date
FROM hot h JOIN totals t ON t.company = h.company`}
}
