package duckdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// derived are the columns that later layouts have added, with what they are for
// a row t that an older one wrote.
var derived = []struct {
	since         int
	table, column string
	sql           string
}{
	// Keys had 128 bits, of which these are kept, and each of a spelling had a row.
	{9, "etl.identifiers", "key", "CASE WHEN t.kind <> '" + string(schema.Spelling) + "' THEN " + halfSQL("t.key") + " END"},
	{9, "etl.identifiers", "address_key", halfSQL("t.address_key")},
	{9, "etl.identifiers", "spellings", "CASE WHEN t.kind = '" + string(schema.Spelling) + "' THEN [" + halfSQL("t.key") + "] END"},
	{2, "etl.identifiers", "key", layout.IdentifierKeySQL("t")},
	{2, "etl.identifiers", "address_key", layout.AddressKeySQL("t")},
	{2, "etl.identifiers", "spellings", "NULL"},
	{3, "etl.staged_audiences", "swept_at", "NULL"},
	{3, "audiences", "swept_at", `CASE WHEN EXISTS (FROM ` + predecessor + `.etl.members m
		WHERE m.source = t.source AND m.audience_id = t.audience_id) THEN t.last_seen_at END`},
	// What an older program staged was folded over what was stored, and a record's
	// only version left its payload to the staged record.
	{4, "etl.staged_versions", "payload", "coalesce(t.payload, (SELECT any_value(r.payload) FROM " + predecessor + `.etl.staged_records r
		WHERE r.pipeline = t.pipeline AND r.seq = t.seq AND r.source = t.source AND r.source_id = t.source_id))`},
	{4, "etl.staged_versions", "place", "0"},
	{4, "etl.staged_versions", "outdated", "false"},
	{4, "etl.staged_versions", "whole", "true"},
	// What an older program staged of a sweep said only whether it was whole.
	{5, "etl.sweep_members", "row", "0"},
	{5, "etl.staged_seen", "row", "0"},
	{5, "etl.staged_sweeps", "ended", "t.complete"},
	{5, "etl.staged_sweeps", "declared", "0"},
	{5, "etl.staged_sweeps", "served", "0"},
	{5, "etl.staged_sweeps", "unnamed", "0"},
	{5, "etl.staged_days", "declared", "0"},
	{5, "etl.staged_days", "unnamed", "0"},
	// What mail to an address comes to is known as far as it was told apart; the rest
	// is in the payloads, from which a replay takes it.
	{5, "etl.records", "email_status", statusOfVerified},
	{5, "etl.records", "email_last_seen_at", "NULL"},
	{5, "etl.records", "phone_kind", "NULL"},
	{5, "etl.records", "phone_source", "NULL"},
	{5, "etl.contacts", "email_status", statusOfVerified},
	{5, "etl.contacts", "email_last_seen_at", "NULL"},
	{5, "etl.contacts", "phone_kind", "NULL"},
	{5, "etl.contacts", "phone_source", "NULL"},
	{5, "etl.fields", "payload_only", "false"},
	// Which address is the best is told otherwise: the next merge makes the golden values
	// of everybody anew, as after a change of priority.
	{5, "etl.identity", "rules", "NULL"},
	// What companies are called for grouping is made of their names by a replay.
	{6, "etl.records", "company_key", "NULL"},
	{6, "etl.contacts", "company_key", "NULL"},
	{7, "etl.identity_warnings", "bits", "NULL"},
	{7, "etl.identity", "guard", "NULL"}, // no guard has told of anybody yet
	// An export's name held the parameters of its URL, and they may hold a secret.
	{8, "etl.outputs", "output", "CASE WHEN contains(t.output, '?') THEN split_part(t.output, ' ', 1) ELSE t.output END"},
}

// halfSQL is the part of a key of 128 bits that is the key now: the upper one, so that keys
// have the order that they had, and identifiers count in it.
func halfSQL(key string) string { return "(" + key + " >> 64)::UBIGINT" }

