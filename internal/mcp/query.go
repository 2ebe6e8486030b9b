package mcp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"contactsync/load/duckdb/console"
)

// What an answer may hold beside its rows' limit. A model reads some four bytes as a
// token, so that a whole answer is about as much as clients take.
const (
	maxBytes = 80_000
	maxValue = 2_000 // of one value
)

// errOneStatement says what a query must be.
var errOneStatement = errors.New("a query is one statement that answers with rows, such as SELECT count(*) FROM contacts; ask others by themselves")

func (s *Server) query(ctx context.Context, in queryInput) (text string, err error) {
	statements, rest := console.Statements(in.SQL)
	if rest != "" {
		statements = append(statements, rest)
	}
	if len(statements) != 1 || console.Answering(statements) != 1 {
		return "", errOneStatement
	}
	limit := s.limits.Rows
	if in.Limit > 0 {
		limit = min(limit, in.Limit)
	}
	err = s.ask(ctx, func(ctx context.Context, source console.Source, asOf time.Time) error {
		return console.First(ctx, source, statements[0], limit+1, console.FormJSON, func(r console.Result) error {
			text, err = answer(r, limit, asOf)
			return err
		})
	})
	return text, err
}

// answer writes a result as JSON, a row per line.
func answer(r console.Result, limit int, asOf time.Time) (string, error) {
	var b bytes.Buffer
	b.WriteString(`{"columns":`)
	columns, err := encoded(r.Columns)
	if err != nil {
		return "", err
	}
	if len(columns) > maxBytes/2 {
		return "", fmt.Errorf("the names of the %d columns alone are %d kB: select fewer, with shorter names", len(r.Columns), len(columns)/1000)
	}
	b.Write(columns)
	b.WriteString(`,"rows":[`)
	rows, note := 0, ""
	for row, err := range r.Rows {
		if err != nil {
			return "", err
		}
		if rows == limit {
			note = fmt.Sprintf("only the first %d rows: there are more", rows)
			break
		}
		line, err := encodedRow(row)
		if err != nil {
			return "", err
		}
		if b.Len()+len(line) > maxBytes {
			note = fmt.Sprintf("only the first %d rows, which are %d kB: there are more; select fewer columns", rows, b.Len()/1000)
			break
		}
		if rows > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(line)
		rows++
	}
	fmt.Fprintf(&b, "\n],\"row_count\":%d", rows)
	if note != "" {
		fmt.Fprintf(&b, `,"note":%q`, note)
	}
	if !asOf.IsZero() {
		fmt.Fprintf(&b, `,"as_of":%q`, asOf.UTC().Format(time.RFC3339))
	}
	b.WriteByte('}')
	return b.String(), nil
}

func encodedRow(row []any) ([]byte, error) {
	values := make([]any, len(row))
	for i, v := range row {
		values[i] = shortened(v)
	}
	return encoded(values)
}

// shortened is a value as it is answered: a long one is cut, and a text then.
func shortened(v any) any {
	text := ""
	switch v := v.(type) {
	case string:
		text = v
	case json.RawMessage:
		text = string(v)
	case float64:
		return finite(v, v)
	case float32:
		return finite(v, float64(v))
	}
	if len(text) <= maxValue {
		return v
	}
	end := maxValue
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + fmt.Sprintf("… (%d bytes)", len(text))
}

// finite is a number, or nothing where JSON has no word for it.
func finite(v any, number float64) any {
	if math.IsNaN(number) || math.IsInf(number, 0) {
		return nil
	}
	return v
}

// encoded is JSON as a model reads it best: < is no \u003c.
func encoded(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return []byte(strings.TrimSuffix(b.String(), "\n")), err
}
