package audiencelab

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"contactsync/extract"
	"contactsync/schema"
)

// labAnswer is one page as AudienceLab serves it. Its reference says
// {data,total,page,page_size}, its servers {data,total_records,total_pages,
// page,page_size,has_more}; both are read, and nothing is required.
type labAnswer struct {
	rows  []schema.Record
	print string // tells this page's rows from another's

	hasData    bool
	hasError   bool
	hasMore    *bool
	total      *int64 // of rows, in the whole list
	totalPages *int64
	page       *int64
	pageSize   *int64
	status     string
	id, name   string
}

// decodeAnswer reads a page in one pass: a full page is most of a megabyte,
// and of its rows only the key and the date are looked at.
func decodeAnswer(body []byte) (labAnswer, error) {
	d := decoder{Decoder: jsontext.NewDecoder(bytes.NewBuffer(body), extract.LenientJSON), body: body}
	var err error
	switch d.PeekKind() {
	case '{':
		err = d.object()
	case '[':
		err = d.data() // webhooks send bare arrays, so a proxy of theirs may
	default:
		err = errors.New("the answer is no page of rows")
	}
	d.answer.print = extract.Fingerprint(d.answer.rows)
	return d.answer, err
}

type decoder struct {
	*jsontext.Decoder
	body   []byte
	answer labAnswer
}

func (d *decoder) object() error {
	return d.members(func(name string) error {
		switch strings.ToLower(name) {
		case "data":
			return d.data()
		case "error":
			d.answer.hasError = d.PeekKind() != 'n'
			return d.SkipValue()
		case "has_more":
			return decodeValue(d, &d.answer.hasMore)
		case "total", "total_records":
			return d.number(&d.answer.total)
		case "total_pages":
			return d.number(&d.answer.totalPages)
		case "page":
			return d.number(&d.answer.page)
		case "page_size":
			return d.number(&d.answer.pageSize)
		case "status":
			return d.text(&d.answer.status)
		case "id":
			return d.text(&d.answer.id)
		case "name", "segment_name", "audience_name":
			return d.text(&d.answer.name)
		}
		return d.SkipValue()
	})
}

// members calls read for each name of an object, to read its value.
func (d *decoder) members(read func(name string) error) error {
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		if err := read(name.String()); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

func (d *decoder) data() error {
	d.answer.hasData = true
	if d.PeekKind() != '[' {
		return d.SkipValue() // null is what Go servers make of an empty list
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != ']' {
		row, err := d.row()
		if err != nil {
			return err
		}
		d.answer.rows = append(d.answer.rows, row)
	}
	_, err := d.ReadToken()
	return err
}

var (
	uuidName      = []byte(`"UUID"`)
	eventTimeName = []byte(`"EVENT_TIMESTAMP"`)
	activityName  = []byte(`"ACTIVITY_START_DATE"`)
	updatedSuffix = []byte(`_LAST_UPDATED"`)
)

// row reads one row: its bytes, its UUID and its date, whatever their case. The
// date of an event is when it happened, or when the visit it is part of began; of a
// person the newest *_LAST_UPDATED.
func (d *decoder) row() (schema.Record, error) {
	row := schema.Record{Source: schema.AudienceLab}
	if d.PeekKind() != '{' {
		raw, err := d.ReadValue()
		row.Raw = bytes.Clone(raw)
		return row, err
	}
	var happened, began, updated time.Time
	if _, err := d.ReadToken(); err != nil {
		return row, err
	}
	start := d.InputOffset() - 1
	for d.PeekKind() == '"' {
		name, err := d.ReadValue()
		if err != nil {
			return row, err
		}
		switch {
		case bytes.EqualFold(name, uuidName):
			err = d.text(&row.ID)
		case bytes.EqualFold(name, eventTimeName):
			err = d.newest(&happened)
		case bytes.EqualFold(name, activityName):
			err = d.newest(&began)
		case len(name) > len(updatedSuffix) && bytes.EqualFold(name[len(name)-len(updatedSuffix):], updatedSuffix):
			err = d.newest(&updated)
		default:
			err = d.SkipValue()
		}
		if err != nil {
			return row, err
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return row, err
	}
	row.Raw = json.RawMessage(d.body[start:d.InputOffset():d.InputOffset()])
	for _, date := range []time.Time{updated, began, happened} {
		if !date.IsZero() {
			row.AsOf = date
		}
	}
	return row, nil
}

// newest keeps the later of t and the date that comes.
func (d *decoder) newest(t *time.Time) error {
	var text string
	if err := d.text(&text); err != nil {
		return err
	}
	if date, ok := schema.ParseTime(text); ok && date.After(*t) {
		*t = date
	}
	return nil
}

func (d *decoder) text(into *string) error {
	var text extract.LenientText
	err := decodeValue(d, &text)
	if text != "" {
		*into = string(text)
	}
	return err
}

func (d *decoder) number(into **int64) error {
	var n *extract.LenientInt
	err := decodeValue(d, &n)
	if n != nil {
		*into = (*int64)(n)
	}
	return err
}

// decodeValue reads the value that comes. One of a wrong type leaves into as it was.
func decodeValue[T any](d *decoder, into *T) error {
	raw, err := d.ReadValue()
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	var value T
	if json.Unmarshal(raw, &value) == nil {
		*into = value
	}
	return err
}

// notReady reports whether the list is still in the making, which AudienceLab
// says in a successful answer: {"status":"no data"}. It is not an empty list.
func (a labAnswer) notReady() bool {
	switch {
	case len(a.rows) > 0 || a.failed():
		return false
	case !a.hasData:
		return a.status != "" && a.id == ""
	}
	switch strings.ToLower(a.status) {
	case "no data", "no_data", "in_queue", "queued", "pending", "processing", "running":
		return true
	}
	return false
}

// failed reports whether a successful answer holds an error instead of rows.
func (a labAnswer) failed() bool {
	status := strings.ToLower(a.status)
	return !a.hasData && (a.hasError || status == "failed" || status == "error")
}

// check refuses an answer that is no page, or not the page that was asked for.
func (a labAnswer) check(l labList, page int) error {
	switch {
	case !a.hasData && a.id != "" && l.members == schema.KindAudience:
		return fmt.Errorf("GET %s answers what the audience is, not who is in it; this API does not list the members of a saved audience, so make a segment of it in the Studio and read that", l.path)
	case !a.hasData:
		return fmt.Errorf("GET %s answers no list of rows", l.path)
	case a.page != nil && *a.page != int64(page) && len(a.rows) > 0:
		return fmt.Errorf("page %d was asked for and page %d came; the list cannot be read to its end", page, *a.page)
	}
	return nil
}
