package pipeline

import (
	"fmt"
	"time"
)

// Counted is so many of something, in words.
func Counted[N int | int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// span is a duration as a config writes it: in days where it is whole days.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d > 0 && d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	case d > 0 && d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return d.String()
}

// toBuy says how many of a pipeline's searches are due.
func toBuy(due, all int, refresh time.Duration) string {
	rest := ""
	switch {
	case due == all:
		return Counted(all, "search", "searches")
	case all == 1:
		return fmt.Sprintf("no search: the only one rests until refresh (%s) has passed", span(refresh))
	case due == 0:
		rest = "they rest"
	case all-due == 1:
		rest = "the other rests"
	default:
		rest = "the others rest"
	}
	return fmt.Sprintf("%d of %d searches; %s until refresh (%s) has passed", due, all, rest, span(refresh))
}
