package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Data is what the warehouse holds, in counts and names of companies: it names no person.
type Data struct {
	Growth   []Growth       // oldest first
	Fills    []Fill         // by vendor, the contacts last
	Overlaps []Overlap      // most people first
	Accounts []HotAccount   // most people of the last week first
	Topics   []RisingTopic  // those that rise most first
	Changes  []FieldChange  // of the last week of changes, most first
	Moves    []Move         // likewise, from company to company
	Missing  []MissingTable // what could not be told
}

// Growth is how many records of a vendor were first seen on a day.
type Growth struct {
	Day     schema.Date `col:"day"`
	Source  string      `col:"source"`
	Records int64       `col:"records"`
}

// Fill is how many rows have a value in a column.
type Fill struct {
	Source string `col:"source"` // "" = the contacts, merged over all vendors
	Column string `col:"column"`
	Filled int64  `col:"filled"`
	Rows   int64  `col:"rows"`
}

// HotAccount is a company with intent in the last four weeks of data.
type HotAccount struct {
	Domain         string      `col:"company_domain"`
	Name           string      `col:"company_name"`
	People7D       int64       `col:"people_7d"`
	People28D      int64       `col:"people_28d"`
	Topics         int64       `col:"topics"`
	DecisionMakers int64       `col:"decision_makers"`
	Reachable      int64       `col:"reachable"`
	LastDataDate   schema.Date `col:"last_data_date"`
}

// RisingTopic is how many people a topic interested in the last week of data and in the
// week before it.
type RisingTopic struct {
	Topic        string `col:"topic_id"`
	People7D     int64  `col:"people_7d"`
	PeoplePrev7D int64  `col:"people_prev_7d"`
	Change       int64  `col:"change"`
}

// FieldChange is how often a golden value changed.
type FieldChange struct {
	Field    string `col:"field"`
	Changes  int64  `col:"changes"`
	Contacts int64  `col:"contacts"`
}

// Move is how many people left one company for another.
type Move struct {
	Old    string `col:"old_company"`
	New    string `col:"new_company"`
	People int64  `col:"people"`
}

// MissingTable is a table or view that a part of [Data] is read from and that is not there.
type MissingTable struct{ Part, Table string }

type tableName struct {
	Name string `col:"name"`
}

var (
	growthColumns  = schema.ColumnsOf[Growth]()
	fillColumns    = schema.ColumnsOf[Fill]()
	accountColumns = schema.ColumnsOf[HotAccount]()
	topicColumns   = schema.ColumnsOf[RisingTopic]()
	changeColumns  = schema.ColumnsOf[FieldChange]()
	moveColumns    = schema.ColumnsOf[Move]()
	nameColumns    = schema.ColumnsOf[tableName]()
)

// filled are the columns whose fill tells what a vendor is good for.
var filled = []string{
	"email", "business_email", "phone", "linkedin_url", "full_name", "job_title", "seniority", "company_name", "company_domain", "country",
}

// atMost is how many rows a list of [Data] has.
const atMost = 12

// lastWeek are the changes of the week up to the newest: by the clock, a warehouse that
// rests would show none.
const lastWeek = "changed_at > (SELECT max(changed_at) FROM contact_changes) - INTERVAL 7 DAY"

