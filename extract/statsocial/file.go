package statsocial

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"contactsync/extract"
)

// What is assumed of output files: CSV with a header that names ss_id or another
// id type, in any order and with any other columns; or one value a line without
// a header; or JSON lines. The first line tells which.

// maxFileLine bounds a line, so that a file of one endless line cannot fill the memory.
const maxFileLine = 1 << 20

// fileRow is one row of an output file.
type fileRow struct {
	ID     string      `json:"id"`     // the ss_id, or <type>:<value> where there is none; "": the row has neither
	Values []fileValue `json:"values"` // none where the row has no ID
	Line   string      `json:"line,omitempty"`
}

// fileValue is one value of a row under its column's name.
type fileValue struct {
	Name  string          `json:"n"`
	Value json.RawMessage `json:"v"`
}

// readOutputFile calls each with every row of an output file of a type, and
// counts the rows. A row that cannot be read, or says nobody's id, has no ID.
func readOutputFile(file io.Reader, output string, each func(fileRow) error) (rows int64, err error) {
	counting := func(r fileRow) error { rows++; return each(r) }
	limit := &lineLimit{file: file, left: maxFileLine}
	lines := bufio.NewReader(limit)
	first, err := firstLine(lines)
	whole := io.MultiReader(bytes.NewReader(first), lines)
	switch {
	case err != nil:
	case len(bytes.TrimSpace(first)) == 0:
	case first[0] == '{':
		limit.lift()
		if err = errorBody(first, output); err == nil {
			err = readJSONLines(whole, output, counting)
		}
	case first[0] == '<' || first[0] == '[':
		err = fmt.Errorf("it begins with %q and is no CSV, no list of values and no JSON lines", first[0])
	default:
		header, ok := csvHeader(first, output)
		switch {
		case ok:
			err = readCSV(whole, limit, header, output, counting)
		case len(header) > 1:
			err = fmt.Errorf("its first line names neither ss_id nor %s", output)
		default:
			limit.lift()
			err = readValues(whole, output, counting)
		}
	}
	if err != nil {
		return rows, fmt.Errorf("row %d: %w", rows+1, err)
	}
	return rows, nil
}

// firstLine is the first line that is not blank, without a byte order mark.
func firstLine(lines *bufio.Reader) ([]byte, error) {
	for {
		line, err := lines.ReadBytes('\n')
		line = bytes.TrimLeft(bytes.TrimPrefix(line, []byte("\ufeff")), " \t\r\n")
		if errors.Is(err, io.EOF) {
			err = nil
			return line, err
		}
		if err != nil || len(line) > 0 {
			return line, err
		}
	}
}

// csvHeader splits the first line, and reports whether it is a header.
func csvHeader(line []byte, output string) (header []string, ok bool) {
	fields, err := csv.NewReader(bytes.NewReader(line)).Read()
	if err != nil {
		return nil, false
	}
	for i, f := range fields {
		f = strings.TrimSpace(f)
		if known := strings.ToLower(f); known == output || slices.Contains(uploadTypes, known) {
			f, ok = known, true
		}
		if f == "" {
			f = columnName(i)
		}
		fields[i] = f
	}
	return fields, ok
}

func columnName(i int) string { return fmt.Sprintf("column_%d", i+1) }

func readCSV(file io.Reader, limit *lineLimit, header []string, output string, each func(fileRow) error) error {
	r := csv.NewReader(file)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	for heading := true; ; heading = false {
		limit.nextRow()
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unquotedCSV(err)
		}
		if heading {
			continue
		}
		values := make([]fileValue, len(fields))
		for i, f := range fields {
			name := columnName(i)
			if i < len(header) {
				name = header[i]
			}
			values[i] = textValue(name, strings.TrimSpace(f))
		}
		if err := each(newFileRow(values, output, strings.Join(fields, ","))); err != nil {
			return err
		}
	}
}

// unquotedCSV drops the line number of a CSV error, which counts from nowhere here.
func unquotedCSV(err error) error {
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		return parse.Err
	}
	return err
}

func readValues(file io.Reader, output string, each func(fileRow) error) error {
	return eachLine(file, func(line []byte) error {
		return each(newFileRow([]fileValue{textValue(output, string(line))}, output, string(line)))
	})
}

func readJSONLines(file io.Reader, output string, each func(fileRow) error) error {
	return eachLine(file, func(line []byte) error {
		var object map[string]json.RawMessage
		if json.Unmarshal(line, &object) != nil {
			return each(fileRow{Line: strings.ToValidUTF8(string(line), "\uFFFD")})
		}
		var values []fileValue
		for _, name := range slices.Sorted(maps.Keys(object)) {
			var several []json.RawMessage
			if json.Unmarshal(object[name], &several) != nil || several == nil {
				several = []json.RawMessage{object[name]}
			}
			for _, v := range several {
				values = append(values, fileValue{name, v})
			}
		}
		return each(newFileRow(values, output, string(line)))
	})
}

// eachLine calls each with every line that is not blank.
func eachLine(file io.Reader, each func([]byte) error) error {
	lines := bufio.NewScanner(file)
	lines.Buffer(make([]byte, 0, 64<<10), maxFileLine)
	for lines.Scan() {
		if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 {
			if err := each(line); err != nil {
				return err
			}
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return errLongLine
	}
	return lines.Err()
}

func textValue(name, text string) fileValue {
	b, _ := json.Marshal(text) // a string always encodes
	return fileValue{name, b}
}

// newFileRow finds out whose row it is: the ss_id's, or else that of the value
// of the file's own type, or else of any other id type. A value that cannot be an
// id makes nobody's row, but takes none from the person that another id names.
func newFileRow(values []fileValue, output, line string) fileRow {
	id := func(name string) string {
		for _, v := range values {
			var text extract.LenientText
			if v.Name == name && json.Unmarshal(v.Value, &text) == nil && text != "" && possibleID(name, string(text)) {
				return string(text)
			}
		}
		return ""
	}
	row := fileRow{ID: id("ss_id"), Values: values}
	for _, kind := range append([]string{output}, uploadTypes...) {
		if value := id(kind); row.ID == "" && value != "" {
			row.ID = kind + ":" + value
		}
	}
	if row.ID == "" || !utf8.ValidString(row.ID) {
		return fileRow{Line: strings.ToValidUTF8(line, "\uFFFD")}
	}
	return row
}

var errLongLine = fmt.Errorf("a line is longer than %d MiB", maxFileLine>>20)

// lineLimit refuses to read on when one row takes more than the longest line.
type lineLimit struct {
	file   io.Reader
	left   int
	lifted bool
}

func (l *lineLimit) nextRow() { l.left = maxFileLine }

// lift ends the limit, for a bufio.Scanner has its own.
func (l *lineLimit) lift() { l.lifted = true }

func (l *lineLimit) Read(p []byte) (int, error) {
	if l.left <= 0 && !l.lifted {
		return 0, errLongLine
	}
	n, err := l.file.Read(p)
	l.left -= n
	return n, err
}
