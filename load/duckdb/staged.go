package duckdb

import (
	"context"
	"encoding/json"

	"contactsync/load"
	"contactsync/load/duckdb/merge"
	"contactsync/schema"
)

// foldStaged tells who the records with staged versions are of, as a merge would.
func (f finder) foldStaged(ctx context.Context, fold load.Fold) error {
	if err := f.run(ctx,
		"CREATE OR REPLACE TEMP TABLE staged_records (source VARCHAR, source_id VARCHAR, emails VARCHAR[])",
		"CREATE OR REPLACE TEMP TABLE staged_identifiers (source VARCHAR, source_id VARCHAR, kind VARCHAR, value VARCHAR)"); err != nil {
		return err
	}
	return merge.FoldStaged(ctx, f.conn, f.catalog, fold, func(list []load.Folded) error { return f.addStaged(ctx, list) })
}

func (f finder) addStaged(ctx context.Context, list []load.Folded) error {
	type carried struct {
		Source   string      `json:"source"`
		SourceID string      `json:"source_id"`
		Kind     schema.Kind `json:"kind"`
		Value    string      `json:"value"`
	}
	type record struct {
		Source   string   `json:"source"`
		SourceID string   `json:"source_id"`
		Emails   []string `json:"emails"`
	}
	var records []record
	identifiers := []carried{}
	for _, r := range list {
		records = append(records, record{r.Record.Source, r.Record.SourceID, r.Record.Emails})
		for _, i := range r.Identifiers {
			identifiers = append(identifiers, carried{i.Source, i.SourceID, i.Kind, i.Value})
		}
	}
	if err := f.insertJSON(ctx, "staged_records", `[{"source":"VARCHAR","source_id":"VARCHAR","emails":["VARCHAR"]}]`, records); err != nil {
		return err
	}
	return f.insertJSON(ctx, "staged_identifiers", `[{"source":"VARCHAR","source_id":"VARCHAR","kind":"VARCHAR","value":"VARCHAR"}]`, identifiers)
}

// insertJSON adds rows, a list of structures of this form, to a temporary table.
func (f finder) insertJSON(ctx context.Context, table, form string, rows any) error {
	list, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = f.conn.ExecContext(ctx, "INSERT INTO "+table+" SELECT r.* FROM (SELECT unnest(from_json($1, '"+form+"')) AS r)", string(list))
	return err
}
