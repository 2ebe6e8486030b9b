package standing

import (
	"context"

	"contactsync/load"
	"contactsync/schema"
)

// Ask asks the warehouse, whatever is worth it.
func (m *Memory) Ask(ctx context.Context, source string, served []schema.Version) ([]load.Standing, error) {
	return m.of(source).ask(ctx, served)
}

// AskEvents does the same of events.
func (m *Memory) AskEvents(ctx context.Context, ids []string) (map[string]bool, error) {
	known := map[string]bool{}
	return known, m.events.ask(ctx, known, ids)
}
