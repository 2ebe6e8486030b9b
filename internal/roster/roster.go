// Package roster reads lists of people who are to be erased or kept out, as
// spreadsheets, mail programs and people write them: an entry a line, or a table with or
// without a header, with commas, semicolons or tabs, in UTF-8 or UTF-16.
//
// Nothing is left out in silence. A cell that is like an address, a hash or a profile
// must be one, a cell under a header that announces one must be one, and a line must hold
// one; of each that does not, the place is told and never the text, which is personal
// data. What is left aside is counted.
package roster

import (
	"fmt"
	"io"
	"strings"

	"contactsync/internal/selector"
	"contactsync/schema"
	"contactsync/transform"
)

// Kind is a way in which a list names somebody.
type Kind string

// The kinds, in the words of a report on what was read.
const (
	Address Kind = "e-mail address"
	Hash    Kind = "hash"
	Profile Kind = "profile"
	Contact Kind = "contact id"
	Record  Kind = "record"
)

// Kinds are all of them in the order in which they are reported.
var Kinds = []Kind{Address, Hash, Profile, Contact, Record}

// List is what was read of a list.
type List struct {
	Names    []selector.Name // all who are named, by their lines; a line may name several
	Lines    int             // that hold anything, without comments and headers
	Headers  int             // lines that say what stands in which column
	Cells    int             // of these lines, that hold anything
	Passed   int             // cells that are neither, and need not be
	Counts   map[Kind]int    // of Names
	Problems []Problem
}

// Problem says what cannot be read in a line, without its text.
type Problem struct{ Place, Text string }

func (p Problem) String() string { return p.Place + ": " + p.Text }

// Identifiers are those by which the people of an opt-out list must stay out.
func (l *List) Identifiers() (all []schema.Identifier) {
	for _, n := range l.Names {
		ids, _ := transform.OptOut(n.Text) // it was read as one before
		all = append(all, ids...)
	}
	return all
}

// OptOut reads a list of people who must stay out: addresses, hashes and profiles.
func OptOut(r io.Reader, file string) (*List, error) { return read(r, file, toKeepOut, isOptOut) }

// People reads a list of people who are to be erased, who may be named by a contact id or
// as a record, too. What names nobody in person (a role address) is a problem.
func People(r io.Reader, file string) (*List, error) {
	l, err := read(r, file, toErase, isPerson)
	if err != nil {
		return nil, err
	}
	persons := l.Names[:0]
	for _, n := range l.Names {
		if _, problem := selector.ParsePerson(n.Text); problem != "" {
			kind, _ := isPerson(n.Text)
			l.Counts[kind]--
			l.Problems = append(l.Problems, Problem{n.Place, problem})
			continue
		}
		persons = append(persons, n)
	}
	l.Names = persons
	return l, nil
}

// read reads a list; the file's name is for the places in it, "" for stdin.
func read(r io.Reader, file, wanted string, accepts accepts) (*List, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read the list of people: %w", err)
	}
	text, err := decoded(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", placeOf(file, 0), err)
	}
	l := reading{list: &List{Counts: map[Kind]int{}}, file: file, wanted: wanted, accepts: accepts, delimiters: anyDelimiter}
	rows := rows{lines: linesOf(text)}
	for rows.next() {
		l.row(&rows)
	}
	return l.list, nil
}

// placeOf is a line of a file, or of stdin; 0 is the whole.
func placeOf(file string, line int) string {
	switch {
	case file == "" && line == 0:
		return "stdin"
	case file == "":
		return fmt.Sprintf("line %d", line)
	case line == 0:
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// reading is a list while it is read.
type reading struct {
	list       *List
	file       string
	wanted     string
	accepts    accepts
	delimiters string   // that stand between cells
	told       string   // the delimiter, by a line for Excel
	columns    []column // by the header, if there is one
}

// row reads the row that rows stands at, which may be several lines.
func (l *reading) row(rows *rows) {
	line := rows.line()
	switch text := strings.TrimSpace(line); {
	case text == "", strings.HasPrefix(text, "#"):
		return
	case rows.at == 0 && isSeparatorLine(text):
		l.told = text[len(text)-1:]
		l.delimiters = l.told
		return
	}
	if columns, delimiters, ok := l.header(line); ok {
		l.columns, l.delimiters = columns, delimiters
		l.list.Headers++
		return
	}
	place := placeOf(l.file, rows.at+1)
	l.list.Lines++
	before, held := len(l.list.Names), false
	for i, c := range rows.cells(l.delimiters) {
		if isNothing(c.text) {
			continue
		}
		held = true
		l.list.Cells++
		if problem := l.cell(c, l.column(i), place); problem != "" {
			l.problem(place, fmt.Sprintf("column %d %s", i+1, problem))
		}
	}
	if len(l.list.Names) == before && !l.failed(place) {
		problem := "no " + l.wanted
		if l.columns == nil && held && l.list.Lines == 1 {
			problem += `; if it is a header, call a column "email", "hash" or "profile"`
		}
		l.problem(place, problem)
	}
}

// What a cell or line must hold.
const (
	toKeepOut = "e-mail address, hash of one (32, 40 or 64 hex digits) or link to a profile"
	toErase   = "e-mail address, hash of one (32, 40 or 64 hex digits), link to a profile, contact id (c_...) or record (source:id)"
)

func (l *reading) column(i int) column {
	if i < len(l.columns) {
		return l.columns[i]
	}
	return unknown
}

func (l *reading) problem(place, text string) {
	l.list.Problems = append(l.list.Problems, Problem{place, text})
}

// failed reports whether the last problem is of a place.
func (l *reading) failed(place string) bool {
	n := len(l.list.Problems)
	return n > 0 && l.list.Problems[n-1].Place == place
}

// cell reads a cell that holds something, and says what is wrong with it.
func (l *reading) cell(c cell, in column, place string) (problem string) {
	found, unread := l.parts(c.text)
	switch in {
	case aside:
		if c.lines > 1 && looksLikeSomebody(c.text) { // a stray quote may have swallowed the lines
			return "runs over several lines, of which some are like an e-mail address, a hash or a profile: see to its quotes"
		}
		l.list.Passed++
		return ""
	case named:
		if unread.words > 0 && !strings.Contains(c.text, "<") || len(found) == 0 {
			unread.like = true
		}
	case unknown:
		if len(found) == 0 && !unread.like {
			l.list.Passed++
			return ""
		}
	}
	for _, f := range found {
		l.list.Names = append(l.list.Names, selector.Name{Place: place, Text: f.text})
		l.list.Counts[f.kind]++
	}
	if unread.like {
		return "holds what cannot be read as an " + l.wanted
	}
	return ""
}
