package merge

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"contactsync/internal/identity"
	"contactsync/internal/identity/evidence"
	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// guards are the guards as identity knows them.
var guards = map[load.Guard]identity.Guard{load.GuardOff: identity.Off, load.GuardWarn: identity.Warn, load.GuardOn: identity.On}

// chooseGuard decides by which guard this merge goes: one that is on splits people of a
// warehouse only after a merge of an earlier session has told how many.
func (g *merge) chooseGuard(ctx context.Context, people load.People) error {
	g.merged.Guard = people.Guard
	switch {
	case people.Guard == "":
		g.merged.Guard = load.GuardOff
		return nil
	case people.Guard != load.GuardOn || people.ApplyGuard || g.Warned:
		return nil
	}
	told, err := g.count(ctx, "SELECT count(*) WHERE EXISTS (FROM etl.identity WHERE guard = $1) OR $2 AND NOT EXISTS (FROM etl.people)",
		string(load.GuardOn), g.Rows.None("etl.people"))
	if told == 0 {
		g.merged.Guard = load.GuardWarn
	}
	return err
}

// witness is a record whose testimony is asked for.
type witness struct {
	Place int64 `col:"place"`
	N     int64 `col:"n"`
}

// testimony is what it says.
type testimony struct {
	Work int64 `col:"work"`
	Home int64 `col:"home"`
	schema.SourceContact
}

var (
	witnessColumns   = schema.ColumnsOf[witness]()
	testimonyColumns = only(schema.ColumnsOf[testimony](), append([]string{"work", "home"}, evidence.Columns...)...)
	recordTestimony  = only(schema.SourceContactColumns, evidence.Columns...)
)

// testimonySQL selects what a record r testifies. Of dates it tells the year: who was seen
// a month later has not become somebody else, and most records are dated anew every night.
func testimonySQL() string {
	list := make([]string, len(recordTestimony))
	for i, c := range recordTestimony {
		list[i] = "r." + c.Name
		if c.Type == schema.Time {
			list[i] = "date_trunc('year', r." + c.Name + ")"
		}
	}
	return strings.Join(list, ", ")
}

// testify reads what records say of their people.
func (g *merge) testify(ctx context.Context) identity.Witnesses {
	return func(records []int32) iter.Seq2[*identity.Testimony, error] {
		return func(yield func(*identity.Testimony, error) bool) {
			if err := g.readTestimony(ctx, records, func(t *identity.Testimony) bool { return yield(t, nil) }); err != nil {
				yield(nil, err)
			}
		}
	}
}

// errHeard ends the reading of testimony that nobody asks for any more.
var errHeard = errors.New("heard enough")

