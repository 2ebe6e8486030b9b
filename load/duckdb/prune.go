package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"contactsync/internal/crash"
	"contactsync/load"
	"contactsync/load/duckdb/merge"
	"contactsync/load/duckdb/resident"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// aged are rows of a table that go by their own date.
type aged struct {
	table, condition string // on a row t, of the moment $1
	dated            string // in the lake: the column of the date; "": the table is in none
	before           func(load.Retention) time.Time
	count            func(*load.Pruned) *int64
}

// aging lists what goes by its own date. The last run of a pipeline and its last success
// stay, however old they are; and so does the last period of a record in an audience: by
// it the record is known to have left.
var aging = []aged{
	{
		schema.Runs.Name, `t.started_at < $1 AND t.status <> '` + schema.Running + `' AND t.run_id NOT IN (
			SELECT arg_max(run_id, started_at) FROM etl.runs GROUP BY pipeline, replay
			UNION ALL
			SELECT arg_max(run_id, started_at) FROM etl.runs WHERE status = '` + schema.Succeeded + `' AND NOT replay GROUP BY pipeline)`, "",
		func(r load.Retention) time.Time { return r.RunsBefore }, func(p *load.Pruned) *int64 { return &p.Runs },
	},
	{
		schema.Rejects.Name, "t.rejected_at < $1", "",
		func(r load.Retention) time.Time { return r.RejectsBefore }, func(p *load.Pruned) *int64 { return &p.Rejects },
	},
	{
		"etl.events", "t.occurred_at < $1", "occurred_at",
		func(r load.Retention) time.Time { return r.EventsBefore }, func(p *load.Pruned) *int64 { return &p.Events },
	},
	{
		"etl.matches", "t.data_date < $1::DATE", "data_date",
		func(r load.Retention) time.Time { return r.MatchesBefore }, func(p *load.Pruned) *int64 { return &p.Matches },
	},
	{
		"etl.members", `t.valid_to < $1 AND EXISTS (FROM etl.members o WHERE o.source = t.source AND o.audience_id = t.audience_id
			AND o.source_id = t.source_id AND o.valid_from > t.valid_from)`, "valid_to",
		func(r load.Retention) time.Time { return r.MembershipsBefore }, func(p *load.Pruned) *int64 { return &p.Memberships },
	},
	{
		schema.Changes.Name, "t.changed_at < $1", "changed_at",
		func(r load.Retention) time.Time { return r.ChangesBefore }, func(p *load.Pruned) *int64 { return &p.Changes },
	},
}

// Prune removes what is older than the retention says. Outputs that may hold such rows
// are withdrawn in the same transaction, so that the next ones are written from nothing,
// and the note is stored in it.
func (w *Warehouse) Prune(ctx context.Context, r load.Retention) (p load.Pruned, err error) {
	err = w.transaction(ctx, nil, func(ctx context.Context, tx *sql.Tx) error {
		rows, err := w.wide(ctx, tx)
		if err != nil {
			return err
		}
		if err := fetchAged(ctx, rows, r); err != nil {
			return err
		}
		for _, a := range aging {
			before := a.before(r)
			if before.IsZero() {
				continue
			}
			result, err := tx.ExecContext(ctx, "DELETE FROM "+a.table+" t WHERE "+a.condition, before.UTC())
			if err != nil {
				return err
			}
			if *a.count(&p), err = result.RowsAffected(); err != nil {
				return err
			}
		}
		if p.OfPeople() == 0 {
			return nil
		}
		if err := withdraw(ctx, tx, r.Outputs); err != nil {
			return err
		}
		r.Note.Rows = p.OfPeople()
		return rowio.Replace(ctx, tx, schema.Erasures, []schema.Erasure{r.Note}, "erasure_id")
	})
	if err != nil {
		return load.Pruned{}, fmt.Errorf("warehouse: prune: %w", rowio.Short(err))
	}
	crash.At(crash.RetentionPruned)
	return p, nil
}

// withdraw notes that nothing of some outputs may be kept.
func withdraw(ctx context.Context, tx *sql.Tx, list []string) error {
	for _, output := range list {
		if _, err := tx.ExecContext(ctx, "DELETE FROM etl.outputs WHERE output = $1", output); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO etl.outputs (output, change) VALUES ($1, $2)", output, withdrawn); err != nil {
			return err
		}
	}
	return nil
}

// Prunable counts what Prune would remove, and changes nothing.
func (w history) Prunable(ctx context.Context, r load.Retention) (p load.Pruned, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	err = w.look(ctx, func(ctx context.Context, rows *resident.Rows) error {
		if err := fetchAged(ctx, rows, r); err != nil {
			return err
		}
		for _, a := range aging {
			before := a.before(r)
			if before.IsZero() {
				continue
			}
			row := w.conn.QueryRowContext(ctx, "SELECT count(*) FROM "+a.table+" t WHERE "+a.condition, before.UTC())
			if err := row.Scan(a.count(&p)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return load.Pruned{}, fmt.Errorf("warehouse: what retention would remove: %w", rowio.Short(err))
	}
	return p, nil
}

// fetchAged fetches what may go, and of memberships the others of the same record.
func fetchAged(ctx context.Context, rows *resident.Rows, r load.Retention) error {
	for _, a := range aging {
		before := a.before(r)
		if a.dated == "" || before.IsZero() {
			continue
		}
		limit := merge.TimestampSQL(before)
		if a.table == "etl.matches" {
			limit = before.UTC().Format("DATE '2006-01-02'")
		}
		if err := rows.Where(ctx, a.table, a.dated+" < "+limit); err != nil {
			return err
		}
	}
	if r.MembershipsBefore.IsZero() {
		return nil
	}
	return rows.By(ctx, "etl.members", []string{"source", "audience_id", "source_id"}, "SELECT source, audience_id, source_id FROM etl.members")
}
