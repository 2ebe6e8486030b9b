package console

import (
	"encoding/json"
	"strings"
)

// column is how the values of a column are read.
type column struct {
	sql   string // makes the value of a column, named by %s; "" = as it is
	value func(text string) any
}

const (
	castSQL = "CAST(%s AS VARCHAR)"
	jsonSQL = "CAST(to_json(%s) AS VARCHAR)"
	timeSQL = "CASE WHEN isfinite(%[1]s) THEN strftime(%[1]s AT TIME ZONE 'UTC', '%%Y-%%m-%%dT%%H:%%M:%%S.%%fZ') ELSE CAST(%[1]s AS VARCHAR) END"
)

func columnOf(kind string, form Form) column {
	text := func(s string) any { return s }
	base, _, _ := strings.Cut(kind, "(")
	nested := strings.HasSuffix(kind, "]") || base == "STRUCT" || base == "MAP" || base == "UNION" || base == "VARIANT"
	switch {
	case nested && form == FormCSV:
		return column{jsonSQL, func(s string) any { return string(validJSON(s)) }}
	case nested && form == FormJSON:
		return column{jsonSQL, func(s string) any { return validJSON(s) }}
	case nested:
		return column{castSQL, text}
	case kind == "JSON" && form == FormJSON:
		return column{castSQL, func(s string) any { return validJSON(s) }}
	case kind == "TIMESTAMP WITH TIME ZONE" && form != FormTable:
		return column{timeSQL, text}
	case base == "DECIMAL" || kind == "HUGEINT" || kind == "UHUGEINT" || kind == "BIGNUM":
		return column{castSQL, func(s string) any { return json.Number(s) }}
	case base == "ENUM":
		return column{"", text}
	}
	switch kind {
	case "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "VARCHAR":
		return column{"", text}
	}
	return column{castSQL, text}
}

// validJSON is JSON as DuckDB writes it, which writes numbers that JSON lacks by
// name; they are null here.
func validJSON(text string) json.RawMessage {
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	var b strings.Builder
	for at := 0; at < len(text); {
		end := at + 1
		if text[at] == '"' {
			end = quoteEnd(text, end, '"', true)
		} else if name := nonNumber(text[at:]); name != "" {
			b.WriteString("null")
			at += len(name)
			continue
		}
		b.WriteString(text[at:end])
		at = end
	}
	if fixed := b.String(); json.Valid([]byte(fixed)) {
		return json.RawMessage(fixed)
	}
	quoted, _ := json.Marshal(text) // a text always encodes
	return quoted
}

func nonNumber(text string) string {
	for _, name := range []string{"NaN", "Infinity", "-Infinity"} {
		if strings.HasPrefix(text, name) {
			return name
		}
	}
	return ""
}
