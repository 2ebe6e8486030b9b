package merge

import (
	"context"
	"slices"
	"time"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// changedRecord is a record that differs from what is stored.
type changedRecord struct {
	Source   string `col:"source"`
	SourceID string `col:"source_id"`
	IsNew    bool   `col:"is_new"`
	Renamed  bool   `col:"renamed"`
}

var changedRecordColumns = schema.ColumnsOf[changedRecord]()

// unchanged makes the tables of what changed, with nothing in them yet.
func (g *merge) unchanged(ctx context.Context) error {
	return g.steps(ctx,
		step{"CREATE OR REPLACE TEMP TABLE changed (source VARCHAR, source_id VARCHAR, is_new BOOLEAN, renamed BOOLEAN)", nil},
		step{"CREATE OR REPLACE TEMP TABLE new_identifiers AS FROM etl.identifiers LIMIT 0", nil},
	)
}

// records folds the records of which versions are staged, and those of several
// versions that left an audience with this merge or came back to one, which may make
// another version the latest. It replaces the rows that differ, and leaves the table
// changed and those of relinked for identity.
func (g *merge) records(ctx context.Context, people load.People) error {
	if err := g.unchanged(ctx); err != nil {
		return err
	}
	if err := g.fetchRecords(ctx); err != nil {
		return err
	}
	f := folding{conn: g.Conn, beside: g.Beside, fold: people.Fold}
	if err := f.prepare(ctx, `SELECT source, source_id, seq, place FROM etl.staged_versions WHERE pipeline = $2
		UNION ALL
		SELECT source, source_id, 0, 0 FROM etl.versions SEMI JOIN (`+movedMembers+`) USING (source, source_id)
			GROUP BY source, source_id HAVING count(*) > 1`, g.At, g.Run.Pipeline); err != nil {
		return err
	}
	if err := foldEach(ctx, f, g.difference, func(d difference) error { return g.replace(ctx, d) }); err != nil {
		return err
	}
	if err := g.arrivals(ctx); err != nil {
		return err
	}
	if err := g.relinked(ctx); err != nil {
		return err
	}
	if g.TookOthers != nil {
		others, err := g.has(ctx, "FROM etl.staged_versions s JOIN folding f USING (source, source_id) WHERE s.pipeline <> $1 AND s.seq <= f.last", g.Run.Pipeline)
		if err != nil {
			return err
		}
		if others {
			g.TookOthers()
		}
	}
	replace := replaceIdentifiers
	if g.known == 0 {
		replace = nil
	}
	for _, query := range append(replace,
		// What other pipelines of the vendor had staged before of these records is in them.
		"DELETE FROM etl.staged_versions s USING folding f WHERE s.source = f.source AND s.source_id = f.source_id AND s.seq <= f.last",
	) {
		if err := g.exec(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// replaceIdentifiers replaces those identifiers of known records that differ. For each vector
// of rows of which one is deleted the engine holds, to the end of the transaction, 8 bytes a
// row: to delete all identifiers of 10,000 records, which are spread over 8 million rows,
// took 100 MB.
var replaceIdentifiers = []string{
	`CREATE OR REPLACE TEMP TABLE old_identifiers AS
		SELECT i.rowid AS place, i.* FROM etl.identifiers i JOIN changed c USING (source, source_id) WHERE NOT c.is_new`,
	`DELETE FROM etl.identifiers t USING (FROM old_identifiers i ANTI JOIN new_identifiers o ON ` + sameIdentifier + `) g WHERE t.rowid = g.place`,
	"INSERT INTO etl.identifiers BY NAME FROM new_identifiers i ANTI JOIN old_identifiers o ON " + sameIdentifier,
}

// sameIdentifier is the condition that two rows i and o are the same.
const sameIdentifier = `i.source = o.source AND i.source_id = o.source_id AND i.kind = o.kind AND i.value IS NOT DISTINCT FROM o.value
	AND i.key IS NOT DISTINCT FROM o.key AND i.address_key IS NOT DISTINCT FROM o.address_key
	AND i.spellings::VARCHAR IS NOT DISTINCT FROM o.spellings::VARCHAR`

// difference is how some records differ from what is stored.
type difference struct {
	changed, known          int64
	oldRecords, oldVersions []int64       // by k, the records whose rows must go first
	frames                  []rowio.Frame // the new rows
}

// difference finds how some records differ from what is stored. It uses nothing of the
// merge that changes, since it runs beside it.
func (g *merge) difference(c chunk, before []load.Stored, after []load.Folded) (d difference) {
	var changed []changedRecord
	var records []load.Record
	var fresh, known []layout.Identifier // identifiers, of new records and of others
	var versions []schema.Version
	for i, f := range after {
		was, r, k := &before[i], &after[i].Record, c.From+int64(i)
		if differ(was.Versions, f.Versions) {
			versions = append(versions, f.Versions...)
			if len(was.Versions) > 0 {
				d.oldVersions = append(d.oldVersions, k)
			}
		}
		if r.RecordHash == was.RecordHash {
			continue
		}
		r.RunID, r.FirstSeenAt, r.LastSeenAt, r.UpdatedAt = g.Run.RunID, g.At, g.At, g.At
		isNew := was.RecordHash == ""
		if isNew {
			r.FirstSeenAt, r.LastSeenAt, r.UpdatedAt = g.arrived(), g.arrived(), g.arrived()
			fresh = layout.Keyed(fresh, f.Identifiers)
		} else {
			r.FirstSeenAt = was.FirstSeenAt
			d.oldRecords = append(d.oldRecords, k)
			known = layout.Keyed(known, f.Identifiers)
		}
		changed = append(changed, changedRecord{r.Source, r.SourceID, isNew, r.Surname != was.Surname || testifiesOtherwise(&was.Record, r)})
		records = append(records, *r)
	}
	d.changed, d.known = int64(len(changed)), int64(len(d.oldRecords))
	d.frames = []rowio.Frame{
		rowio.NewFrame("changed", changedRecordColumns, changed),
		rowio.NewFrame("new_identifiers", layout.Identifiers.Columns, known),
		rowio.NewFrame(layout.Identifiers.Name, layout.Identifiers.Columns, fresh),
		rowio.NewFrame("etl.records", layout.RecordColumns, records),
		rowio.NewFrame("etl.versions", schema.VersionColumns, versions),
	}
	return d
}

// replace writes the rows that differ.
func (g *merge) replace(ctx context.Context, d difference) error {
	g.merged.New, g.merged.Changed = g.merged.New+d.changed-d.known, g.merged.Changed+d.known
	g.changed, g.known = g.changed+d.changed, g.known+d.known
	for table, rows := range map[string][]int64{"etl.records": d.oldRecords, "etl.versions": d.oldVersions} {
		if len(rows) == 0 {
			continue
		}
		if err := g.exec(ctx, "DELETE FROM "+table+" t USING folding f WHERE t.source = f.source AND t.source_id = f.source_id AND f.k IN (SELECT unnest(from_json($1, '[\"BIGINT\"]')))", rowio.Numbers(rows)); err != nil {
			return err
		}
	}
	for _, f := range d.frames {
		if f.Rows() == 0 {
			f.Release()
			continue
		}
		if err := g.Feeds.Insert(ctx, g.Tx, f); err != nil {
			return err
		}
	}
	return nil
}

// testifiesOtherwise reports whether a record says something else of its person.
func testifiesOtherwise(before, after *load.Record) bool {
	return slices.ContainsFunc(recordTestimony, func(c schema.Column[schema.SourceContact]) bool {
		a, b := c.Field(&before.SourceContact), c.Field(&after.SourceContact)
		switch a := a.(type) {
		case *time.Time: // of which only the year is told
			return a.Year() != b.(*time.Time).Year()
		case *[]string:
			return !slices.Equal(*a, *b.(*[]string))
		}
		return schema.Value(a) != schema.Value(b)
	})
}

// differ tells whether a version differs, but for which pipeline brought it.
func differ(before, after []schema.Version) bool {
	was := make(map[string]schema.Version, len(before))
	for _, v := range before {
		was[v.Audience] = v
	}
	for _, v := range after {
		old, ok := was[v.Audience]
		if !ok || old.PayloadHash != v.PayloadHash || !old.AsOf.Equal(v.AsOf) || old.Payload != v.Payload {
			return true
		}
	}
	return false
}

// relinked finds, before those of known records are replaced, the changed records that may
// belong to other people now, and every identifier that those among them which
// are not new carry or carried. An identifier that names another address now, or none
// any more, is another one.
func (g *merge) relinked(ctx context.Context) error {
	if g.known == 0 { // all are new
		return g.steps(ctx,
			step{"CREATE OR REPLACE TEMP TABLE changed_identifiers AS SELECT source, source_id, kind, key, address_key, true AS now FROM etl.identifiers LIMIT 0", nil},
			step{"CREATE OR REPLACE TEMP TABLE relinked AS SELECT source, source_id FROM changed", nil},
		)
	}
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE changed_identifiers AS
		SELECT i.source, i.source_id, i.kind, i.key, i.address_key, false AS now FROM `+layout.KeysSQL("etl.identifiers")+` i JOIN changed c USING (source, source_id) WHERE NOT c.is_new
		UNION ALL
		SELECT source, source_id, kind, key, address_key, true AS now FROM `+layout.KeysSQL("new_identifiers")); err != nil {
		return err
	}
	return g.exec(ctx, `CREATE OR REPLACE TEMP TABLE relinked AS
		SELECT source, source_id FROM changed WHERE is_new OR renamed
		UNION
		SELECT source, source_id FROM (
			SELECT source, source_id, kind, key, address_key FROM changed_identifiers GROUP BY ALL HAVING bool_and(now) OR NOT bool_or(now)
		)`)
}
