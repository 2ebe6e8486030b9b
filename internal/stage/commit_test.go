//go:build duckdb_arrow

package stage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// slowWarehouse takes a minute to write a batch, and tells what happened in which order.
type slowWarehouse struct {
	Warehouse
	mu   sync.Mutex
	told []string
	fail int // the batch that cannot be written, from 1; 0: none
}

func (w *slowWarehouse) tell(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, fmt.Sprintf(format, args...))
}

// sofar is what happened, in order.
func (w *slowWarehouse) sofar() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.told)
}

func (w *slowWarehouse) Begin(context.Context) (load.Transaction, error) {
	return slowTransaction{w}, nil
}

type slowTransaction struct{ w *slowWarehouse }

func (t slowTransaction) Add(_ context.Context, b load.Batch) error {
	time.Sleep(time.Minute) // of a synctest bubble
	t.w.tell("wrote %s", positionsOf(b))
	if t.w.fail--; t.w.fail == 0 {
		return errors.New("the disk is full")
	}
	return nil
}

func (t slowTransaction) Commit() error {
	t.w.tell("committed")
	return nil
}

func (slowTransaction) Rollback() error { return nil }

func positionsOf(b load.Batch) (all string) {
	for _, p := range b.Positions {
		all += string(p.Checkpoint)
	}
	return all
}

type slowLookup struct {
	load.Lookup
	w *slowWarehouse
}

func (l slowLookup) Compare(_ context.Context, _ string, served []schema.Version) ([]load.Standing, error) {
	l.w.tell("looked up")
	return make([]load.Standing, len(served)), nil
}

func (slowLookup) Fields(context.Context, string, string) ([]schema.Field, error) { return nil, nil }
func (slowLookup) Suppressions(context.Context) (map[string]bool, error)          { return nil, nil }
func (slowLookup) KnownEvents(context.Context, []string) (map[string]bool, error) { return nil, nil }

type slow struct{ *slowWarehouse }

func (s slow) Lookup() load.Lookup { return slowLookup{w: s.slowWarehouse} }

func newSlowStager(t *testing.T, w *slowWarehouse, traits extract.Traits) *Stager {
	p := &config.Pipeline{Name: "p", Source: schema.AudienceLab, Stream: "a stream"}
	p.Traits = traits
	s, err := New(t.Context(), slow{w}, p, &schema.Run{RunID: "r", Pipeline: "p"}, new(extract.Meter), time.Now)
	require.NoError(t, err)
	return s
}

// fullPage fills a batch by itself, with records that no other page has.
func fullPage(next string) extract.Page {
	p := extract.Page{Partition: "seg", Audience: "seg", Sweep: "1", Next: schema.Checkpoint(next)}
	for i := range batchRows {
		p.Records = append(p.Records, schema.Record{Source: schema.AudienceLab, ID: fmt.Sprint(next, "-", i), Raw: []byte(`{"UUID":"u"}`)})
	}
	return p
}

func TestPagesAreReadWhileBatchesAreWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &slowWarehouse{}
		s := newSlowStager(t, w, extract.Traits{})
		start := time.Now()
		for i := range onTheirWay {
			require.NoError(t, s.Add(t.Context(), fullPage(fmt.Sprint(i+1))))
		}
		require.Zero(t, time.Since(start), "reading goes on")
		require.NoError(t, s.Add(t.Context(), fullPage("3")))
		require.Equal(t, time.Minute, time.Since(start), "no more are on their way")
		require.NoError(t, s.Finish(t.Context()))
		require.Equal(t, []string{
			"looked up", "looked up", "looked up", "wrote 1", "committed", "wrote 2", "committed", "wrote 3", "committed", "wrote ", "committed",
		}, w.sofar(), "each is committed, since another pipeline may wait for the warehouse")
	})
}

func TestBatchesOfAPipelineThatIsAloneAreCommittedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &slowWarehouse{}
		s := newSlowStager(t, w, extract.Traits{})
		s.StoreNew(func() bool { return true })
		s.writer.now = func() time.Time { return time.Time{} } // no time passes
		for i := range 3 {
			require.NoError(t, s.Add(t.Context(), fullPage(fmt.Sprint(i+1))))
		}
		require.NoError(t, s.Flush(t.Context()))
		require.Equal(t, []string{"looked up", "looked up", "looked up", "wrote 1", "wrote 2", "wrote 3", "wrote ", "committed"}, w.sofar())
		require.Len(t, s.pending.batches, 3*batchRows, "they were pending")
		require.NoError(t, s.Add(t.Context(), fullPage("4")))
		require.Len(t, s.pending.batches, batchRows, "and are forgotten, or a long reading would fill the memory")
		require.NoError(t, s.Settle())
	})
}

func TestNoTransactionStaysOpenWhileTheVendorLetsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &slowWarehouse{}
		s := newSlowStager(t, w, extract.Traits{})
		s.StoreNew(func() bool { return true })
		s.writer.now = func() time.Time { return time.Time{} }
		require.NoError(t, s.Add(t.Context(), fullPage("1")))
		time.Sleep(time.Minute + commitIdle)
		synctest.Wait()
		require.Equal(t, []string{"looked up", "wrote 1", "committed"}, w.sofar())
		require.NoError(t, s.Add(t.Context(), fullPage("2")))
		require.NoError(t, s.Settle())
		require.Equal(t, []string{"looked up", "wrote 2", "committed"}, w.sofar()[3:])
	})
}

