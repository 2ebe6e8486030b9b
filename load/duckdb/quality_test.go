//go:build duckdb_arrow

package duckdb_test

import (
	"database/sql"
	"testing"

	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// fill runs statements.
func fill(t testing.TB, db *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
}

// blank is an empty warehouse in memory.
func blank(t testing.TB) *sql.DB {
	t.Helper()
	db, err := duckdb.Blank(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// contactsOfRecords makes contacts, and the tables that follow from them, of a table
// "made" of records: contact, id, name, and lists of their identifiers, "kind:value".
var contactsOfRecords = []string{
	`INSERT INTO etl.people BY NAME SELECT 'toofr' AS source, id AS source_id, contact AS contact_id FROM made`,
	`INSERT INTO etl.records BY NAME SELECT 'toofr' AS source, id AS source_id, name AS full_name FROM made`,
	`INSERT INTO etl.contacts BY NAME SELECT contact AS contact_id, count(*) AS record_count FROM made GROUP BY contact`,
	`INSERT INTO etl.identifiers BY NAME SELECT 'toofr' AS source, id AS source_id, kind, value, md5_number_lower(replace(kind, 'role_', '') || ':' || value) AS key,
		CASE WHEN clear THEN md5_number_lower('email_sha256:' || value) END AS address_key
		FROM (SELECT id, split_part(i, ':', 1) AS kind, split_part(i, ':', 2) AS value,
			kind = 'email_md5' AND list_contains(identifiers, 'email_sha256:' || value) AS clear FROM (SELECT id, identifiers, unnest(identifiers) AS i FROM made))`,
}

func TestQualityTellsHowContactsWereMadeOfRecords(t *testing.T) {
	db := blank(t)
	fill(t, db, append([]string{
		`CREATE TEMP TABLE made AS FROM (VALUES
			('c_one', '1', 'Ann Lee', ['email_sha256:ann', 'role_email_sha256:info']),
			('c_two', '2', 'Bob Ray', ['email_sha256:bob', 'email_md5:bob', 'linkedin:bob', 'linkedin:crowd']),
			('c_two', '3', NULL, ['email_md5:bob', 'linkedin:crowd']),
			('c_said', '4', 'Cy Orr', ['linkedin:crowd']), ('c_said', '5', 'Si Orr', ['email_sha256:info', 'linkedin:crowd']),
			('c_both', '6', 'Di Fox', ['linkedin:di', 'twitter_id:7', 'twitter_handle:di']), ('c_both', '7', 'Di Fox', ['linkedin:di', 'twitter_handle:di'])
			) t(contact, id, name, identifiers)
		UNION ALL SELECT 'c_chain', 'x' || i, ['Max', 'MÁX', 'Eve', 'Kim', 'Jo', 'Lou'][1 + i % 6] || ' Ito', ['email_sha256:chain'] FROM range(10) r(i)
		UNION ALL SELECT 'c_crowd', 'y' || i, 'Nr ' || i % 7, ['ss_id:9'] FROM range(201) r(i)`,
	}, append(contactsOfRecords,
		`INSERT INTO etl.identity_warnings BY NAME FROM (VALUES ('linkedin', 'crowd', 'shared'), ('email_sha256', 'bob', 'doubtful'),
			('email_md5', 'bob', 'doubtful'), ('email_md5', 'only', 'doubtful'), ('ss_id', '9', 'large')) t(kind, value, reason)`,
		`INSERT INTO etl.overridden FROM (VALUES ('toofr', '4'), ('toofr', '5'), ('toofr', '6'), ('toofr', '1')) t`,
		`INSERT INTO etl.candidate_pairs BY NAME FROM (VALUES ('toofr', '1', 'toofr', '2', 'guard', false), ('toofr', '2', 'toofr', '3', 'guard', true),
			('toofr', '4', 'toofr', '6', 'guard', false), ('toofr', '6', 'toofr', 'x1', 'match', false)
			) t(source, source_id, other_source, other_source_id, reason, joined)`,
	)...)...)
	of := func(id string) load.Selector { return load.Selector{Source: schema.Toofr, SourceID: id} }
	by := func(kind schema.Kind, value string) load.Selector {
		return load.Selector{Identifiers: []schema.Identifier{{Kind: kind, Value: value}}}
	}
	overrides := []load.Override{
		{Always: true, A: of("4"), B: of("5")},
		{Always: true, A: of("1"), B: by(schema.LinkedIn, "bob")}, // not yet
		{Always: true, A: of("1"), B: of("none")},
		{A: of("6"), B: by(schema.EmailSHA256, "ann")},
		{A: of("6"), B: by(schema.TwitterHandle, "di")}, // in vain
		{A: by(schema.EmailSHA256, "nobody"), B: of("6")},
	}
	q, err := report.ReadQuality(t.Context(), db, overrides)
	require.NoError(t, err)
	doubts := report.Doubts{
		Warnings: []report.ReasonCount{{Reason: "doubtful", Identifiers: 2}, {Reason: "large", Identifiers: 1}, {Reason: "shared", Identifiers: 1}},
		Largest:  report.ContactSize{ContactID: "c_crowd", Records: 201},
	}
	require.Equal(t, report.Quality{
		Sizes: []report.SizeCount{
			{Records: "1", Contacts: 1}, {Records: "2", Contacts: 3}, {Records: "3-5"}, {Records: "6-20", Contacts: 1}, {Records: "21-200"},
			{Records: "more", Contacts: 1},
		},
		Largest: []report.ContactSize{
			{ContactID: "c_crowd", Records: 201, FullNames: 7}, {ContactID: "c_chain", Records: 10, FullNames: 5},
			{ContactID: "c_both", Records: 2, FullNames: 1}, {ContactID: "c_said", Records: 2, FullNames: 2}, {ContactID: "c_two", Records: 2, FullNames: 1},
		},
		Crowded:   1,
		MostNames: []report.ContactSize{{ContactID: "c_crowd", Records: 201, FullNames: 7}},
		Links: []report.FamilyCount{
			{Family: "e-mail", Contacts: 2, Alone: 2}, {Family: "LinkedIn", Contacts: 1}, {Family: "Twitter", Contacts: 1},
			{Family: "override", Contacts: 1, Alone: 1}, {Family: "ss_id", Contacts: 1, Alone: 1},
		},
		Warnings:  doubts.Warnings,
		Pairs:     []report.PairCount{{Reason: "guard", Open: 1, Joined: 1, Reviewed: 1}, {Reason: "match", Open: 1}},
		Overrides: []report.OverrideCount{{Override: "always", Pairs: 3, Applied: 1, Idle: 1}, {Override: "never", Pairs: 3, Applied: 1, Idle: 1}},
	}, q)

	found, err := report.ReadDoubts(t.Context(), db)
	require.NoError(t, err)
	require.Equal(t, doubts, found)
}

func TestQualityOfNothingIsNothing(t *testing.T) {
	db := blank(t)
	q, err := report.ReadQuality(t.Context(), db, nil)
	require.NoError(t, err)
	require.Len(t, q.Sizes, 6)
	require.Equal(t, report.Quality{Sizes: q.Sizes, Overrides: []report.OverrideCount{{Override: "always"}, {Override: "never"}}}, q)
	doubts, err := report.ReadDoubts(t.Context(), db)
	require.NoError(t, err)
	require.Zero(t, doubts)
}

// BenchmarkQuality measures a warehouse of a million records, two to a contact but for some
// large ones, with four identifiers each.
func BenchmarkQuality(b *testing.B) {
	db := emptyDatabase(b)
	fill(b, db, append([]string{
		`CREATE TABLE made AS SELECT 'c_' || left(sha256('c' || who), 20) AS contact, 'r' || i AS id, 'Person ' || who || ' ' || i % 3 AS name,
			['email_sha256:' || sha256('w' || who), 'email_md5:' || sha256('w' || who), 'linkedin:person-' || who, 'email_sha256:' || sha256('h' || i)] AS identifiers
		FROM (SELECT i, CASE WHEN i < 1000 THEN i // 100 ELSE i // 2 END AS who FROM range(1000000) r(i))`,
	}, append(contactsOfRecords, `DROP TABLE made`,
		`INSERT INTO etl.identity_warnings BY NAME SELECT kind, value, 'doubtful' AS reason FROM etl.identifiers WHERE source_id LIKE '%77'`,
		`INSERT INTO etl.candidate_pairs BY NAME SELECT 'toofr' AS source, 'r' || i AS source_id, 'toofr' AS other_source, 'r' || i + 5 AS other_source_id,
			'guard' AS reason, false AS joined FROM range(10000) r(i)`,
		"CHECKPOINT", "SET memory_limit = '512MB'")...)...)
	var overrides []load.Override
	for range 1_000 {
		overrides = append(overrides, load.Override{
			Always: true, A: load.Selector{Source: schema.Toofr, SourceID: "r5"}, B: load.Selector{Source: schema.Toofr, SourceID: "r6"},
		})
	}
	b.Run("profile", func(b *testing.B) {
		for b.Loop() {
			_, err := report.ReadQuality(b.Context(), db, overrides)
			require.NoError(b, err)
		}
	})
	b.Run("status", func(b *testing.B) {
		for b.Loop() {
			_, err := report.ReadDoubts(b.Context(), db)
			require.NoError(b, err)
		}
	})
}
