package schema

import (
	"strconv"
	"strings"
	"time"
)

// timeLayouts are the ways in which vendors write a time, most exact first
// (vendors' README 4.6 and 4.9: RFC 3339 with microseconds and offset). A time
// without an offset is UTC; a zone's abbreviation is not read, since Go would take
// any for UTC.
var timeLayouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999-0700",
	"2006-01-02T15:04:05.999999999",
	"2006-01-02T15:04",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999 -07:00",
	"2006-01-02 15:04:05.999999999-0700",
	"2006-01-02 15:04:05.999999999-07",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02 15:04",
	"2006-01-02",
	"20060102",
	"1/2/2006 15:04:05",
	"1/2/2006 3:04:05 PM",
	"1/2/2006",
	time.RFC1123Z,
}

// dateOnly is the layout of what looks like a date: dates are most of what comes, and
// each layout that does not fit costs.
var dateOnly = []string{time.DateOnly}

// earliest and latest bound what can be a time of an event; beyond lie defaults
// such as 0001-01-01 and overflowed counters.
var (
	earliest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// ParseTime reads a time as vendors write it, Unix seconds and milliseconds
// included. The result is UTC; false means that it cannot be told.
func ParseTime(s string) (time.Time, bool) {
	s = strings.TrimSuffix(strings.TrimSpace(s), " UTC")
	layouts := timeLayouts
	if len(s) == len(time.DateOnly) && s[4] == '-' && s[7] == '-' {
		layouts = dateOnly
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), plausible(t)
		}
	}
	seconds, err := strconv.ParseFloat(s, 64)
	if err != nil || !(seconds >= 0 && seconds < 1e13) {
		return time.Time{}, false
	}
	t := time.UnixMicro(int64(seconds * 1e6)).UTC()
	if seconds > 1e11 {
		t = time.UnixMilli(int64(seconds)).UTC()
	}
	return t, plausible(t)
}

func plausible(t time.Time) bool { return !t.Before(earliest) && t.Before(latest) }
