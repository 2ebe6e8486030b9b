//go:build duckdb_arrow

package stage

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// slowWarehouse takes a minute to commit, and tells what happened in which order.
type slowWarehouse struct {
	Warehouse
	told []string
	fail int // the commit that fails, from 1; 0: none
}

func (w *slowWarehouse) tell(format string, args ...any) {
	w.told = append(w.told, fmt.Sprintf(format, args...))
}

func (w *slowWarehouse) Commit(_ context.Context, b load.Batch) error {
	time.Sleep(time.Minute) // of a synctest bubble
	w.tell("committed %s", positionsOf(b))
	if w.fail--; w.fail == 0 {
		return errors.New("the disk is full")
	}
	return nil
}

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

func (l slowLookup) Served(context.Context, string, string, []string) (map[string]schema.Version, map[string]bool, error) {
	l.w.tell("looked up")
	return nil, nil, nil
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

// fullPage fills a batch by itself.
func fullPage(next string) extract.Page {
	p := extract.Page{Partition: "seg", Audience: "seg", Sweep: "1", Next: schema.Checkpoint(next)}
	for i := range batchRows {
		p.Records = append(p.Records, schema.Record{Source: schema.AudienceLab, ID: fmt.Sprint(i), Raw: []byte(`{"UUID":"u"}`)})
	}
	return p
}

func TestPagesAreReadWhileABatchIsCommitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &slowWarehouse{}
		s := newSlowStager(t, w, extract.Traits{})
		start := time.Now()
		require.NoError(t, s.Add(t.Context(), fullPage("1")))
		require.Zero(t, time.Since(start), "reading goes on")
		w.tell("read on")
		require.NoError(t, s.Add(t.Context(), fullPage("2")))
		require.Equal(t, time.Minute, time.Since(start), "one batch is under way at most")
		require.NoError(t, s.Finish(t.Context()))
		want := []string{"looked up", "read on", "committed 1", "looked up", "committed 2", "committed "}
		require.Equal(t, want, w.told, "a batch is looked up after the one before is stored")
	})
}

func TestNothingIsStoredAfterACommitThatFailed(t *testing.T) {
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
		require.Equal(t, []string{"looked up", "committed 1", "looked up", "committed 2"}, w.told)
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
				require.NoError(t, s.Add(t.Context(), fullPage("1")))
				s.pipeline.Traits = c.traits
				require.NoError(t, s.Add(t.Context(), c.page))
				require.Equal(t, "committed 2", w.told[len(w.told)-1])
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
		require.Equal(t, []string{"looked up", "committed 1", "committed "}, w.told)
		require.EqualValues(t, batchRows, s.stored.RowsRead)
	})
}
