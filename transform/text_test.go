package transform

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTextIsCleaned(t *testing.T) {
	for sent, want := range map[string]string{
		"plain":                 "plain",
		"  two   words\r\n":     "two words",
		"line\nbreak\tand tab":  "line break and tab",
		"null\x00byte\x7f":      "nullbyte",
		"no\u00a0break":         "no break",
		"zero\u200bwidth\ufeff": "zerowidth",
		"\u202eevil\u202c":      "evil",
		"Zoe\u0308":             "Zoë",
		"می\u200cخواهم":         "می\u200cخواهم",
		"$75,000 to $99,999":    "$75,000 to $99,999",
		" ":                     "",
		"":                      "",
		"a ":                    "a",
	} {
		require.Equal(t, want, clean(sent), "%q", sent)
	}
}

func TestSpellingsOfNothingAreNull(t *testing.T) {
	for _, s := range []string{"", "null", "NULL", "Null", "none", "nan", "NaN", "n/a", "N/A", "-", "undefined"} {
		require.True(t, isNull(s), s)
	}
	for _, s := range []string{"0", "no", "Nancy", "nonesuch", "na", "unknown"} {
		require.False(t, isNull(s), s)
	}
}

func TestSplitKeepsPositions(t *testing.T) {
	require.Equal(t, []string{"a", "", "b", ""}, split([]string{"a,, b;"}, ",;|"))
	require.Equal(t, []string{"", "a"}, split([]string{"", "a"}, ","))
	require.Empty(t, split(nil, ","))
}

func TestTimesAreReadTolerantly(t *testing.T) {
	want := time.Date(2026, 11, 19, 22, 5, 2, 0, time.UTC)
	for _, s := range []string{
		"2026-11-19T22:05:02Z", "2026-11-19T22:05:02+00:00", "2026-11-20T00:05:02+02:00", "2026-11-19T22:05:02", "2026-11-19 22:05:02", "2026-11-19 22:05:02+00",
		"2026-11-19 22:05:02 UTC", "2026-11-19T22:05:02+0000", "11/19/2026 22:05:02", "11/19/2026 10:05:02 PM", "1795125902", "1795125902000", "1795125902.0", " 2026-11-19T22:05:02Z ",
	} {
		got, ok := parseTime(s)
		require.True(t, ok, s)
		require.Equal(t, want, got, s)
	}
	day, ok := parseTime("2026-11-19")
	require.True(t, ok)
	require.Equal(t, "2026-11-19T00:00:00Z", day.Format(time.RFC3339))
	for _, s := range []string{"", "soon", "0001-01-01T00:00:00Z", "0", "-1", "NaN", "1e300", "2026-13-01", "2026-11-19 22:05:02 EST"} {
		_, ok := parseTime(s)
		require.False(t, ok, s)
	}
}
