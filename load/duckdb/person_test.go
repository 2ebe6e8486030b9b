//go:build duckdb_arrow

package duckdb_test

import (
	"testing"

	"contactsync/load"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestAPersonIsReadWithWhatIsInDoubt(t *testing.T) {
	db := blank(t)
	fill(t, db, append([]string{
		`CREATE TEMP TABLE made AS FROM (VALUES
			('c_ann', '1', 'Ann Reed', ['email_sha256:reeds', 'linkedin:ann', 'email_sha256:info']),
			('c_ann', '2', 'Ann Reed', ['email_sha256:reeds', 'linkedin:ann']),
			('c_bob', '3', 'Bob Reed', ['email_sha256:reeds', 'ss_id:crowd', 'role_email_sha256:info', 'linkedin:bob']),
			('c_cy', '4', 'Cy Reed', ['email_sha256:reeds', 'ss_id:crowd']), ('c_di', '5', 'Di Reed', ['email_sha256:reeds'])
		) t(contact, id, name, identifiers)`,
	}, append(contactsOfRecords,
		`INSERT INTO etl.identity_warnings BY NAME FROM (VALUES ('email_sha256', 'reeds', 'doubtful'), ('ss_id', 'crowd', 'shared')) t(kind, value, reason)`,
		`INSERT INTO etl.candidate_pairs BY NAME FROM (VALUES
			('toofr', '3', 'toofr', '2', 'guard', 'email_sha256', 'reeds', -6.5, false), ('toofr', '1', 'toofr', '4', 'guard', 'email_sha256', 'reeds', -3.5, false),
			('toofr', '1', 'toofr', '2', 'match', '', '', 9.5, true), ('toofr', '3', 'toofr', '4', 'guard', 'email_sha256', 'reeds', -6.5, false)
			) t(source, source_id, other_source, other_source_id, reason, kind, value, bits, joined)`,
		`INSERT INTO etl.identity BY NAME SELECT 'warn' AS guard`,
	)...)...)
	p, err := report.ReadPerson(t.Context(), db, "c_ann")
	require.NoError(t, err)
	require.Equal(t, load.GuardWarn, p.Guard)
	type refusal struct {
		id, value, refused string
		elsewhere          int64
		others             []string
	}
	var refusals []refusal
	for _, i := range p.Identifiers {
		refusals = append(refusals, refusal{i.SourceID, i.Value, i.Refused, i.Elsewhere, i.Others})
	}
	require.Equal(t, []refusal{
		{"1", "info", report.Role, 1, nil},
		{"1", "reeds", schema.WarnDoubtful, 3, []string{"c_bob", "c_cy", "c_di"}},
		{"2", "reeds", schema.WarnDoubtful, 3, []string{"c_bob", "c_cy", "c_di"}},
		{"1", "ann", "", 0, nil}, {"2", "ann", "", 0, nil},
	}, refusals)
	type doubt struct{ first, other, contact, otherContact, reason string }
	var doubts []doubt
	for _, d := range p.Doubts {
		doubts = append(doubts, doubt{d.SourceID, d.OtherSourceID, d.Contact, d.OtherContact, d.Reason})
	}
	require.Equal(t, []doubt{
		{"1", "4", "c_ann", "c_cy", schema.PairGuard}, {"3", "2", "c_bob", "c_ann", schema.PairGuard}, {"1", "2", "c_ann", "c_ann", schema.PairMatch},
	}, doubts)
	linking := map[string][]string{}
	for _, o := range p.Others {
		for _, i := range o.Identifiers {
			linking[o.FullName] = append(linking[o.FullName], i.Value)
		}
	}
	require.Equal(t, map[string][]string{"Bob Reed": {"reeds", "bob"}, "Cy Reed": {"reeds"}}, linking, "what is shared or a role's does not link")
}
