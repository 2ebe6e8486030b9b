package layout

import (
	"fmt"
	"slices"
	"strings"

	"contactsync/load"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// stamp says which pipeline's merge a staged row waits for. Seq orders commits: of
// two staged rows with one key the later stands.
type stamp struct {
	Pipeline string `col:"pipeline"`
	Seq      int64  `col:"seq"`
}

var (
	stampColumns    = schema.ColumnsOf[stamp]()
	VersionColumns  = schema.ColumnsOf[load.Version]()
	SeenColumns     = schema.ColumnsOf[load.Seen]()
	SweepColumns    = schema.ColumnsOf[load.Sweep]()
	DayColumns      = schema.ColumnsOf[load.Day]()
	MatchKeyColumns = schema.ColumnsOf[load.MatchKey]()
	EventKeyColumns = schema.ColumnsOf[load.EventKey]()
	NewColumns      = schema.ColumnsOf[NewRecord]()
)

// StagedNew is the table of the records that a batch stored itself, because they were new,
// and that wait for a merge to say who they are.
const StagedNew = "etl.staged_new"

// NewRecord is a row of it.
type NewRecord struct {
	Source   string `col:"source"`
	SourceID string `col:"source_id"`
	Place    int64  `col:"place"` // in its batch
}

// unstamped are the columns of a staged row but for its stamp, which has taken the
// name of the row's own pipeline.
func unstamped[R any](columns []schema.Column[R]) []schema.Column[R] {
	return schema.Without(columns, "pipeline")
}

func newStage[R any](name string, columns []schema.Column[R]) schema.TableInfo {
	info := infoOf("etl.staged_"+name, stampColumns)
	for _, c := range unstamped(columns) {
		if c.Type == schema.JSON {
			c.Type = schema.Text // cast when it is merged
		}
		info.Columns = append(info.Columns, c.ColumnInfo)
	}
	return info
}

// Stages lists the staging tables.
func Stages() []schema.TableInfo {
	return []schema.TableInfo{
		newStage("versions", VersionColumns),
		newStage("new", NewColumns),
		newStage("matches", MatchColumns),
		newStage("events", schema.EventColumns),
		newStage("audiences", schema.Audiences.Columns),
		newStage("seen", SeenColumns),
		newStage("sweeps", SweepColumns),
		newStage("days", DayColumns),
		newStage("gone_matches", MatchKeyColumns),
		newStage("gone_events", EventKeyColumns),
	}
}

// Stage makes the frame that appends rows to a staging table.
func Stage[R any](name, pipeline string, seq int64, columns []schema.Column[R], rows []R) rowio.Frame {
	stamps := rowio.Vectors(stampColumns, slices.Repeat([]stamp{{pipeline, seq}}, len(rows)))
	return rowio.FrameOf("etl.staged_"+name, append(stamps, rowio.Vectors(unstamped(columns), rows)...), len(rows))
}

// LastSeqSQL finds the place of the last commit that is still staged.
func LastSeqSQL() string {
	var parts []string
	for _, s := range Stages() {
		parts = append(parts, fmt.Sprintf("SELECT max(seq) AS seq FROM %s", s.Name))
	}
	return "SELECT coalesce(max(seq), 0) FROM (" + strings.Join(parts, " UNION ALL ") + ")"
}
