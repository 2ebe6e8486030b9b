package schema

import (
	"slices"
	"strings"
)

// Dictionary describes every promised table: what `sync docs` prints and what an
// export may name. The tables that are about people show contact_id first,
// wherever it is kept.
func Dictionary() []TableInfo {
	return []TableInfo{
		contacts(),
		joined("source_contacts", "the latest version of one vendor record, in the common schema", SourceContactColumns),
		joined("identifiers", "one identifier of one record", Without(IdentifierColumns, "address")), // serves the loader only
		joined("intent_matches", "a person's interest in a topic on a day; key: pipeline, data_date, topic_id, hem", MatchColumns),
		Accounts.Info(), HotAccounts.Info(), RisingTopics.Info(),
		NewContacts.Info(), JobChanges.Info(), ReachableContacts.Info(),
		AudienceOverlap.Info(), VendorOverlap.Info(), AudienceMovement.Info(),
		Audiences.Info(),
		joined("audience_members", "a period of membership", MemberColumns),
		joined("events", "a visit or other event of a pixel segment", EventColumns),
		Changes.Info(), Moves.Info(), Warnings.Info(), CandidatePairs.Info(),
		Runs.Info(), Checkpoints.Info(), Rejects.Info(), Suppressions.Info(), Forgets.Info(), Erasures.Info(), Drifts.Info(),
		Enrichments.Info(), AskedPeople.Info(),
	}
}

// contacts shows the company, too, which follows from the other contacts' values.
func contacts() TableInfo {
	info := Contacts.Info()
	info.Columns = append(info.Columns, ColumnInfo{"account_id", Text, "the company in accounts; NULL where neither its domain nor its key is known"})
	return info
}

// joined is a table whose rows belong to a person.
func joined[R any](name, doc string, columns []Column[R]) TableInfo {
	info := Table[R]{Name: name, Doc: doc, Columns: columns}.Info()
	info.Columns = slices.Insert(info.Columns, 0, ColumnInfo{"contact_id", Text, "the person in contacts"})
	return info
}

// Relation says that rows of From name a row of To by these columns.
type Relation struct {
	From, To string
	Columns  []string
}

// keyed are the promised tables that others name, with the columns they do it by. What
// has two of them, as a membership has a record and an audience, names both.
var keyed = []Relation{
	{To: "contacts", Columns: []string{"contact_id"}},
	{To: "accounts", Columns: []string{"account_id"}},
	{To: "source_contacts", Columns: []string{"source", "source_id"}},
	{To: "audiences", Columns: []string{"source", "audience_id"}},
	{To: "etl.runs", Columns: []string{"run_id"}},
}

// Relations are how the tables of the dictionary name one another, by the names of their
// columns.
func Relations() (list []Relation) {
	for _, t := range Dictionary() {
		for _, k := range keyed {
			has := !slices.ContainsFunc(k.Columns, func(name string) bool {
				return !slices.ContainsFunc(t.Columns, func(c ColumnInfo) bool { return c.Name == name })
			})
			if has && t.Name != k.To {
				list = append(list, Relation{t.Name, k.To, k.Columns})
			}
		}
	}
	return list
}

// Diagram draws the relations as Mermaid's erDiagram, each table with its keys.
func Diagram() string {
	var b strings.Builder
	b.WriteString("erDiagram\n")
	keys := map[string][]string{}
	for _, k := range keyed {
		keys[k.To] = k.Columns
	}
	for _, r := range Relations() {
		b.WriteString("  \"" + r.To + "\" ||--o{ \"" + r.From + "\" : \"" + strings.Join(r.Columns, ", ") + "\"\n")
		keys[r.From] = append(keys[r.From], r.Columns...)
	}
	for _, t := range Dictionary() {
		if len(keys[t.Name]) == 0 {
			continue
		}
		b.WriteString("  \"" + t.Name + "\" {\n")
		for _, c := range t.Columns {
			if slices.Contains(keys[t.Name], c.Name) {
				b.WriteString("    " + string(c.Type) + " " + c.Name + "\n")
			}
		}
		b.WriteString("  }\n")
	}
	return b.String()
}

