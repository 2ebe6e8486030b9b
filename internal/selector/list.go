package selector

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"contactsync/schema"
	"contactsync/transform"
)

// ReadNames reads names from a file, one a line; empty lines and those that begin
// with # are left out.
func ReadNames(r io.Reader) ([]Name, error) {
	var names []Name
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if text != "" && !strings.HasPrefix(text, "#") {
			names = append(names, Name{fmt.Sprintf("line %d", n), text})
		}
	}
	return names, lines.Err()
}

// ReadOptOut reads an opt-out list: an e-mail address or a hash of one (MD5, SHA-1
// or SHA-256, told by its length) in each line, or CSV whose header names columns
// of them. All lines that hold neither are reported at once, as a [*Error].
func ReadOptOut(r io.Reader) ([]schema.Identifier, error) {
	rows := csv.NewReader(r)
	rows.FieldsPerRecord, rows.LazyQuotes, rows.TrimLeadingSpace, rows.Comment = -1, true, true, '#'
	var entries []schema.Identifier
	var problems Error
	columns := []int{0} // without a header, the first
	for first := true; ; first = false {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return entries, problems.orNil()
		}
		if err != nil {
			return nil, err
		}
		if first {
			row[0] = strings.TrimPrefix(row[0], "\ufeff")
			if header := listColumns(row); header != nil {
				columns = header
				continue
			}
		}
		line, _ := rows.FieldPos(0)
		found, problem := parseEntry(row, columns)
		if problem != "" {
			problems.add(fmt.Sprintf("line %d", line), problem)
		}
		entries = append(entries, found...)
	}
}

// listColumns are the columns that a header names for addresses and hashes; nil
// where the row is no header.
func listColumns(row []string) (columns []int) {
	for i, name := range row {
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "email", "e-mail", "email_address", "email address", "hash", "hem", "email_hash", "md5", "sha1", "sha256",
			"email_md5", "email_sha1", "email_sha256":
			columns = append(columns, i)
		}
	}
	return columns
}

// parseEntry reads the columns of a row that hold something; one must.
func parseEntry(row []string, columns []int) (entries []schema.Identifier, problem string) {
	for _, i := range columns {
		if i >= len(row) || strings.TrimSpace(row[i]) == "" {
			continue
		}
		ids, ok := transform.OptOut(row[i])
		if !ok {
			return nil, "neither an e-mail address nor a hash of one (32, 40 or 64 hex digits)"
		}
		entries = append(entries, ids...)
	}
	if len(entries) == 0 {
		return nil, "no e-mail address and no hash"
	}
	return entries, ""
}
