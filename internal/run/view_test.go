//go:build duckdb_arrow

package run_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"contactsync/internal/runtest"
	"contactsync/schema"

	"github.com/stretchr/testify/assert"
)

// byHand are the views for analysts as one would ask the promised tables for them.
var byHand = map[string]string{
	"hot_accounts": `
		FROM (SELECT c.account_id, any_value(company_domain) AS company_domain,
			(SELECT company_name FROM contacts o WHERE o.account_id = c.account_id AND company_name IS NOT NULL
				GROUP BY company_name ORDER BY count(*) DESC, company_name LIMIT 1) AS company_name,
			count(*) AS people,
			(SELECT count(DISTINCT contact_id) FROM intent_matches m JOIN contacts o USING (contact_id)
				WHERE o.account_id = c.account_id AND date_diff('day', data_date, (SELECT max(data_date) FROM intent_matches)) < 7) AS people_7d,
			(SELECT count(DISTINCT contact_id) FROM intent_matches m JOIN contacts o USING (contact_id)
				WHERE o.account_id = c.account_id AND date_diff('day', data_date, (SELECT max(data_date) FROM intent_matches)) < 28) AS people_28d,
			(SELECT count(DISTINCT topic_id) FROM intent_matches m JOIN contacts o USING (contact_id)
				WHERE o.account_id = c.account_id AND date_diff('day', data_date, (SELECT max(data_date) FROM intent_matches)) < 28) AS topics,
			(SELECT max(score) FROM intent_matches m JOIN contacts o USING (contact_id)
				WHERE o.account_id = c.account_id AND date_diff('day', data_date, (SELECT max(data_date) FROM intent_matches)) < 28) AS max_score,
			count(*) FILTER (seniority IN ('c_suite', 'founder', 'owner', 'partner', 'vp', 'head', 'director')) AS decision_makers,
			(SELECT count(*) FROM reachable_contacts r JOIN contacts o USING (contact_id)
				WHERE o.account_id = c.account_id AND (can_email OR can_call)) AS reachable,
			min(first_seen_at) AS first_seen_at,
			(SELECT max(data_date) FROM intent_matches m JOIN contacts o USING (contact_id) WHERE o.account_id = c.account_id) AS last_data_date
		FROM contacts c WHERE account_id IS NOT NULL GROUP BY c.account_id) WHERE people_28d > 0`,
	"rising_topics": `
		SELECT *, people_7d - people_prev_7d AS change FROM (SELECT t.topic_id,
			(SELECT count(DISTINCT contact_id) FROM intent_matches m WHERE m.topic_id = t.topic_id AND date_diff('day', data_date, newest) BETWEEN 0 AND 6) AS people_7d,
			(SELECT count(DISTINCT contact_id) FROM intent_matches m WHERE m.topic_id = t.topic_id AND date_diff('day', data_date, newest) BETWEEN 7 AND 13) AS people_prev_7d,
			(SELECT count(DISTINCT account_id) FROM intent_matches m JOIN contacts USING (contact_id)
				WHERE m.topic_id = t.topic_id AND date_diff('day', data_date, newest) BETWEEN 0 AND 6) AS accounts_7d
		FROM (SELECT DISTINCT topic_id FROM intent_matches) t, (SELECT max(data_date) AS newest FROM intent_matches))`,
	"new_contacts": `
		SELECT contact_id, full_name, company_name, job_title, sources, first_seen_at FROM contacts
		WHERE epoch(first_seen_at) > (SELECT max(epoch(finished_at)) FROM etl.runs) - 7 * 24 * 3600`,
	"job_changes": `
		WITH moved AS (
			SELECT contact_id, changed_at, max(old_value) FILTER (field = 'company_name') AS oc, max(new_value) FILTER (field = 'company_name') AS nc,
				max(old_value) FILTER (field = 'job_title') AS ot, max(new_value) FILTER (field = 'job_title') AS nt
			FROM contact_changes GROUP BY ALL HAVING lower(oc) <> lower(nc) OR lower(ot) <> lower(nt)),
		stands AS (
			SELECT a.*, c.full_name,
				coalesce((SELECT arg_min(old_value, x.changed_at) FROM contact_changes x WHERE x.contact_id = a.contact_id AND x.changed_at > a.changed_at AND field = 'company_name'), c.company_name) AS company,
				coalesce((SELECT arg_min(old_value, x.changed_at) FROM contact_changes x WHERE x.contact_id = a.contact_id AND x.changed_at > a.changed_at AND field = 'job_title'), c.job_title) AS title
			FROM moved a JOIN contacts c USING (contact_id))
		SELECT contact_id, full_name, coalesce(oc, company) AS old_company, coalesce(nc, company) AS new_company,
			coalesce(ot, title) AS old_title, coalesce(nt, title) AS new_title, changed_at FROM stands`,
	"reachable_contacts": `
		SELECT contact_id, coalesce(email_status IN ('valid', 'valid_esp') AND email IN (business_email, personal_email)
				AND NOT EXISTS (FROM identifiers i WHERE i.kind = 'role_email_sha256' AND i.value = email_sha256)
				AND coalesce(epoch(email_last_seen_at) >= (SELECT max(epoch(finished_at)) FROM etl.runs) - 90 * 24 * 3600, true), false) AS can_email,
			phone IS NOT NULL AND coalesce(NOT phone_dnc, true) AS can_call, email_status, phone_kind, r.why_not
		FROM contacts JOIN (SELECT contact_id, why_not FROM reachable_contacts WHERE (why_not IS NULL) = (can_email AND can_call)) r USING (contact_id)`,
	"audience_overlap": `
		SELECT a.source, a.audience_id, b.source AS other_source, b.audience_id AS other_audience_id, len(a.people) AS people, len(b.people) AS other_people,
			len(list_intersect(a.people, b.people)) AS both, len(list_intersect(a.people, b.people)) / len(a.people) AS share
		FROM (SELECT source, audience_id, list(DISTINCT contact_id) AS people FROM audience_members WHERE valid_to IS NULL GROUP BY ALL) a,
			(SELECT source, audience_id, list(DISTINCT contact_id) AS people FROM audience_members WHERE valid_to IS NULL GROUP BY ALL) b
		WHERE (a.source <> b.source OR a.audience_id <> b.audience_id) AND len(list_intersect(a.people, b.people)) > 0`,
	"vendor_overlap": `
		SELECT c.sources, count(*) AS people, count(*) FILTER (email IS NOT NULL) AS with_email, count(*) FILTER (phone IS NOT NULL) AS with_phone
		FROM (SELECT contact_id, list_sort(list(DISTINCT source)) AS sources FROM source_contacts GROUP BY ALL) c JOIN contacts USING (contact_id) GROUP BY c.sources`,
	"audience_movement": `
		SELECT source, audience_id, day,
			(SELECT count(*) FROM audience_members m WHERE m.source = d.source AND m.audience_id = d.audience_id AND strftime(valid_from, '%Y-%m-%d') = day::VARCHAR) AS joined,
			(SELECT count(*) FROM audience_members m WHERE m.source = d.source AND m.audience_id = d.audience_id AND strftime(valid_to, '%Y-%m-%d') = day::VARCHAR) AS "left",
			(SELECT count(*) FROM audience_members m WHERE m.source = d.source AND m.audience_id = d.audience_id
				AND strftime(valid_from, '%Y-%m-%d') <= day::VARCHAR AND (valid_to IS NULL OR strftime(valid_to, '%Y-%m-%d') > day::VARCHAR)) AS members
		FROM (SELECT DISTINCT source, audience_id, valid_from::DATE AS day FROM audience_members
			UNION SELECT source, audience_id, valid_to::DATE FROM audience_members WHERE valid_to IS NOT NULL) d`,
}

