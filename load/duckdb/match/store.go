package match

import (
	"context"
	"fmt"

	"contactsync/internal/identity/evidence"
	"contactsync/load"
	"contactsync/load/duckdb/layout"
)

// samePair is the condition that two rows of pairs are of one.
func samePair(a, b string) string {
	return fmt.Sprintf(`%[1]s.source = %[2]s.source AND %[1]s.source_id = %[2]s.source_id
		AND %[1]s.other_source = %[2]s.other_source AND %[1]s.other_source_id = %[2]s.other_source_id`, a, b)
}

// store replaces the pairs of the records compared, and of those that are gone. Two that
// share an identifier are no match: that joins them, or it is known why not.
func (m *matcher) store(ctx context.Context) error {
	of := `reason = 'match'`
	if !m.anew {
		of += ` AND (
			EXISTS (FROM match_records r WHERE r.source = p.source AND r.source_id = p.source_id)
			OR EXISTS (FROM match_records r WHERE r.source = p.other_source AND r.source_id = p.other_source_id)
			OR NOT EXISTS (FROM etl.records r WHERE r.source = p.source AND r.source_id = p.source_id)
			OR NOT EXISTS (FROM etl.records r WHERE r.source = p.other_source AND r.source_id = p.other_source_id))`
	}
	if err := m.execAll(ctx,
		`CREATE OR REPLACE TEMP TABLE match_records AS
			SELECT source, source_id FROM etl.records r SEMI JOIN match_dirty d ON d.record = r.rowid`,
		"CREATE OR REPLACE TEMP TABLE match_joined AS FROM etl.candidate_pairs WHERE reason = 'match' AND joined",
		"CREATE OR REPLACE TEMP TABLE match_left AS FROM etl.candidate_pairs p WHERE "+of,
		identifiersSQL("SELECT a AS record FROM match_found UNION SELECT b FROM match_found"),
		`CREATE OR REPLACE TEMP TABLE match_numbered AS
			SELECT f.* FROM match_found f ANTI JOIN (
				SELECT DISTINCT f.a, f.b FROM match_found f JOIN match_identifiers x ON x.record = f.a
				JOIN match_identifiers y ON y.record = f.b AND y.key = x.key
			) s ON s.a = f.a AND s.b = f.b`,
		`CREATE OR REPLACE TEMP TABLE match_pairs AS
			SELECT a.source, a.source_id, b.source AS other_source, b.source_id AS other_source_id, f.bits
			FROM (SELECT a, b, bits FROM match_numbered UNION ALL SELECT b, a, bits FROM match_numbered) f
			JOIN etl.records a ON a.rowid = f.a JOIN etl.records b ON b.rowid = f.b
			WHERE (a.source, a.source_id) < (b.source, b.source_id)`,
		"DELETE FROM etl.candidate_pairs p WHERE "+of,
	); err != nil {
		return err
	}
	return m.exec(ctx, `INSERT INTO etl.candidate_pairs BY NAME
		SELECT p.*, 'match' AS reason, coalesce(l.joined, false) AS joined,
			coalesce(l.found_at, $1) AS found_at, coalesce(l.run_id, $2) AS run_id
		FROM match_pairs p LEFT JOIN match_left l ON `+samePair("p", "l")+` AND l.bits = p.bits`, m.At, m.RunID)
}

// identifiersSQL makes the table of the linking identifiers of some records.
func identifiersSQL(records string) string {
	return `CREATE OR REPLACE TEMP TABLE match_identifiers AS
		SELECT DISTINCT r.rowid AS record, coalesce(i.address_key, i.key) AS key
		FROM etl.records r SEMI JOIN (` + records + `) f ON f.record = r.rowid
		JOIN etl.identifiers i USING (source, source_id) WHERE i.kind IN ` + layout.StrongKinds()
}

// equallyLikely is by how many bits the match of a record with another person may be less
// likely, and yet leave it open which of the two it is.
const equallyLikely = 1

