package api

import (
	"cmp"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// retryAfter is how long a vendor asks to be left alone: Retry-After in seconds
// or as a date (RFC 9110, 10.2.3), else the reset of its rate limit. 0: it does
// not say.
func retryAfter(h http.Header) time.Duration {
	now := serverTime(h)
	if d, ok := delay(h.Get("Retry-After"), now); ok {
		return d
	}
	d, _ := delay(reset(h), now)
	return d
}

// exhausted is how long nothing is left of the vendor's rate limit.
func exhausted(h http.Header) (time.Duration, bool) {
	remaining := cmp.Or(h.Get("X-RateLimit-Remaining"), h.Get("RateLimit-Remaining"))
	if n, err := strconv.Atoi(strings.TrimSpace(remaining)); err != nil || n > 0 {
		return 0, false
	}
	return delay(reset(h), serverTime(h))
}

func reset(h http.Header) string {
	return cmp.Or(h.Get("X-RateLimit-Reset"), h.Get("RateLimit-Reset"))
}

// serverTime is the vendor's clock, against which its dates count.
func serverTime(h http.Header) time.Time {
	if t, err := http.ParseTime(h.Get("Date")); err == nil {
		return t
	}
	return time.Now()
}

// Numbers above these are not seconds to wait but a time: seconds or
// milliseconds since 1970.
const (
	epochSeconds = 1e8
	epochMillis  = 1e11
)

// delay reads seconds to wait, a Unix time, an HTTP date or an RFC 3339 time.
func delay(v string, now time.Time) (time.Duration, bool) {
	v = strings.TrimSpace(v)
	if n, err := strconv.ParseFloat(v, 64); err == nil {
		return delaySeconds(n, now)
	}
	t, err := http.ParseTime(v)
	if err != nil {
		t, err = time.Parse(time.RFC3339, v)
	}
	if err != nil {
		return 0, false
	}
	return max(0, t.Sub(now)), true
}

func delaySeconds(n float64, now time.Time) (time.Duration, bool) {
	switch {
	case math.IsNaN(n) || n < 0:
		return 0, false
	case n >= epochMillis:
		n = n/1000 - float64(now.UnixMilli())/1000
	case n >= epochSeconds:
		n -= float64(now.UnixMilli()) / 1000
	}
	seconds := min(max(n, 0), math.MaxInt64/float64(2*time.Second))
	return time.Duration(seconds * float64(time.Second)), true
}
