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
// a header; or JSON lines. The first line shows which.

// maxFileLine bounds a line, so that a file of one endless line cannot fill the memory.
const maxFileLine = 1 << 20

var errLongLine = fmt.Errorf("a line is longer than %d MiB", maxFileLine>>20)

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

// readOutputFile calls each with every row of an output file of an id type, and
// counts the rows. A row that cannot be read, or has no possible id, has no ID.
func readOutputFile(file io.Reader, idType string, each func(fileRow) error) (rows int64, err error) {
	f := fileReader{file: file, left: maxFileLine, idType: idType, each: each}
	if err := f.read(); err != nil {
		return f.rows, fmt.Errorf("row %d: %w", f.rows+1, err)
	}
	return f.rows, nil
}

// fileReader reads one output file.
type fileReader struct {
	file   io.Reader
	left   int // bytes that the row may still have
	idType string
	each   func(fileRow) error
	rows   int64
}

// Read refuses to read on when one row takes more than the longest line.
func (f *fileReader) Read(p []byte) (int, error) {
	if f.left <= 0 {
		return 0, errLongLine
	}
	n, err := f.file.Read(p)
	f.left -= n
	return n, err
}

func (f *fileReader) read() error {
	lines := bufio.NewReader(f)
	first, err := firstLine(lines)
	if err != nil || len(bytes.TrimSpace(first)) == 0 {
		return err
	}
	whole := io.MultiReader(bytes.NewReader(first), lines)
	switch first[0] {
	case '{':
		if err := errorBody(first, f.idType); err != nil {
			return err
		}
		return f.readLines(whole, f.jsonRow)
	case '<', '[':
		return fmt.Errorf("it begins with %q and is no CSV, no list of values and no JSON lines", first[0])
	}
	header, ok := csvHeader(first, f.idType)
	switch {
	case ok:
		return f.readCSV(whole, header)
	case len(header) > 1:
		return fmt.Errorf("its first line names neither ss_id nor %s", f.idType)
	}
	return f.readLines(whole, func(line []byte) fileRow {
		return newFileRow([]fileValue{textValue(f.idType, string(line))}, f.idType, string(line))
	})
}

// firstLine is the first line that is not blank, without a byte order mark.
func firstLine(lines *bufio.Reader) ([]byte, error) {
	for {
		line, err := lines.ReadBytes('\n')
		line = bytes.TrimLeft(bytes.TrimPrefix(line, []byte("\ufeff")), " \t\r\n")
		if errors.Is(err, io.EOF) {
			return line, nil
		}
		if err != nil || len(line) > 0 {
			return line, err
		}
	}
}

// csvHeader splits the first line, and reports whether it is a header.
func csvHeader(line []byte, idType string) (header []string, ok bool) {
	fields, err := csv.NewReader(bytes.NewReader(line)).Read()
	if err != nil {
		return nil, false
	}
	for i, f := range fields {
		f = strings.TrimSpace(f)
		if known := strings.ToLower(f); known == idType || slices.Contains(uploadTypes, known) {
			f, ok = known, true
		}
		fields[i] = f
	}
	return fields, ok
}

func (f *fileReader) add(row fileRow) error {
	f.rows++
	return f.each(row)
}

func (f *fileReader) readCSV(file io.Reader, header []string) error {
	r := csv.NewReader(file)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	for heading := true; ; heading = false {
		f.left = maxFileLine
		fields, err := r.Read()
		malformed, ok := errors.AsType[*csv.ParseError](err)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case ok:
			return malformed.Err // its line number is not that of the file
		case err != nil:
			return err
		case heading:
			continue
		}
		values := make([]fileValue, len(fields))
		for i, field := range fields {
			values[i] = textValue(columnName(header, i), strings.TrimSpace(field))
		}
		if err := f.add(newFileRow(values, f.idType, strings.Join(fields, ","))); err != nil {
			return err
		}
	}
}

func columnName(header []string, i int) string {
	if i < len(header) && header[i] != "" {
		return header[i]
	}
	return fmt.Sprintf("column_%d", i+1)
}

// readLines adds the row of every line that is not blank.
func (f *fileReader) readLines(file io.Reader, row func(line []byte) fileRow) error {
	lines := bufio.NewScanner(file)
	lines.Buffer(make([]byte, 0, 64<<10), maxFileLine)
	for f.left = maxFileLine; lines.Scan(); f.left = maxFileLine {
		if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 {
			if err := f.add(row(line)); err != nil {
				return err
			}
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return errLongLine
	}
	return lines.Err()
}

// jsonRow is the row of a JSON object, in which a list is several values.
func (f *fileReader) jsonRow(line []byte) fileRow {
	var values []fileValue
	for _, member := range members(line) {
		var several []json.RawMessage
		if json.Unmarshal(member.Value, &several) != nil || several == nil {
			several = []json.RawMessage{member.Value}
		}
		for _, v := range several {
			values = append(values, fileValue{member.Name, v})
		}
	}
	return newFileRow(values, f.idType, string(line))
}

// members returns the members of a JSON object in a fixed order; none when it is no object.
func members(object []byte) (values []fileValue) {
	var byName map[string]json.RawMessage
	if json.Unmarshal(object, &byName) != nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		values = append(values, fileValue{name, byName[name]})
	}
	return values
}

func textValue(name, text string) fileValue {
	b, _ := json.Marshal(text) // a string always encodes
	return fileValue{name, b}
}

// newFileRow finds the row's ID: the ss_id, or else the value of the file's own id
// type, or else of any other. A value that cannot be an id identifies no row, but
// stays with the person whom another id of the row names.
func newFileRow(values []fileValue, idType, line string) fileRow {
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
	for _, other := range append([]string{idType}, uploadTypes...) {
		if value := id(other); row.ID == "" && value != "" {
			row.ID = other + ":" + value
		}
	}
	if row.ID == "" || !utf8.ValidString(row.ID) {
		return fileRow{Line: strings.ToValidUTF8(line, "\uFFFD")}
	}
	return row
}
