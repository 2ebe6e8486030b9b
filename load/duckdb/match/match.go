package match

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"contactsync/internal/identity/evidence"
	"contactsync/load"
	"contactsync/load/duckdb/rowio"
)

// Input is the transaction of a merge, and what it notes.
type Input struct {
	Conn  *sql.Conn
	Tx    *sql.Tx
	Feeds *rowio.Feeds
	RunID string
	At    time.Time
}

// Frames are empty frames of the tables that are filled from memory, for opening their
// feeds.
func Frames() []rowio.Frame {
	return []rowio.Frame{rowio.NewFrame[found]("match_found", foundColumns, nil)}
}

// Renew finds the pairs of the records in the temporary table changed, or, anew, of all,
// and leaves in rematched the records of pairs of which that joins or joined.
func Renew(ctx context.Context, in Input, people load.People, anew bool) error {
	m := matcher{Input: in, people: people}
	if err := m.exec(ctx, "CREATE OR REPLACE TEMP TABLE rematched (source VARCHAR, source_id VARCHAR)"); err != nil {
		return err
	}
	before, known, err := m.rules(ctx)
	if err != nil {
		return err
	}
	if people.Match != load.MatchSuggest && people.Match != load.MatchOn {
		if !known {
			return nil
		}
		return m.end(ctx)
	}
	now, quiet, err := m.chooseRules(ctx, before)
	if err != nil {
		return err
	}
	if m.anew = anew || !known || before.rules != now.rules; quiet && !m.anew {
		return nil
	}
	for _, step := range []func(context.Context) error{m.choose, m.compare, m.store, m.judge} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := m.exec(ctx, "DELETE FROM etl.matching"); err != nil {
		return err
	}
	return m.exec(ctx, "INSERT INTO etl.matching BY NAME SELECT $1 AS rules, $2 AS records", now.rules, now.records)
}

// matcher is the matching of one merge.
type matcher struct {
	Input
	people load.People
	prior  float64
	anew   bool // everything is compared
}

func (m *matcher) exec(ctx context.Context, query string, args ...any) error {
	_, err := m.Tx.ExecContext(ctx, query, args...)
	return err
}

