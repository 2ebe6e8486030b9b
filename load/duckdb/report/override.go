package report

import (
	"context"
	"encoding/json"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// OverrideCount is how many overrides of a kind there are, and what has come of them.
type OverrideCount struct {
	Override string `json:"override"` // always or never
	Pairs    int64  `json:"pairs"`
	Applied  int64  `json:"applied"` // people are as they say
	Idle     int64  `json:"idle"`    // one of the two is no record yet
}

// outcome is what an override has come to; there is none where it names nobody.
type outcome struct {
	Override  int64  `col:"override"`   // its place in the list
	ContactID string `col:"contact_id"` // the one contact that all who are named are part of, "" where they are of several
	Apart     bool   `col:"apart"`      // no contact is named by both of its sides
}

var outcomeColumns = schema.ColumnsOf[outcome]()

// naming is one way in which an override names records.
type naming struct {
	Override int    `json:"override"`
	Side     int    `json:"side"`
	Source   string `json:"source,omitempty"`
	SourceID string `json:"source_id,omitempty"`
	Kind     string `json:"kind,omitempty"`
	Value    string `json:"value,omitempty"`
}

func namingsOf(overrides []load.Override) []naming {
	list := []naming{}
	for k, o := range overrides {
		for side, s := range []load.Selector{o.A, o.B} {
			if s.Source != "" {
				list = append(list, naming{Override: k, Side: side, Source: s.Source, SourceID: s.SourceID})
			}
			for _, id := range s.Identifiers {
				list = append(list, naming{Override: k, Side: side, Kind: string(id.Kind), Value: id.Value})
			}
		}
	}
	return list
}

// outcomes reads, in their order, what the overrides have come to of which both sides name
// somebody.
func outcomes(ctx context.Context, from Connector, overrides []load.Override) ([]outcome, error) {
	if len(overrides) == 0 {
		return nil, nil
	}
	namings, err := json.Marshal(namingsOf(overrides))
	if err != nil {
		return nil, err
	}
	return rowio.Select(ctx, from, outcomeColumns, `(
		WITH selectors AS (SELECT unnest(from_json($1, '[{"override": "BIGINT", "side": "INTEGER", "source": "VARCHAR", "source_id": "VARCHAR",
			"kind": "VARCHAR", "value": "VARCHAR"}]'), recursive := true)),
		named AS (
			SELECT override, side, source, source_id FROM selectors WHERE source IS NOT NULL
			UNION SELECT s.override, s.side, i.source, i.source_id FROM selectors s
				JOIN etl.identifiers i ON i.key = `+layout.KeySQL("s.kind", "s.value")+` AND i.kind = s.kind),
		sides AS (
			SELECT override, list(DISTINCT contact_id) FILTER (side = 0) AS a, list(DISTINCT contact_id) FILTER (side = 1) AS b
			FROM named JOIN etl.people USING (source, source_id) GROUP BY override)
		SELECT override, CASE WHEN len(list_distinct(a || b)) = 1 THEN a[1] END AS contact_id, NOT list_has_any(a, b) AS apart
		FROM sides WHERE a IS NOT NULL AND b IS NOT NULL
	) t ORDER BY override`, string(namings))
}

// countOutcomes counts what the overrides have come to, by kind.
func countOutcomes(overrides []load.Override, said []outcome) []OverrideCount {
	always, never := OverrideCount{Override: "always"}, OverrideCount{Override: "never"}
	for k, o := range overrides {
		count := &never
		if o.Always {
			count = &always
		}
		count.Pairs++
		if len(said) == 0 || said[0].Override != int64(k) {
			count.Idle++
			continue
		}
		if o.Always && said[0].ContactID != "" || !o.Always && said[0].Apart {
			count.Applied++
		}
		said = said[1:]
	}
	return []OverrideCount{always, never}
}

// contactsJoined is a JSON list of the contacts in which an override's two people are one.
func contactsJoined(overrides []load.Override, said []outcome) string {
	ids := []string{}
	for _, s := range said {
		if overrides[s.Override].Always && s.ContactID != "" {
			ids = append(ids, s.ContactID)
		}
	}
	list, _ := json.Marshal(ids) // texts always encode
	return string(list)
}
