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
const goldenChunk = 5_000

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
	if err := g.fetchGolden(ctx); err != nil {
		return err
	}
	if err := g.affectedPeople(ctx); err != nil {
		return err
	}
	var all, simple int64
	row := g.Tx.QueryRowContext(ctx, "SELECT count(*), count(*) FILTER (records < 2) FROM affected_people")
	if err := row.Scan(&all, &simple); err != nil || all == 0 {
		return err
	}
	if err := g.steps(ctx,
		step{`CREATE OR REPLACE TEMP TABLE golden_places AS
			SELECT a.k, a.contact_id AS owner, r.rowid AS record
			FROM affected_people a JOIN etl.people p USING (contact_id) JOIN etl.records r USING (source, source_id) WHERE a.records > 1`, nil},
		step{`CREATE OR REPLACE TEMP TABLE golden_records AS
			SELECT g.k, g.owner, ` + rowio.SelectList("r", goldenColumns) + ` FROM etl.records r JOIN golden_places g ON g.record = r.rowid`, nil},
		step{`CREATE OR REPLACE TEMP TABLE golden_before AS
			SELECT a.k, ` + rowio.SelectList("c", schema.Contacts.Columns) + ` FROM etl.contacts c JOIN affected_people a USING (contact_id)`, nil},
		step{`DELETE FROM etl.contacts c USING affected_people a WHERE a.contact_id = c.contact_id`, nil},
	); err != nil {
		return err
	}
	for from := int64(0); from < all; from += goldenChunk {
		rows, err := g.readGolden(ctx, from, min(from+goldenChunk, all), simple)
		if err != nil {
			return err
		}
		if err := g.goldenChunk(ctx, people, rows); err != nil {
			return err
		}
		crash.At(crash.MergeGolden)
	}
	return nil
}

// affectedPeople numbers the people concerned. Most have one record; they come first, in
// the order in which these are stored, so that some at a time they are read from where
// they are: sorting copies of wide rows takes longer than all else that golden does.
func (g *merge) affectedPeople(ctx context.Context) error {
	everybody := ""
	if g.anew {
		everybody = " UNION SELECT contact_id FROM etl.people UNION SELECT contact_id FROM etl.contacts"
	}
	return g.exec(ctx, `CREATE OR REPLACE TEMP TABLE affected_people AS
		SELECT *, row_number() OVER (ORDER BY records > 1, record, contact_id) - 1 AS k FROM (
			SELECT a.contact_id, count(r.rowid) AS records, min(r.rowid) AS record
			FROM (
				SELECT p.contact_id FROM changed JOIN etl.people p USING (source, source_id)
				UNION SELECT contact_id FROM moved
				UNION SELECT old_id FROM moved WHERE old_id IS NOT NULL`+everybody+`
			) a LEFT JOIN etl.people p USING (contact_id) LEFT JOIN etl.records r USING (source, source_id) GROUP BY a.contact_id
		) ORDER BY k`)
}

// readGolden reads the rows of some of them; simple is the number of those who have one
// record, or none.
func (g *merge) readGolden(ctx context.Context, from, to, simple int64) (goldenRows, error) {
	rows := goldenRows{before: map[string]*schema.Contact{}, records: map[string][]schema.SourceContact{}}
	where := fmt.Sprintf("k >= %d AND k < %d", from, to)
	err := rowio.Read(ctx, g.Conn, schema.Contacts.Columns, rows.addBefore, "SELECT * EXCLUDE (k) FROM golden_before WHERE "+where)
	if err != nil {
		return rows, err
	}
	if from < simple {
		var first, last int64
		row := g.Tx.QueryRowContext(ctx, "SELECT coalesce(min(record), 0), coalesce(max(record), 0) FROM affected_people WHERE records = 1 AND "+where)
		if err := row.Scan(&first, &last); err != nil {
			return rows, err
		}
		if err := rowio.Read(ctx, g.Conn, ownedRecordColumns, rows.addRecord, fmt.Sprintf(`SELECT a.contact_id, %s
			FROM affected_people a JOIN etl.records r ON r.rowid = a.record
			WHERE a.records = 1 AND %s AND r.rowid >= %d AND r.rowid <= %d`, rowio.SelectList("r", goldenColumns), where, first, last)); err != nil {
			return rows, err
		}
	}
	if to <= simple {
		return rows, nil
	}
	return rows, rowio.Read(ctx, g.Conn, ownedRecordColumns, rows.addRecord, "SELECT * EXCLUDE (k) FROM golden_records WHERE "+where)
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
