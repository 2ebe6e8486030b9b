package merge

import (
	"context"
	"fmt"
	"slices"

	"contactsync/internal/crash"
	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// goldenChunk is how many people are merged at a time: it bounds memory.
const goldenChunk = 20_000

// ownedRecord is what may become a golden value of a person, or decide between
// records.
type ownedRecord struct {
	Owner string `col:"owner"`
	schema.SourceContact
}

var (
	ownedRecordColumns = schema.Without(schema.ColumnsOf[ownedRecord](), ungolden...)
	goldenColumns      = schema.Without(schema.SourceContactColumns, ungolden...)
	ungolden           = []string{"payload", "notes", "emails", "phones"}
)

// golden renews the rows of the people whose records changed, came or went. A
// value that differs from before is recorded in contact_changes.
func (g *merge) golden(ctx context.Context, people load.People) error {
	everybody := ""
	if g.anew {
		everybody = " UNION SELECT contact_id FROM etl.people UNION SELECT contact_id FROM etl.contacts"
	}
	for _, query := range []string{
		`CREATE OR REPLACE TEMP TABLE affected_people AS
			SELECT contact_id, row_number() OVER (ORDER BY contact_id) - 1 AS k FROM (
				SELECT p.contact_id FROM changed JOIN etl.people p USING (source, source_id)
				UNION SELECT contact_id FROM moved
				UNION SELECT old_id FROM moved WHERE old_id IS NOT NULL` + everybody + `)`,
		`CREATE OR REPLACE TEMP TABLE golden_records AS
			SELECT a.k, a.contact_id AS owner, ` + rowio.SelectList("r", goldenColumns) + ` FROM affected_people a JOIN etl.people p USING (contact_id) JOIN etl.records r USING (source, source_id) ORDER BY a.k`,
		`CREATE OR REPLACE TEMP TABLE golden_before AS
			SELECT a.k, ` + rowio.SelectList("c", schema.Contacts.Columns) + ` FROM affected_people a JOIN etl.contacts c USING (contact_id) ORDER BY a.k`,
		`DELETE FROM etl.contacts c USING affected_people a WHERE a.contact_id = c.contact_id`,
	} {
		if err := g.exec(ctx, query); err != nil {
			return err
		}
	}
	n, err := g.count(ctx, "SELECT count(*) FROM affected_people")
	if err != nil {
		return err
	}
	for from := int64(0); from < n; from += goldenChunk {
		chunk := goldenRows{before: map[string]*schema.Contact{}, records: map[string][]schema.SourceContact{}}
		where := fmt.Sprintf("WHERE k >= %d AND k < %d", from, from+goldenChunk)
		if err := rowio.Read(ctx, g.Conn, schema.Contacts.Columns, chunk.addBefore, "SELECT * EXCLUDE (k) FROM golden_before "+where); err != nil {
			return err
		}
		if err := rowio.Read(ctx, g.Conn, ownedRecordColumns, chunk.addRecord, "SELECT * EXCLUDE (k) FROM golden_records "+where); err != nil {
			return err
		}
		if err := g.goldenChunk(ctx, people, chunk); err != nil {
			return err
		}
		crash.At(crash.MergeGolden)
	}
	return nil
}

// goldenRows are the rows of some people: what they were, and their records now.
type goldenRows struct {
	before  map[string]*schema.Contact
	records map[string][]schema.SourceContact
	order   []string
}

func (r *goldenRows) addBefore(c *schema.Contact) error {
	r.before[c.ContactID] = c
	return nil
}

func (r *goldenRows) addRecord(o *ownedRecord) error {
	if r.records[o.Owner] == nil {
		r.order = append(r.order, o.Owner)
	}
	r.records[o.Owner] = append(r.records[o.Owner], o.SourceContact)
	return nil
}

func (g *merge) goldenChunk(ctx context.Context, people load.People, rows goldenRows) error {
	contacts := make([]schema.Contact, 0, len(rows.order))
	var changes []schema.Change
	rules := identity.Rules{Priority: people.Priority}
	for _, id := range rows.order {
		contact := identity.Golden(rows.records[id], rules)
		contact.ContactID, contact.UpdatedAt = id, g.At
		if before := rows.before[id]; before != nil {
			differs := identity.Changes(*before, contact)
			if len(differs) == 0 && before.RecordCount == contact.RecordCount && slices.Equal(before.Sources, contact.Sources) {
				contact.UpdatedAt = before.UpdatedAt
			}
			for _, c := range differs {
				c.ContactID, c.ChangedAt, c.RunID = id, g.At, g.Run.RunID
				changes = append(changes, c)
			}
		}
		if contact.UpdatedAt.Equal(g.At) {
			g.merged.Contacts++
		}
		contacts = append(contacts, contact)
	}
	if err := g.Feeds.Insert(ctx, g.Tx, rowio.NewFrame("etl.contacts", schema.Contacts.Columns, contacts)); err != nil {
		return err
	}
	return g.Feeds.Insert(ctx, g.Tx, rowio.NewFrame(schema.Changes.Name, schema.Changes.Columns, changes))
}
