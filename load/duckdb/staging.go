package duckdb

import (
	"fmt"
	"slices"
	"strings"

	"contactsync/load"
	"contactsync/schema"
)

// stamp says which pipeline's merge a staged row waits for. Seq orders commits: of
// two staged rows with one key the later stands.
type stamp struct {
	Pipeline string `col:"pipeline"`
	Seq      int64  `col:"seq"`
}

var (
	stampColumns = schema.ColumnsOf[stamp]()
	seenColumns  = schema.ColumnsOf[load.Seen]()
	sweepColumns = schema.ColumnsOf[load.Sweep]()
	dayColumns   = schema.ColumnsOf[load.Day]()
)

// unstamped are the columns of a staged row but for its stamp, which has taken the
// name of the row's own pipeline.
func unstamped[R any](columns []schema.Column[R]) []schema.Column[R] {
	return schema.Without(columns, "pipeline")
}

// stage is one staging table.
type stage struct {
	name    string
	columns []schema.ColumnInfo
}

func newStage[R any](name string, columns []schema.Column[R]) stage {
	info := infoOf("etl.staged_"+name, stampColumns).Columns
	for _, c := range unstamped(columns) {
		if c.Type == schema.JSON {
			c.Type = schema.Text // cast when it is merged
		}
		info = append(info, c.ColumnInfo)
	}
	return stage{"etl.staged_" + name, info}
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
	return append(frames, stagedFrame(name, stamp{pipeline, seq}, columns, rows))
}

// stagedFrame is also for no rows.
func stagedFrame[R any](name string, s stamp, columns []schema.Column[R], rows []R) frame {
	stamps := vectorsOf(stampColumns, slices.Repeat([]stamp{s}, len(rows)))
	return frameOf("etl.staged_"+name, append(stamps, vectorsOf(unstamped(columns), rows)...), len(rows))
}

// lastSeqSQL finds the place of the last commit that is still staged.
func lastSeqSQL() string {
	var parts []string
	for _, s := range stages() {
		parts = append(parts, fmt.Sprintf("SELECT max(seq) AS seq FROM %s", s.name))
	}
	return "SELECT coalesce(max(seq), 0) FROM (" + strings.Join(parts, " UNION ALL ") + ")"
}
