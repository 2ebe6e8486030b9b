package merge

import (
	"context"
	"encoding/json"

	"contactsync/load"
)

// step is a statement with only the arguments it names.
type step struct {
	query string
	args  []any
}

func (g *merge) steps(ctx context.Context, steps ...step) error {
	for _, s := range steps {
		if err := g.exec(ctx, s.query, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// sweep applies the sweeps of one round, of which each audience has one at most.
func (g *merge) sweep(ctx context.Context, round int64) error {
	if err := g.tally(ctx, round); err != nil {
		return err
	}
	if err := g.compare(ctx, round); err != nil {
		return err
	}
	if err := g.judge(ctx); err != nil {
		return err
	}
	// A sweep that ended leaves nothing but its doubt; one under way, what was in doubt before.
	const stays = "(s.sweep = j.sweep AND (NOT j.ended OR j.confirmable) OR NOT j.ended AND s.sweep IS NOT DISTINCT FROM j.before)"
	return g.steps(ctx,
		step{`INSERT INTO etl.members BY NAME SELECT DISTINCT l.source, l.audience_id, l.source_id, $1 AS valid_from FROM listed l
			WHERE NOT EXISTS (FROM etl.members m WHERE m.source = l.source AND m.audience_id = l.audience_id AND m.source_id = l.source_id AND m.valid_to IS NULL)`, []any{g.At}},
		step{`DELETE FROM etl.members m USING left_members g
			WHERE m.source = g.source AND m.audience_id = g.audience_id AND m.source_id = g.source_id AND m.valid_to IS NULL`, nil},
		step{`INSERT INTO etl.members BY NAME SELECT *, $1 AS valid_to FROM left_members`, []any{g.At}},
		step{`INSERT INTO ended_sweeps SELECT s.source, s.audience_id, s.sweep FROM etl.sweeps s JOIN judged j USING (source, audience_id) WHERE NOT ` + stays, nil},
		step{`DELETE FROM etl.sweep_members s USING judged j WHERE s.source = j.source AND s.audience_id = j.audience_id AND NOT ` + stays, nil},
		step{`DELETE FROM etl.sweeps s USING judged j WHERE s.source = j.source AND s.audience_id = j.audience_id AND (s.sweep = j.sweep OR NOT ` + stays + `)`, nil},
		step{`INSERT INTO etl.sweep_members BY NAME SELECT l.* FROM listed l JOIN judged j USING (source, audience_id, sweep) WHERE NOT j.ended OR j.confirmable`, nil},
		step{`INSERT INTO etl.sweeps BY NAME SELECT source, audience_id, sweep, unnamed, doubt FROM judged WHERE NOT ended OR confirmable`, nil},
		step{`UPDATE audiences a SET last_seen_at = $1, swept_at = $1 FROM judged j
			WHERE j.source = a.source AND j.audience_id = a.audience_id AND j.closing <> $2`, []any{g.At, load.CloseNobody}},
	)
}

// tally finds what the sweeps of a round list that they had not listed before, and counts what
// they have listed.
func (g *merge) tally(ctx context.Context, round int64) error {
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE listed AS
		SELECT DISTINCT s.source, s.audience_id, s.sweep, s.source_id, s.row FROM etl.staged_seen s JOIN sweeps w USING (source, audience_id, sweep)
			ANTI JOIN etl.sweep_members m ON m.source = s.source AND m.audience_id = s.audience_id AND m.sweep = s.sweep AND m.source_id = s.source_id AND m.row = s.row
		WHERE s.pipeline = $1 AND w.round = $2`, g.Run.Pipeline, round); err != nil {
		return err
	}
	if err := g.countListed(ctx, round); err != nil {
		return err
	}
	return g.exec(ctx, `CREATE OR REPLACE TEMP TABLE tallies AS
		SELECT w.* REPLACE (w.unnamed + coalesce(s.unnamed, 0) AS unnamed), a.kind, a.name, coalesce(l.rows, 0) AS rows,
			EXISTS (FROM etl.rejects r WHERE r.pipeline = $2 AND r.audience_id = w.audience_id AND r.sweep = w.sweep) AS rejected,
			s.doubt AS doubt_so_far, b.sweep AS before, b.doubt AS doubt_before
		FROM sweeps w LEFT JOIN audiences a USING (source, audience_id)
			LEFT JOIN (SELECT source, audience_id, sweep, sum(rows)::BIGINT AS rows FROM (
				SELECT source, audience_id, sweep, 1 AS rows FROM listed
				UNION ALL SELECT source, audience_id, sweep, 1 FROM etl.sweep_members SEMI JOIN sweeps USING (source, audience_id, sweep)
				UNION ALL SELECT source, audience_id, sweep, rows FROM listed_elsewhere) GROUP BY ALL) l USING (source, audience_id, sweep)
			LEFT JOIN etl.sweeps s USING (source, audience_id, sweep)
			LEFT JOIN etl.sweeps b ON b.source = w.source AND b.audience_id = w.audience_id AND b.sweep <> w.sweep AND b.doubt IS NOT NULL
		WHERE w.round = $1`, round, g.Run.Pipeline)
}

// compare finds the members whom the sweeps of a round that ended lack, and which of them the
// sweep before that was in doubt lacks, too.
func (g *merge) compare(ctx context.Context, round int64) error {
	if err := g.fetchUnlisted(ctx, round); err != nil {
		return err
	}
	const sameMember = "b.source = m.source AND b.audience_id = m.audience_id AND b.source_id = m.source_id"
	return g.steps(ctx,
		step{`CREATE OR REPLACE TEMP TABLE unlisted AS
			SELECT m.source, m.audience_id, m.source_id, m.valid_from,
				EXISTS (FROM etl.sweep_members b WHERE ` + sameMember + ` AND b.sweep = t.before) AS listed_before
			FROM etl.members m JOIN tallies t USING (source, audience_id)
			WHERE t.ended AND m.valid_to IS NULL AND NOT EXISTS (FROM listed b WHERE ` + sameMember + `)
				AND NOT EXISTS (FROM etl.sweep_members b WHERE ` + sameMember + ` AND b.sweep = t.sweep)`, nil},
		step{`CREATE OR REPLACE TEMP TABLE missing AS
			SELECT source, audience_id, sum(missing)::BIGINT AS missing, sum(missing_twice)::BIGINT AS missing_twice FROM (
				SELECT source, audience_id, 1 AS missing, if(listed_before, 0, 1) AS missing_twice FROM unlisted
				UNION ALL SELECT source, audience_id, rows, 0 FROM unlisted_elsewhere) GROUP BY ALL`, nil},
	)
}

// judgement is whose memberships end with a sweep.
type judgement struct {
	N           int64        `json:"n"`
	Closing     load.Closing `json:"closing"`
	Doubt       load.Doubt   `json:"doubt,omitempty"`
	Confirmable bool         `json:"confirmable"`
}

// judge decides it of the sweeps of a round, and lists the members who left.
func (g *merge) judge(ctx context.Context) error {
	judgements, err := g.judgements(ctx)
	if err != nil {
		return err
	}
	list, err := json.Marshal(judgements)
	if err != nil {
		return err
	}
	return g.steps(ctx,
		step{`CREATE OR REPLACE TEMP TABLE judged AS
			SELECT t.source, t.audience_id, t.sweep, t.ended, t.unnamed, t.before, j.closing, j.confirmable, if(t.ended, j.doubt, t.doubt_so_far) AS doubt
			FROM tallies t JOIN (SELECT unnest(from_json($1, '[{"n":"BIGINT","closing":"BIGINT","doubt":"VARCHAR","confirmable":"BOOLEAN"}]'), recursive := true)) j USING (n)`,
			[]any{string(list)}},
		step{`CREATE OR REPLACE TEMP TABLE left_members AS
			SELECT u.source, u.audience_id, u.source_id, u.valid_from FROM unlisted u JOIN judged j USING (source, audience_id)
			WHERE j.closing = $1 OR j.closing = $2 AND NOT u.listed_before`, []any{load.CloseMissing, load.CloseMissingTwice}},
	)
}

// judgements judges the sweeps that are counted, and notes those in doubt that
// lack members.
func (g *merge) judgements(ctx context.Context) ([]judgement, error) {
	list := []judgement{}
	err := g.listings(ctx, `SELECT t.*, coalesce(missing, 0) AS missing, coalesce(missing_twice, 0) AS missing_twice
		FROM tallies t LEFT JOIN missing USING (source, audience_id)`, func(n, twice int64, d load.Doubtful) {
		j := judgement{N: n}
		j.Closing, j.Doubt = d.Listing.Judge()
		j.Confirmable = j.Doubt.Confirmable()
		list = append(list, j)
		if j.Doubt == load.NoDoubt || d.Listing.Missing == 0 {
			return
		}
		if d.Doubt = j.Doubt; j.Closing == load.CloseMissingTwice {
			d.Closed = twice
		}
		g.merged.Doubts = append(g.merged.Doubts, d)
	})
	return list, err
}

// mayClose lists the sweeps of a round with which memberships end, if they lack any member.
func (g *merge) mayClose(ctx context.Context) ([]int64, error) {
	list := []int64{}
	err := g.listings(ctx, "SELECT *, 1 AS missing, 0 AS missing_twice FROM tallies", func(n, _ int64, d load.Doubtful) {
		if closing, _ := d.Listing.Judge(); closing != load.CloseNobody {
			list = append(list, n)
		}
	})
	return list, err
}

// listings reads what is counted of sweeps: the columns of tallies, missing and missing_twice.
func (g *merge) listings(ctx context.Context, tallies string, do func(n, twice int64, d load.Doubtful)) error {
	rows, err := g.Tx.QueryContext(ctx, `SELECT n, source, audience_id, coalesce(kind, ''), coalesce(name, ''), ended, complete, declared, served,
		rows + unnamed, rows > 0, rejected, missing, missing_twice, coalesce(doubt_before, '') FROM (`+tallies+`) ORDER BY source, audience_id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n, twice int64
		var d load.Doubtful
		l := &d.Listing
		if err := rows.Scan(&n, &d.Source, &d.Audience, &d.Kind, &d.Name, &l.Ended, &l.Certain, &l.Declared, &l.Served,
			&l.Rows, &l.Named, &l.Rejected, &l.Missing, &twice, &l.Before); err != nil {
			return err
		}
		do(n, twice, d)
	}
	return rows.Err()
}
