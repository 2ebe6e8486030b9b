package resident

import (
	"context"
	"fmt"

	"contactsync/load/duckdb/rowio"
)

// What a step does with rows that it need not have: an audience may have more members than
// fit in memory, of whom it concerns few.

// Lacking fetches the rows that a query asks for by the keys that a statement gives, and that
// are not here, which those are that the query's Unless leaves.
func (r *Rows) Lacking(ctx context.Context, q Query, statement string, args ...any) error {
	if r.None(q.Table.Name) {
		return nil
	}
	return r.elsewhere(ctx, q, statement, args, func(q Query) error { return r.fetch(ctx, q) })
}

// Count counts the rows that a query asks for by the keys that a statement gives, and that are
// not here: into a table, which gets a row of each key that has any, as [Query.Counted] says.
func (r *Rows) Count(ctx context.Context, into string, q Query, statement string, args ...any) error {
	if r.None(q.Table.Name) {
		return nil
	}
	q.Counted = true
	return r.elsewhere(ctx, q, statement, args, func(q Query) error {
		return r.lake.Fetch(ctx, q, func(from string) error {
			return r.exec(ctx, fmt.Sprintf("INSERT INTO %s BY NAME SELECT %s, rows FROM %s", into, q.Table.columns(fromLake, q.By...), from))
		})
	})
}

// elsewhere asks for rows that are not here.
func (r *Rows) elsewhere(ctx context.Context, q Query, statement string, args []any, ask func(Query) error) error {
	if r.whole[q.Table.Name] {
		return nil
	}
	if by, dropped := r.dropped[q.Table.Name]; dropped {
		return fmt.Errorf("rows of %s are asked for after some were dropped by their %v", q.Table.Name, by)
	}
	if err := r.exec(ctx, "CREATE OR REPLACE TEMP TABLE resident_wanted AS SELECT DISTINCT * FROM ("+statement+")", args...); err != nil {
		return err
	}
	if err := r.tx.QueryRowContext(ctx, "SELECT count(*) FROM resident_wanted").Scan(&q.Number); err != nil || q.Number == 0 {
		return err
	}
	columns := q.Table.columns(toLake, q.By...)
	if q.Unless != nil {
		columns = q.Unless.Table.columns(toLake, q.Unless.By...)
	}
	return r.passing(ctx, columns, "resident_wanted", func(file string) error {
		q.Keys = file
		if !r.known[q.Table.Name] {
			return ask(q)
		}
		return r.passing(ctx, q.Table.columns(toLake, q.Table.Key...), q.Table.registry(), func(file string) error {
			q.But = file
			return ask(q)
		})
	})
}

// Drop deletes the rows of a table of which these columns, which belong to its key, have the
// values that a query gives: in the lake, once in a step. Those that are here the step deletes
// itself, before or after, and what it inserts later stays.
func (r *Rows) Drop(ctx context.Context, table string, by []string, query string, args ...any) error {
	if r.None(table) {
		return nil
	}
	if before, again := r.dropped[table]; again {
		return fmt.Errorf("rows of %s are dropped again, after some by their %v", table, before)
	}
	r.dropped[table] = by
	t := TableOf(table)
	if err := r.exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %s AS SELECT DISTINCT %s FROM (%s)", t.drops(), rowio.QuoteAll(by), query), args...); err != nil {
		return err
	}
	if !r.known[table] {
		return nil
	}
	return r.exec(ctx, fmt.Sprintf("DELETE FROM %s r USING %s d WHERE %s", t.registry(), t.drops(), Same("r", "d", by)))
}
