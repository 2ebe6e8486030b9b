package merge

import (
	"context"
	"encoding/json"

	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// refuse notes an override that does nothing, once.
func refuse(m *load.Merged, override, side int, reason load.UnappliedReason) {
	for _, u := range m.Unapplied {
		if u.Override == override && u.Reason == reason {
			return
		}
	}
	m.Unapplied = append(m.Unapplied, load.Unapplied{Override: override, Side: side, Reason: reason})
}

// selectorRow is one way in which an override names a record.
type selectorRow struct {
	Override int    `json:"override"`
	Side     int    `json:"side"`
	Always   bool   `json:"always"`
	Source   string `json:"source,omitempty"`
	SourceID string `json:"source_id,omitempty"`
	Kind     string `json:"kind,omitempty"`
	Value    string `json:"value,omitempty"`
}

func selectorRows(overrides []load.Override) []selectorRow {
	var rows []selectorRow
	for k, o := range overrides {
		for side, s := range []load.Selector{o.A, o.B} {
			if s.Source != "" {
				rows = append(rows, selectorRow{Override: k, Side: side, Always: o.Always, Source: s.Source, SourceID: s.SourceID})
			}
			for _, id := range s.Identifiers {
				rows = append(rows, selectorRow{Override: k, Side: side, Always: o.Always, Kind: string(id.Kind), Value: id.Value})
			}
		}
	}
	return rows
}

// overrides finds the records that overrides name now (named) and named at the
// merge before (overridden_before), and whether that changed (named_digest). Where there
// is none and was none, g.unnamed, there are no such tables.
func (g *merge) overrides(ctx context.Context, people load.People) error {
	named, err := g.has(ctx, "FROM etl.overridden UNION ALL SELECT overrides, NULL FROM etl.identity WHERE overrides IS NOT NULL")
	if g.unnamed = !named && len(people.Overrides) == 0; err != nil || g.unnamed {
		return err
	}
	rows, err := json.Marshal(selectorRows(people.Overrides))
	if err != nil {
		return err
	}
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE selectors AS SELECT unnest(from_json($1, '[{"override": "INTEGER", "side": "INTEGER", "always": "BOOLEAN",
			"source": "VARCHAR", "source_id": "VARCHAR", "kind": "VARCHAR", "value": "VARCHAR"}]'), recursive := true)`, string(rows)); err != nil {
		return err
	}
	if err := g.fetchNamed(ctx); err != nil {
		return err
	}
	for _, query := range []string{
		`CREATE OR REPLACE TEMP TABLE named AS
			SELECT s.*, r.surname_hash FROM (
				SELECT override, side, always, source, source_id FROM selectors WHERE source IS NOT NULL
				UNION
				SELECT s.override, s.side, s.always, i.source, i.source_id FROM selectors s JOIN etl.identifiers i ON i.key = ` + layout.KeySQL("s.kind", "s.value") + ` AND i.kind = s.kind
			) s JOIN etl.records r USING (source, source_id)`,
		"CREATE OR REPLACE TEMP TABLE overridden_before AS FROM etl.overridden",
	} {
		if err := g.exec(ctx, query); err != nil {
			return err
		}
	}
	if err := g.dropUnclear(ctx, people); err != nil {
		return err
	}
	for _, query := range []string{
		"CREATE OR REPLACE TEMP TABLE named_digest AS SELECT sha256(string_agg(concat_ws(':', override, side, always, source, source_id), ' ' ORDER BY override, side, source, source_id)) AS digest FROM named",
		"CREATE OR REPLACE TEMP TABLE named_digest AS SELECT digest, digest IS DISTINCT FROM (SELECT any_value(overrides) FROM etl.identity) AS changed FROM named_digest",
		"DELETE FROM etl.overridden",
		"INSERT INTO etl.overridden BY NAME SELECT DISTINCT source, source_id FROM named",
	} {
		if err := g.exec(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// namedCount is what one side of an override names.
type namedCount struct {
	Override int64 `col:"override"`
	Side     int64 `col:"side"`
	Records  int64 `col:"records"`
	Surnames int64 `col:"surnames"`
}

// namedPair is two records, by number, that an override speaks of.
type namedPair struct {
	Override int64 `col:"override"`
	Always   bool  `col:"always"`
	A        int64 `col:"a"`
	B        int64 `col:"b"`
}

var (
	namedCountColumns = schema.ColumnsOf[namedCount]()
	namedPairColumns  = schema.ColumnsOf[namedPair]()
)

// dropUnclear drops the overrides that name nobody, or nobody in particular.
func (g *merge) dropUnclear(ctx context.Context, people load.People) error {
	if len(people.Overrides) == 0 {
		return nil
	}
	found := map[[2]int64]namedCount{}
	err := rowio.Read(ctx, g.Conn, namedCountColumns, func(c *namedCount) error {
		found[[2]int64{c.Override, c.Side}] = *c
		return nil
	}, "SELECT override::BIGINT, side::BIGINT, count(*), count(DISTINCT nullif(surname_hash, 0)) FROM named GROUP BY ALL")
	if err != nil {
		return err
	}
	for k := range people.Overrides {
		clear := true
		for side := range 2 {
			c := found[[2]int64{int64(k), int64(side)}]
			switch {
			case c.Records == 0:
				refuse(&g.merged, k, side, load.Nobody)
				clear = false
			case c.Records > layout.MaxNamed || people.MaxNames > 0 && c.Surnames > int64(people.MaxNames):
				refuse(&g.merged, k, side, load.TooMany)
				clear = false
			}
		}
		if !clear {
			if err := g.exec(ctx, "DELETE FROM named WHERE override = $1", k); err != nil {
				return err
			}
		}
	}
	return nil
}

// overridden gives the graph its pairs, every record of one side with every
// record of the other. Those who shall be one person are all joined to the first.
// The order is that of the overrides, then of their sides and the records' keys: it does
// not depend on arrival. Pairs are the overrides behind graph.Always.
func (g *merge) overridden(ctx context.Context, graph *identity.Graph) (pairs []int, err error) {
	if g.unnamed {
		return nil, nil
	}
	err = rowio.Read(ctx, g.Conn, namedPairColumns, func(p *namedPair) error {
		numbers := [2]int32{int32(p.A), int32(p.B)}
		if !p.Always {
			graph.Never = append(graph.Never, numbers)
			return nil
		}
		graph.Always = append(graph.Always, numbers)
		pairs = append(pairs, int(p.Override))
		return nil
	}, `WITH numbered AS (
			SELECT m.override, m.side, m.always, m.source, m.source_id, n.n,
				row_number() OVER (PARTITION BY m.override ORDER BY m.side, m.source, m.source_id) AS place
			FROM named m JOIN nodes n USING (source, source_id) WHERE NOT n.neighbour
		)
		SELECT a.override::BIGINT AS override, a.always, a.n AS a, b.n AS b
		FROM numbered a JOIN numbered b ON b.override = a.override AND CASE WHEN a.always THEN a.place = 1 AND b.place > 1 ELSE a.side = 0 AND b.side = 1 END
		WHERE a.n <> b.n
		ORDER BY a.override, a.place, b.place`)
	return pairs, err
}
