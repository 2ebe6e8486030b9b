package report

import (
	"context"
	"fmt"
	"strings"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// ContactsOf returns the ids of the contacts that a selector means, sorted. Unlike an
// override it may also name a role address.
func ContactsOf(ctx context.Context, from Connector, s load.Selector) ([]string, error) {
	if s.Source != "" {
		return contactIDs(ctx, from, "etl.people t WHERE source = $1 AND source_id = $2", s.Source, s.SourceID)
	}
	keys, args := make([]string, len(s.Identifiers)), make([]any, len(s.Identifiers))
	for i, id := range s.Identifiers { // an address has a dozen: they are looked for at once
		keys[i], args[i] = fmt.Sprintf("md5_number($%d)", i+1), string(id.Kind)+":"+id.Value
	}
	if len(keys) == 0 {
		return nil, nil
	}
	carriers := "etl.identifiers i JOIN etl.people t USING (source, source_id) WHERE i.key IN (" + strings.Join(keys, ", ") + ")"
	return contactIDs(ctx, from, carriers, args...)
}

// ContactsByID returns the contact of an id, or, where its records have moved since,
// the contacts that they are part of now.
func ContactsByID(ctx context.Context, from Connector, id string) ([]string, error) {
	ids, err := contactIDs(ctx, from, "etl.contacts t WHERE contact_id = $1", id)
	if err != nil || len(ids) > 0 {
		return ids, err
	}
	return contactIDs(ctx, from, "etl.merges m JOIN etl.people t USING (source, source_id) WHERE m.contact_id = $1", id)
}

// contactIDs returns the contacts of a table, which goes by the name t, sorted.
func contactIDs(ctx context.Context, from Connector, table string, args ...any) ([]string, error) {
	return rowio.Texts(ctx, from, "SELECT DISTINCT t.contact_id FROM "+table+" ORDER BY 1", args...)
}

// Person is all that the warehouse knows of one contact.
type Person struct {
	Contact     schema.Contact
	Records     []schema.SourceContact // oldest first, without payloads
	Identifiers []CarriedIdentifier    // by kind and value, then as the records
	Memberships []Membership           // by time
	Interests   []schema.Match         // by day and topic, without payloads
	Moves       []schema.Move          // by time
}

// CarriedIdentifier is an identifier of one of the person's records.
type CarriedIdentifier struct {
	schema.Identifier
	Refused   string `col:"refused"`   // why it links no records: "role", "shared" or "blocked"; "" = it may link
	Elsewhere int64  `col:"elsewhere"` // other people who carry it
}

// Membership is a period in an audience.
type Membership struct {
	schema.Member
	Kind string `col:"kind"`
	Name string `col:"name"`
}

var (
	carriedIdentifier = schema.Without(schema.IdentifierColumns, "address")
	carriedColumns    = schema.Without(schema.ColumnsOf[CarriedIdentifier](), "address")
	membershipColumns = schema.ColumnsOf[Membership]()
)

// ReadPerson reads all that is known of a contact.
func ReadPerson(ctx context.Context, from Connector, id string) (p Person, err error) {
	contacts, err := rowio.Select(ctx, from, schema.Contacts.Columns, "contacts t WHERE contact_id = $1", id)
	if err != nil {
		return p, err
	}
	if len(contacts) == 0 {
		return p, fmt.Errorf("no contact is called %q", id)
	}
	p.Contact = contacts[0]
	if p.Records, err = rowio.Select(ctx, from, schema.Without(schema.SourceContactColumns, "payload"),
		"source_contacts t WHERE contact_id = $1 ORDER BY first_seen_at, source, source_id", id); err != nil {
		return p, err
	}
	if err := rowio.Query(ctx, from, carriedColumns, rowio.Collect(&p.Identifiers), `
		WITH all_own AS (SELECT i.* FROM etl.identifiers i JOIN etl.people p USING (source, source_id) WHERE p.contact_id = $1),
		own AS ( -- the hash of a spelling has its value where another record has it
			SELECT * FROM all_own WHERE value IS NOT NULL
			UNION
			SELECT s.* REPLACE (o.kind AS kind, o.value AS value) FROM all_own s JOIN all_own o USING (key) WHERE s.value IS NULL AND o.value IS NOT NULL),
		others AS (
			SELECT key, count(DISTINCT q.contact_id) AS n, bool_or(i.kind LIKE 'role_%') AS role
			FROM (SELECT DISTINCT key FROM own) JOIN etl.identifiers i USING (key) JOIN etl.people q USING (source, source_id) GROUP BY ALL)
		SELECT `+rowio.SelectList("i", carriedIdentifier)+`, CASE WHEN o.role THEN 'role' ELSE w.reason END AS refused, o.n - 1 AS elsewhere
		FROM own i JOIN etl.records r USING (source, source_id) JOIN others o USING (key)
		LEFT JOIN etl.identity_warnings w ON `+layout.KeySQL("w.kind", "w.value")+` = i.key
		ORDER BY i.kind, i.value, r.first_seen_at, i.source, i.source_id`, id); err != nil {
		return p, err
	}
	if p.Memberships, err = rowio.Select(ctx, from, membershipColumns, `(
		SELECT m.*, a.kind, a.name FROM audience_members m LEFT JOIN audiences a USING (source, audience_id) WHERE m.contact_id = $1
	) t ORDER BY valid_from, source, audience_id, source_id`, id); err != nil {
		return p, err
	}
	if p.Interests, err = rowio.Select(ctx, from, schema.Without(schema.MatchColumns, "payload"),
		"intent_matches t WHERE contact_id = $1 ORDER BY data_date, topic_id, pipeline, hem", id); err != nil {
		return p, err
	}
	p.Moves, err = rowio.Select(ctx, from, schema.Moves.Columns,
		"etl.merges t WHERE contact_id = $1 OR into_contact_id = $1 ORDER BY merged_at, source, source_id", id)
	return p, err
}
