package standing

import (
	"context"
	"database/sql"
	"hash/maphash"

	"contactsync/internal/spill"
	"contactsync/load/duckdb/resident"
	"contactsync/load/duckdb/rowio"
)

// events are those of all sources: of one that is stored there is nothing new to say.
type events struct{ recall }

// event is the hash of an event's id, and another.
type event struct {
	key   uint64
	value spill.Value
}

var secondSeed = maphash.MakeSeed()

func eventOf(id string) event {
	return event{hashOf(id), spill.Value{A: maphash.String(secondSeed, id)}}
}

const (
	countEventsSQL = "SELECT (SELECT count(*) FROM etl.events) + (SELECT count(*) FROM etl.staged_events)"
	anyGoneSQL     = "SELECT EXISTS (FROM etl.staged_gone_events)"
	theseEvents    = `t.event_id IN (SELECT unnest(from_json($1, '["VARCHAR"]')))`
)

// tables are those that have events.
func (e *events) tables(ctx context.Context, conn *sql.Conn) ([]string, error) {
	stored, err := merged(ctx, conn, e.lake, resident.Query{Table: resident.TableOf("etl.events"), Columns: []string{"event_id"}})
	return []string{stored, "etl.staged_events"}, err
}

func (e *events) known(ctx context.Context, ids []string) (map[string]bool, error) {
	return answer(ctx, &e.recall, len(ids), source{count: countEventsSQL, load: e.load},
		func() (map[string]bool, error) { return e.lookUp(ids) },
		func() (map[string]bool, error) { return e.ask(ctx, ids) })
}

func (e *events) lookUp(ids []string) (map[string]bool, error) {
	known := make(map[string]bool, len(ids))
	for _, id := range ids {
		of := eventOf(id)
		value, found, err := e.hashes.Get(of.key)
		if err != nil {
			return nil, err
		}
		if found && value == of.value {
			known[id] = true
		}
	}
	return known, nil
}

// ask asks the warehouse.
func (e *events) ask(ctx context.Context, ids []string) (map[string]bool, error) {
	known := make(map[string]bool, len(ids))
	return known, atOneMoment(ctx, e.from, func(conn *sql.Conn) error {
		tables, err := e.tables(ctx, conn)
		if err != nil {
			return err
		}
		for _, table := range tables {
			if err := readEvents(ctx, conn, table, theseEvents, func(id string) error {
				known[id] = true
				return nil
			}, rowio.List(ids)); err != nil {
				return err
			}
		}
		return nil
	})
}

// load takes in all that is stored. What a replay has found gone, the next merge removes:
// until the end of the session such a map would be wrong.
func (e *events) load(ctx context.Context) error {
	return atOneMoment(ctx, e.from, func(conn *sql.Conn) error {
		if err := conn.QueryRowContext(ctx, anyGoneSQL).Scan(&e.never); err != nil || e.never {
			return err
		}
		tables, err := e.tables(ctx, conn)
		if err != nil {
			return err
		}
		for _, table := range tables {
			if err := inChunks(ctx, conn, e.rows, "t.rowid", table, func(where string) error {
				return readEvents(ctx, conn, table, where, func(id string) error { return e.set(eventOf(id)) })
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

func readEvents(ctx context.Context, conn *sql.Conn, table, where string, do func(id string) error, args ...any) error {
	return rowio.Read(ctx, conn, rowio.SingleColumns, func(id *rowio.Single) error { return do(id.Value) },
		"SELECT t.event_id AS value FROM "+table+" t WHERE "+where, args...)
}

func (e *events) set(of event) error { return e.hashes.Set(of.key, of.value) }

// replay is told that a replay has found some gone.
func (e *events) replay() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.giveUp()
}