func (g *merge) readTestimony(ctx context.Context, records []int32, yield func(*identity.Testimony) bool) error {
	if len(records) == 0 {
		return nil
	}
	if err := g.exec(ctx, "CREATE OR REPLACE TEMP TABLE witnesses (place BIGINT, n BIGINT)"); err != nil {
		return err
	}
	witnesses := make([]witness, len(records))
	for place, n := range records {
		witnesses[place] = witness{int64(place), int64(n)}
	}
	if err := g.Feeds.Insert(ctx, g.Tx, rowio.NewFrame("witnesses", witnessColumns, witnesses)); err != nil {
		return err
	}
	if err := g.exec(ctx, witnessLinksSQL); err != nil {
		return err
	}
	if err := g.exec(ctx, "CREATE OR REPLACE TEMP TABLE told AS SELECT w.place, coalesce(l.work, -1)::BIGINT AS work, coalesce(l.home, -1)::BIGINT AS home, "+testimonySQL()+`
		FROM witnesses w JOIN nodes n USING (n) JOIN etl.records r USING (source, source_id) LEFT JOIN witness_links l USING (place)`); err != nil {
		return err
	}
	var heard identity.Testimony
	for from := 0; from < len(records); from += heardChunk {
		err := rowio.Read(ctx, g.Conn, testimonyColumns, func(t *testimony) error {
			heard.SourceContact, heard.Work, heard.Home = t.SourceContact, int32(t.Work), int32(t.Home)
			if !yield(&heard) {
				return errHeard
			}
			return nil
		}, fmt.Sprintf("SELECT * EXCLUDE (place) FROM told WHERE place >= %d AND place < %d ORDER BY place", from, from+heardChunk))
		if errors.Is(err, errHeard) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// heardChunk is how many witnesses are sorted at a time: to sort all of a million records'
// takes more memory than the engine has.
const heardChunk = 40_000

// witnessLinksSQL finds the links that the addresses of witnesses are, before what they say
// is read: the joins of one statement hold their tables in memory side by side, and that of
// links is as large as the warehouse.
var witnessLinksSQL = `CREATE OR REPLACE TEMP TABLE witness_links AS
	WITH mailboxes AS (SELECT DISTINCT key, address_key FROM etl.identifiers WHERE kind = 'email_sha256' AND address_key IS NOT NULL),
	addresses AS (
		SELECT w.place, unnest([true, false]) AS is_work, unnest([
			` + layout.KeySQL("'email_sha256'", "sha256(r.business_email)") + `, ` + layout.KeySQL("'email_sha256'", "sha256(r.personal_email)") + `]) AS key
		FROM witnesses w JOIN nodes n USING (n) JOIN etl.records r USING (source, source_id)
	),
	keys AS (SELECT a.place, a.is_work, coalesce(m.address_key, a.key) AS key FROM addresses a LEFT JOIN mailboxes m USING (key) WHERE a.key IS NOT NULL)
	SELECT k.place, max(l.n) FILTER (k.is_work) AS work, max(l.n) FILTER (NOT k.is_work) AS home FROM keys k JOIN links l USING (key) GROUP BY k.place`

// candidate is two records of which identifiers and evidence do not say the same.
type candidate struct {
	A          int64   `col:"a"`
	B          int64   `col:"b"`
	Identifier int64   `col:"identifier"`
	Bits       float64 `col:"bits"`
}

var candidateColumns = schema.ColumnsOf[candidate]()

// candidates renews the pairs of people that share an identifier which evidence keeps from
// joining them.
func (g *merge) candidates(ctx context.Context, p identity.Partition) error {
	pairs := make([]candidate, len(p.Candidates))
	for i, c := range p.Candidates {
		pairs[i] = candidate{int64(c.A), int64(c.B), int64(c.Identifier), c.Bits}
	}
	concerned := ` WHERE c.reason = $1 AND EXISTS (FROM nodes n WHERE NOT n.neighbour
		AND (n.source = c.source AND n.source_id = c.source_id OR n.source = c.other_source AND n.source_id = c.other_source_id))`
	if g.everything {
		concerned = " WHERE c.reason = $1"
	}
	if err := g.exec(ctx, "DELETE FROM etl.candidate_pairs c"+concerned, schema.PairGuard); err != nil || len(pairs) == 0 {
		return err
	}
	if err := g.exec(ctx, "CREATE OR REPLACE TEMP TABLE candidates (a BIGINT, b BIGINT, identifier BIGINT, bits DOUBLE)"); err != nil {
		return err
	}
	if err := g.Feeds.Insert(ctx, g.Tx, rowio.NewFrame("candidates", candidateColumns, pairs)); err != nil {
		return err
	}
	if err := g.Rows.By(ctx, "etl.people", recordKey, "SELECT source, source_id FROM nodes WHERE n IN (SELECT unnest([a, b]) FROM candidates)"); err != nil {
		return err
	}
	return g.exec(ctx, `INSERT INTO etl.candidate_pairs BY NAME
		WITH shown AS (
			SELECT l.n, min({kind: i.kind, value: i.value}) AS shown FROM (SELECT DISTINCT identifier AS n FROM candidates) JOIN links l USING (n)
			JOIN carriers b USING (key) JOIN etl.identifiers i ON i.rowid = b.identifier GROUP BY l.n
		)
		SELECT a.source, a.source_id, b.source AS other_source, b.source_id AS other_source_id, $1 AS reason,
			s.shown.kind AS kind, s.shown.value AS value, c.bits, o.contact_id = q.contact_id AS joined, $2 AS found_at, $3 AS run_id
		FROM candidates c JOIN nodes a ON a.n = c.a JOIN nodes b ON b.n = c.b JOIN shown s ON s.n = c.identifier
		JOIN etl.people o ON o.source = a.source AND o.source_id = a.source_id JOIN etl.people q ON q.source = b.source AND q.source_id = b.source_id`,
		schema.PairGuard, g.At, g.Run.RunID)
}
