//go:build duckdb_arrow

package stage

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// twin is a warehouse that is written by one way of storing new records. Its clock stands
// still, so that two can be compared.
type twin struct {
	path  string
	w     *duckdb.Warehouse
	alone bool
}

var standing = time.Date(2026, 11, 1, 2, 0, 0, 0, time.UTC)

func (w *twin) open(t *rapid.T) {
	var err error
	w.w, err = duckdb.Open(context.Background(), w.path, duckdb.Options{Now: func() time.Time { return standing }})
	require.NoError(t, err)
}

// night reads pages, dies where it is told to, and merges.
func (w *twin) night(t *rapid.T, n int, pipeline string, pages []extract.Page, flushed []bool, dies bool) {
	p := &config.Pipeline{Name: pipeline, Source: schema.Toofr, Stream: "toofr.prospects"}
	for range 2 {
		run := &schema.Run{RunID: fmt.Sprint(pipeline, n), Pipeline: pipeline, StartedAt: standing}
		s, err := New(context.Background(), w.w, p, run, new(extract.Meter), func() time.Time { return standing })
		require.NoError(t, err)
		s.StoreNew(func() bool { return w.alone })
		for i, page := range pages {
			require.NoError(t, s.Add(context.Background(), page))
			if flushed[i] {
				require.NoError(t, s.Flush(context.Background()))
			}
		}
		if dies {
			require.NoError(t, s.Flush(context.Background()))
			require.NoError(t, w.w.Close())
			w.open(t)
			dies = false
			continue // all pages are read again
		}
		require.NoError(t, s.Finish(context.Background()))
		_, err = w.w.Merge(context.Background(), run, load.People{Priority: schema.Sources, MaxNames: 5, Fold: Fold})
		require.NoError(t, err)
		return
	}
}

// rows is all that a night made, as text.
func (w *twin) rows(t *rapid.T) (rows []string) {
	conn, err := w.w.Conn(context.Background())
	require.NoError(t, err)
	defer conn.Close()
	for _, table := range []string{
		"contacts", "source_contacts", "identifiers", "audience_members", "contact_changes", "etl.records", "etl.identifiers", "etl.versions", "etl.people", "etl.merges",
		"etl.staged_versions", "etl.staged_new", "(SELECT pipeline, rows_read, rows_written FROM etl.runs)",
	} {
		found, err := conn.QueryContext(context.Background(), "SELECT t::VARCHAR FROM "+table+" t ORDER BY 1")
		require.NoError(t, err)
		for found.Next() {
			var text string
			require.NoError(t, found.Scan(&text))
			rows = append(rows, table+" "+text)
		}
		require.NoError(t, found.Err())
		require.NoError(t, found.Close())
	}
	return rows
}

// TestNewRecordsComeToTheSameHoweverTheyAreStored reads the same pages of a few people into
// two warehouses: one whose batches store new records themselves, and one that stages them.
func TestNewRecordsComeToTheSameHoweverTheyAreStored(t *testing.T) {
	dir, round := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		if round++; round > 4 { // each makes two warehouses
			return
		}
		twins := [2]twin{{alone: true}, {}}
		for i := range twins {
			twins[i].path = filepath.Join(dir, fmt.Sprint(round, i, ".duckdb"))
			twins[i].open(rt)
		}
		for n := range rapid.IntRange(1, 3).Draw(rt, "nights") {
			pipeline := rapid.SampledFrom([]string{"p", "q"}).Draw(rt, "pipeline")
			var pages []extract.Page
			var flushed []bool
			for range rapid.IntRange(1, 4).Draw(rt, "pages") {
				pages = append(pages, drawPage(rt, fmt.Sprint(n)))
				flushed = append(flushed, rapid.Bool().Draw(rt, "flushed"))
			}
			dies := rapid.Bool().Draw(rt, "dies")
			for i := range twins {
				twins[i].night(rt, n, pipeline, pages, flushed, dies)
			}
			require.Equal(rt, twins[1].rows(rt), twins[0].rows(rt))
		}
		for i := range twins {
			require.NoError(rt, twins[i].w.Close())
		}
	})
}

func drawPage(t *rapid.T, sweep string) extract.Page {
	audience := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "audience")
	p := extract.Page{Partition: audience, Audience: audience, Sweep: sweep, Next: schema.Checkpoint(`{}`)}
	p.Audiences = []schema.Audience{{Source: schema.Toofr, AudienceID: audience, Kind: schema.KindSearch}}
	for range rapid.IntRange(1, 4).Draw(t, "records") {
		id := rapid.IntRange(1, 6).Draw(t, "id")
		raw := fmt.Sprintf(`{"id":%d,"first_name":"Ann","last_name":"Lee","email":"%d@acme.example","title":"%d"}`, id,
			rapid.IntRange(1, 6).Draw(t, "email"), rapid.IntRange(1, 2).Draw(t, "title"))
		p.Records = append(p.Records, schema.Record{Source: schema.Toofr, ID: fmt.Sprint(id), Raw: []byte(raw)})
	}
	return p
}
