package merge

import (
	"context"
	"fmt"
	"strings"

	"contactsync/load/duckdb/layout"
)

// stagedRows counts what the pipeline has staged, by table: a merge leaves out the
// statements that would have nothing to do, which most nights are most of them.
func (g *merge) stagedRows(ctx context.Context) error {
	stages := layout.Stages()
	counts, counted := make([]string, len(stages)), make([]any, len(stages))
	for i, s := range stages {
		counts[i], counted[i] = fmt.Sprintf("(SELECT count(*) FROM %s WHERE pipeline = $1)", s.Name), new(int64)
	}
	row := g.Tx.QueryRowContext(ctx, "SELECT "+strings.Join(counts, ", "), g.Run.Pipeline)
	if err := row.Scan(counted...); err != nil {
		return err
	}
	g.staged = make(map[string]int64, len(stages))
	for i, s := range stages {
		g.staged[s.Name] = *counted[i].(*int64)
	}
	return nil
}

// isStaged reports whether the pipeline has staged anything into one of these tables.
func (g *merge) isStaged(names ...string) bool {
	for _, name := range names {
		if g.staged["etl.staged_"+name] > 0 {
			return true
		}
	}
	return false
}

// clearStages removes what is merged.
func (g *merge) clearStages(ctx context.Context) error {
	for _, s := range layout.Stages() {
		if g.staged[s.Name] == 0 {
			continue
		}
		if err := g.exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE pipeline = $1", s.Name), g.Run.Pipeline); err != nil {
			return err
		}
	}
	return nil
}

// has reports whether a query finds anything.
func (g *merge) has(ctx context.Context, query string, args ...any) (found bool, err error) {
	err = g.Tx.QueryRowContext(ctx, "SELECT EXISTS ("+query+")", args...).Scan(&found)
	return found, err
}
