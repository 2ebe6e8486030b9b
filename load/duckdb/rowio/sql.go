package rowio

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Quote makes a SQL identifier of a name.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// QuoteText makes a SQL literal of a text.
func QuoteText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// QuoteAll makes a list of SQL identifiers.
func QuoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = Quote(n)
	}
	return strings.Join(quoted, ", ")
}

// List passes a list as one JSON argument.
func List(list []string) any {
	if len(list) == 0 {
		return nil
	}
	b, _ := json.Marshal(list) // a list of strings always encodes
	return string(b)
}

// Numbers passes numbers as one JSON argument.
func Numbers(numbers []int64) string {
	b := []byte{'['}
	for i, n := range numbers {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, "%d", n)
	}
	return string(append(b, ']'))
}
