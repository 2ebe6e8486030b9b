package standing

import (
	"context"
	"database/sql"
	"strings"

	"contactsync/internal/spill"
	"contactsync/load"
	"contactsync/load/duckdb/resident"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// versions are those of one source.
type versions struct {
	recall
	source string
}

// laid is what tells how others stand to a version.
type laid struct {
	key      uint64
	value    spill.Value
	outdated bool
	whole    bool
}

func laidOf(v schema.Version, outdated, whole bool) laid {
	return laid{keyOf(v), valueOf(v), outdated, whole}
}

// keyOf is of the record and, as a member of its group, the audience.
func keyOf(v schema.Version) uint64 { return spill.Key(hashOf(v.SourceID), hashOf(v.Audience)) }

// valueOf is the hash of what was served to which audience, and the date.
func valueOf(v schema.Version) spill.Value {
	return spill.Value{A: hashOf(v.PayloadHash) ^ hashOf(v.Audience), B: uint64(v.AsOf.UnixMicro())}
}

func dateOf(v spill.Value) int64 { return int64(v.B) }

// liesOn reports whether a merge would lay a version on what came before: one that is whole
// takes its place; else the later by the vendor's date is on top, and of one date the last
// that is not outdated, or the first.
func (l laid) liesOn(before spill.Value) bool {
	now, was := dateOf(l.value), dateOf(before)
	return l.whole || now > was || now == was && !l.outdated
}

// standingOf tells how what is served stands to what was last, if there was anything.
func standingOf(now, before spill.Value, found bool) load.Standing {
	return load.Standing{
		Same:  found && now.A == before.A && dateOf(now) <= dateOf(before),
		Older: found && dateOf(now) < dateOf(before),
	}
}

// compared are the columns of a version of which [laid] is made.
var compared = schema.Without(schema.ColumnsOf[load.Version](), "source", "pipeline", "payload", "place")

const (
	countSQL = "SELECT (SELECT count(*) FROM etl.versions WHERE source = $1) + (SELECT count(*) FROM etl.staged_versions WHERE source = $1)"
	// The staged of one record lie on one another in the order of commits, and all of them on
	// what is stored, in the table #. Of @ they are.
	storedSQL = `SELECT t.source_id, t.audience, t.as_of, t.payload_hash, false AS outdated, false AS whole FROM # t
		WHERE t.source = $1 AND @`
	stagedSQL = `SELECT t.source_id, t.audience, t.as_of, t.payload_hash, t.outdated, t.whole FROM etl.staged_versions t
		WHERE t.source = $1 AND t.payload IS NOT NULL AND @ ORDER BY t.seq, t.place`
	theseRecords = `t.source_id IN (SELECT unnest(from_json($2, '["VARCHAR"]')))`
)

func (v *versions) compare(ctx context.Context, served []schema.Version) ([]load.Standing, error) {
	return answer(ctx, &v.recall, len(served), source{countSQL, []any{v.source}, v.load},
		func() ([]load.Standing, error) { return v.lookUp(served) },
		func() ([]load.Standing, error) { return v.ask(ctx, served) })
}

func (v *versions) lookUp(served []schema.Version) ([]load.Standing, error) {
	standings := make([]load.Standing, len(served))
	for i, now := range served {
		key := keyOf(now)
		before, found, err := v.hashes.Get(key)
		if err != nil {
			return nil, err
		}
		standings[i] = standingOf(valueOf(now), before, found)
		if standings[i].Known = found; !found {
			if standings[i].Known, err = v.hashes.HasGroup(key); err != nil {
				return nil, err
			}
		}
	}
	return standings, nil
}

// ask asks the warehouse.
func (v *versions) ask(ctx context.Context, served []schema.Version) ([]load.Standing, error) {
	ids := make([]string, len(served))
	for i, now := range served {
		ids[i] = now.SourceID
	}
	last, known := map[uint64]spill.Value{}, map[string]bool{}
	see := func(stored *load.Version) error {
		known[stored.SourceID] = true
		l := laidOf(stored.Version, stored.Outdated, stored.Whole)
		if before, found := last[l.key]; !found || l.liesOn(before) {
			last[l.key] = l.value
		}
		return nil
	}
	err := atOneMoment(ctx, v.from, func(conn *sql.Conn) error {
		table, err := v.merged(ctx, conn)
		if err != nil {
			return err
		}
		for _, query := range []string{strings.ReplaceAll(storedSQL, "#", table), stagedSQL} {
			if err := rowio.Read(ctx, conn, compared, see, strings.ReplaceAll(query, "@", theseRecords), v.source, rowio.List(ids)); err != nil {
				return err
			}
		}
		return nil
	})
	standings := make([]load.Standing, len(served))
	for i, now := range served {
		before, found := last[keyOf(now)]
		standings[i] = standingOf(valueOf(now), before, found)
		standings[i].Known = known[now.SourceID]
	}
	return standings, err
}

// merged is the table of what is merged.
func (v *versions) merged(ctx context.Context, conn *sql.Conn) (string, error) {
	return merged(ctx, conn, v.lake, resident.Query{
		Table: resident.TableOf("etl.versions"), Columns: []string{"source", "source_id", "audience", "as_of", "payload_hash"},
		Where: "source = " + rowio.QuoteText(v.source),
	})
}

// load takes in all that is stored.
func (v *versions) load(ctx context.Context) error {
	lay := func(stored *load.Version) error { return v.lay(laidOf(stored.Version, stored.Outdated, stored.Whole)) }
	return atOneMoment(ctx, v.from, func(conn *sql.Conn) error {
		read := func(query string) func(string) error {
			return func(where string) error {
				return rowio.Read(ctx, conn, compared, lay, strings.ReplaceAll(query, "@", where), v.source)
			}
		}
		table, err := v.merged(ctx, conn)
		if err != nil {
			return err
		}
		if err := inChunks(ctx, conn, v.rows, "t.rowid", table, read(strings.ReplaceAll(storedSQL, "#", table))); err != nil {
			return err
		}
		return inChunks(ctx, conn, v.rows, "t.seq", "etl.staged_versions", read(stagedSQL))
	})
}

// lay lays a version on what its audience served of the record before, as a merge does.
func (v *versions) lay(l laid) error {
	before, found, err := v.hashes.Get(l.key)
	if err != nil || found && !l.liesOn(before) {
		return err
	}
	return v.hashes.Set(l.key, l.value)
}
