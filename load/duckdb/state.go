package duckdb

import (
	"context"
	"fmt"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Served returns, for those of the records that audience served before, what it
// served last, without the payload. A record whose hash is the same, and whose date
// is no later, needs no more work than noting that it was seen.
func (w lookup) Served(ctx context.Context, source, audience string, ids []string) (map[string]schema.Version, error) {
	last := make(map[string]schema.Version, len(ids))
	err := latest(ctx, w.file, servedLookup, source, ids, func(v *schema.Version) error {
		last[v.SourceID] = *v
		return nil
	}, audience)
	return last, err
}

// Stored returns what is stored, or staged and not yet merged, of these records,
// and which audiences they have left, as the last merge has it.
func (w lookup) Stored(ctx context.Context, source string, ids []string) (map[string]*load.Stored, error) {
	stored, err := w.stored(ctx, source, ids)
	if err != nil {
		return nil, err
	}
	return stored, w.left(ctx, source, ids, stored)
}

// stored is Stored without the audiences.
func (w *file) stored(ctx context.Context, source string, ids []string) (map[string]*load.Stored, error) {
	stored := make(map[string]*load.Stored, len(ids))
	err := latest(ctx, w, recordLookup, source, ids, func(r *load.Record) error {
		stored[r.SourceID] = &load.Stored{Record: *r}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = latest(ctx, w, versionLookup, source, ids, func(v *schema.Version) error {
		s := stored[v.SourceID]
		if s == nil {
			return fmt.Errorf("etl.versions has a version of %s:%s without a record", v.Source, v.SourceID)
		}
		s.Versions = append(s.Versions, *v)
		return nil
	})
	return stored, err
}

// left notes which audiences the records have left.
func (w *file) left(ctx context.Context, source string, ids []string, stored map[string]*load.Stored) error {
	return rowio.Query(ctx, w, memberKeyColumns, func(m *memberKey) error {
		if s := stored[m.SourceID]; s != nil {
			s.Leave(m.AudienceID)
		}
		return nil
	}, `SELECT DISTINCT source_id, audience_id FROM etl.members m
		WHERE source = $1 AND valid_to IS NOT NULL AND source_id IN (SELECT unnest(from_json($2, '["VARCHAR"]'))) AND `+layout.NoMemberSQL, source, rowio.List(ids))
}

type memberKey struct {
	SourceID   string `col:"source_id"`
	AudienceID string `col:"audience_id"`
}

var memberKeyColumns = schema.ColumnsOf[memberKey]()

// rowsOf describes which rows latest reads.
type rowsOf[R any] struct {
	table   string // records or versions, staged as etl.staged_<table>
	columns []schema.Column[R]
	key     string // the columns of which one row is wanted
	where   string // a further condition on the third argument; "" = none
}

var (
	recordLookup  = rowsOf[load.Record]{"records", layout.RecordColumns, "source, source_id", ""}
	versionLookup = rowsOf[schema.Version]{"versions", schema.VersionColumns, "source, source_id, audience", ""}
	servedLookup  = rowsOf[schema.Version]{"versions", schema.Without(schema.VersionColumns, "payload"), "source, source_id, audience", "AND t.audience = $3"}
)

// latest reads rows of these ids, the staged ones laid over the stored: of rows
// with one key the last staged stands.
func latest[R any](ctx context.Context, w *file, l rowsOf[R], source string, ids []string, yield func(*R) error, more ...any) error {
	if len(ids) == 0 {
		return nil
	}
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	list := rowio.SelectList("t", l.columns)
	where := "WHERE t.source = $1 AND t.source_id IN (SELECT unnest(from_json($2, '[\"VARCHAR\"]'))) " + l.where
	query := fmt.Sprintf(`SELECT * EXCLUDE (seq) FROM (
		SELECT t.seq, %[1]s FROM etl.staged_%[2]s t %[3]s
		UNION ALL
		SELECT 0 AS seq, %[1]s FROM etl.%[2]s t %[3]s
	) QUALIFY row_number() OVER (PARTITION BY %[4]s ORDER BY seq DESC) = 1`, list, l.table, where, l.key)
	args := append([]any{source, rowio.List(ids)}, more...)
	if err := rowio.Read(ctx, conn, l.columns, yield, query, args...); err != nil {
		return fmt.Errorf("warehouse: look up %s: %w", l.table, rowio.Short(err))
	}
	return nil
}
