package report

import (
	"context"
	"math"
	"strings"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Quality is how well records were brought together into contacts. It counts; contacts
// stand in it by their ids alone.
type Quality struct {
	Sizes     []SizeCount     `json:"contacts_by_records"`
	Largest   []ContactSize   `json:"largest"`    // of most records
	Crowded   int64           `json:"crowded"`    // contacts under more full names than one person has
	MostNames []ContactSize   `json:"most_names"` // those of them with most
	Links     []FamilyCount   `json:"links"`      // by family of identifiers
	Warnings  []ReasonCount   `json:"warnings"`   // identifiers that link nobody, or not everybody
	Pairs     []PairCount     `json:"pairs"`      // in doubt
	Overrides []OverrideCount `json:"overrides"`  // what identity.overrides says
}

// SizeCount is how many contacts are of so many records.
type SizeCount struct {
	Records  string `json:"records"` // "1", "2", "3-5", ...
	Contacts int64  `json:"contacts"`
}

// ContactSize is how large a contact is.
type ContactSize struct {
	ContactID string `col:"contact_id" json:"contact_id"`
	Records   int64  `col:"records" json:"records"`
	FullNames int64  `col:"full_names" json:"full_names"` // different ones of its records, accents and case apart
}

// FamilyCount is how many contacts a family of identifiers holds together: two of their
// records have one of these in common.
type FamilyCount struct {
	Family   string `col:"family" json:"family"`
	Contacts int64  `col:"contacts" json:"contacts"`
	Alone    int64  `col:"alone" json:"alone"` // those in which no other family does
}

// ReasonCount is how many identifiers link nobody, or not everybody, for one reason. The
// hashes of one address are one.
type ReasonCount struct {
	Reason      string `col:"reason" json:"reason"`
	Identifiers int64  `col:"identifiers" json:"identifiers"`
}

// PairCount is how many pairs of records are in doubt for one reason, by what became of
// them.
type PairCount struct {
	Reason   string `col:"reason" json:"reason"`
	Open     int64  `col:"open" json:"open"`         // two people so far, and nobody has said a word
	Joined   int64  `col:"joined" json:"joined"`     // one person all the same
	Reviewed int64  `col:"reviewed" json:"reviewed"` // identity.overrides names both of them
}

// Doubts is what identity resolution leaves for somebody to look at. It costs little.
type Doubts struct {
	Warnings []ReasonCount
	Largest  ContactSize // without its names; zero: there are no contacts
}

var (
	sizeColumns        = schema.ColumnsOf[sizeCount]()
	contactSizeColumns = schema.ColumnsOf[ContactSize]()
	familyColumns      = schema.ColumnsOf[FamilyCount]()
	reasonColumns      = schema.ColumnsOf[ReasonCount]()
	pairColumns        = schema.ColumnsOf[PairCount]()
)

const (
	namedContacts = 5 // so many contacts a list names
	mostNames     = 5 // more full names than these make a contact doubtful
)

// sizeCount is how many contacts are of exactly so many records.
type sizeCount struct {
	Records  int64 `col:"records"`
	Contacts int64 `col:"contacts"`
}

// sizes are the groups of contacts by records.
var sizes = []struct {
	upTo int64
	name string
}{{1, "1"}, {2, "2"}, {5, "3-5"}, {20, "6-20"}, {200, "21-200"}, {math.MaxInt64, "more"}}

// families are the identifiers that link, by what they are of.
var families = []struct {
	name  string
	kinds []schema.Kind
}{
	{"e-mail", []schema.Kind{schema.EmailSHA256, schema.EmailSHA1, schema.EmailMD5}},
	{"LinkedIn", []schema.Kind{schema.LinkedIn}},
	{"Twitter", []schema.Kind{schema.TwitterID, schema.TwitterHandle}},
	{"ss_id", []schema.Kind{schema.SSID}},
}

// overridden is the family of links that a human made.
const overridden = "override"

// ReadDoubts reads what identity resolution leaves for somebody to look at.
func ReadDoubts(ctx context.Context, from Connector) (d Doubts, err error) {
	if d.Warnings, err = warningsByReason(ctx, from); err != nil {
		return d, err
	}
	largest, err := rowio.Select(ctx, from, contactSizeColumns,
		`(SELECT contact_id, record_count AS records, 0::BIGINT AS full_names FROM etl.contacts
			ORDER BY record_count DESC, contact_id LIMIT 1) t`)
	if len(largest) > 0 {
		d.Largest = largest[0]
	}
	return d, err
}

// ReadQuality measures how well records were brought together, and what the overrides of
// the config have come to.
func ReadQuality(ctx context.Context, from Connector, overrides []load.Override) (q Quality, err error) {
	if q.Sizes, err = contactsBySize(ctx, from); err != nil {
		return q, err
	}
	if err := q.readLargest(ctx, from); err != nil {
		return q, err
	}
	if q.Warnings, err = warningsByReason(ctx, from); err != nil {
		return q, err
	}
	if q.Pairs, err = pairsByReason(ctx, from); err != nil {
		return q, err
	}
	said, err := outcomes(ctx, from, overrides)
	if err != nil {
		return q, err
	}
	q.Overrides = countOutcomes(overrides, said)
	q.Links, err = linksByFamily(ctx, from, contactsJoined(overrides, said))
	return q, err
}

// contactsBySize counts contacts by how many records they are of.
func contactsBySize(ctx context.Context, from Connector) ([]SizeCount, error) {
	list := make([]SizeCount, len(sizes))
	for i, s := range sizes {
		list[i].Records = s.name
	}
	return list, rowio.Query(ctx, from, sizeColumns, func(c *sizeCount) error {
		i := 0
		for c.Records > sizes[i].upTo {
			i++
		}
		list[i].Contacts += c.Contacts
		return nil
	}, "SELECT record_count AS records, count(*) AS contacts FROM etl.contacts GROUP BY ALL")
}

// readLargest reads the contacts of most records, and those of most full names.
func (q *Quality) readLargest(ctx context.Context, from Connector) (err error) {
	if q.Largest, err = rowio.Select(ctx, from, contactSizeColumns, `(
		WITH largest AS (SELECT contact_id, record_count FROM etl.contacts ORDER BY record_count DESC, contact_id LIMIT $1)
		SELECT contact_id, any_value(record_count) AS records, `+fullNames+` AS full_names
		FROM largest JOIN etl.people USING (contact_id) JOIN etl.records r USING (source, source_id) GROUP BY contact_id
	) t ORDER BY records DESC, contact_id`, namedContacts); err != nil {
		return err
	}
	return rowio.Query(ctx, from, contactSizeColumns, func(c *ContactSize) error {
		if q.Crowded++; q.Crowded <= namedContacts {
			q.MostNames = append(q.MostNames, *c)
		}
		return nil
	}, `WITH large AS (SELECT contact_id, record_count FROM etl.contacts WHERE record_count > $1)
		SELECT contact_id, any_value(record_count) AS records, `+fullNames+` AS full_names
		FROM large JOIN etl.people USING (contact_id) JOIN etl.records r USING (source, source_id)
		GROUP BY contact_id HAVING full_names > $1 ORDER BY full_names DESC, records DESC, contact_id`, mostNames)
}

// fullNames counts the different full names among records r.
const fullNames = "count(DISTINCT lower(strip_accents(r.full_name)))"

// warningsByReason counts the identifiers that link nobody, or not everybody. A hash goes
// by the address that it is one of, where any record has that in clear.
func warningsByReason(ctx context.Context, from Connector) ([]ReasonCount, error) {
	return rowio.Select(ctx, from, reasonColumns, `(
		WITH warned AS (SELECT reason, kind, `+layout.KeySQL("kind", "value")+` AS key FROM etl.identity_warnings),
		clear AS (SELECT DISTINCT i.key, i.address_key FROM `+layout.KeysSQL("etl.identifiers")+` i
			SEMI JOIN (FROM warned WHERE kind IN `+layout.HashKinds+`) w ON w.key = i.key WHERE i.address_key IS NOT NULL)
		SELECT reason, count(DISTINCT coalesce(address_key, key)) AS identifiers FROM warned LEFT JOIN clear USING (key) GROUP BY reason
	) t ORDER BY identifiers DESC, reason`)
}

// pairsByReason counts the pairs in doubt.
func pairsByReason(ctx context.Context, from Connector) ([]PairCount, error) {
	return rowio.Select(ctx, from, pairColumns, `(
		SELECT reason, count(*) FILTER (NOT joined AND NOT reviewed) AS open, count(*) FILTER (joined AND NOT reviewed) AS joined,
			count(*) FILTER (reviewed) AS reviewed
		FROM (SELECT p.reason, p.joined, a.source IS NOT NULL AND b.source IS NOT NULL AS reviewed FROM `+askedSQL+` p
			LEFT JOIN etl.overridden a ON a.source = p.source AND a.source_id = p.source_id
			LEFT JOIN etl.overridden b ON b.source = p.other_source AND b.source_id = p.other_source_id)
		GROUP BY reason
	) t ORDER BY reason`)
}

// linksByFamily counts the contacts that each family of identifiers holds together: among
// those of several records, where two records have one of these in common. A hash beside
// its address in clear counts only where another record has nothing but the hash.
func linksByFamily(ctx context.Context, from Connector, joined string) ([]FamilyCount, error) {
	var cases strings.Builder
	for _, f := range families {
		cases.WriteString(" WHEN i.kind IN " + layout.KindsSQL(f.kinds...) + " THEN '" + f.name + "'")
	}
	return rowio.Select(ctx, from, familyColumns, `(
		WITH several AS (
			SELECT p.source, p.source_id, c.rowid AS n FROM etl.contacts c JOIN etl.people p USING (contact_id) WHERE c.record_count > 1),
		refused AS (
			SELECT `+layout.KeySQL("kind", "value")+` AS key FROM etl.identity_warnings WHERE reason = '`+schema.WarnShared+`'
			UNION SELECT key FROM etl.identifiers WHERE kind IN `+layout.RoleKinds+`),
		linking AS (
			SELECT source, source_id, kind, key FROM etl.identifiers ANTI JOIN refused USING (key)
			WHERE kind IN `+layout.StrongKinds()+` AND (address_key IS NULL
				OR key IN (SELECT key FROM etl.identifiers WHERE kind IN `+layout.HashKinds+` AND address_key IS NULL))),
		common AS (
			SELECT n, key, CASE`+cases.String()+` END AS family
			FROM linking i SEMI JOIN (SELECT key FROM linking GROUP BY key HAVING count(*) > 1) c ON c.key = i.key
			JOIN several USING (source, source_id) GROUP BY ALL HAVING count(*) > 1),
		held AS (
			SELECT DISTINCT n, family FROM common
			UNION ALL SELECT c.rowid, '`+overridden+`' FROM etl.contacts c WHERE c.contact_id IN (SELECT unnest(from_json($1, '["VARCHAR"]'))))
		SELECT family, count(*) AS contacts, count(*) FILTER (families = 1) AS alone
		FROM (SELECT family, count(*) OVER (PARTITION BY n) AS families FROM held) GROUP BY family
	) t ORDER BY contacts DESC, family`, joined)
}