func (m *matcher) execAll(ctx context.Context, queries ...string) error {
	for _, q := range queries {
		if err := m.exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// state is what the stored pairs depend on beside the records, and how many there are.
type state struct {
	rules   string
	records int64
}

// rules tells by which rules the stored pairs were found, if they were looked for.
func (m *matcher) rules(ctx context.Context) (before state, known bool, err error) {
	var rules sql.NullString
	err = m.Tx.QueryRowContext(ctx, "SELECT any_value(rules), coalesce(any_value(records), 0) FROM etl.matching").
		Scan(&rules, &before.records)
	before.rules = rules.String
	return before, rules.Valid, err
}

// chooseRules names everything that pairs depend on beside the records: keys are hashed
// as this version of DuckDB does it. Quiet is whether no record changed or went.
func (m *matcher) chooseRules(ctx context.Context, before state) (now state, quiet bool, err error) {
	var changed int64
	var library string
	err = m.Tx.QueryRowContext(ctx, "SELECT count(*), (SELECT count(*) FROM changed), version() FROM etl.records").
		Scan(&now.records, &changed, &library)
	m.prior = evidence.Prior(now.records)
	now.rules = fmt.Sprintf("match %s %g, weights %d, prior %g, keys %d, blocks %d, %s",
		m.people.Match, m.people.Threshold, evidence.Version(), m.prior, keysVersion, mostRecords, library)
	return now, changed == 0 && now.records == before.records, err
}

// end forgets everything, when pairs are no longer looked for.
func (m *matcher) end(ctx context.Context) error {
	return m.execAll(ctx,
		`INSERT INTO rematched
			SELECT source, source_id FROM etl.candidate_pairs WHERE reason = 'match' AND joined
			UNION SELECT other_source, other_source_id FROM etl.candidate_pairs WHERE reason = 'match' AND joined`,
		"DELETE FROM etl.candidate_pairs WHERE reason = 'match'",
		"DELETE FROM etl.crowded_blocks",
		"DELETE FROM etl.matching")
}

// choose chooses which records are compared anew, in which blocks.
func (m *matcher) choose(ctx context.Context) error {
	if m.anew {
		return m.execAll(ctx,
			"CREATE OR REPLACE TEMP TABLE match_keys AS "+keysSQL("true"),
			"CREATE OR REPLACE TEMP TABLE match_dirty (record BIGINT)",
			"CREATE OR REPLACE TEMP TABLE match_sizes AS SELECT key, count(*) AS records FROM match_keys GROUP BY key HAVING count(*) > 1",
			"DELETE FROM etl.crowded_blocks",
			fmt.Sprintf("INSERT INTO etl.crowded_blocks BY NAME SELECT key FROM match_sizes WHERE records > %d", mostRecords),
			fmt.Sprintf("CREATE OR REPLACE TEMP TABLE match_blocks AS SELECT key FROM match_sizes WHERE records <= %d", mostRecords))
	}
	if err := m.exec(ctx, `CREATE OR REPLACE TEMP TABLE match_dirty AS
		SELECT r.rowid AS record FROM etl.records r SEMI JOIN changed c ON c.source = r.source AND c.source_id = r.source_id`); err != nil {
		return err
	}
	if err := m.meet(ctx); err != nil {
		return err
	}
	// Only blocks of changed records can have grown, and of those left out some shrunk.
	// The records of both are compared with everybody, too.
	crowded, err := m.Tx.ExecContext(ctx, `INSERT INTO match_dirty
		SELECT DISTINCT record FROM match_keys SEMI JOIN (
			(SELECT key FROM match_crowded EXCEPT SELECT key FROM etl.crowded_blocks)
			UNION (SELECT key FROM etl.crowded_blocks EXCEPT SELECT key FROM match_crowded)) USING (key)
		ANTI JOIN match_dirty USING (record)`)
	if err != nil {
		return err
	}
	if n, err := crowded.RowsAffected(); err != nil || n > 0 {
		if err := errors.Join(err, m.meet(ctx)); err != nil {
			return err
		}
	}
	return m.execAll(ctx,
		"DELETE FROM etl.crowded_blocks",
		"INSERT INTO etl.crowded_blocks BY NAME SELECT key FROM match_crowded",
		fmt.Sprintf("CREATE OR REPLACE TEMP TABLE match_blocks AS SELECT key FROM match_sizes WHERE records BETWEEN 2 AND %d", mostRecords))
}

// meet finds who has a key of a dirty record, or one that was crowded, and how large these
// blocks are. Of all other records no key is kept.
func (m *matcher) meet(ctx context.Context) error {
	return m.execAll(ctx,
		`CREATE OR REPLACE TEMP TABLE match_wanted AS
			SELECT key FROM (`+keysSQL("rowid IN (SELECT record FROM match_dirty)")+`) UNION SELECT key FROM etl.crowded_blocks`,
		"CREATE OR REPLACE TEMP TABLE match_keys AS SELECT record, key FROM ("+keysSQL("true")+") SEMI JOIN match_wanted USING (key)",
		"CREATE OR REPLACE TEMP TABLE match_sizes AS SELECT key, count(*) AS records FROM match_keys GROUP BY key",
		fmt.Sprintf("CREATE OR REPLACE TEMP TABLE match_crowded AS SELECT key FROM match_sizes WHERE records > %d", mostRecords))
}

// compare weighs the pairs of each block of which a record is compared anew, and stores
// those that are rather one person's (match_found).
func (m *matcher) compare(ctx context.Context) error {
	dirty := "SELECT record FROM match_dirty"
	if m.anew {
		dirty = "SELECT record FROM match_keys"
	}
	return m.weigh(ctx, "SELECT key, record, record IN ("+dirty+") AS dirty FROM match_keys SEMI JOIN match_blocks USING (key)")
}

// weigh compares the records of blocks, a query of key, record and whether it is dirty.
func (m *matcher) weigh(ctx context.Context, blocks string) error {
	if err := m.exec(ctx, "CREATE OR REPLACE TEMP TABLE match_members AS "+blocks); err != nil {
		return err
	}
	c := comparison{prior: m.prior, read: evidence.NewReader(), found: map[pair]float64{}}
	err := rowio.Read(ctx, m.Conn, memberColumns, c.add, `
		SELECT k.key, k.record, k.dirty, r.given AS first_name, r.family AS last_name, r.full_name, r.phones, r.linkedin_url,
			r.twitter_handle, r.company_domain, r.company_key, r.city, r.region, r.postal_code, r.country, r.gender, r.age_range
		FROM match_members k JOIN (`+namedSQL("rowid IN (SELECT record FROM match_members)")+`) r USING (record) ORDER BY k.key`)
	if err != nil {
		return err
	}
	c.end()
	if err := m.exec(ctx, "CREATE OR REPLACE TEMP TABLE match_found (a BIGINT, b BIGINT, bits DOUBLE)"); err != nil {
		return err
	}
	rows := make([]found, 0, len(c.found))
	for p, bits := range c.found {
		rows = append(rows, found{p.a, p.b, bits})
	}
	return m.Feeds.Insert(ctx, m.Tx, rowio.NewFrame("match_found", foundColumns, rows))
}
