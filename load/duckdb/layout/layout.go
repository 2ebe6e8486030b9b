// Package layout says what a warehouse file holds: its tables, the views that
// analysts may rely on, the staging tables, and the keys by which identifiers are
// compared. It runs no statement.
package layout

import (
	"fmt"
	"strings"

	"contactsync/load"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Version is the layout of the warehouse that this program writes.
const Version = 10

var (
	MatchColumns  = schema.ColumnsOf[load.Match]()
	RecordColumns = schema.ColumnsOf[load.Record]()
	personColumns = []schema.ColumnInfo{
		{Name: "source", Type: schema.Text}, {Name: "source_id", Type: schema.Text}, {Name: "contact_id", Type: schema.Text},
	}
)

// Identifiers are the identifiers of records, and the keys by which they are compared.
var Identifiers = schema.Table[Identifier]{Name: "etl.identifiers", Columns: schema.ColumnsOf[Identifier]()}

// StaleRecords is the table of the records that no longer linked others when people were
// last resolved.
const StaleRecords = "etl.stale_records"

// StaleBefore is the table of the one time before which memberships had to end, when
// people were last resolved, for their records to be stale. It is empty where that tells
// nothing of StaleRecords.
const StaleBefore = "etl.stale_before"

// Matching and CrowdedBlocks are the tables of what the pairs of load/duckdb/match depend
// on beside the records, and of the blocks that are too large for any.
const (
	Matching      = "etl.matching"
	CrowdedBlocks = "etl.crowded_blocks"
)

// Sweeps is the table of the sweeps whose members etl.sweep_members holds: those under
// way, and of each audience the last that ended, if it was in doubt.
const Sweeps = "etl.sweeps"

var sweepColumns = []schema.ColumnInfo{
	{Name: "source", Type: schema.Text}, {Name: "audience_id", Type: schema.Text}, {Name: "sweep", Type: schema.Text},
	{Name: "unnamed", Type: schema.Integer}, {Name: "doubt", Type: schema.Text}, // NULL: under way
}

func infoOf[R any](name string, columns []schema.Column[R]) schema.TableInfo {
	return schema.Table[R]{Name: name, Columns: columns}.Info()
}

// Tables lists the stored tables of the current layout.
func Tables() []schema.TableInfo {
	list := []schema.TableInfo{
		infoOf("etl.records", RecordColumns),
		infoOf("etl.versions", schema.VersionColumns),
		Identifiers.Info(),
		infoOf("etl.matches", MatchColumns),
		infoOf("etl.events", schema.EventColumns),
		infoOf("etl.members", schema.MemberColumns),
		infoOf("etl.sweep_members", SeenColumns),
		{Name: Sweeps, Columns: sweepColumns},
		infoOf("etl.contacts", schema.Contacts.Columns),
		{Name: "etl.people", Columns: personColumns},
		schema.Moves.Info(), schema.Warnings.Info(), schema.CandidatePairs.Info(),
		{Name: "etl.identity", Columns: []schema.ColumnInfo{
			{Name: "rules", Type: schema.Text}, {Name: "overrides", Type: schema.Text}, {Name: "guard", Type: schema.Text},
		}},
		{Name: StaleRecords, Columns: []schema.ColumnInfo{{Name: "source", Type: schema.Text}, {Name: "source_id", Type: schema.Text}}},
		{Name: StaleBefore, Columns: []schema.ColumnInfo{{Name: "ended", Type: schema.Time}}},
		{Name: Matching, Columns: []schema.ColumnInfo{{Name: "rules", Type: schema.Text}, {Name: "records", Type: schema.Integer}}},
		{Name: CrowdedBlocks, Columns: []schema.ColumnInfo{{Name: "key", Type: schema.Integer}}},
		{Name: "etl.overridden", Columns: []schema.ColumnInfo{{Name: "source", Type: schema.Text}, {Name: "source_id", Type: schema.Text}}},
		{Name: "etl.changes", Columns: []schema.ColumnInfo{{Name: "pipeline", Type: schema.Text}, {Name: "change", Type: schema.Integer}}},
		{Name: "etl.outputs", Columns: []schema.ColumnInfo{{Name: "output", Type: schema.Text}, {Name: "change", Type: schema.Integer}}},
		schema.Audiences.Info(), schema.Changes.Info(), schema.Runs.Info(), schema.Checkpoints.Info(),
		schema.Rejects.Info(), schema.Suppressions.Info(), schema.Forgets.Info(), schema.Erasures.Info(), schema.Drifts.Info(), schema.Fields.Info(),
		schema.Enrichments.Info(), schema.AskedPeople.Info(),
	}
	return append(list, Stages()...)
}

// SQL creates everything that a new warehouse holds.
func SQL() []string {
	statements := []string{
		"CREATE SCHEMA etl",
		"CREATE TABLE etl.meta (layout INTEGER NOT NULL, rules INTEGER)", // rules: by which everything stored was normalised; NULL: by older ones
		fmt.Sprintf("INSERT INTO etl.meta VALUES (%d, NULL)", Version),
	}
	for _, t := range Tables() {
		statements = append(statements, CreateTable(t))
	}
	return append(statements, viewsSQL()...)
}

// CreateTable creates one table.
func CreateTable(t schema.TableInfo) string {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = rowio.Quote(c.Name) + " " + string(c.Type)
		if c.Name == "payload" { // the bulk of a warehouse, and read seldom
			columns[i] += " USING COMPRESSION zstd"
		}
	}
	return fmt.Sprintf("CREATE TABLE %s (%s)", t.Name, strings.Join(columns, ", "))
}