// added are the tables that later layouts have added: an older file has no rows for them.
var added = map[string]int{
	layout.Sweeps: 5, schema.Enrichments.Name: 5, schema.AskedPeople.Name: 5,
	schema.CandidatePairs.Name: 7, layout.StaleRecords: 7, layout.StaleBefore: 7, layout.Matching: 7, layout.CrowdedBlocks: 7,
	schema.Erasures.Name: 8, layout.StagedNew: 10,
}

// rulesSince is the first layout that knows by which rules its rows were normalised;
// those of an older one were by older rules.
const rulesSince = 6

// statusOfVerified is the email_status of a row that has email_verified alone.
const statusOfVerified = "CASE WHEN t.email_verified THEN '" + string(schema.EmailValid) +
	"' WHEN NOT t.email_verified THEN '" + string(schema.EmailInvalid) + "' END"

// version reads the layout of an opened file.
func (w *file) version(ctx context.Context) (int, error) {
	var layout int
	if err := w.conn.QueryRowContext(ctx, "SELECT layout FROM etl.meta").Scan(&layout); err != nil {
		return 0, fmt.Errorf("this is no warehouse of sync: %w", rowio.Short(err))
	}
	return layout, nil
}

// OlderError says that a warehouse that is only to be read has an older layout.
type OlderError struct{ Layout int }

func (e *OlderError) Error() string {
	const text = "an older sync wrote it (layout %d; this one's is %d): the next `sync run`, or `sync resolve`, brings it up to date"
	return fmt.Sprintf(text, e.Layout, layout.Version)
}

// current returns the warehouse, opened from path, in the layout of this program.
// One of an older layout is copied into a new file that takes its place: killed at
// any instant, there is the old one or the new one, and both are whole.
func (w *Warehouse) current(ctx context.Context, o Options) (*Warehouse, error) {
	from, err := w.version(ctx)
	switch {
	case err != nil:
		return w, err
	case from == layout.Version && o.ReadOnly:
		return w, w.complete(ctx)
	case from == layout.Version:
		return w, w.renew(ctx)
	case from > layout.Version:
		return w, fmt.Errorf("a newer sync wrote it (layout %d; this one knows %d): update sync", from, layout.Version)
	case o.ReadOnly:
		return w, &OlderError{from}
	}
	if err := w.checkpoint(ctx); err != nil {
		return w, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if err := upgrade(ctx, w.path, from, o); err != nil {
		return nil, fmt.Errorf("bring it from layout %d to %d: %w", from, layout.Version, err)
	}
	return attach(ctx, w.path, o)
}

// upgrade copies a warehouse of an older layout into a new file, which takes its
// place.
func upgrade(ctx context.Context, path string, from int, o Options) error {
	s, err := succeed(ctx, path, o)
	if err != nil {
		return err
	}
	if err := s.upgrade(ctx, from); err != nil {
		return errors.Join(err, s.Discard())
	}
	return s.Replace()
}

func (s *Successor) upgrade(ctx context.Context, from int) error {
	const query = "SELECT schema_name || '.' || table_name AS value FROM duckdb_tables() WHERE database_name = '" + predecessor + "'"
	stored, err := rowio.Texts(ctx, s.file, query)
	if err != nil {
		return err
	}
	for _, t := range layout.Tables() {
		lacking := strings.HasPrefix(t.Name, "etl.") && !slices.Contains(stored, t.Name) // it was a snapshot
		if added[t.Name] > from || lacking {
			continue
		}
		values := map[string]string{}
		for _, d := range derived {
			if d.table == t.Name && d.since > from {
				values[d.column] = d.sql
			}
		}
		if err := s.copyTable(ctx, t, values, ""); err != nil {
			return fmt.Errorf("copy %s: %w", t.Name, err)
		}
	}
	if from >= rulesSince {
		if err := execute(ctx, s.conn, "UPDATE etl.meta SET rules = (SELECT rules FROM "+predecessor+".etl.meta)"); err != nil {
			return err
		}
	}
	if _, err := s.conn.ExecContext(ctx, "DETACH "+predecessor); err != nil {
		return err
	}
	_, err = s.Finish(ctx)
	return err
}
