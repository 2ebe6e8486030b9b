package storetest

import (
	"fmt"
	"testing"
	"time"

	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func testMembershipIsClosedOnlyByACompleteSweepAndReopened(t *testing.T, e Engine) {
	w, c := open(t, e)
	ann, bob := [4]string{"1", "Ann", "Lee", "ann@acme.example"}, [4]string{"2", "Bob", "Ray", "bob@acme.example"}
	for i, night := range []struct {
		sweep    string
		complete bool
		listed   [][4]string
		open     int64
	}{
		{"s1", true, [][4]string{ann, bob}, 2},
		{"s2", false, [][4]string{ann}, 2},     // breaks off: closes nobody
		{"s2", true, [][4]string{}, 1},         // goes on and ends: what it listed before counts
		{"s3", true, [][4]string{ann, bob}, 2}, // back again
	} {
		r := NewRun(fmt.Sprint("r", i), "p1", c.T)
		require.NoError(t, w.Commit(t.Context(), Batch(r, schema.AudienceLab, night.sweep, night.complete, night.listed...)))
		_, err := w.Merge(t.Context(), &r, People())
		require.NoError(t, err)
		require.Equal(t, night.open, value[int64](t, e, w, "SELECT count(*) FROM audience_members WHERE valid_to IS NULL"), "night %d", i)
		c.Advance()
	}
	require.EqualValues(t, 2, value[int64](t, e, w, "SELECT count(*) FROM audience_members WHERE source_id = '2'"), "two periods")
	require.Zero(t, value[int64](t, e, w, "SELECT count(*) FROM etl.sweep_members"))
}

func testAListingOfAudiencesIsNoSightOfTheirMembers(t *testing.T, e Engine) {
	w, c := open(t, e)
	swept := NewRun("r1", "members", c.T)
	require.NoError(t, w.Commit(t.Context(), Batch(swept, schema.AudienceLab, "s1", true, [4]string{"u1", "Ann", "Lee", "ann@acme.example"})))
	_, err := w.Merge(t.Context(), &swept, People())
	require.NoError(t, err)
	const seen = "SELECT last_seen_at FROM source_contacts"
	before := value[time.Time](t, e, w, seen)

	c.Advance()
	listed := NewRun("r2", "labs", c.T)
	require.NoError(t, w.Commit(t.Context(), load.Batch{
		Run: listed, Audiences: []schema.Audience{{Source: schema.AudienceLab, AudienceID: "a", Name: "Visitors", LastSeenAt: c.T}},
	}))
	_, err = w.Merge(t.Context(), &listed, People())
	require.NoError(t, err)
	require.Equal(t, before, value[time.Time](t, e, w, seen))
	require.Equal(t, c.T, value[time.Time](t, e, w, "SELECT last_seen_at FROM audiences").UTC())

	c.Advance()
	again := NewRun("r3", "members", c.T)
	require.NoError(t, w.Commit(t.Context(), Batch(again, schema.AudienceLab, "s2", true, [4]string{"u1", "Ann", "Lee", "ann@acme.example"})))
	_, err = w.Merge(t.Context(), &again, People())
	require.NoError(t, err)
	require.Equal(t, c.T, value[time.Time](t, e, w, seen).UTC())
}
