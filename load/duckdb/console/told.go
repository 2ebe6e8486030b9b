package console

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"contactsync/load"
	"contactsync/load/duckdb/rowio"
)

// place is how DuckDB begins the line of a query that it quotes; the line after it has
// a caret below the place that it means.
var place = regexp.MustCompile(`^LINE (\d+): `)

// told is an error for whoever wrote a statement, which DuckDB was asked with lines of
// ours before it.
func told(err error, before int) error {
	err = rowio.Whole(err)
	engine, ok := errors.AsType[*load.EngineError](err)
	if !ok || before == 0 {
		return err
	}
	lines := strings.Split(engine.Text, "\n")
	for i, line := range lines {
		found := place.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		n, _ := strconv.Atoi(found[1]) // the pattern takes digits only
		if n <= before {
			return &load.EngineError{Text: strings.Join(lines[:i], "\n"), Cause: engine.Cause} // it is ours, which says nothing to others
		}
		label := "LINE " + strconv.Itoa(n-before) + ": "
		lines[i] = label + line[len(found[0]):]
		if i+1 < len(lines) {
			lines[i+1] = strings.TrimPrefix(lines[i+1], strings.Repeat(" ", len(found[0])-len(label)))
		}
		return &load.EngineError{Text: strings.Join(lines, "\n"), Cause: engine.Cause}
	}
	return err
}
