package schema_test

import (
	"testing"
	"time"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestTimesAreReadTolerantly(t *testing.T) {
	want := time.Date(2026, 11, 19, 22, 5, 2, 0, time.UTC)
	for _, s := range []string{
		"2026-11-19T22:05:02Z", "2026-11-19T22:05:02+00:00", "2026-11-20T00:05:02+02:00", "2026-11-19T22:05:02", "2026-11-19 22:05:02", "2026-11-19 22:05:02+00",
		"2026-11-19 22:05:02 UTC", "2026-11-19T22:05:02+0000", "11/19/2026 22:05:02", "11/19/2026 10:05:02 PM", "1795125902", "1795125902000", "1795125902.0", " 2026-11-19T22:05:02Z ",
	} {
		got, ok := schema.ParseTime(s)
		require.True(t, ok, s)
		require.Equal(t, want, got, s)
	}
	day, ok := schema.ParseTime("2026-11-19")
	require.True(t, ok)
	require.Equal(t, "2026-11-19T00:00:00Z", day.Format(time.RFC3339))
	for _, s := range []string{"", "soon", "0001-01-01T00:00:00Z", "0", "-1", "NaN", "1e300", "2026-13-01", "2026-11-19 22:05:02 EST"} {
		_, ok := schema.ParseTime(s)
		require.False(t, ok, s)
	}
}

func TestADateAloneIsReadWithoutTryingEveryLayout(t *testing.T) {
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = schema.ParseTime("2026-11-01") }))
}
