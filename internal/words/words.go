// Package words puts counts and durations into words, for messages and pages.
// It keeps no state.
package words

import (
	"fmt"
	"time"
)

// Counted returns a count with its noun, as in "1 row" and "2000 rows".
func Counted[N int | int64](n N, one, many string) string {
	return fmt.Sprintf("%d %s", n, Noun(n, one, many))
}

// Noun returns the noun that follows a count.
func Noun[N int | int64](n N, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

const day = 24 * time.Hour

// Exact returns a duration as a config writes it: in days or hours where it is
// whole ones.
func Exact(d time.Duration) string {
	switch {
	case d > 0 && d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	case d > 0 && d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return d.String()
}

// Rough returns a duration as people say it, in one unit and rounded down.
func Rough(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 2*day:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d days", d/day)
}
