// Package find finds what is to be erased: the records and people whom requests name, what
// belongs to them, and every row of every table that mentions them. It says by which
// conditions rows go, and changes nothing but temporary tables.
package find

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

var (
	erasingColumns = schema.ColumnsOf[load.FoundRecord]()
	keyColumns     = schema.Without(schema.IdentifierColumns, "source", "source_id", "address")
)

// Finder works out which rows go. It leaves them in temporary tables: erasing
// (records), erasing_people, erasing_keys and erasing_rows (by rowid), and, of people
// who lose records and stay, reduced_people and reduced_records. The keys of
// records with staged versions are in staged_keys.
type Finder struct {
	Conn    *sql.Conn
	Catalog string // prefix of the tables to look in, "" = the connection's own
	byAge   bool   // nobody asked for it: whom vendors serve is spared ([load.ByAge])
}

// Find finds all that would be erased. Own is told what belongs to the people found, and
// returns how to find more of it in texts.
func (f Finder) Find(ctx context.Context, requests []load.Request, own load.Own, fold load.Fold) (load.Found, error) {
	f.byAge = load.ByAge(requests)
	if err := f.foldStaged(ctx, fold); err != nil {
		return load.Found{}, err
	}
	if err := f.wanted(ctx, requests); err != nil {
		return load.Found{}, err
	}
	if err := f.run(ctx, f.seedSQL()...); err != nil {
		return load.Found{}, err
	}
	if !f.byAge {
		if err := f.follow(ctx); err != nil {
			return load.Found{}, err
		}
	}
	belongings, err := f.belongings(ctx, fold)
	if err != nil {
		return load.Found{}, err
	}
	if err := f.scan(ctx, own(belongings)); err != nil {
		return load.Found{}, err
	}
	if err := f.run(ctx, f.closeSQL()...); err != nil {
		return load.Found{}, err
	}
	return f.report(ctx)
}

func (f Finder) run(ctx context.Context, statements ...string) error {
	for _, s := range statements {
		if _, err := f.Conn.ExecContext(ctx, f.in(s)); err != nil {
			return err
		}
	}
	return nil
}

// in puts the catalog before the tables of a statement.
func (f Finder) in(statement string) string {
	return strings.ReplaceAll(statement, "@", f.Catalog)
}

