package api

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Vendors say in many headers how long to leave them alone, and none of the four
// documents its own. Understood are Retry-After (RFC 9110, 10.2.3), the headers of the
// drafts of RateLimit (draft-ietf-httpapi-ratelimit-headers, as separate headers, as
// limit=, remaining=, reset=, and as a list of policies with r and t), and what is
// usual besides.
var (
	afterHeaders     = []string{"Retry-After", "X-Retry-After"}
	resetHeaders     = []string{"X-RateLimit-Reset-After", "RateLimit-Reset-After", "X-RateLimit-Reset", "RateLimit-Reset", "X-Rate-Limit-Reset"}
	remainingHeaders = []string{"X-RateLimit-Remaining", "RateLimit-Remaining", "X-Rate-Limit-Remaining"}
)

// retryAfter is how long a vendor asks to be left alone: Retry-After, else the reset
// of its rate limit. 0: it does not say.
func retryAfter(h http.Header) time.Duration {
	if d, ok := askedAfter(h); ok {
		return d
	}
	if d, ok := firstDelay(h, resetHeaders); ok {
		return d
	}
	d, ok := exhaustedPolicy(h)
	for _, p := range policiesOf(h) {
		if !ok {
			d = max(d, p.reset)
		}
	}
	return d
}

// askedAfter is what Retry-After says.
func askedAfter(h http.Header) (time.Duration, bool) { return firstDelay(h, afterHeaders) }

// exhausted is how long nothing is left of the vendor's rate limit.
func exhausted(h http.Header) (time.Duration, bool) {
	if spent(h) {
		if d, ok := firstDelay(h, resetHeaders); ok {
			return d, true
		}
	}
	return exhaustedPolicy(h)
}

// limits reports whether an answer tells of a limit, whatever its status.
func limits(h http.Header) bool {
	_, after := askedAfter(h)
	_, policy := exhaustedPolicy(h)
	return after || policy || spent(h)
}

// spent reports whether a header says that nothing remains.
func spent(h http.Header) bool {
	return slices.ContainsFunc(remainingHeaders, func(name string) bool {
		n, ok := leadingNumber(h.Get(name))
		return ok && n <= 0
	})
}

func firstDelay(h http.Header, names []string) (time.Duration, bool) {
	now := serverTime(h)
	for _, name := range names {
		if d, ok := delay(h.Get(name), now); ok {
			return d, true
		}
	}
	return 0, false
}

// policy is one limit of the header RateLimit.
type policy struct {
	spent bool
	reset time.Duration
}

// exhaustedPolicy is how long nothing is left of the limit that lasts longest.
func exhaustedPolicy(h http.Header) (d time.Duration, some bool) {
	for _, p := range policiesOf(h) {
		if p.spent {
			d, some = max(d, p.reset), true
		}
	}
	return d, some
}

// policiesOf reads `limit=100, remaining=0, reset=2`, which is one limit, and
// `"burst";r=0;t=2, "day";r=9;t=3600`, which is a list of them.
func policiesOf(h http.Header) (list []policy) {
	now := serverTime(h)
	var plain policy
	for _, item := range strings.Split(strings.Join(h.Values("RateLimit"), ","), ",") {
		p, told := policy{}, false
		for i, parameter := range strings.Split(item, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
			p, told = p.with(strings.ToLower(name), value, now), told || i > 0
		}
		if told {
			list = append(list, p)
			continue
		}
		plain.spent, plain.reset = plain.spent || p.spent, max(plain.reset, p.reset)
	}
	if plain != (policy{}) {
		list = append(list, plain)
	}
	return list
}

func (p policy) with(name, value string, now time.Time) policy {
	switch name {
	case "r", "remaining":
		n, ok := leadingNumber(value)
		p.spent = ok && n <= 0
	case "t", "reset":
		p.reset, _ = delay(value, now)
	}
	return p
}

// leadingNumber is the number that a value begins with, before its parameters.
func leadingNumber(v string) (float64, bool) {
	v, _, _ = strings.Cut(v, ",")
	v, _, _ = strings.Cut(v, ";")
	n, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	return n, err == nil && !math.IsNaN(n)
}

// serverTime is the vendor's clock, against which its dates count.
func serverTime(h http.Header) time.Time {
	if t, ok := date(h.Get("Date")); ok {
		return t
	}
	return time.Now()
}
