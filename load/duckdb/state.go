package duckdb

import (
	"cmp"
	"context"
	"fmt"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// storedColumns are a version without its payload.
var storedColumns = schema.Without(schema.VersionColumns, "payload")

// ofTheseSQL is the condition, on a row t, of the records of a source in a list.
const ofTheseSQL = `t.source = $1 AND t.source_id IN (SELECT unnest(from_json($2, '["VARCHAR"]')))`

// servedVersion is a version as it was served, with its place among those staged: the
// commit, and the place in it; a stored one has none.
type servedVersion struct {
	Seq      int64 `col:"seq"`
	Place    int64 `col:"place"`
	Outdated bool  `col:"outdated"`
	schema.Version
}

var servedColumns = schema.Without(schema.ColumnsOf[servedVersion](), "payload")

// Served returns, for those of the records that audience served before, what it
// served last, without the payload. A record whose hash is the same, and whose date
// is no later, needs no more work than noting that it was seen. Of what is staged and
// stored that stands which a merge would leave on top. Known are those that any audience
// served.
func (w lookup) Served(
	ctx context.Context, source, audience string, ids []string,
) (versions map[string]schema.Version, known map[string]bool, err error) {
	last := make(map[string]servedVersion, len(ids))
	known = make(map[string]bool, len(ids))
	list, where := rowio.SelectList("t", storedColumns), "WHERE "+ofTheseSQL
	err = rowio.Query(ctx, w, servedColumns, func(v *servedVersion) error {
		known[v.SourceID] = true
		if was, ok := last[v.SourceID]; v.Audience == audience && (!ok || v.over(was)) {
			last[v.SourceID] = *v
		}
		return nil
	}, fmt.Sprintf(`SELECT 0::BIGINT AS seq, 0::BIGINT AS place, false AS outdated, %[1]s FROM etl.versions t %[2]s
		UNION ALL SELECT t.seq, t.place, t.outdated, %[1]s FROM etl.staged_versions t %[2]s`, list, where),
		source, rowio.List(ids))
	versions = make(map[string]schema.Version, len(last))
	for id, v := range last {
		versions[id] = v.Version
	}
	return versions, known, err
}

// over reports whether a merge would leave this version on top of the other: the later
// by the vendor's date, then the one that is not outdated, then the later staged; of the
// outdated the earlier.
func (v servedVersion) over(o servedVersion) bool {
	if c := v.AsOf.Compare(o.AsOf); c != 0 {
		return c > 0
	}
	if v.Outdated != o.Outdated {
		return o.Outdated
	}
	c := cmp.Or(cmp.Compare(v.Seq, o.Seq), cmp.Compare(v.Place, o.Place))
	return c > 0 != v.Outdated
}

// KnownEvents returns which of some events are stored, merged or not.
func (w lookup) KnownEvents(ctx context.Context, ids []string) (map[string]bool, error) {
	known := make(map[string]bool, len(ids))
	const these = `event_id IN (SELECT unnest(from_json($1, '["VARCHAR"]')))`
	err := rowio.Query(ctx, w, rowio.SingleColumns, func(id *rowio.Single) error {
		known[id.Value] = true
		return nil
	}, "SELECT event_id AS value FROM etl.events WHERE "+these+" UNION SELECT event_id FROM etl.staged_events WHERE "+these, rowio.List(ids))
	return known, err
}

// Stored returns what is merged of these records.
func (w history) Stored(ctx context.Context, source string, ids []string) (map[string]*load.Stored, error) {
	stored := make(map[string]*load.Stored, len(ids))
	err := rowio.Query(ctx, w, layout.RecordColumns, func(r *load.Record) error {
		stored[r.SourceID] = &load.Stored{Record: *r}
		return nil
	}, "SELECT "+rowio.SelectList("t", layout.RecordColumns)+" FROM etl.records t WHERE "+ofTheseSQL, source, rowio.List(ids))
	if err != nil {
		return nil, err
	}
	err = rowio.Query(ctx, w, schema.VersionColumns, func(v *schema.Version) error {
		s := stored[v.SourceID]
		if s == nil {
			return fmt.Errorf("etl.versions has a version of %s:%s without a record", v.Source, v.SourceID)
		}
		s.Versions = append(s.Versions, *v)
		return nil
	}, "SELECT "+rowio.SelectList("t", schema.VersionColumns)+" FROM etl.versions t WHERE "+ofTheseSQL, source, rowio.List(ids))
	return stored, err
}
