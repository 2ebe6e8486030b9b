package merge

import (
	"context"
	"database/sql"
	"time"
)

// A batch stores new records itself ([load.Batch.New]), which are in no view until a
// merge of their pipeline has said who they are. To every other merge they must be as if
// they were staged, or who is oldest, and by that the id of a person, would depend on how
// far a pipeline had come when another merged, or was killed. So before these, and when a
// file is opened after a kill, they become what is staged.

// restageSQL makes of the new records of every pipeline but one what is staged.
var restageSQL = []string{
	`INSERT INTO etl.staged_versions BY NAME
		SELECT n.pipeline, n.seq, n.place, v.* EXCLUDE (pipeline) REPLACE (coalesce(v.payload, r.payload)::VARCHAR AS payload), false AS outdated, false AS whole
		FROM etl.staged_new n JOIN etl.versions v USING (source, source_id) JOIN etl.records r USING (source, source_id) WHERE n.pipeline <> $1`,
	"DELETE FROM etl.versions t USING etl.staged_new n WHERE t.source = n.source AND t.source_id = n.source_id AND n.pipeline <> $1",
	"DELETE FROM etl.identifiers t USING etl.staged_new n WHERE t.source = n.source AND t.source_id = n.source_id AND n.pipeline <> $1",
	"DELETE FROM etl.records t USING etl.staged_new n WHERE t.source = n.source AND t.source_id = n.source_id AND n.pipeline <> $1",
	"DELETE FROM etl.staged_new WHERE pipeline <> $1",
}

// Restage makes of the new records that wait for the merge of any pipeline but this one
// what is staged.
func Restage(ctx context.Context, tx *sql.Tx, pipeline string) error {
	var some bool
	if err := tx.QueryRowContext(ctx, "SELECT EXISTS (FROM etl.staged_new WHERE pipeline <> $1)", pipeline).Scan(&some); err != nil || !some {
		return err
	}
	for _, query := range restageSQL {
		if _, err := tx.ExecContext(ctx, query, pipeline); err != nil {
			return err
		}
	}
	return nil
}

func (g *merge) restage(ctx context.Context) error { return Restage(ctx, g.Tx, g.Run.Pipeline) }

// arrivals has the new records of the pipeline among those that changed. One that a later
// page changed is in them already.
func (g *merge) arrivals(ctx context.Context) error {
	n := g.staged["etl.staged_new"]
	if n == 0 {
		return nil
	}
	const same, own = "t.source = n.source AND t.source_id = n.source_id", "n.pipeline = $1 AND "
	again := int64(0)
	if g.known > 0 {
		result, err := g.Tx.ExecContext(ctx, "UPDATE changed t SET renamed = true FROM etl.staged_new n WHERE "+own+same, g.Run.Pipeline)
		if err != nil {
			return err
		}
		if again, err = result.RowsAffected(); err != nil {
			return err
		}
	}
	g.merged.New, g.merged.Changed, g.changed = g.merged.New+n, g.merged.Changed-again, g.changed+n-again
	return g.exec(ctx, "INSERT INTO changed SELECT source, source_id, true, true FROM etl.staged_new n WHERE "+own+"NOT EXISTS (FROM changed t WHERE "+same+")",
		g.Run.Pipeline)
}

// arrived is the date of what this merge finds new: that of the records which the run has
// stored itself, if there are any, so that a run that was killed comes to the same.
func (g *merge) arrived() time.Time {
	if g.isStaged("new") {
		return g.Run.StartedAt
	}
	return g.At
}
