package rowio

import (
	"errors"
	"strings"

	"contactsync/load"

	duckdbgo "github.com/duckdb/duckdb-go/v2"
)

// Short reduces DuckDB's many-line errors to their first line; the cause is kept.
func Short(err error) error {
	de, ok := errors.AsType[*duckdbgo.Error](err)
	if !ok {
		return err
	}
	if _, short := errors.AsType[*load.EngineError](err); short {
		return err
	}
	line, _, _ := strings.Cut(de.Msg, "\n")
	if de.Type == duckdbgo.ErrorTypeOutOfMemory {
		line += "; raise warehouse.memory_limit"
	}
	return &load.EngineError{Text: strings.TrimSpace(line), Cause: err}
}

// Whole is an error for whoever wrote the query: all that DuckDB says of it, which
// names candidates, the line and the place in it. A bug of DuckDB's is told by [Short],
// since what follows is a stack of its functions.
func Whole(err error) error {
	de, ok := errors.AsType[*duckdbgo.Error](err)
	if _, told := errors.AsType[*load.EngineError](err); !ok || told {
		return err
	}
	if de.Type == duckdbgo.ErrorTypeInternal || de.Type == duckdbgo.ErrorTypeFatal || de.Type == duckdbgo.ErrorTypeOutOfMemory {
		return Short(err)
	}
	var lines []string
	for line := range strings.SplitSeq(de.Msg, "\n") {
		if strings.TrimSpace(line) != "" {
			lines = append(lines, strings.TrimRight(line, " \r"))
		}
	}
	return &load.EngineError{Text: strings.Join(lines, "\n"), Cause: err}
}
