package run

import (
	"context"
	"slices"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/stage"
	"contactsync/load"
	"contactsync/load/duckdb"
)

// A merge holds what it works on in memory and on this machine's disk. In a warehouse that is
// a file that is there anyhow; of one that Spark holds it may be more than this machine has, so a
// large load is merged in parts. It comes to the same, but for who is the oldest record of a
// person: so is what a killed run has staged merged by the next.
//
// Both are variables for tests.
var (
	// A version for each 1,000 bytes of DuckDB's share, but for what it takes to merge anything.
	partOf           = func(limit config.Size) int64 { return int64(EngineMemory(limit)-30_000_000) / 1_000 }
	partChecks int64 = 8 // looks, about, until a part is full
)

// mergeSoFar merges what was read so far, with these rows more, if that is enough for a part.
func (e *Execution) mergeSoFar(ctx context.Context, s *stage.Stager, rows int) error {
	e.unlooked += int64(rows)
	part := partOf(e.Runner.Config.Warehouse.MemoryLimit)
	if duckdb.StoreOf(e.w) == nil || e.unlooked < part/partChecks {
		return nil
	}
	e.unlooked = 0
	if err := s.Flush(ctx); err != nil {
		return err
	}
	staged, err := duckdb.StagedRows(ctx, e.w, e.Pipeline.Name)
	if err != nil || staged < part {
		return err
	}
	people := e.Runner.People()
	people.Warn = func(m load.Merged) []string { // once, of all parts
		e.parts = together(e.parts, m)
		return nil
	}
	began := e.Runner.Now()
	m, err := e.w.Merge(ctx, &e.Run, people)
	if err == nil {
		e.parted = true
		e.Runner.Log.Info("part merged", "pipeline", e.Pipeline.Name, "rows_read", e.Run.RowsRead, "new", m.New, "changed", m.Changed,
			"took", e.Runner.Now().Sub(began).Round(time.Millisecond))
	}
	return err
}

// together is what parts of a merge have to say, as one. Of identifiers and people the same
// may be told of in several parts: there are at least as many as the most told of.
func together(a, b load.Merged) load.Merged {
	b.Doubts = append(slices.Clone(a.Doubts), b.Doubts...)
	b.Shared, b.Blocked, b.Large = max(a.Shared, b.Shared), max(a.Blocked, b.Blocked), max(a.Large, b.Large)
	b.Refused, b.Splits = max(a.Refused, b.Refused), max(a.Splits, b.Splits)
	return b
}

// tellAll has the last part of a merge tell of all.
func (e *Execution) tellAll(people load.People) load.People {
	if warn := people.Warn; warn != nil && e.parted {
		people.Warn = func(m load.Merged) []string { return warn(together(e.parts, m)) }
	}
	return people
}
