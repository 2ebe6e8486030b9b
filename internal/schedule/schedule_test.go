package schedule

import (
	"testing"
	"time"

	_ "time/tzdata"

	"github.com/robfig/cron/v3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func zone(t require.TestingT, name string) *time.Location {
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

func parse(t require.TestingT, text, place string) Schedule {
	spec, err := cron.ParseStandard(text)
	require.NoError(t, err)
	return New(spec, zone(t, place))
}

func TestFireTimes(t *testing.T) {
	const local = "2006-01-02 15:04 MST"
	tests := map[string]struct {
		expression, zone, after string
		want                    []string
	}{
		"a night like any other": {"0 2 * * *", "America/New_York", "2026-11-20T12:00:00Z",
			[]string{"2026-11-21 02:00 EST", "2026-11-22 02:00 EST"}},
		"the spring night in Berlin skips 02:30": {"30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z",
			[]string{"2026-03-28 02:30 CET", "2026-03-29 03:00 CEST", "2026-03-30 02:30 CEST"}},
		"the spring night in New York": {"30 2 * * *", "America/New_York", "2026-03-07T06:00:00Z",
			[]string{"2026-03-07 02:30 EST", "2026-03-08 03:00 EDT", "2026-03-09 02:30 EDT"}},
		"the first minute of the gap": {"0 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z",
			[]string{"2026-03-29 03:00 CEST", "2026-03-30 02:00 CEST"}},
		"the hour after the gap is its own": {"0 3 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z",
			[]string{"2026-03-29 03:00 CEST", "2026-03-30 03:00 CEST"}},
		"two times that fall together are one": {"0,30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z",
			[]string{"2026-03-29 03:00 CEST", "2026-03-30 02:00 CEST", "2026-03-30 02:30 CEST"}},
		"the autumn night in Berlin has 02:30 twice": {"30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z",
			[]string{"2026-10-25 02:30 CEST", "2026-10-26 02:30 CET"}},
		"the autumn night in New York has 01:30 twice": {"30 1 * * *", "America/New_York", "2026-10-31T12:00:00Z",
			[]string{"2026-11-01 01:30 EDT", "2026-11-02 01:30 EST"}},
		"asked during the second 02:xx": {"45 2 * * *", "Europe/Berlin", "2026-10-25T01:10:00Z",
			[]string{"2026-10-26 02:45 CET"}},
		"every half hour follows elapsed time in spring": {"*/30 * * * *", "Europe/Berlin", "2026-03-29T00:10:00Z",
			[]string{"2026-03-29 01:30 CET", "2026-03-29 03:00 CEST", "2026-03-29 03:30 CEST"}},
		"every half hour follows elapsed time in autumn": {"*/30 * * * *", "Europe/Berlin", "2026-10-25T00:10:00Z",
			[]string{"2026-10-25 02:30 CEST", "2026-10-25 02:00 CET", "2026-10-25 02:30 CET", "2026-10-25 03:00 CET"}},
		"@every follows elapsed time": {"@every 90m", "Europe/Berlin", "2026-03-29T00:00:00Z",
			[]string{"2026-03-29 03:30 CEST", "2026-03-29 05:00 CEST"}},
		"a midnight that does not exist": {"@daily", "America/Santiago", "2026-09-05T12:00:00Z",
			[]string{"2026-09-06 01:00 -03", "2026-09-07 00:00 -03"}},
		"a gap of half an hour": {"15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z",
			[]string{"2026-10-04 02:30 +11", "2026-10-05 02:15 +11"}},
		"a leap day": {"0 2 29 2 *", "Europe/Berlin", "2026-01-01T00:00:00Z",
			[]string{"2028-02-29 02:00 CET"}},
		"weekly": {"0 3 * * 1", "Europe/Berlin", "2026-10-20T00:00:00Z",
			[]string{"2026-10-26 03:00 CET", "2026-11-02 03:00 CET"}},
		"weekly on the switching Sunday": {"30 2 * * 0", "Europe/Berlin", "2026-03-28T00:00:00Z",
			[]string{"2026-03-29 03:00 CEST", "2026-04-05 02:30 CEST"}},
		"a zone without daylight saving": {"30 2 * * *", "UTC", "2026-03-29T00:00:00Z",
			[]string{"2026-03-29 02:30 UTC", "2026-03-30 02:30 UTC"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := parse(t, test.expression, test.zone)
			at, err := time.Parse(time.RFC3339, test.after)
			require.NoError(t, err)
			var got []string
			for range test.want {
				at = s.Next(at)
				got = append(got, at.Format(local))
			}
			require.Equal(t, test.want, got)
		})
	}
}

// TestEachNightOfEachYearFiresOnce counts fire times against calendar days.
func TestEachNightOfEachYearFiresOnce(t *testing.T) {
	places := []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "Asia/Kolkata", "UTC"}
	rapid.Check(t, func(t *rapid.T) {
		place := rapid.SampledFrom(places).Draw(t, "zone")
		hour, minute := rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")
		year := rapid.IntRange(2024, 2030).Draw(t, "year")
		z := zone(t, place)
		spec, err := cron.ParseStandard(time.Date(0, 1, 1, hour, minute, 0, 0, time.UTC).Format("4 15 * * *"))
		require.NoError(t, err)
		s := New(spec, z)
		at := time.Date(year, 1, 1, 0, 0, 0, 0, z).Add(-time.Second)
		for day := time.Date(year, 1, 1, 12, 0, 0, 0, z); day.Year() == year; day = day.AddDate(0, 0, 1) {
			at = s.Next(at)
			require.Equal(t, day.Format(time.DateOnly), at.Format(time.DateOnly), "%02d:%02d in %s", hour, minute, place)
		}
	})
}

