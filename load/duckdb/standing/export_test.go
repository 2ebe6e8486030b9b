package standing

import (
	"context"

	"contactsync/load"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// NewSmall makes a memory that holds next to nothing, so that it reads in chunks and writes
// files, of a warehouse that it never asks but once.
func NewSmall(from rowio.Connector, dir string) *Memory {
	return newMemory(from, bounds{dir: dir, held: 3, rows: 2})
}

// Ask asks the warehouse, whatever is worth it.
func (m *Memory) Ask(ctx context.Context, source string, served []schema.Version) ([]load.Standing, error) {
	return m.of(source).ask(ctx, served)
}

// AskEvents does the same of events.
func (m *Memory) AskEvents(ctx context.Context, ids []string) (map[string]bool, error) {
	return m.events.ask(ctx, ids)
}
