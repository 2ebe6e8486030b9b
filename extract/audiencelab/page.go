package audiencelab

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"contactsync/extract"
	"contactsync/internal/normal"
	"contactsync/schema"
)

// reply is one page as AudienceLab serves it. Its reference says
// {data,total,page,page_size}, its servers {data,total_records,total_pages,
// page,page_size,has_more}, and of pixels {events,...}; all are read, and nothing is
// required.
type reply struct {
	rows  []schema.Record
	print string // tells this page's rows from another's
	asked int64  // how many rows were asked for; 0: the list has no such parameter

	hasData    bool
	wrongData  bool // data is there, and neither a list nor null
	hasMore    *bool
	total      *extract.LenientInt // of rows, in the whole list
	totalPages *extract.LenientInt
	page       *extract.LenientInt
	pageSize   *extract.LenientInt
	status     string
	id, name   string
}

// decode reads a page in one pass: a full page is most of a megabyte,
// and of its rows only the key and the date are looked at.
func decode(body []byte) (reply, error) {
	d := newDecoder(body)
	var err error
	switch d.PeekKind() {
	case '{':
		err = d.object()
	case '[':
		err = d.data() // webhooks send bare arrays, so a proxy of theirs may
	default:
		err = errors.New("the answer is no page of rows")
	}
	d.reply.print = extract.Fingerprint(d.reply.rows)
	return d.reply, err
}

type decoder struct {
	*jsontext.Decoder
	body  []byte
	reply reply
}

func newDecoder(body []byte) *decoder {
	return &decoder{Decoder: jsontext.NewDecoder(bytes.NewBuffer(body), extract.LenientJSON), body: body}
}

// each calls read for all that the array or object that comes holds.
func (d *decoder) each(read func() error) error {
	_, err := d.ReadToken()
	for err == nil && d.PeekKind() != ']' && d.PeekKind() != '}' {
		err = read()
	}
	if err == nil {
		_, err = d.ReadToken()
	}
	return err
}

func (d *decoder) object() error {
	return d.each(func() error {
		key, err := d.ReadToken()
		if err != nil {
			return err
		}
		switch strings.ToLower(key.String()) {
		case "data", "events", "result": // the last two of pixels (vendors' README 4.9)
			return d.data()
		case "has_more":
			return value(d, &d.reply.hasMore)
		case "total", "total_records":
			return value(d, &d.reply.total)
		case "total_pages":
			return value(d, &d.reply.totalPages)
		case "page":
			return value(d, &d.reply.page)
		case "page_size":
			return value(d, &d.reply.pageSize)
		case "status":
			return d.text(&d.reply.status)
		case "id":
			return d.text(&d.reply.id)
		case "name", "segment_name", "audience_name":
			return d.text(&d.reply.name)
		}
		return d.SkipValue()
	})
}

func (d *decoder) data() error {
	d.reply.hasData = true
	if kind := d.PeekKind(); kind != '[' {
		d.reply.wrongData = d.reply.wrongData || kind != 'n' // null is what Go servers make of an empty list
		return d.SkipValue()
	}
	return d.each(func() error {
		row, err := d.row()
		d.reply.rows = append(d.reply.rows, row)
		return err
	})
}

// row reads one row: its bytes, its key and its date, whatever their case. The key is
// the UUID; only of a row without one more is read, to make a key of it. The
// date of an event is when it happened, or when the visit it is part of began; of a
// person the newest *_LAST_UPDATED.
func (d *decoder) row() (row schema.Record, err error) {
	var happened, began, updated time.Time
	start := len(d.body) - len(bytes.TrimLeft(d.body[d.InputOffset():], ", \t\r\n"))
	if d.PeekKind() != '{' {
		err = d.SkipValue() // no record, which is for others to say
	} else {
		err = d.each(func() error {
			key, err := d.ReadValue()
			if err != nil {
				return err
			}
			switch key := strings.ToUpper(string(key)); {
			case key == `"UUID"`:
				return d.text(&row.ID)
			case key == `"EVENT_TIMESTAMP"`:
				return d.newest(&happened)
			case key == `"ACTIVITY_START_DATE"`:
				return d.newest(&began)
			case strings.HasSuffix(key, `_LAST_UPDATED"`):
				return d.newest(&updated)
			}
			return d.SkipValue()
		})
	}
	if err != nil {
		return row, err
	}
	end := d.InputOffset()
	row.Source, row.AsOf, row.Raw = name, cmp.Or(happened, began, updated), d.body[start:end:end]
	if normal.IsNull(row.ID) {
		row.ID = derivedKey(row.Raw)
	}
	return row, nil
}

// The following read the value that comes. One of another type leaves into as it was.

// newest keeps the later of into and a date.
func (d *decoder) newest(into *time.Time) error {
	var text string
	err := d.text(&text)
	if date, ok := schema.ParseTime(text); ok && date.After(*into) {
		*into = date
	}
	return err
}

func (d *decoder) text(into *string) error {
	raw, err := d.ReadValue()
	var text extract.LenientText
	if err == nil && text.UnmarshalJSON(raw) == nil && text != "" {
		*into = string(text)
	}
	return err
}

func value[T any](d *decoder, into **T) error {
	raw, err := d.ReadValue()
	var v *T
	if err == nil && json.Unmarshal(raw, &v) == nil && v != nil {
		*into = v
	}
	return err
}

// notReady reports whether the list is still in the making, which AudienceLab
// says in a successful answer: {"status":"no data"}. It is not an empty list.
func (a reply) notReady() bool {
	if !a.hasData {
		return a.status != "" && a.id == "" // what has an id is an audience itself
	}
	return len(a.rows) == 0 && extract.Judge(a.status, false) == extract.StatusWaiting
}

// growing reports whether rows are there and the list is still in the making: they are
// data, and others may be missing.
func (a reply) growing() bool {
	return len(a.rows) > 0 && extract.StatusOf(a.status) == extract.StatusWaiting
}

// errors of answers that are none.
var (
	errNoList = errors.New("its data is neither a list nor null, so it is no page")
	errFailed = errors.New("the vendor says that it failed")
)

// failed is what makes a successful answer no page: no rows can be taken from it, and
// none are missing by it. nil: it is one. What an answer says of an error by itself,
// the client has seen.
func (a reply) failed() error {
	switch {
	case a.wrongData:
		return errNoList
	case extract.StatusOf(a.status) == extract.StatusFailed:
		return fmt.Errorf("%w (status %.40q)", errFailed, a.status)
	}
	return nil
}
