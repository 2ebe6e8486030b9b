package layout

// The promised tables that are views over narrower parts. A current member was
// seen at the end of its audience's last complete sweep, which is why
// last_seen_at is derived: a quiet night writes no row.
const (
	listedSQL = `(SELECT m.source, m.source_id, max(a.swept_at) AS at
		FROM etl.members m JOIN audiences a USING (source, audience_id) WHERE m.valid_to IS NULL GROUP BY ALL)`

	sourceContactsSQL = `CREATE OR REPLACE VIEW source_contacts AS
		SELECT p.contact_id, r.* EXCLUDE (surname_hash) REPLACE (greatest(r.last_seen_at, l.at) AS last_seen_at)
		FROM etl.records r JOIN etl.people p USING (source, source_id) LEFT JOIN ` + listedSQL + ` l USING (source, source_id)`

	seenSQL = `(SELECT p.contact_id, max(a.swept_at) AS at FROM etl.members m JOIN audiences a USING (source, audience_id)
		JOIN etl.people p USING (source, source_id) WHERE m.valid_to IS NULL GROUP BY ALL)`

	contactsSQL = `CREATE OR REPLACE VIEW contacts AS
		SELECT c.* REPLACE (greatest(c.last_seen_at, l.at) AS last_seen_at), sha256(` + companySQL + `) AS account_id
		FROM etl.contacts c LEFT JOIN ` + seenSQL + ` l USING (contact_id)`

	identifiersSQL = `CREATE OR REPLACE VIEW identifiers AS
		SELECT p.contact_id, i.* EXCLUDE (key, address_key, spellings) FROM etl.identifiers i JOIN etl.people p USING (source, source_id)
		WHERE i.value IS NOT NULL`

	matchesSQL = `CREATE OR REPLACE VIEW intent_matches AS
		SELECT m.* EXCLUDE (sweep), p.contact_id FROM etl.matches m LEFT JOIN etl.people p ON p.source = 'intent' AND p.source_id = m.source_id`

	membersSQL = `CREATE OR REPLACE VIEW audience_members AS
		SELECT m.*, p.contact_id FROM etl.members m LEFT JOIN etl.people p USING (source, source_id)`

	eventsSQL = `CREATE OR REPLACE VIEW events AS
		SELECT e.*, p.contact_id FROM etl.events e LEFT JOIN etl.people p USING (source, source_id)`
)

func viewsSQL() []string {
	return []string{
		sourceContactsSQL, contactsSQL, identifiersSQL, matchesSQL, membersSQL, eventsSQL, accountsSQL(), hotAccountsSQL(),
		risingTopicsSQL, newContactsSQL, jobChangesSQL(), reachableContactsSQL, audienceOverlapSQL, vendorOverlapSQL, audienceMovementSQL,
	}
}
