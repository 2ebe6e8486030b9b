package extract

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxCSVRow bounds a row, so that a quote that is never closed cannot fill the memory.
const maxCSVRow = 8 << 20

// errCutOff says that the last row of a file is shorter than its header and has no end.
var errCutOff = errors.New("the file breaks off within its last row")

// CSV reads CSV with a header as RFC 4180 has it: quoted fields may hold commas,
// quotes and line breaks. A byte order mark, which Excel writes, is no part of the
// header; with one of UTF-16 the file is that.
type CSV struct {
	Header []string // trimmed
	rows   *csv.Reader
	row    *bounded
	short  bool // the row before was shorter than the header
}

// bounded refuses to read on when one row takes more than the longest.
type bounded struct {
	source io.Reader
	left   int  // bytes that the row may still have
	last   byte // that was read
}

// NewCSV reads the header; [io.EOF] says that there is none. Rows that are longer
// or shorter than it are an error where strict, which a user's own file deserves.
func NewCSV(r io.Reader, strict bool) (*CSV, error) {
	row := &bounded{source: transform.NewReader(r, unicode.BOMOverride(transform.Nop)), left: maxCSVRow}
	c := &CSV{row: row, rows: csv.NewReader(row)}
	if !strict {
		c.rows.FieldsPerRecord = -1
	}
	header, err := c.rows.Read()
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
	}
	c.Header = header
	return c, err
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("a row is longer than %d MiB: a quote may be missing", maxCSVRow>>20)
	}
	n, err := b.source.Read(p[:min(len(p), b.left)])
	b.left -= n
	if n > 0 {
		b.last = p[n-1]
	}
	return n, err
}

// Next is the next row that is not empty, and the line on which it begins; [io.EOF]
// ends them. Errors name the line and what is wrong with it, never a value. A last row
// that is shorter than the header and has no line break is one that was cut off.
func (c *CSV) Next() (values []string, line int, err error) {
	for {
		c.row.left = maxCSVRow
		values, err = c.rows.Read()
		if malformed, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, malformed.StartLine, fmt.Errorf("line %d: %w", malformed.StartLine, malformed.Err)
		}
		if errors.Is(err, io.EOF) && c.short && c.row.last != '\n' && c.row.last != '\r' {
			return nil, 0, errCutOff
		}
		if err != nil {
			return nil, 0, err
		}
		c.short = len(values) < len(c.Header)
		line, _ = c.rows.FieldPos(0)
		for _, v := range values {
			if strings.TrimSpace(v) != "" {
				return values, line, nil
			}
		}
	}
}
