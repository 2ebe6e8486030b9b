package duckdb

import (
	"fmt"
	"strings"

	"contactsync/load"
	"contactsync/schema"
)

// staged is a row that waits for its pipeline's merge. Seq orders commits: of
// two staged rows with one key the later stands.
type staged[R any] struct {
	Pipeline string
	Seq      int64
	Row      R
}

var (
	seenColumns = []schema.Column[load.Seen]{
		schema.Col("source", "", func(s *load.Seen) any { return &s.Source }),
		schema.Col("audience_id", "", func(s *load.Seen) any { return &s.Audience }),
		schema.Col("sweep", "", func(s *load.Seen) any { return &s.Sweep }),
		schema.Col("source_id", "", func(s *load.Seen) any { return &s.SourceID }),
	}
	sweepColumns = []schema.Column[load.Sweep]{
		schema.Col("source", "", func(s *load.Sweep) any { return &s.Source }),
		schema.Col("audience_id", "", func(s *load.Sweep) any { return &s.Audience }),
		schema.Col("sweep", "", func(s *load.Sweep) any { return &s.Sweep }),
		schema.Col("complete", "", func(s *load.Sweep) any { return &s.Complete }),
	}
	dayColumns = []schema.Column[load.Day]{
		schema.Col("data_date", "", func(d *load.Day) any { return &d.DataDate }),
		schema.Col("sweep", "", func(d *load.Day) any { return &d.Sweep }),
		schema.Col("complete", "", func(d *load.Day) any { return &d.Complete }),
	}
)

// stageOf is the staging form of a list of columns.
func stageOf[R any](columns []schema.Column[R]) []schema.Column[staged[R]] {
	return schema.Concat(
		[]schema.Column[staged[R]]{
			schema.Col("pipeline", "", func(s *staged[R]) any { return &s.Pipeline }),
			schema.Col("seq", "", func(s *staged[R]) any { return &s.Seq }),
		},
		schema.Within(func(s *staged[R]) *R { return &s.Row }, rename(columns)),
	)
}

// rename keeps a row's own pipeline column apart from the staging one.
func rename[R any](columns []schema.Column[R]) []schema.Column[R] {
	out := make([]schema.Column[R], 0, len(columns))
	for _, c := range columns {
		if c.Name != "pipeline" {
			out = append(out, c)
		}
	}
	return out
}

// stage is one staging table.
type stage struct {
	name    string
	columns []schema.ColumnInfo
}

func newStage[R any](name string, columns []schema.Column[R]) stage {
	info := schema.Table[staged[R]]{Columns: stageOf(columns)}.Info()
	for i := range info.Columns {
		if info.Columns[i].Type == schema.JSON {
			info.Columns[i].Type = schema.Text // cast when it is merged
		}
	}
	return stage{"etl.staged_" + name, info.Columns}
}

// stages lists the staging tables.
func stages() []stage {
	return []stage{
		newStage("records", recordColumns),
		newStage("versions", schema.VersionColumns),
		newStage("identifiers", schema.IdentifierColumns),
		newStage("matches", matchColumns),
		newStage("events", schema.EventColumns),
		newStage("audiences", schema.Audiences.Columns),
		newStage("seen", seenColumns),
		newStage("sweeps", sweepColumns),
		newStage("days", dayColumns),
		newStage("gone_matches", matchKeyColumns),
		newStage("gone_events", eventKeyColumns),
	}
}

// stageFrame makes the frame that appends rows to a staging table.
func stageFrame[R any](frames []frame, name, pipeline string, seq int64, columns []schema.Column[R], rows []R) []frame {
	if len(rows) == 0 {
		return frames
	}
	waiting := make([]staged[R], len(rows))
	for i, r := range rows {
		waiting[i] = staged[R]{pipeline, seq, r}
	}
	return append(frames, newFrame("etl.staged_"+name, stageOf(columns), waiting))
}

// lastSeqSQL finds the place of the last commit that is still staged.
func lastSeqSQL() string {
	var parts []string
	for _, s := range stages() {
		parts = append(parts, fmt.Sprintf("SELECT max(seq) AS seq FROM %s", s.name))
	}
	return "SELECT coalesce(max(seq), 0) FROM (" + strings.Join(parts, " UNION ALL ") + ")"
}
