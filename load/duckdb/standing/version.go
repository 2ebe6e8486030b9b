package standing

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"contactsync/internal/spill"
	"contactsync/load"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// versions are those of one source.
type versions struct {
	recall
	source      string
	uncommitted []load.Laid // noted while there were no hashes, and perhaps not stored yet
}

// laidColumns are those of a version that tell how others stand to it.
var laidColumns = schema.Without(schema.ColumnsOf[load.Laid](), "source", "pipeline", "payload")

const (
	countSQL = `SELECT (SELECT count(*) FROM etl.versions WHERE source = $1) + (SELECT count(*) FROM etl.staged_versions WHERE source = $1) AS n`
	// The staged of one record lie on one another in the order of commits, and all of them on
	// what is stored. Of @ they are.
	storedSQL = "SELECT t.source_id, t.audience, t.as_of, t.payload_hash, false AS outdated FROM etl.versions t WHERE t.source = $1 AND @"
	stagedSQL = `SELECT t.source_id, t.audience, t.as_of, t.payload_hash, t.outdated FROM etl.staged_versions t
		WHERE t.source = $1 AND t.payload IS NOT NULL AND @ ORDER BY t.seq, t.place`
	theseRecords = `t.source_id IN (SELECT unnest(from_json($2, '["VARCHAR"]')))`
)

func (v *versions) compare(ctx context.Context, served []schema.Version) ([]load.Standing, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.hashes == nil {
		all, err := v.worthwhile(ctx, len(served), countSQL, v.source)
		if err != nil {
			return nil, err
		}
		if !all {
			return v.ask(ctx, served)
		}
		if err := v.load(ctx); err != nil {
			return nil, errors.Join(err, v.drop())
		}
	}
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
	see := func(l *load.Laid) error {
		known[l.SourceID] = true
		key := keyOf(l.Version)
		if before, found := last[key]; !found || liesOn(l, before) {
			last[key] = valueOf(l.Version)
		}
		return nil
	}
	err := atOneMoment(ctx, v.from, func(conn *sql.Conn) error {
		for _, query := range []string{storedSQL, stagedSQL} {
			if err := rowio.Read(ctx, conn, laidColumns, see, strings.ReplaceAll(query, "@", theseRecords), v.source, rowio.List(ids)); err != nil {
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

// load takes in all that is stored.
func (v *versions) load(ctx context.Context) error {
	v.hashes = spill.New(v.dir)
	err := atOneMoment(ctx, v.from, func(conn *sql.Conn) error {
		read := func(query string) func(string) error {
			return func(where string) error {
				return rowio.Read(ctx, conn, laidColumns, v.lay, strings.ReplaceAll(query, "@", where), v.source)
			}
		}
		if err := inChunks(ctx, conn, "t.rowid", "etl.versions", read(storedSQL)); err != nil {
			return err
		}
		return inChunks(ctx, conn, "t.seq", "etl.staged_versions", read(stagedSQL))
	})
	if err != nil {
		return err
	}
	// Those that are stored by now lie on the rest already: once more changes nothing.
	list := v.uncommitted
	v.uncommitted = nil
	return v.layAll(list)
}

func (v *versions) note(list []load.Laid) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.hashes == nil {
		v.uncommitted = append(v.uncommitted, list...)
		return nil
	}
	return v.layAll(list)
}

func (v *versions) layAll(list []load.Laid) error {
	for i := range list {
		if err := v.lay(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

// lay lays a version on what its audience served of the record before, as a merge does.
func (v *versions) lay(l *load.Laid) error {
	key := keyOf(l.Version)
	before, found, err := v.hashes.Get(key)
	if err != nil || found && !liesOn(l, before) {
		return err
	}
	return v.hashes.Set(key, valueOf(l.Version))
}

func (v *versions) committed() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.uncommitted = nil
}

func (v *versions) forget() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.uncommitted = nil
	return v.drop()
}

// keyOf is of the record and, as a member of its group, the audience.
func keyOf(v schema.Version) uint64 { return spill.Key(hashOf(v.SourceID), hashOf(v.Audience)) }

// valueOf is the hash of what was served to which audience, and the date.
func valueOf(v schema.Version) spill.Value {
	return spill.Value{A: hashOf(v.PayloadHash) ^ hashOf(v.Audience), B: uint64(v.AsOf.UnixMicro())}
}

func dateOf(v spill.Value) int64 { return int64(v.B) }

// liesOn reports whether a merge would lay a version on what came before: the later by the
// vendor's date is on top, and of one date the last that is not outdated, else the first.
func liesOn(l *load.Laid, before spill.Value) bool {
	now, was := l.AsOf.UnixMicro(), dateOf(before)
	return now > was || now == was && !l.Outdated
}

// standingOf tells how what is served stands to what was last, if there was anything.
func standingOf(now, before spill.Value, found bool) load.Standing {
	return load.Standing{
		Same:  found && now.A == before.A && dateOf(now) <= dateOf(before),
		Older: found && dateOf(now) < dateOf(before),
	}
}
