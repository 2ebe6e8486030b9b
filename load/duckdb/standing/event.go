package standing

import (
	"context"
	"database/sql"
	"errors"
	"hash/maphash"

	"contactsync/internal/spill"
	"contactsync/load"
	"contactsync/load/duckdb/rowio"
)

// events are those of all sources: of one that is stored there is nothing new to say.
type events struct {
	recall
	uncommitted []string // ids, noted while there were no hashes, and perhaps not stored yet
	replayed    bool     // a merge is to remove some, so that hashes of them would be wrong
}

const (
	countEventsSQL = "SELECT (SELECT count(*) FROM etl.events) + (SELECT count(*) FROM etl.staged_events) AS n"
	theseEvents    = `t.event_id IN (SELECT unnest(from_json($1, '["VARCHAR"]')))`
)

var eventTables = []string{"etl.events", "etl.staged_events"}

func (e *events) known(ctx context.Context, ids []string) (map[string]bool, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	known := make(map[string]bool, len(ids))
	if e.hashes == nil {
		all, err := e.worthwhile(ctx, len(ids), countEventsSQL)
		if err != nil {
			return nil, err
		}
		if !all || e.replayed {
			return known, e.ask(ctx, known, ids)
		}
		if err := e.load(ctx); err != nil {
			return nil, errors.Join(err, e.drop())
		}
	}
	for _, id := range ids {
		key, value := eventOf(id)
		got, found, err := e.hashes.Get(key)
		if err != nil {
			return nil, err
		}
		if found && got == value {
			known[id] = true
		}
	}
	return known, nil
}

// ask asks the warehouse.
func (e *events) ask(ctx context.Context, known map[string]bool, ids []string) error {
	return atOneMoment(ctx, e.from, func(conn *sql.Conn) error {
		for _, table := range eventTables {
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

// load takes in all that is stored.
func (e *events) load(ctx context.Context) error {
	e.hashes = spill.New(e.dir)
	err := atOneMoment(ctx, e.from, func(conn *sql.Conn) error {
		for _, table := range eventTables {
			if err := inChunks(ctx, conn, "t.rowid", table, func(where string) error {
				return readEvents(ctx, conn, table, where, e.add)
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	list := e.uncommitted
	e.uncommitted = nil
	return e.addAll(list)
}

func readEvents(ctx context.Context, conn *sql.Conn, table, where string, do func(id string) error, args ...any) error {
	return rowio.Read(ctx, conn, rowio.SingleColumns, func(id *rowio.Single) error { return do(id.Value) },
		"SELECT t.event_id AS value FROM "+table+" t WHERE "+where, args...)
}

func (e *events) note(b load.Batch) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(b.GoneEvents) > 0 {
		e.replayed = true
		return e.drop()
	}
	ids := make([]string, len(b.Events))
	for i, event := range b.Events {
		ids[i] = event.EventID
	}
	if e.hashes == nil {
		e.uncommitted = append(e.uncommitted, ids...)
		return nil
	}
	return e.addAll(ids)
}

func (e *events) addAll(ids []string) error {
	for _, id := range ids {
		if err := e.add(id); err != nil {
			return err
		}
	}
	return nil
}

func (e *events) add(id string) error {
	key, value := eventOf(id)
	return e.hashes.Set(key, value)
}

func (e *events) committed() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.uncommitted = nil
}

func (e *events) forget() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.uncommitted = nil
	return e.drop()
}

var secondSeed = maphash.MakeSeed()

// eventOf is the hash of an event's id, and another.
func eventOf(id string) (key uint64, value spill.Value) {
	return hashOf(id), spill.Value{A: maphash.String(secondSeed, id)}
}
