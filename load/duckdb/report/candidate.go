package report

import (
	"context"
	"encoding/json"
	"fmt"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// RecordKey names a record.
type RecordKey struct {
	Source   string `col:"source" json:"source"`
	SourceID string `col:"source_id" json:"source_id"`
}

// String is the record as source:id.
func (k RecordKey) String() string { return k.Source + ":" + k.SourceID }

// Candidate is a pair of records that a human may decide, and what it would be worth.
type Candidate struct {
	schema.CandidatePair
	ContactID      string `col:"contact_id"`
	OtherContactID string `col:"other_contact_id"` // the same where the pair is joined
	Intent         bool   `col:"intent"`           // one of them has intent in the last 28 days of data
	Reachable      bool   `col:"reachable"`        // one of them has a deliverable address or a phone that may be called
}

// Records are the two of the pair.
func (c Candidate) Records() [2]RecordKey {
	return [2]RecordKey{{c.Source, c.SourceID}, {c.OtherSource, c.OtherSourceID}}
}

// askedSQL are the pairs of which a human is asked, with the contacts of both records. Of two
// people whom the guard keeps apart by more than twelve bits nobody need be asked, and of
// two records that match nothing is to be decided where others made one person of them. A
// match that was to be joined may be kept apart, by a human or the guard.
const askedSQL = `(SELECT c.* REPLACE (c.joined AND a.contact_id = b.contact_id AS joined), a.contact_id, b.contact_id AS other_contact_id
	FROM etl.candidate_pairs c
	JOIN etl.people a USING (source, source_id)
	JOIN etl.people b ON b.source = c.other_source AND b.source_id = c.other_source_id
	WHERE CASE c.reason WHEN '` + schema.PairGuard + `' THEN c.joined OR coalesce(c.bits, 0) >= -12
		ELSE c.joined OR a.contact_id <> b.contact_id END)`

var candidateColumns = schema.ColumnsOf[Candidate]()

// Candidates lists the pairs that evidence and identifiers disagree on, the most valuable
// first: with intent, then those who can be reached, then by how little the evidence says.
func Candidates(ctx context.Context, from Connector) ([]Candidate, error) {
	// Where there are none, looking for what they are worth would be most of what `sync status` does.
	if some, err := rowio.Texts(ctx, from, "SELECT source AS value FROM etl.candidate_pairs LIMIT 1"); err != nil || len(some) == 0 {
		return nil, err
	}
	return rowio.Select(ctx, from, candidateColumns, `(
		WITH pairs AS MATERIALIZED (FROM `+askedSQL+`),
		involved AS MATERIALIZED (SELECT contact_id FROM pairs UNION SELECT other_contact_id FROM pairs),
		interested AS MATERIALIZED (
			SELECT DISTINCT p.contact_id FROM etl.matches m JOIN etl.people p ON p.source = 'intent' AND p.source_id = m.source_id
			WHERE m.data_date > `+layout.NewestSQL+` - 28 AND p.contact_id IN (FROM involved)),
		able AS MATERIALIZED (
			SELECT c.contact_id FROM etl.contacts c WHERE c.contact_id IN (FROM involved) AND `+layout.ReachableSQL+`)
		SELECT *, contact_id IN (FROM interested) OR other_contact_id IN (FROM interested) AS intent,
			contact_id IN (FROM able) OR other_contact_id IN (FROM able) AS reachable
		FROM pairs
	) t ORDER BY intent DESC, reachable DESC, abs(bits), source, source_id, other_source, other_source_id, reason`)
}

// Side is what is shown of one record of a candidate.
type Side struct {
	schema.SourceContact                     // without its payload
	Sources              []string            `col:"sources"`      // vendors that know the person
	RecordCount          int64               `col:"record_count"` // records of the person
	Linking              []schema.Identifier `col:"-"`            // of the record, those that may link
}

// keysSQL makes rows of a list of records.
const keysSQL = `SELECT unnest(from_json($1, '[{"source": "VARCHAR", "source_id": "VARCHAR"}]'), recursive := true)`

var (
	sideColumns    = schema.Without(schema.ColumnsOf[Side](), "payload")
	linkingColumns = schema.Without(schema.IdentifierColumns, "address")
)

// Sides reads records. One that is not stored is missing from the result.
func Sides(ctx context.Context, from Connector, keys []RecordKey) (map[RecordKey]*Side, error) {
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	sides := make(map[RecordKey]*Side, len(keys))
	rows, err := rowio.Select(ctx, from, sideColumns, `(
		SELECT r.*, c.sources, c.record_count FROM (SELECT DISTINCT * FROM (`+keysSQL+`)) JOIN etl.records r USING (source, source_id)
		LEFT JOIN etl.people p USING (source, source_id) LEFT JOIN etl.contacts c USING (contact_id)
	) t`, string(list))
	if err != nil {
		return nil, err
	}
	for i := range rows {
		sides[RecordKey{rows[i].Source, rows[i].SourceID}] = &rows[i]
	}
	err = rowio.Query(ctx, from, linkingColumns, func(id *schema.Identifier) error {
		side := sides[RecordKey{id.Source, id.SourceID}]
		side.Linking = append(side.Linking, *id)
		return nil
	}, `WITH own AS MATERIALIZED (SELECT i.* FROM (SELECT DISTINCT * FROM (`+keysSQL+`)) JOIN `+layout.KeysSQL("etl.identifiers")+` i USING (source, source_id)
			JOIN etl.records r USING (source, source_id)),
		roles AS MATERIALIZED (
			SELECT DISTINCT key FROM etl.identifiers WHERE kind IN `+layout.RoleKinds+` AND key IN (SELECT key FROM own)),
		refused AS MATERIALIZED (
			SELECT `+layout.KeySQL("kind", "value")+` AS key FROM etl.identity_warnings WHERE reason = '`+schema.WarnShared+`')
		SELECT `+rowio.SelectList("i", linkingColumns)+` FROM own i
		WHERE i.key NOT IN (SELECT key FROM roles) AND i.key NOT IN (SELECT key FROM refused)
		ORDER BY i.source, i.source_id, i.kind, i.value`, string(list))
	return sides, err
}

// Named is a record that an override means.
type Named struct {
	RecordKey
	ContactID string `col:"contact_id"`
	Override  int64  `col:"override"`
	Side      int64  `col:"side"`
}

var namedColumns = schema.ColumnsOf[Named]()

// namedSelector is one way in which an override names records.
type namedSelector struct {
	Override int    `json:"override"`
	Side     int    `json:"side"`
	Source   string `json:"source,omitempty"`
	SourceID string `json:"source_id,omitempty"`
	Kind     string `json:"kind,omitempty"`
	Value    string `json:"value,omitempty"`
}

// NamedBy finds the records that the overrides mean which a merge would apply: each of
// their sides means somebody, and nobody in particular who has more than maxNames surnames.
func NamedBy(ctx context.Context, from Connector, overrides []load.Override, maxNames int) ([]Named, error) {
	if len(overrides) == 0 {
		return nil, nil
	}
	var selectors []namedSelector
	for k, o := range overrides {
		for side, s := range []load.Selector{o.A, o.B} {
			if s.Source != "" {
				selectors = append(selectors, namedSelector{Override: k, Side: side, Source: s.Source, SourceID: s.SourceID})
			}
			for _, id := range s.Identifiers {
				selectors = append(selectors, namedSelector{Override: k, Side: side, Kind: string(id.Kind), Value: id.Value})
			}
		}
	}
	list, err := json.Marshal(selectors)
	if err != nil {
		return nil, fmt.Errorf("overrides: %w", err)
	}
	return rowio.Select(ctx, from, namedColumns, `(
		WITH selectors AS MATERIALIZED (SELECT unnest(from_json($1, '[{"override": "BIGINT", "side": "BIGINT",
			"source": "VARCHAR", "source_id": "VARCHAR", "kind": "VARCHAR", "value": "VARCHAR"}]'), recursive := true)),
		named AS MATERIALIZED (
			SELECT s.*, r.surname_hash FROM (
				SELECT override, side, source, source_id FROM selectors WHERE source IS NOT NULL
				UNION
				SELECT s.override, s.side, i.source, i.source_id FROM selectors s
				JOIN etl.identifiers i ON i.key = `+layout.KeySQL("s.kind", "s.value")+` AND i.kind = s.kind
			) s JOIN etl.records r USING (source, source_id)),
		clear AS (
			SELECT override FROM (
				SELECT override, side FROM named GROUP BY ALL
				HAVING count(*) <= $2 AND ($3 = 0 OR count(DISTINCT nullif(surname_hash, 0)) <= $3)
			) GROUP BY ALL HAVING count(*) = 2)
		SELECT n.override, n.side, n.source, n.source_id, p.contact_id
		FROM named n JOIN etl.people p USING (source, source_id) WHERE n.override IN (FROM clear)
	) t ORDER BY override, side, source, source_id`, string(list), layout.MaxNamed, maxNames)
}