// ReadData reads what the data page shows; days are those of a time zone. A part whose
// table or view is not there, as in a snapshot of an older program, is left out.
func ReadData(ctx context.Context, from Connector, zone string) (d Data, err error) {
	there := map[string]bool{}
	if err := rowio.Query(ctx, from, nameColumns, func(t *tableName) error { there[t.Name] = true; return nil },
		"SELECT CASE table_schema WHEN 'main' THEN '' ELSE table_schema || '.' END || table_name AS name FROM information_schema.tables"); err != nil {
		return d, err
	}
	for _, part := range []struct {
		name  string
		needs []string
		read  func() error
	}{
		{"contacts over time", []string{"etl.records"}, func() error { d.Growth, err = growth(ctx, from, zone); return err }},
		{"fill rates", []string{"etl.records", "etl.contacts"}, func() error { d.Fills, err = fills(ctx, from); return err }},
		{"overlap", []string{"vendor_overlap"}, func() error { d.Overlaps, err = Overlaps(ctx, from); return err }},
		{"hot accounts", []string{"hot_accounts"}, func() error { d.Accounts, err = hotAccounts(ctx, from); return err }},
		{"rising topics", []string{"rising_topics"}, func() error { d.Topics, err = risingTopics(ctx, from); return err }},
		{"last changes", []string{"contact_changes"}, func() error { d.Changes, err = fieldChanges(ctx, from); return err }},
		{"changes of employer", []string{"contact_changes", "job_changes"}, func() error { d.Moves, err = moves(ctx, from); return err }},
	} {
		if i := slices.IndexFunc(part.needs, func(table string) bool { return !there[table] }); i >= 0 {
			d.Missing = append(d.Missing, MissingTable{part.name, part.needs[i]})
			continue
		}
		if err := part.read(); err != nil {
			return d, fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return d, nil
}

// growth asks the part of source_contacts that tells it: who the record's person is, and
// where it is listed, takes several times as long as counting.
func growth(ctx context.Context, from Connector, zone string) ([]Growth, error) {
	return rowio.Select(ctx, from, growthColumns, `(
		SELECT (first_seen_at AT TIME ZONE $1)::DATE AS day, source, count(*) AS records FROM etl.records
		WHERE first_seen_at IS NOT NULL GROUP BY ALL
	) t ORDER BY day, source`, zone)
}

// fills asks the parts of source_contacts and contacts that tell it, as [growth] does.
func fills(ctx context.Context, from Connector) ([]Fill, error) {
	names, counts := make([]string, len(filled)), make([]string, len(filled))
	for i, column := range filled {
		names[i], counts[i] = "'"+column+"'", "count("+column+")"
	}
	columns, counted := "["+strings.Join(names, ", ")+"]", "["+strings.Join(counts, ", ")+"]"
	return rowio.Select(ctx, from, fillColumns, fmt.Sprintf(`(
		SELECT source, unnest(%[1]s) AS "column", unnest(n) AS filled, "rows" FROM (
			SELECT source, count(*) AS "rows", %[2]s AS n FROM etl.records GROUP BY source
			UNION ALL SELECT NULL, count(*), %[2]s FROM etl.contacts)
	) t ORDER BY source NULLS LAST, list_position(%[1]s, "column")`, columns, counted))
}

func hotAccounts(ctx context.Context, from Connector) ([]HotAccount, error) {
	return rowio.Select(ctx, from, accountColumns,
		"hot_accounts t ORDER BY people_7d DESC, people_28d DESC, reachable DESC, company_name, company_domain LIMIT $1", atMost)
}

func risingTopics(ctx context.Context, from Connector) ([]RisingTopic, error) {
	return rowio.Select(ctx, from, topicColumns, "rising_topics t WHERE people_7d > 0 ORDER BY change DESC, people_7d DESC, topic_id LIMIT $1", atMost)
}

func fieldChanges(ctx context.Context, from Connector) ([]FieldChange, error) {
	return rowio.Select(ctx, from, changeColumns, `(
		SELECT field, count(*) AS changes, count(DISTINCT contact_id) AS contacts FROM contact_changes WHERE `+lastWeek+` GROUP BY field
	) t ORDER BY changes DESC, field LIMIT $1`, atMost)
}

func moves(ctx context.Context, from Connector) ([]Move, error) {
	return rowio.Select(ctx, from, moveColumns, `(
		SELECT old_company, new_company, count(DISTINCT contact_id) AS people FROM job_changes
		WHERE old_company <> new_company AND `+lastWeek+` GROUP BY ALL
	) t ORDER BY people DESC, old_company, new_company LIMIT $1`, atMost)
}
