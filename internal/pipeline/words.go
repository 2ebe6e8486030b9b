package pipeline

import (
	"fmt"
	"time"

	"contactsync/internal/words"
)

// toBuy says how many of a pipeline's searches are due.
func toBuy(due, all int, refresh time.Duration) string {
	rest := ""
	switch {
	case due == all:
		return words.Counted(all, "search", "searches")
	case all == 1:
		return fmt.Sprintf("no search: the only one rests until refresh (%s) has passed", words.Exact(refresh))
	case due == 0:
		rest = "they rest"
	case all-due == 1:
		rest = "the other rests"
	default:
		rest = "the others rest"
	}
	return fmt.Sprintf("%d of %d searches; %s until refresh (%s) has passed", due, all, rest, words.Exact(refresh))
}
