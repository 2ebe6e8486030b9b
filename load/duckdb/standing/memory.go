package standing

import (
	"context"
	"errors"
	"hash/maphash"
	"maps"
	"slices"
	"sync"

	"contactsync/internal/spill"
	"contactsync/load"
	"contactsync/load/duckdb/resident"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// worth is how many stored rows are read for each that was asked about: it takes 50 us to ask
// about one where a million are stored, and 2 us to read one.
const worth = 25

var seed = maphash.MakeSeed()

func hashOf(text string) uint64 { return maphash.String(seed, text) }

// Memory knows how what is served stands to what is stored. It is safe for concurrent use.
// What a transaction adds counts once it is committed: who must know of it before that,
// as a pipeline of its own batches, waits for the commit.
type Memory struct {
	bounds
	from   rowio.Connector
	events events

	mu       sync.Mutex // guards the rest
	versions map[string]*versions
	noted    noted
}

// bounds are where the rest is stored, and how much is held in memory at a time.
type bounds struct {
	lake resident.Lake // has what is not staged; nil: the file has it
	dir  string        // of the files for the rest
	held int           // hashes
	rows int           // of an answer, about: the engine holds it whole
}

// noted is what an open transaction has added: there is one at a time.
type noted struct {
	versions map[string][]laid // by source
	events   []event
}

// New makes the memory of a session with a warehouse, which may write files in a folder. A
// lake has what is merged; nil: the warehouse's file has it.
func New(from rowio.Connector, lake resident.Lake, dir string) *Memory {
	return newMemory(from, bounds{lake: lake, dir: dir, held: spill.Held, rows: 50_000})
}

func newMemory(from rowio.Connector, b bounds) *Memory {
	return &Memory{bounds: b, from: from, events: events{recall: newRecall(from, b)}, versions: map[string]*versions{}}
}

// Compare tells how versions of a source stand to what is stored.
func (m *Memory) Compare(ctx context.Context, source string, served []schema.Version) ([]load.Standing, error) {
	return m.of(source).compare(ctx, served)
}

// KnownEvents returns which of some events are stored.
func (m *Memory) KnownEvents(ctx context.Context, ids []string) (map[string]bool, error) {
	return m.events.known(ctx, ids)
}

// Note notes what a transaction adds.
func (m *Memory) Note(b load.Batch) {
	if len(b.GoneEvents) > 0 {
		m.events.replay()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.noted.versions == nil {
		m.noted.versions = map[string][]laid{}
	}
	for _, r := range b.New {
		for _, v := range r.Versions {
			m.noted.versions[v.Source] = append(m.noted.versions[v.Source], laidOf(v, false, false))
		}
	}
	for _, v := range b.Versions {
		if v.Payload != "" { // or it only says that the record is to be made anew
			m.noted.versions[v.Source] = append(m.noted.versions[v.Source], laidOf(v.Version, v.Outdated, v.Whole))
		}
	}
	for _, e := range b.Events {
		m.noted.events = append(m.noted.events, eventOf(e.EventID))
	}
}

// Committed says that what was noted is stored. Its caller lets no other transaction begin
// before it returns, nor before [Memory.RolledBack] does.
func (m *Memory) Committed() {
	list := m.take()
	for source, versions := range list.versions {
		v := m.of(source)
		add(&v.recall, versions, v.lay)
	}
	add(&m.events.recall, list.events, m.events.set)
}

// RolledBack says that what was noted is not stored.
func (m *Memory) RolledBack() { m.take() }

func (m *Memory) take() noted {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := m.noted
	m.noted = noted{}
	return list
}

// Forget forgets everything, and gives back what that takes.
func (m *Memory) Forget() error {
	errs := []error{m.events.drop()}
	for _, v := range m.all() {
		errs = append(errs, v.drop())
	}
	return errors.Join(errs...)
}

func (m *Memory) all() []*versions {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Values(m.versions))
}

func (m *Memory) of(source string) *versions {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.versions[source] == nil {
		m.versions[source] = &versions{source: source, recall: newRecall(m.from, m.bounds)}
	}
	return m.versions[source]
}
