package merge

import "context"

// noteChange records that this merge changed what outputs show.
func (g *merge) noteChange(ctx context.Context) error {
	if g.merged.New+g.merged.Changed+g.merged.Removed+g.merged.Contacts+g.merged.Members == 0 {
		return nil
	}
	if err := g.exec(ctx, "INSERT INTO etl.changes (pipeline, change) SELECT $1, coalesce(max(change), 0) + 1 FROM etl.changes", g.Run.Pipeline); err != nil {
		return err
	}
	return g.exec(ctx, "DELETE FROM etl.changes c WHERE pipeline = $1 AND change < (SELECT max(change) FROM etl.changes WHERE pipeline = $1)", g.Run.Pipeline)
}
