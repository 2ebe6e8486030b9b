package review

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"contactsync/load/duckdb/report"
)

// Columns are those of a sheet of pairs, one row a pair. Records are named as source:id,
// which no spreadsheet takes for a number and shortens.
var Columns = slices.Concat(
	[]string{decisionColumn, recordColumn, otherColumn},
	[]string{"reason", "bits", "suggests", "evidence", "kind", "value", "intent", "reachable", "joined"},
	prefixed("", sideNames), prefixed("other_", sideNames),
)

const (
	decisionColumn = "decision"
	recordColumn   = "record"
	otherColumn    = "other_record"
)

// The decisions of a sheet.
const (
	Same      = "same"
	Different = "different"
)

// sideNames are the columns of each of the two.
var sideNames = []string{
	"contact_id", "full_name", "emails", "phones", "job_title", "company_name", "company_domain", "place", "age_range", "gender",
	"linkedin_url", "sources", "last_seen_at",
}

func prefixed(prefix string, names []string) []string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = prefix + n
	}
	return list
}

// Row is the pair in these columns, not decided yet.
func (p Pair) Row() []any {
	records := p.Records()
	value := p.Value
	if p.Address != "" {
		value = p.Address
	}
	row := []any{
		"", records[0].String(), records[1].String(), p.Reason, p.Bits, p.Suggests, strings.Join(p.Evidence, ", "), p.Kind, value,
		p.Intent, p.Reachable, p.Joined,
	}
	for i, contact := range []string{p.ContactID, p.OtherContactID} {
		s := &p.Sides[i]
		row = append(row, contact, s.FullName, some(s.Emails), some(s.Phones), s.JobTitle, s.CompanyName, s.CompanyDomain,
			Place(s.Profile), s.AgeRange, s.Gender, s.LinkedInURL, some(s.Sources), s.LastSeenAt)
	}
	return row
}

// some is a list, or nothing where it is empty.
func some(list []string) any {
	if len(list) == 0 {
		return nil
	}
	return list
}

// Inert makes a text that a spreadsheet would run as a formula one that it shows.
func Inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// maxSheet is how long a sheet may be.
const maxSheet = 256 << 20

// ReadSheet reads the decisions of a sheet: CSV with the columns record, other_record and
// decision among any others, separated by commas, semicolons or tabs. Rows without a
// decision are passed over. All that is wrong is reported at once, as an [*Error] with a
// line name:line:column each.
func ReadSheet(name string, from io.Reader) ([]Decision, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxSheet+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(text) > maxSheet {
		return nil, &Error{fmt.Errorf("%s: longer than %d MB: split it", name, maxSheet>>20)}
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	s := sheetReader{name: name, text: text, rows: csv.NewReader(bytes.NewReader(text)), first: map[[2]string]answered{}}
	s.rows.Comma, s.rows.FieldsPerRecord = separatorOf(text), -1
	s.read()
	if len(s.problems) > 0 {
		return nil, &Error{errors.Join(s.problems...)}
	}
	return s.decisions, nil
}

// separatorOf is what the columns of the first line stand apart by.
func separatorOf(text []byte) rune {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	best, most := ',', bytes.Count(line, []byte(","))
	for _, c := range []rune{';', '\t'} {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// answered is where a pair was decided, and how.
type answered struct {
	line int
	same bool
}

type sheetReader struct {
	name      string
	text      []byte
	rows      *csv.Reader
	columns   [3]int // of record, other_record and decision
	first     map[[2]string]answered
	decisions []Decision
	problems  []error
}

func (s *sheetReader) problem(line, column int, what string) {
	s.problems = append(s.problems, fmt.Errorf("%s:%d:%d: %s", s.name, line, column, what))
}

// read reads the sheet as far as it is CSV.
func (s *sheetReader) read() {
	if !utf8.Valid(s.text) {
		s.problem(1, 1, "is not UTF-8: save the sheet as CSV in UTF-8")
		return
	}
	for header := true; ; header = false {
		row, err := s.rows.Read()
		var syntax *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			if header {
				s.problem(1, 1, "is empty: want a header with "+recordColumn+", "+otherColumn+" and "+decisionColumn)
			}
			return
		case errors.As(err, &syntax):
			s.problem(syntax.Line, s.characters(syntax.Line, syntax.Column), "is no CSV: a quote is out of place")
			return
		case header:
			if !s.header(row) {
				return
			}
		default:
			s.row(row)
		}
	}
}

// header finds the columns that count.
func (s *sheetReader) header(row []string) bool {
	whole := true
	for i, want := range []string{recordColumn, otherColumn, decisionColumn} {
		s.columns[i] = -1
		for k, name := range row {
			if !strings.EqualFold(strings.TrimSpace(name), want) {
				continue
			}
			if s.columns[i] >= 0 {
				s.problemIn(k, "the column "+want+" is there twice")
				whole = false
			}
			s.columns[i] = k
		}
		if s.columns[i] < 0 {
			s.problem(1, 1, "the column "+want+" is missing")
			whole = false
		}
	}
	return whole
}

// row reads one answer.
func (s *sheetReader) row(row []string) {
	cell := func(i int) string {
		if s.columns[i] >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[s.columns[i]])
	}
	var d Decision
	switch strings.ToLower(cell(2)) {
	case "":
		return
	case Same:
		d.Same = true
	case Different:
	default:
		s.problemIn(s.columns[2], "want "+Same+", "+Different+" or nothing")
		return
	}
	sound := true
	for i, into := range []*report.RecordKey{&d.Record, &d.Other} {
		key, ok := parseRecord(cell(i))
		if !ok {
			s.problemIn(min(s.columns[i], len(row)-1), errNoRecord.Error())
			sound = false
		}
		*into = key
	}
	if sound {
		s.take(d)
	}
}

// take takes a decision, unless the sheet has said the contrary before.
func (s *sheetReader) take(d Decision) {
	if err := d.check(); err != nil {
		s.problemIn(s.columns[1], err.Error())
		return
	}
	line, _ := s.rows.FieldPos(s.columns[2])
	before, twice := s.first[d.pair().Key()]
	switch {
	case !twice:
		s.first[d.pair().Key()] = answered{line, d.Same}
		s.decisions = append(s.decisions, d)
	case before.same != d.Same:
		s.problemIn(s.columns[2], fmt.Sprintf("contradicts line %d", before.line))
	}
}

// problemIn reports a problem of a field of the row that was read last.
func (s *sheetReader) problemIn(field int, what string) {
	line, column := s.rows.FieldPos(field)
	s.problem(line, s.characters(line, column), what)
}

// characters turns a column in bytes into one in characters.
func (s *sheetReader) characters(line, column int) int {
	rest := s.text
	for range line - 1 {
		_, rest, _ = bytes.Cut(rest, []byte("\n"))
	}
	return utf8.RuneCount(rest[:min(max(column-1, 0), len(rest))]) + 1
}
