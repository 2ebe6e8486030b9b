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