// public lists, by table, the columns that name nobody: for readers who may know what
// people do but not who they are. What is not listed is hidden, so that a new column is
// until somebody has thought about it. Hidden are names, addresses, numbers, profiles,
// their hashes (who has an address has its hash), vendors' ids, postal codes, and texts
// that may repeat any of them: payloads, old and new values, errors, positions, and
// company_key, in which an address is folded until nobody would know it for one.
var public = map[string]string{
	"contacts": `contact_id email_verified email_status email_last_seen_at phone_dnc phone_kind phone_source ` + work +
		` gender age_range sources record_count first_seen_at last_seen_at updated_at account_id`,
	"source_contacts": `contact_id source email_verified email_status email_last_seen_at phone_dnc phone_kind phone_source ` + work +
		` gender age_range as_of first_seen_at last_seen_at updated_at run_id`,
	"identifiers":    `contact_id source kind`,
	"intent_matches": `contact_id pipeline data_date topic_id score company_name job_title run_id`,
	"accounts": `account_id company_domain company_name company_industry company_size company_revenue people decision_makers
		with_email with_phone intent_people_7d intent_people_28d topics_28d max_score_28d last_data_date sources first_seen_at last_seen_at`,
	"hot_accounts": `account_id company_domain company_name people people_7d people_28d topics max_score decision_makers reachable
		first_seen_at last_data_date`,
	"rising_topics":         `topic_id people_7d people_prev_7d change accounts_7d`,
	"new_contacts":          `contact_id company_name job_title sources first_seen_at`,
	"job_changes":           `contact_id old_company new_company old_title new_title changed_at`,
	"reachable_contacts":    `contact_id can_email can_call email_status phone_kind why_not`,
	"audience_overlap":      `source audience_id other_source other_audience_id people other_people both share`,
	"vendor_overlap":        `sources people with_email with_phone`,
	"audience_movement":     `source audience_id day joined left members`,
	"audiences":             `source audience_id kind name first_seen_at last_seen_at swept_at`,
	"audience_members":      `contact_id source audience_id valid_from valid_to`,
	"events":                `contact_id source audience_id event_type occurred_at run_id`,
	"contact_changes":       `contact_id field changed_at run_id`,
	"etl.merges":            `contact_id into_contact_id change source merged_at run_id`,
	"etl.identity_warnings": `kind reason records surnames bits warned_at run_id`,
	"etl.candidate_pairs":   `source other_source reason kind bits joined found_at run_id`,
	"etl.runs": `run_id pipeline started_at finished_at status rows_read rows_written rows_new rows_changed rows_unchanged rows_rejected
		requests credits pages replay`,
	"etl.checkpoints":  `pipeline complete run_id updated_at`,
	"etl.rejects":      `reject_id run_id pipeline source as_of audience_id encoding rejected_at replayed_at`,
	"etl.suppressions": `kind reason suppressed_at`,
	"etl.forgets":      `forget_id requested_at selector records contacts exports`,
	"etl.erasures":     `erasure_id erased_at reason command people records rows exports unwritten version`,
	"etl.drift":        `source stream field change sample_type first_seen_at run_id`,
	"etl.enrichments":  `pipeline status asked found booked_at posted_at finished_at run_id`,
	"etl.asked":        `pipeline kind asked_at`,
}

// work is where somebody works, and as what.
const work = `job_title seniority department company_name company_domain company_industry company_size company_revenue city region country`

// PublicDictionary is the dictionary without the columns that name a person.
func PublicDictionary() []TableInfo {
	list := Dictionary()
	for i, t := range list {
		shown := strings.Fields(public[t.Name])
		list[i].Columns = slices.DeleteFunc(slices.Clone(t.Columns), func(c ColumnInfo) bool { return !slices.Contains(shown, c.Name) })
	}
	return slices.DeleteFunc(list, func(t TableInfo) bool { return len(t.Columns) == 0 })
}