// TestNextIsAlwaysLater holds for any schedule and moment.
func TestNextIsAlwaysLater(t *testing.T) {
	expressions := []string{"30 2 * * *", "*/7 * * * *", "0 */2 * * *", "0 0 1 * *", "@hourly", "0 1-3 * * 0", "59 23 31 12 *"}
	rapid.Check(t, func(t *rapid.T) {
		s := parse(t, rapid.SampledFrom(expressions).Draw(t, "expression"), rapid.SampledFrom([]string{"Europe/Berlin", "America/New_York"}).Draw(t, "zone"))
		after := time.Unix(rapid.Int64Range(1767225600, 1830297600).Draw(t, "after"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanosecond"))
		next := s.Next(after)
		require.True(t, next.After(after))
		require.Equal(t, next, s.Next(next.Add(-time.Second)), "nothing lies between")
	})
}

func TestManyMissedFireTimesAreOne(t *testing.T) {
	s := parse(t, "0 2 * * *", "UTC")
	at := func(text string) time.Time {
		v, err := time.Parse(time.DateTime, text)
		require.NoError(t, err)
		return v
	}
	_, due := s.Due(at("2026-11-20 02:00:00"), at("2026-11-21 01:59:59"))
	require.False(t, due)

	fire, due := s.Due(at("2026-11-20 02:00:00"), at("2026-11-21 02:00:01"))
	require.True(t, due)
	require.Equal(t, Fire{At: at("2026-11-21 02:00:00"), Late: time.Second, Handled: at("2026-11-21 02:00:00")}, fire)

	fire, due = s.Due(at("2026-11-20 02:00:00"), at("2026-11-25 09:00:00"))
	require.True(t, due)
	require.Equal(t, at("2026-11-25 09:00:00"), fire.Handled)
	require.Equal(t, at("2026-11-26 02:00:00"), s.Next(fire.Handled))
}

func TestAClockSetBackFiresNothingTwice(t *testing.T) {
	s := parse(t, "0 2 * * *", "UTC")
	handled := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	require.Equal(t, handled, s.Trust(handled, handled.Add(-10*time.Minute)), "a small step back")
	require.Equal(t, handled, s.Trust(handled, handled.Add(time.Hour)), "time that passes")
	wrong := handled.AddDate(4, 0, 0)
	require.Equal(t, handled, s.Trust(wrong, handled), "a clock that was years ahead")
}

func TestPeriods(t *testing.T) {
	monday := time.Date(2026, 11, 16, 12, 0, 0, 0, time.UTC)
	for expression, want := range map[string]time.Duration{"0 2 * * *": 24 * time.Hour, "0 3 * * 1": 7 * 24 * time.Hour, "@every 10s": 10 * time.Second, "@hourly": time.Hour} {
		require.Equal(t, want, parse(t, expression, "UTC").Period(monday), expression)
	}
}
