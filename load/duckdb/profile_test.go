//go:build duckdb_arrow

package duckdb_test

import (
	"testing"

	"contactsync/load/duckdb/report"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestAProfileMeasuresEveryColumnOfEverySource(t *testing.T) {
	w, c := open(t)
	empty, err := report.Profile(t.Context(), w)
	require.NoError(t, err)
	require.Len(t, empty, 1)
	require.Zero(t, empty[0].Records)
	require.Len(t, empty[0].Columns, len(schema.ProfileColumns))

	toofr := storetest.Batch(storetest.NewRun("r1", "p1", c.T), schema.Toofr, "s1", true,
		[4]string{"1", "Ann", "Lee", "ann@acme.example"}, [4]string{"2", "Bob", "Lee", "bob@acme.example"}, [4]string{"3", "Eve", "Ray", "eve@acme.example"})
	for i, country := range []string{"US", "CA", "US"} {
		storetest.Change(&toofr, i, func(s *storetest.Said) { s.Country = country })
	}
	storetest.Change(&toofr, 2, func(s *storetest.Said) {
		s.Notes = []string{"phone: invalid number dropped", "mobile: invalid number dropped", "mobile: doubled country code repaired", "x: of a newer program: dropped"}
	})
	storetest.Change(&toofr, 0, func(s *storetest.Said) { s.Notes = []string{"mobile: invalid number dropped"} })
	lab := storetest.Batch(storetest.NewRun("r2", "p2", c.T), schema.AudienceLab, "s1", true, [4]string{"u1", "Anna", "Lee", "ann@acme.example"})
	storetest.Change(&lab, 0, func(s *storetest.Said) { s.EmailStatus = schema.EmailValidESP })
	require.NoError(t, w.Commit(t.Context(), toofr))
	require.NoError(t, w.Commit(t.Context(), lab))
	for _, r := range []schema.Run{toofr.Run, lab.Run} {
		_, err := w.Merge(t.Context(), &r, storetest.People())
		require.NoError(t, err)
	}

	list, err := report.Profile(t.Context(), w)
	require.NoError(t, err)
	require.Len(t, list, 3)
	for i, want := range []report.VendorProfile{{Source: schema.AudienceLab, Records: 1}, {Source: schema.Toofr, Records: 3}, {Records: 3}} {
		require.Equal(t, want.Source, list[i].Source)
		require.Equal(t, want.Records, list[i].Records)
		require.Len(t, list[i].Columns, len(schema.ProfileColumns))
		for k, column := range schema.ProfileColumns {
			require.Equal(t, column.Name, list[i].Columns[k].Column)
		}
	}
	column := func(v report.VendorProfile, name string) report.ColumnProfile {
		for _, c := range v.Columns {
			if c.Column == name {
				return c
			}
		}
		return report.ColumnProfile{}
	}
	us := []report.ValueCount{{Value: "US", Count: 2}, {Value: "CA", Count: 1}}
	require.Equal(t, report.ColumnProfile{Column: "country", Filled: 3, Distinct: 2, Top: us}, column(list[1], "country"))
	require.Equal(t, report.ColumnProfile{Column: "last_name", Filled: 3, Distinct: 2}, column(list[1], "last_name"))
	require.Equal(t, report.ColumnProfile{Column: "phone", Invalid: 2}, column(list[1], "phone"))
	require.Equal(t, report.ColumnProfile{Column: "country"}, column(list[0], "country"))
	require.Equal(t, []report.ValueCount{{Value: "true", Count: 1}}, column(list[0], "email_verified").Top)
	require.Equal(t, []report.ValueCount{{Value: "valid_esp", Count: 1}}, column(list[0], "email_status").Top)
	require.Equal(t, us, column(list[2], "country").Top)
	require.Equal(t, map[string]int64{"phone: invalid number dropped": 1, "mobile: invalid number dropped": 2, "mobile: doubled country code repaired": 1, "x: of a newer program: dropped": 1}, list[1].Notes)
	require.Equal(t, []report.CauseProfile{
		{Cause: schema.CauseInvalidNumber, Outcome: schema.Dropped, Column: "phone", Records: 2, Fields: []report.FieldCount{{Field: "mobile", Records: 2}, {Field: "phone", Records: 1}}},
		{Cause: schema.CauseDoubledCountryCode, Outcome: schema.Repaired, Column: "phone", Records: 1, Fields: []report.FieldCount{{Field: "mobile", Records: 1}}},
		{Cause: "of a newer program: dropped", Records: 1, Fields: []report.FieldCount{{Field: "x", Records: 1}}},
	}, list[1].Causes)
	require.Empty(t, list[0].Causes)
	require.Equal(t, int64(2), report.TotalCauses(list)[0].Records)
}