// judge decides which pairs are joined: from the threshold on, unless a record of the pair
// matches somebody else about as well who does not go with the other record. It takes
// the pairs of every record of which a pair came, went or was compared.
func (m *matcher) judge(ctx context.Context) error {
	threshold := "false"
	if m.people.Match == load.MatchOn {
		threshold = fmt.Sprintf("p.bits >= %g", rounded(evidence.Odds(m.people.Threshold)))
	}
	if err := m.rivals(ctx, threshold); err != nil {
		return err
	}
	came := "SELECT * FROM match_now n ANTI JOIN match_joined b ON " + samePair("b", "n")
	went := "SELECT * FROM match_joined b ANTI JOIN match_now n ON " + samePair("b", "n")
	return m.execAll(ctx,
		`CREATE OR REPLACE TEMP TABLE match_open AS
			SELECT DISTINCT least(v.a, v.b) AS a, greatest(v.a, v.b) AS b FROM match_rivals v
			ANTI JOIN match_found f ON f.a = least(v.b, v.rival) AND f.b = greatest(v.b, v.rival)
			ANTI JOIN (
				SELECT v.b, v.rival FROM match_rivals v JOIN match_identifiers x ON x.record = v.b
				JOIN match_identifiers y ON y.record = v.rival AND y.key = x.key
			) s ON s.b = v.b AND s.rival = v.rival`,
		`CREATE OR REPLACE TEMP TABLE match_judged AS
			SELECT a.source, a.source_id, b.source AS other_source, b.source_id AS other_source_id,
				`+threshold+` AND NOT EXISTS (FROM match_open o WHERE o.a = least(p.a, p.b) AND o.b = greatest(p.a, p.b)) AS joined
			FROM match_numbered p JOIN etl.records a ON a.rowid = p.a JOIN etl.records b ON b.rowid = p.b WHERE p.touched`,
		`UPDATE etl.candidate_pairs p SET joined = j.joined FROM match_judged j
			WHERE p.reason = 'match' AND p.joined <> j.joined AND `+samePair("p", "j"),
		"CREATE OR REPLACE TEMP TABLE match_now AS FROM etl.candidate_pairs WHERE reason = 'match' AND joined",
		`INSERT INTO rematched
			SELECT source, source_id FROM (`+came+` UNION ALL `+went+`)
			UNION SELECT other_source, other_source_id FROM (`+came+` UNION ALL `+went+`)`,
	)
}

// rivals finds for the records of pairs over the threshold who else matches about as well,
// and compares these with the other record, with which they may have no key in common.
func (m *matcher) rivals(ctx context.Context, threshold string) error {
	if err := m.execAll(ctx,
		`CREATE OR REPLACE TEMP TABLE match_touched AS
			SELECT source, source_id FROM match_left UNION SELECT other_source, other_source_id FROM match_left
			UNION SELECT source, source_id FROM match_pairs UNION SELECT other_source, other_source_id FROM match_pairs`,
		`CREATE OR REPLACE TEMP TABLE match_numbered AS
			SELECT a.rowid AS a, b.rowid AS b, p.bits,
				EXISTS (FROM match_touched t WHERE t.source = p.source AND t.source_id = p.source_id)
				OR EXISTS (FROM match_touched t WHERE t.source = p.other_source AND t.source_id = p.other_source_id) AS touched
			FROM etl.candidate_pairs p JOIN etl.records a ON a.source = p.source AND a.source_id = p.source_id
			JOIN etl.records b ON b.source = p.other_source AND b.source_id = p.other_source_id
			WHERE p.reason = 'match'`,
		"CREATE OR REPLACE TEMP TABLE match_ends AS FROM match_numbered UNION ALL SELECT b, a, bits, touched FROM match_numbered",
		fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE match_rivals AS
			SELECT p.a, p.b, r.b AS rival
			FROM match_ends p JOIN match_ends r ON r.a = p.a AND r.b <> p.b AND r.bits >= p.bits - %d
			WHERE p.touched AND %s`, equallyLikely, threshold),
		identifiersSQL("SELECT b AS record FROM match_rivals UNION SELECT rival FROM match_rivals"),
		`CREATE OR REPLACE TEMP TABLE match_meetings AS
			SELECT a, b, row_number() OVER (ORDER BY a, b) AS key
			FROM (SELECT DISTINCT least(b, rival) AS a, greatest(b, rival) AS b FROM match_rivals)`,
	); err != nil {
		return err
	}
	return m.weigh(ctx, "SELECT key, a AS record, true AS dirty FROM match_meetings UNION ALL SELECT key, b, true FROM match_meetings")
}