// wantedKey is a key of a request, as JSON hands it to DuckDB.
type wantedKey struct {
	N     int64  `json:"n"`
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

// wantedChunk is how many keys are handed over at a time, which bounds memory: a list of
// some hundred thousand addresses has millions.
const wantedChunk = 50_000

// wanted stores the requests as keys.
func (f Finder) wanted(ctx context.Context, requests []load.Request) error {
	if err := f.run(ctx, "CREATE OR REPLACE TEMP TABLE wanted_keys (n BIGINT, kind VARCHAR, value VARCHAR)"); err != nil {
		return err
	}
	for chunk := range slices.Chunk(wantedKeys(requests), wantedChunk) {
		list, err := json.Marshal(chunk)
		if err != nil {
			return err
		}
		if _, err = f.Conn.ExecContext(ctx, `INSERT INTO wanted_keys
			SELECT unnest(from_json($1, '[{"n":"BIGINT","kind":"VARCHAR","value":"VARCHAR"}]'), recursive := true)`, string(list)); err != nil {
			return err
		}
	}
	if err := f.run(ctx, "CREATE OR REPLACE TEMP TABLE wanted AS SELECT DISTINCT * FROM wanted_keys", "DROP TABLE wanted_keys"); err != nil {
		return err
	}
	if err := f.recognise(ctx, requests); err != nil {
		return err
	}
	return f.run(ctx, spelledSQL)
}

func wantedKeys(requests []load.Request) (keys []wantedKey) {
	for n, r := range requests {
		if r.Contact != "" {
			keys = append(keys, wantedKey{int64(n), "contact", r.Contact})
		}
		for _, k := range r.Keys {
			keys = append(keys, wantedKey{int64(n), string(k.Kind), k.Value})
		}
	}
	return keys
}

// recognise wants the keys that some record carries and of which a request has the hash.
func (f Finder) recognise(ctx context.Context, requests []load.Request) error {
	for n, r := range requests {
		if len(r.Suppressed) == 0 {
			continue
		}
		hashes := make([]string, len(r.Suppressed))
		for i, s := range r.Suppressed {
			hashes[i] = s.ValueSHA256
		}
		if _, err := f.Conn.ExecContext(ctx, f.in(`INSERT INTO wanted
			WITH hashes AS (SELECT DISTINCT unnest(from_json($2, '["VARCHAR"]')) AS hash)
			SELECT DISTINCT $1::BIGINT, c.kind, c.value FROM `+carriersSQL+` c WHERE sha256(c.kind || ':' || c.value) IN (SELECT hash FROM hashes)`),
			n, rowio.List(hashes)); err != nil {
			return err
		}
	}
	return nil
}

// spelledSQL wants the mailbox of an address, too, of which the hash of a spelling is
// wanted: a merged record has no value for it.
var spelledSQL = `INSERT INTO wanted
	SELECT DISTINCT * FROM (
		SELECT w.n, replace(a.kind, 'role_', ''), a.value FROM wanted w
			JOIN ` + layout.KeysSQL("@etl.identifiers") + ` i ON i.key = ` + layout.KeySQL("w.kind", "w.value") + ` JOIN @etl.identifiers a ON a.key = i.address_key
		WHERE w.kind <> 'contact' AND ` + layout.IsSpellingSQL("i") + ` AND a.address_key IS NULL
		UNION ALL
		SELECT w.n, 'email_sha256', s.address FROM wanted w JOIN staged_keys s ON replace(s.kind, 'role_', '') = w.kind AND s.value = w.value
		WHERE s.address IS NOT NULL
	) found (n, kind, value) WHERE NOT EXISTS (FROM wanted o WHERE o.n = found.n AND o.value = found.value)`

// carriersSQL is every key of every record, merged or still staged. The kinds of
// role addresses count as the kinds of their hashes, as in suppressions.
const carriersSQL = `(
	SELECT source, source_id, replace(kind, 'role_', '') AS kind, value, starts_with(kind, 'role_') AS role FROM @etl.identifiers WHERE value IS NOT NULL
	UNION ALL SELECT source, source_id, replace(kind, 'role_', ''), value, starts_with(kind, 'role_') FROM staged_keys WHERE kind <> '` + clearAddress + `'
	UNION ALL SELECT source, source_id, 'source:' || source, source_id, false FROM @etl.records
)`

// seedSQL finds the records that carry a wanted key, and the people whom the keys
// name: an identifier that records of one person alone carry stands for the whole
// person; one that several share, or a role address, only for the records.
func (f Finder) seedSQL() []string {
	return []string{
		`CREATE OR REPLACE TEMP TABLE seeds AS
			SELECT DISTINCT w.n, c.source, c.source_id, c.kind, c.value, c.role, p.contact_id
			FROM ` + carriersSQL + ` c JOIN wanted w USING (kind, value) LEFT JOIN @etl.people p USING (source, source_id)`,
		// An id that was merged away stands for the person it was merged into.
		`CREATE OR REPLACE TEMP TABLE named_people AS
			WITH RECURSIVE ids AS (
				SELECT n, value AS id FROM wanted WHERE kind = 'contact'
				UNION SELECT i.n, m.into_contact_id FROM ids i JOIN @etl.merges m ON m.contact_id = i.id
					WHERE m.change = 'merge' AND NOT EXISTS (FROM @etl.people p WHERE p.contact_id = i.id)
			), alone AS (SELECT kind, value FROM seeds GROUP BY ALL HAVING count(DISTINCT contact_id) = 1 AND NOT bool_or(role))
			SELECT min(n) AS n, contact_id FROM (
				SELECT i.n, p.contact_id FROM ids i JOIN @etl.people p ON p.contact_id = i.id
				UNION ALL SELECT s.n, s.contact_id FROM seeds s JOIN alone USING (kind, value) WHERE s.contact_id IS NOT NULL
			) GROUP BY contact_id`,
		`CREATE OR REPLACE TEMP TABLE erasing AS
			SELECT min(n) AS n, source, source_id, bool_or(whole) AS whole FROM (
				SELECT np.n, p.source, p.source_id, true AS whole FROM named_people np JOIN @etl.people p USING (contact_id)
				UNION ALL SELECT n, source, source_id, contact_id IS NULL AND NOT role FROM seeds
			) GROUP BY source, source_id`,
	}
}

// linksSQL is every key by which records meet, a hash of a spelling of an address among
// them, unless it is a role's.
var linksSQL = `(
	SELECT source, source_id, key FROM ` + layout.KeysSQL("@etl.identifiers") + ` i WHERE value IS NOT NULL
		OR NOT EXISTS (FROM @etl.identifiers r WHERE r.key = i.address_key AND r.kind IN ` + layout.RoleKinds + `)
	UNION ALL SELECT source, source_id, ` + layout.KeySQL("kind", "value") + ` FROM staged_keys WHERE kind <> '` + clearAddress + `'
)`

// follow adds the staged records that a merge would have made part of a person:
// those that carry an identifier which the person's records carry, and no others.
func (f Finder) follow(ctx context.Context) error {
	for {
		result, err := f.Conn.ExecContext(ctx, f.in(`INSERT INTO erasing
			WITH staged AS (SELECT DISTINCT i.source, i.source_id, `+layout.KeySQL("i.kind", "i.value")+` AS key FROM staged_keys i
				WHERE i.kind IN `+layout.StrongKinds()+` AND NOT EXISTS (FROM @etl.people p WHERE p.source = i.source AND p.source_id = i.source_id)
					AND NOT EXISTS (FROM erasing d WHERE d.source = i.source AND d.source_id = i.source_id AND d.whole))
			SELECT min(d.n), s.source, s.source_id, true FROM staged s
				JOIN `+linksSQL+` c ON c.key = s.key
				JOIN erasing d ON d.source = c.source AND d.source_id = c.source_id AND d.whole
			WHERE NOT EXISTS (FROM `+layout.KeysSQL("@etl.identifiers")+` o JOIN @etl.people USING (source, source_id) WHERE o.key = s.key
				AND NOT EXISTS (FROM erasing e WHERE e.source = o.source AND e.source_id = o.source_id AND e.whole))
			GROUP BY s.source, s.source_id`))
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
	}
}

// belongings reads what is the found people's own: a key that the record of
// anybody else carries, too, is not.
func (f Finder) belongings(ctx context.Context, fold load.Fold) (b load.Belongings, err error) {
	if err := f.run(ctx, `CREATE OR REPLACE TEMP TABLE erasing_keys AS
		WITH theirs AS (
			SELECT DISTINCT c.kind, c.value FROM `+carriersSQL+` c JOIN erasing d USING (source, source_id)
			WHERE d.whole AND NOT c.role AND c.kind <> '`+string(schema.Phone)+`'
		)
		SELECT kind, value FROM theirs t WHERE NOT EXISTS (
			FROM `+carriersSQL+` c WHERE c.kind = t.kind AND c.value = t.value
				AND NOT EXISTS (FROM erasing d WHERE d.source = c.source AND d.source_id = c.source_id AND d.whole))`); err != nil {
		return b, err
	}
	if err := rowio.Read(ctx, f.Conn, keyColumns, rowio.Collect(&b.Keys), "SELECT kind, value FROM erasing_keys ORDER BY ALL"); err != nil {
		return b, err
	}
	if b.Addresses, err = f.texts(ctx, `SELECT a AS value FROM (
			SELECT DISTINCT unnest(r.emails) AS a FROM @etl.records r JOIN erasing d USING (source, source_id) WHERE d.whole
			UNION SELECT value FROM staged_keys JOIN erasing d USING (source, source_id) WHERE d.whole AND kind = '`+clearAddress+`'
		) WHERE sha256(a) IN (SELECT value FROM erasing_keys WHERE kind = 'email_sha256') ORDER BY a`); err != nil {
		return b, err
	}
	spellings, err := f.spellings(ctx, fold)
	b.Addresses = append(b.Addresses, spellings...)
	return b, err
}

// texts returns the one column of a query.
func (f Finder) texts(ctx context.Context, query string) (list []string, err error) {
	err = rowio.Read(ctx, f.Conn, rowio.SingleColumns, func(s *rowio.Single) error {
		list = append(list, s.Value)
		return nil
	}, f.in(query))
	return list, err
}

// closeSQL completes the lists once all records to erase are known.
func (f Finder) closeSQL() []string {
	return []string{
		`CREATE OR REPLACE TEMP TABLE reduced_people AS
			SELECT p.contact_id, count(d.source) = count(*) AS gone FROM @etl.people p LEFT JOIN erasing d USING (source, source_id)
			WHERE p.contact_id IN (SELECT q.contact_id FROM @etl.people q JOIN erasing USING (source, source_id)) GROUP BY p.contact_id`,
		// An id that derives from an erased record names it, whoever has the id now.
		`CREATE OR REPLACE TEMP TABLE erasing_people AS
			WITH RECURSIVE ids AS (
				SELECT contact_id FROM reduced_people WHERE gone
				UNION SELECT m.contact_id FROM @etl.merges m JOIN ids i ON m.into_contact_id = i.contact_id WHERE m.change = 'merge'
			)
			SELECT contact_id FROM ids UNION SELECT ` + layout.ContactIDSQL("d") + ` FROM erasing d
			UNION SELECT value FROM wanted WHERE kind = 'contact'`,
		`DELETE FROM reduced_people WHERE gone`,
		// Somebody who stays may have an id that goes, as after a split from the erased.
		`CREATE OR REPLACE TEMP TABLE reduced_records AS
			SELECT p.source, p.source_id FROM @etl.people p
			WHERE p.contact_id IN (SELECT contact_id FROM reduced_people UNION SELECT contact_id FROM erasing_people)
				AND NOT EXISTS (FROM erasing d WHERE d.source = p.source AND d.source_id = p.source_id)`,
		`INSERT INTO erasing_keys SELECT kind, value FROM wanted WHERE kind <> 'contact'`,
		// Of somebody who was asked for, all goes that was asked by, not only what a record carries, too.
		`INSERT INTO erasing_rows SELECT '` + schema.AskedPeople.Name + `', t.rowid FROM @etl.asked t WHERE EXISTS (
			FROM @etl.asked o WHERE o.pipeline = t.pipeline AND o.job = t.job AND o.person = t.person AND (
				EXISTS (FROM erasing_keys d WHERE d.kind = o.kind AND d.value = o.value)
				OR o.rowid IN (SELECT id FROM erasing_rows WHERE name = '` + schema.AskedPeople.Name + `')))`,
	}
}

// report reads what was found.
func (f Finder) report(ctx context.Context) (found load.Found, err error) {
	found = load.Found{Rows: map[string]int64{}}
	if err := rowio.Read(ctx, f.Conn, erasingColumns, rowio.Collect(&found.Records), f.in(`SELECT d.n, p.contact_id, d.source, d.source_id
			FROM erasing d LEFT JOIN @etl.people p USING (source, source_id) ORDER BY ALL`)); err != nil {
		return found, err
	}
	const people = "SELECT DISTINCT contact_id FROM erasing_people JOIN @etl.people USING (contact_id) JOIN erasing USING (source, source_id) ORDER BY ALL"
	if found.Contacts, err = f.texts(ctx, people); err != nil {
		return found, err
	}
	for _, t := range layout.Tables() {
		if books[t.Name] {
			continue
		}
		var rows int64
		count := f.in(fmt.Sprintf("SELECT count(*) FROM @%s t WHERE %s", t.Name, ErasingSQL(t)))
		if err := f.Conn.QueryRowContext(ctx, count).Scan(&rows); err != nil {
			return found, fmt.Errorf("%s: %w", t.Name, err)
		}
		if rows > 0 {
			found.Rows[t.Name] = rows
		}
	}
	return found, nil
}