// TestTheViewsAreWhatOneWouldAsk compares the views with these queries on all that the
// simulated vendors have over two nights, five days apart.
func TestTheViewsAreWhatOneWouldAsk(t *testing.T) {
	t.Parallel()
	w, s := runtest.NewSimulated(t, 150)
	w.Night()
	s.Advance(5)
	w.Now = w.Now.AddDate(0, 0, 4)
	w.Night()
	for view, query := range byHand {
		columns := columnsOf(view)
		less := func(a, b string) string {
			return fmt.Sprintf("(SELECT count(*) FROM (SELECT %[1]s FROM (%[2]s) EXCEPT ALL SELECT %[1]s FROM (%[3]s)))", columns, a, b)
		}
		answer := w.Rows("SELECT (SELECT count(*) > 0 FROM " + view + "), " + less("FROM "+view, query) + ", " + less(query, "FROM "+view))
		assert.Equal(t, []string{"true|0|0"}, answer, "%s: rows, those that are only in it, and those that it lacks", view)
	}
}

// columnsOf are the columns of a promised table.
func columnsOf(name string) string {
	tables := schema.Dictionary()
	var columns []string
	for _, c := range tables[slices.IndexFunc(tables, func(t schema.TableInfo) bool { return t.Name == name })].Columns {
		columns = append(columns, `"`+c.Name+`"`)
	}
	return strings.Join(columns, ", ")
}
