package pipeline

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"
)

// Name is how somebody was named, and where: "argument 2", "line 7".
type Name struct{ Place, Text string }

// SelectorError says why texts name nobody: each by its place, without the text,
// which is personal data.
type SelectorError struct{ Problems []string }

// shownProblems is how many are told; a list of the wrong kind has one per line.
const shownProblems = 20

func (e *SelectorError) Error() string {
	shown := e.Problems[:min(len(e.Problems), shownProblems)]
	text := strings.Join(shown, "\n")
	if more := len(e.Problems) - len(shown); more > 0 {
		text += fmt.Sprintf("\nand %d more", more)
	}
	return text
}

func (e *SelectorError) add(place, problem string) {
	e.Problems = append(e.Problems, place+": "+problem)
}

// orNil is the error, if there is any problem.
func (e *SelectorError) orNil() error {
	if len(e.Problems) == 0 {
		return nil
	}
	return e
}

// ParsePeople reads how people are named: an e-mail address, the address of a
// LinkedIn profile, a contact id, or a record as source:id. All that name nobody
// are reported at once, as a [*SelectorError].
func ParsePeople(names []Name) ([]load.Request, error) {
	var requests []load.Request
	var problems SelectorError
	for _, n := range names {
		request, problem := parsePerson(strings.TrimSpace(n.Text))
		if problem != "" {
			problems.add(n.Place, problem)
			continue
		}
		requests = append(requests, request)
	}
	return requests, problems.orNil()
}

func parsePerson(text string) (r load.Request, problem string) {
	source, id, _ := strings.Cut(text, ":")
	switch {
	case strings.HasPrefix(text, "c_") && !strings.Contains(text, "@"):
		return load.Request{Selector: schema.ByContact, Contact: text}, ""
	case slices.Contains(schema.Sources, source) && id != "":
		return load.Request{Selector: schema.ByRecord, Keys: []schema.Identifier{{Kind: schema.VendorID(source), Value: id}}}, ""
	}
	ids, ok := transform.Selector(text)
	if !ok {
		return r, "neither an e-mail address nor a LinkedIn URL, a contact id (c_...) or a record (source:id)"
	}
	r.Selector = schema.ByEmail
	for _, key := range ids {
		if key.Kind != key.Kind.SuppressedAs() {
			return r, "a role address, which names nobody in person: name the person otherwise, or keep the address out with `sync suppress`"
		}
		if key.Kind == schema.LinkedIn {
			r.Selector = schema.ByLinkedIn
		}
		r.Keys = append(r.Keys, schema.Identifier{Kind: key.Kind, Value: key.Value})
	}
	return r, ""
}

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
// of them. All lines that hold neither are reported at once, as a [*SelectorError].
func ReadOptOut(r io.Reader) ([]schema.Identifier, error) {
	rows := csv.NewReader(r)
	rows.FieldsPerRecord, rows.LazyQuotes, rows.TrimLeadingSpace, rows.Comment = -1, true, true, '#'
	var entries []schema.Identifier
	var problems SelectorError
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
