package enrichment

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"contactsync/extract"
	"contactsync/schema"
)

// resultFields are the fields that the documented form asks for: those of which the
// common schema makes something.
var resultFields = []string{
	"UUID", "FIRST_NAME", "LAST_NAME", "BUSINESS_EMAIL", "PERSONAL_EMAIL", "PHONE", "LINKEDIN_URL", "JOB_TITLE", "COMPANY_NAME", "COMPANY_DOMAIN",
	"COMPANY_INDUSTRY", "COMPANY_SIZE", "COMPANY_REVENUE", "COMPANY_PHONE", "PERSONAL_CITY", "PERSONAL_STATE", "PERSONAL_ZIP", "GENDER",
}

// resultPage is how many records a page has: what a stopped run reads again.
const resultPage = 1000

// result reads the rows of a job into pages.
type result struct {
	job    job
	linker *linker
	status string
	now    func() time.Time
	emit   extract.Emit

	identify Identify

	skip  int64  // rows that an earlier run has read
	after []byte // the mark of the last of them
	rows  int64
	keyed bool // some row has a key
	batch []schema.Record
}

// file reads a CSV file. Rows that an earlier run has read are passed over, if they are
// still the same.
func (r *result) file(ctx context.Context, env extract.Env, address string) error {
	err := r.readFile(ctx, env, address)
	if errors.Is(err, errOtherRows) {
		r.restart()
		err = r.readFile(ctx, env, address)
	}
	return err
}

var errOtherRows = errors.New("its rows are others than those that were read before")

// restart begins the result anew.
func (r *result) restart() {
	r.job.Rows, r.job.Last, r.job.Found, r.batch, r.rows = 0, nil, 0, nil, 0
}

func (r *result) readFile(ctx context.Context, env extract.Env, address string) error {
	file, err := env.API.Open(ctx, address)
	if err != nil {
		return err
	}
	defer file.Close()
	return r.table(file)
}

func (r *result) table(file io.Reader) error {
	table, err := extract.NewCSV(file, false)
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty")
	}
	if err != nil {
		return fmt.Errorf("header: %w", err)
	}
	if err := isTable(table.Header); err != nil {
		return err
	}
	r.begin()
	for {
		values, line, err := table.Next()
		if errors.Is(err, io.EOF) {
			return r.finish()
		}
		if err != nil {
			return err
		}
		row := objectOf(table.Header, values)
		whole, _ := row.MarshalJSON() // never fails
		if err := r.add(row, whole); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// isTable refuses a page of a server that stands in the place of a file.
func isTable(header []string) error {
	first := strings.TrimLeft(header[0], " \t\r\n")
	if strings.HasPrefix(first, "<") || strings.HasPrefix(first, "{") || strings.HasPrefix(first, "[") {
		return fmt.Errorf("it begins with %q and is no CSV: an error may stand in its place", first[:1])
	}
	if !slices.ContainsFunc(header, func(name string) bool { return namesField(strings.ToUpper(name)) }) {
		return errors.New("its first line names no field of the vendor: an error may stand in its place")
	}
	return nil
}

// namesField reports whether a name is one of the vendor's fields, by those of which every
// result has some.
func namesField(name string) bool {
	return name == "UUID" || strings.Contains(name, "EMAIL") || strings.Contains(name, "PHONE") || strings.HasSuffix(name, "_NAME") ||
		strings.Contains(name, "LINKEDIN")
}

// inline reads a result that stands in the answer itself.
func (r *result) inline(rows []json.RawMessage) error {
	r.begin()
	for i, raw := range rows {
		if err := r.add(membersOfObject(raw), raw); errors.Is(err, errOtherRows) {
			r.restart()
			return r.inline(rows)
		} else if err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	return r.finish()
}

func (r *result) begin() {
	r.skip, r.after, r.rows, r.keyed = r.job.Rows, r.job.Last, 0, r.job.Found > 0
}

// add takes a row. One that repeats what was asked, and says nothing else, found nobody.
func (r *result) add(row ordered, whole []byte) error {
	r.rows++
	if r.rows <= r.skip {
		if r.rows == r.skip && !slices.Equal(markOf(whole), r.after) {
			return errOtherRows
		}
		return nil
	}
	if !r.linker.answers(row) {
		return nil
	}
	record := schema.Record{Source: name, Raw: joined(whole, r.linker.link(row))}
	record.ID, record.AsOf = r.identify(record.Raw)
	r.keyed = r.keyed || record.ID != ""
	r.batch = append(r.batch, record)
	r.job.Found++
	r.job.Last = markOf(whole)
	if len(r.batch) < resultPage {
		return nil
	}
	r.job.Rows = r.rows
	return r.flush()
}

// joined is an object with more members after its own.
func joined(object []byte, more ordered) []byte {
	if len(more) == 0 {
		return object
	}
	added, _ := more.MarshalJSON() // never fails
	own := bytes.TrimRight(bytes.TrimSuffix(bytes.TrimSpace(object), []byte("}")), " \t\r\n")
	separator := ","
	if bytes.HasSuffix(own, []byte("{")) {
		separator = ""
	}
	return slices.Concat(own, []byte(separator), added[1:])
}

func markOf(row []byte) []byte {
	mark := extract.MarkOf(string(row), 0)
	return mark[:]
}

// finish ends the job with the last page.
func (r *result) finish() error {
	switch {
	case r.rows < r.skip:
		return errOtherRows
	case r.job.Found > 0 && !r.keyed:
		return fmt.Errorf("none of its %d rows has a key: UUID, an address or a LinkedIn profile", r.rows)
	}
	r.job = r.job.over(r.status, r.now())
	return r.flush()
}

func (r *result) flush() error {
	page := r.job.page()
	page.Records, r.batch = r.batch, nil
	page.Number = int((r.rows + resultPage - 1) / resultPage)
	return r.emit(page)
}

// objectOf is a row of CSV under its header: of names that stand twice, the first
// value that says something counts; a value without a name is column_7.
func objectOf(header, values []string) (row ordered) {
	at := map[string]int{}
	for i, value := range values {
		name := fmt.Sprintf("column_%d", i+1)
		if i < len(header) && header[i] != "" {
			name = header[i]
		}
		value = strings.TrimSpace(value)
		if before, twice := at[name]; twice {
			if row[before].value == "" {
				row[before].value = value
			}
			continue
		}
		at[name] = len(row)
		row = append(row, member{name, value})
	}
	return row
}

// textOf is a value as text: a list or an object as its JSON.
func textOf(value jsontext.Value) string {
	var text extract.LenientText
	if kind := value.Kind(); kind == '[' || kind == '{' || kind == 't' || kind == 'f' {
		return string(value)
	}
	_ = text.UnmarshalJSON(value)
	return string(text)
}

// membersOfObject are the members of a JSON object; what is none has none.
func membersOfObject(raw json.RawMessage) (row ordered) {
	d := jsontext.NewDecoder(bytes.NewReader(raw), extract.LenientJSON)
	if d.PeekKind() != '{' {
		return nil
	}
	_, err := d.ReadToken()
	for err == nil && d.PeekKind() == '"' {
		var key jsontext.Token
		var value jsontext.Value
		if key, err = d.ReadToken(); err != nil {
			break
		}
		called := key.String()
		if value, err = d.ReadValue(); err == nil {
			row = append(row, member{called, textOf(value)})
		}
	}
	return row // what cannot be read says nothing
}
