package api

import (
	"math"
	"net/http"
	"net/mail"
	"strconv"
	"strings"
	"time"
)

// delay reads a time to wait, or one to wait until.
func delay(v string, now time.Time) (time.Duration, bool) {
	v = strings.Trim(strings.TrimSpace(v), `"`)
	if t, ok := date(v); ok {
		return max(0, t.Sub(now)), true
	}
	if n, ok := leadingNumber(v); ok {
		return delaySeconds(n, now)
	}
	return duration(v)
}

// Numbers above these are not seconds to wait but a time: seconds or
// milliseconds since 1970.
const (
	epochSeconds = 1e8
	epochMillis  = 1e11
)

func delaySeconds(n float64, now time.Time) (time.Duration, bool) {
	switch {
	case math.IsNaN(n) || n < 0:
		return 0, false
	case n >= epochMillis:
		n = n/1000 - float64(now.UnixMilli())/1000
	case n >= epochSeconds:
		n -= float64(now.UnixMilli()) / 1000
	}
	return seconds(n), true
}

func seconds(n float64) time.Duration {
	return time.Duration(min(max(n, 0), math.MaxInt64/float64(2*time.Second)) * float64(time.Second))
}

// units are the words for times, in seconds, without the s of the plural.
var units = map[string]float64{
	"ms": .001, "msec": .001, "millisecond": .001, "s": 1, "sec": 1, "second": 1,
	"m": 60, "min": 60, "minute": 60, "h": 3600, "hr": 3600, "hour": 3600, "d": 86400, "day": 86400,
}

// duration reads numbers with units: 30s, 2 seconds, 1 minute 30 seconds, 6m0s, and
// PT1M30S of ISO 8601.
func duration(v string) (time.Duration, bool) {
	rest, sum := strings.TrimPrefix(strings.TrimSpace(strings.ToLower(v)), "pt"), 0.0
	if rest == "" {
		return 0, false
	}
	for rest != "" {
		end := strings.IndexFunc(rest, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if end <= 0 {
			return 0, false
		}
		n, err := strconv.ParseFloat(rest[:end], 64)
		rest = strings.TrimLeft(rest[end:], " ")
		end = len(rest) - len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyz"))
		word := rest[:end]
		unit, known := units[word]
		if !known {
			unit, known = units[strings.TrimSuffix(word, "s")]
		}
		if err != nil || !known {
			return 0, false
		}
		sum += n * unit
		rest = strings.TrimPrefix(strings.TrimLeft(rest[end:], " ,"), "and ")
		rest = strings.TrimLeft(rest, " ")
	}
	return seconds(sum), true
}

// zones are the names of time zones in the dates of mail (RFC 5322, 4.3), which a
// parser of Go takes for UTC.
var zones = map[string]string{
	"GMT": "+0000", "UT": "+0000", "UTC": "+0000", "Z": "+0000", "EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500",
	"MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
}

// date reads the dates of HTTP and of mail in any zone, and ISO 8601.
func date(v string) (time.Time, bool) {
	if t, err := http.ParseTime(v); err == nil {
		return t, true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", time.DateTime} {
		if t, err := time.Parse(layout, v); err == nil {
			return t, true
		}
	}
	head, zone := v, ""
	if i := strings.LastIndexByte(v, ' '); i >= 0 {
		head, zone = v[:i+1], v[i+1:]
	}
	if offset := zones[strings.ToUpper(zone)]; offset != "" {
		v = head + offset
	}
	t, err := mail.ParseDate(v)
	return t, err == nil
}
