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
		keys[i], args[i] = layout.HashSQL(fmt.Sprintf("$%d", i+1)), string(id.Kind)+":"+id.Value
	}
	if len(keys) == 0 {
		return nil, nil
	}
	carriers := layout.KeysSQL("etl.identifiers") + " i JOIN etl.people t USING (source, source_id) WHERE i.key IN (" + strings.Join(keys, ", ") + ")"
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
	Doubts      []Doubt                // of its records, by reason, then most bits first
	Others      []Other                // the records of other contacts in doubts
	Guard       load.Guard             // by which people were last resolved; "" before the first time
	Memberships []Membership           // by time
	Interests   []schema.Match         // by day and topic, without payloads
	Moves       []schema.Move          // by time
}

// CarriedIdentifier is an identifier of one of the person's records.
type CarriedIdentifier struct {
	schema.Identifier
	Refused   string   `col:"refused"`   // why it links no records, or not all; "" = it may link
	Elsewhere int64    `col:"elsewhere"` // other people who carry it
	Others    []string `col:"others"`    // a few of these by contact id, where it links not all
}

// Role is why an identifier links nobody that stands in no warning: it is a role address,
// masked or a placeholder. The other reasons are those of [schema.Warnings].
const Role = "role"

// LinksSome reports whether an identifier that is refused for a reason may still link
// some of the records that carry it.
func LinksSome(refused string) bool {
	return refused == schema.WarnBlocked || refused == schema.WarnLarge || refused == schema.WarnDoubtful
}

// Doubt is a pair of records, one of them the person's, of which evidence and identifiers
// do not say the same.
type Doubt struct {
	schema.CandidatePair
	Contact      string `col:"contact_id"`       // that of the first record
	OtherContact string `col:"other_contact_id"` // that of the other
}

// Other is a record of another contact, without its payload, and its identifiers that link.
type Other struct {
	schema.SourceContact
	Identifiers []schema.Identifier
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
	doubtColumns      = schema.ColumnsOf[Doubt]()
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
	if p.Identifiers, err = readIdentifiers(ctx, from, id); err != nil {
		return p, err
	}
	if err := p.readDoubts(ctx, from); err != nil {
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

// readIdentifiers reads the identifiers of a contact's records, and who else carries them.
func readIdentifiers(ctx context.Context, from Connector, id string) (list []CarriedIdentifier, err error) {
	err = rowio.Query(ctx, from, carriedColumns, rowio.Collect(&list), `
		WITH all_own AS (SELECT i.* FROM `+layout.KeysSQL("etl.identifiers")+` i JOIN etl.people p USING (source, source_id) WHERE p.contact_id = $1),
		own AS ( -- the hash of a spelling has its value where another record has it
			SELECT * FROM all_own WHERE value IS NOT NULL
			UNION
			SELECT s.* REPLACE (o.kind AS kind, o.value AS value) FROM all_own s JOIN all_own o USING (key) WHERE s.value IS NULL AND o.value IS NOT NULL),
		others AS (
			SELECT key, list(DISTINCT q.contact_id) FILTER (q.contact_id <> $1) AS contacts, bool_or(i.kind LIKE 'role_%') AS role
			FROM (SELECT DISTINCT key FROM own) JOIN `+layout.KeysSQL("etl.identifiers")+` i USING (key) JOIN etl.people q USING (source, source_id) GROUP BY ALL),
		warned AS (SELECT `+layout.KeySQL("kind", "value")+` AS key, min(reason) AS reason FROM etl.identity_warnings GROUP BY ALL)
		SELECT `+rowio.SelectList("i", carriedIdentifier)+`, CASE WHEN o.role THEN '`+Role+`' ELSE w.reason END AS refused,
			coalesce(len(o.contacts), 0) AS elsewhere,
			CASE WHEN NOT o.role AND w.reason <> '`+schema.WarnShared+`' THEN list_sort(o.contacts)[:$2] END AS others
		FROM own i JOIN etl.records r USING (source, source_id) JOIN others o USING (key) LEFT JOIN warned w USING (key)
		ORDER BY i.kind, i.value, r.first_seen_at, i.source, i.source_id`, id, namedContacts)
	return list, err
}

// doubtsSQL are the pairs in doubt (d) with the contacts of both records (a and b).
const doubtsSQL = `etl.candidate_pairs d JOIN etl.people a ON a.source = d.source AND a.source_id = d.source_id
	JOIN etl.people b ON b.source = d.other_source AND b.source_id = d.other_source_id`

// readDoubts reads the pairs in doubt of the person's records, the other records in
// them, and what the guard does with such pairs.
func (p *Person) readDoubts(ctx context.Context, from Connector) error {
	guard, err := rowio.Texts(ctx, from, "SELECT guard FROM etl.identity")
	if err != nil {
		return err
	}
	if len(guard) > 0 {
		p.Guard = load.Guard(guard[0])
	}
	id := p.Contact.ContactID
	if p.Doubts, err = rowio.Select(ctx, from, doubtColumns, `(
		SELECT d.*, a.contact_id, b.contact_id AS other_contact_id FROM `+doubtsSQL+` WHERE a.contact_id = $1 OR b.contact_id = $1
	) t ORDER BY reason, bits DESC, source, source_id, other_source, other_source_id`, id); err != nil || len(p.Doubts) == 0 {
		return err
	}
	const others = `(SELECT DISTINCT CASE WHEN a.contact_id = $1 THEN b.source ELSE a.source END AS source,
		CASE WHEN a.contact_id = $1 THEN b.source_id ELSE a.source_id END AS source_id
		FROM ` + doubtsSQL + ` WHERE (a.contact_id = $1) <> (b.contact_id = $1)) o`
	records, err := rowio.Select(ctx, from, schema.Without(schema.SourceContactColumns, "payload"),
		"source_contacts t SEMI JOIN "+others+" USING (source, source_id) ORDER BY source, source_id", id)
	if err != nil {
		return err
	}
	at := map[[2]string]int{}
	for i, r := range records {
		at[[2]string{r.Source, r.SourceID}] = i
		p.Others = append(p.Others, Other{SourceContact: r})
	}
	return rowio.Query(ctx, from, carriedIdentifier, func(i *schema.Identifier) error {
		o := &p.Others[at[[2]string{i.Source, i.SourceID}]]
		o.Identifiers = append(o.Identifiers, *i)
		return nil
	}, "SELECT "+rowio.SelectList("t", carriedIdentifier)+" FROM etl.identifiers t SEMI JOIN "+others+` USING (source, source_id)
		WHERE t.kind IN `+layout.StrongKinds()+" AND t.key NOT IN (SELECT "+layout.KeySQL("kind", "value")+
		" FROM etl.identity_warnings WHERE reason = '"+schema.WarnShared+
		"') AND t.key NOT IN (SELECT key FROM etl.identifiers WHERE kind IN "+layout.RoleKinds+") ORDER BY ALL", id)
}