func TestARecordThatIsOnItsWayIsLookedUpWhenItIsStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &slowWarehouse{}
		s := newSlowStager(t, w, extract.Traits{})
		s.StoreNew(func() bool { return true })
		require.NoError(t, s.Add(t.Context(), fullPage("1")))
		require.NoError(t, s.Add(t.Context(), fullPage("1")))
		require.Equal(t, []string{"looked up", "wrote 1", "committed", "looked up"}, w.sofar())
		require.NoError(t, s.Finish(t.Context()))
	})
}

func TestNothingIsStoredAfterABatchThatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &slowWarehouse{fail: 2}
		s := newSlowStager(t, w, extract.Traits{})
		require.NoError(t, s.Add(t.Context(), fullPage("1")))
		require.NoError(t, s.Add(t.Context(), fullPage("2")))
		require.NoError(t, s.Add(t.Context(), extract.Page{Partition: "seg", Next: "3", Records: fullPage("3").Records[:1]}))
		for range 2 {
			require.ErrorContains(t, s.Flush(t.Context()), "the disk is full")
		}
		require.ErrorContains(t, s.Book(t.Context(), 10), "the disk is full")
		require.ErrorContains(t, s.Finish(t.Context()), "the disk is full")
		require.EqualValues(t, batchRows, s.run.RowsRead, "those of the first batch, which is stored")
		require.NotContains(t, w.sofar()[slices.Index(w.sofar(), "wrote 2"):], "committed")
	})
}

// TestReadingEndsSoonAfterABatchThatFailed: nothing more is asked of the vendor for nothing.
func TestReadingEndsSoonAfterABatchThatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlowStager(t, &slowWarehouse{fail: 1}, extract.Traits{})
		var err error
		pages := 0
		for ; err == nil; pages++ {
			err = s.Add(t.Context(), fullPage(fmt.Sprint(pages)))
		}
		require.ErrorContains(t, err, "the disk is full")
		require.LessOrEqual(t, pages, onTheirWay+2)
	})
}

func TestWhatMustBeStoredAtOnceIs(t *testing.T) {
	for name, c := range map[string]struct {
		traits extract.Traits
		page   extract.Page
	}{
		"a page that was paid for": {
			extract.Traits{Paid: true}, extract.Page{Partition: "seg", Next: "2", Records: fullPage("").Records[:1]},
		},
		"a page that carries only a position": {extract.Traits{}, extract.Page{Partition: "seg", Next: "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &slowWarehouse{}
				s := newSlowStager(t, w, extract.Traits{})
				s.StoreNew(func() bool { return true })
				require.NoError(t, s.Add(t.Context(), fullPage("1")))
				s.pipeline.Traits = c.traits
				require.NoError(t, s.Add(t.Context(), c.page))
				require.Equal(t, []string{"wrote 2", "committed"}, w.sofar()[len(w.sofar())-2:])
			})
		})
	}
}

func TestCreditsAreBookedAfterTheBatchUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &slowWarehouse{}
		s := newSlowStager(t, w, extract.Traits{})
		require.NoError(t, s.Add(t.Context(), fullPage("1")))
		require.NoError(t, s.Book(t.Context(), 10))
		require.Equal(t, []string{"looked up", "wrote 1", "committed", "wrote ", "committed"}, w.sofar())
		require.EqualValues(t, batchRows, s.writer.stored.RowsRead)
	})
}

// failingLookup cannot tell what was served.
type failingLookup struct{ slowLookup }

func (l failingLookup) Compare(context.Context, string, []schema.Version) ([]load.Standing, error) {
	return nil, errors.New("no memory is left")
}

func TestAPageThatCannotBeTakenInLeavesNoTransactionOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &slowWarehouse{}
		s := newSlowStager(t, w, extract.Traits{})
		s.StoreNew(func() bool { return true })
		s.writer.now = func() time.Time { return time.Time{} }
		require.NoError(t, s.Add(t.Context(), fullPage("1")))
		s.w = failing{slow{w}}
		require.ErrorContains(t, s.Add(t.Context(), fullPage("2")), "no memory is left")
		require.Equal(t, []string{"looked up", "wrote 1", "committed"}, w.told)
		require.EqualValues(t, batchRows, s.run.RowsRead, "what is not stored is read again")
		require.ErrorContains(t, s.Finish(t.Context()), "no memory is left")
	})
}

type failing struct{ slow }

func (f failing) Lookup() load.Lookup { return failingLookup{} }

func TestWhatIsCommittedIsNoLongerPending(t *testing.T) {
	p := pending{}
	for i := range int64(100) {
		b := load.Batch{Versions: []load.Version{{Version: schema.Version{SourceID: fmt.Sprint(i)}}}}
		p.add(&b, max(0, i-1)) // one is always on its way
		require.True(t, p.has(fmt.Sprint(i), max(0, i-1)))
		require.LessOrEqual(t, len(p.batches), 2)
	}
}
