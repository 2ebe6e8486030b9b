package merge

import (
	"context"
	"fmt"
	"strings"

	"contactsync/load/duckdb/layout"
)

// stagedRows counts what the pipeline has staged, by table: a merge leaves out the
// statements that would have nothing to do, which most nights are most of them. It asks
// for rows: of as many counts side by side the engine looks for the best order for 30 ms.
func (g *merge) stagedRows(ctx context.Context) error {
	var counts []string
	for _, s := range layout.Stages() {
		counts = append(counts, fmt.Sprintf("SELECT '%[1]s', count(*) FROM %[1]s WHERE pipeline = $1", s.Name))
	}
	rows, err := g.Tx.QueryContext(ctx, strings.Join(counts, " UNION ALL "), g.Run.Pipeline)
	if err != nil {
		return err
	}
	defer rows.Close()
	g.staged = make(map[string]int64, len(counts))
	for rows.Next() {
		var name string
		var count int64
		if err := rows.Scan(&name, &count); err != nil {
			return err
		}
		g.staged[name] = count
	}
	return rows.Err()
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
