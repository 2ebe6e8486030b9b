package standing

import (
	"context"
	"errors"
	"hash/maphash"
	"sync"

	"contactsync/internal/spill"
	"contactsync/load"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// worth is how many stored rows are read for each that was asked about. It takes 50 us to ask
// about one where a million are stored, and about 1 us to read one.
const worth = 50

var seed = maphash.MakeSeed()

func hashOf(text string) uint64 { return maphash.String(seed, text) }

// Memory knows how what is served stands to what is stored. It is safe for concurrent use.
type Memory struct {
	from   rowio.Connector
	dir    string
	events events

	mu       sync.Mutex // guards versions
	versions map[string]*versions
}

// New makes the memory of a session with a warehouse, which may write files in a folder.
func New(from rowio.Connector, dir string) *Memory {
	return &Memory{from: from, dir: dir, events: events{recall: newRecall(from, dir)}, versions: map[string]*versions{}}
}

// Compare tells how versions of a source stand to what is stored and noted.
func (m *Memory) Compare(ctx context.Context, source string, served []schema.Version) ([]load.Standing, error) {
	return m.of(source).compare(ctx, served)
}

// KnownEvents returns which of some events are stored or noted.
func (m *Memory) KnownEvents(ctx context.Context, ids []string) (map[string]bool, error) {
	return m.events.known(ctx, ids)
}

// Note notes what a transaction adds.
func (m *Memory) Note(b load.Batch) error {
	bySource := map[string][]load.Laid{}
	for _, v := range b.Laid() {
		bySource[v.Source] = append(bySource[v.Source], v)
	}
	for source, list := range bySource {
		if err := m.of(source).note(list); err != nil {
			return err
		}
	}
	return m.events.note(b)
}

// Committed says that what was noted is stored.
func (m *Memory) Committed() {
	for _, v := range m.all() {
		v.committed()
	}
	m.events.committed()
}

// Forget forgets all: some of what was noted is not stored.
func (m *Memory) Forget() error {
	errs := []error{m.events.forget()}
	for _, v := range m.all() {
		errs = append(errs, v.forget())
	}
	return errors.Join(errs...)
}

func (m *Memory) of(source string) *versions {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.versions[source] == nil {
		m.versions[source] = &versions{source: source, recall: newRecall(m.from, m.dir)}
	}
	return m.versions[source]
}

func (m *Memory) all() (list []*versions) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.versions {
		list = append(list, v)
	}
	return list
}

// recall is what versions and events have in common.
type recall struct {
	from rowio.Connector
	dir  string

	mu     sync.Mutex // guards the rest, and what embeds it
	hashes *spill.Map // of all that is stored and noted; nil: the warehouse is asked
	asked  int64      // how many the warehouse was asked about
	stored int64      // rows, when it was asked first; -1: it was not
}

func newRecall(from rowio.Connector, dir string) recall {
	return recall{from: from, dir: dir, stored: -1}
}

type counted struct {
	N int64 `col:"n"`
}

var countedColumns = schema.ColumnsOf[counted]()

// worthwhile reports whether all that is stored should be read now that so many more are
// asked about. The query counts it.
func (r *recall) worthwhile(ctx context.Context, more int, query string, args ...any) (bool, error) {
	if r.stored < 0 {
		err := rowio.Query(ctx, r.from, countedColumns, func(c *counted) error {
			r.stored = c.N
			return nil
		}, query, args...)
		if err != nil {
			return false, err
		}
	}
	r.asked += int64(more)
	return r.asked*worth >= r.stored, nil
}

// drop lets go of the hashes.
func (r *recall) drop() error {
	if r.hashes == nil {
		return nil
	}
	err := r.hashes.Close()
	r.hashes = nil
	return err
}
