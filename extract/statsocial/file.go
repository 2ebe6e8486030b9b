package statsocial

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"contactsync/extract/api"
)

// What is assumed of output files: CSV with a header that names ss_id or another
// id type, in any order and with any other columns; or one value a line without
// a header; or JSON lines. The first line shows which.

// maxFileLine bounds a line, so that a file of one endless line cannot fill the memory.
// One that is longer is a row without an ID, cut, and the file goes on behind it.
const maxFileLine = 1 << 20

var errLongLine = fmt.Errorf("a line is longer than %d MiB", maxFileLine>>20)

// readOutputFile calls each with every row of an output file of an id type, and
// counts the rows. A row that cannot be read, or has no possible id, has no ID.
func readOutputFile(file io.Reader, idType string, each func(fileRow) error) (rows int64, err error) {
	f := fileReader{left: maxFileLine, idType: idType, each: each}
	f.file = newSifter(file, func(beginning []byte) error {
		return f.add(fileRow{Line: strings.ToValidUTF8(string(beginning), "\uFFFD")})
	})
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
		if isError(first, f.idType) {
			return errorBody(first)
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
		return newFileRow(columns{f.idType: {jsonText(string(line))}}, f.idType, string(line))
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
		values := columns{}
		for i, field := range fields {
			values.add(columnName(header, i), jsonText(strings.TrimSpace(field)))
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
	var object map[string]json.RawMessage
	_ = json.Unmarshal(api.NullNumbers(line), &object) // what is no object has no values
	values := columns{}
	for column, value := range object {
		var several []json.RawMessage
		if json.Unmarshal(value, &several) != nil || several == nil {
			several = []json.RawMessage{value}
		}
		values.add(column, several...)
	}
	return newFileRow(values, f.idType, string(line))
}

// errorBody is an error message that a server sent in place of a file.
type errorBody []byte

func (errorBody) Error() string { return "it is an error in the place of ids" }

// isError reports whether a first line of JSON has a member for an error, and none
// for an id.
func isError(line []byte, idType string) (refused bool) {
	var object map[string]json.RawMessage
	_ = json.Unmarshal(line, &object)
	for name := range object {
		switch name = strings.ToLower(name); {
		case name == idType || slices.Contains(uploadTypes, name):
			return false
		case name == "error" || name == "errors" || name == "message":
			refused = true
		}
	}
	return refused
}
