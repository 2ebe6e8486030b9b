package web

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"contactsync/internal/words"
	"contactsync/schema"
)

// number is a count with its thousands set apart.
func number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// size is a count in few letters: 950, 12k, 3.4M.
func size(n int64) string {
	switch {
	case n < 10_000:
		return number(n)
	case n < 1_000_000:
		return strconv.FormatInt(n/1000, 10) + "k"
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/1e6), ".0") + "M"
}

func count(n int, one, many string) string {
	return number(int64(n)) + " " + words.Noun(n, one, many)
}

func ago(at, now time.Time) string {
	if at.IsZero() {
		return "never"
	}
	if d := now.Sub(at); d >= time.Second {
		return words.Rough(d) + " ago"
	}
	return "just now"
}

func until(at, now time.Time) string {
	if d := at.Sub(now); d >= time.Second {
		return "in " + words.Rough(d)
	}
	return "now"
}

// clock is a moment by the clock, with as much of the date as it needs.
func clock(at, now time.Time) string {
	switch {
	case at.Format(time.DateOnly) == now.Format(time.DateOnly):
		return at.Format("15:04")
	case at.Sub(now).Abs() < 6*24*time.Hour:
		return at.Format("Mon 15:04")
	}
	return at.Format("2 Jan 15:04")
}

// stamp is a moment in full, in its own zone.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format("2006-01-02 15:04:05 MST")
}

// took is how long a run took.
func took(r schema.Run) string {
	if r.FinishedAt.IsZero() {
		return "under way"
	}
	d := r.FinishedAt.Sub(r.StartedAt)
	if d < 10*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	if d < time.Hour {
		return d.Round(time.Second).String()
	}
	return words.Rough(d)
}
