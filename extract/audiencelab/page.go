package audiencelab

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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

// What AudienceLab's signals say of the place of a page in its list. Any explicit
// one ends the list: has_more false, total_pages reached, the declared total
// read. A page that is merely short never does, since the servers may return
// fewer rows than were asked for.

// ends reports whether page is the last, read rows after it. promised says that
// a signal speaks against it.
func (a reply) ends(page int, read int64) (ends, promised bool) {
	total, reached := orZero(a.total), int64(page)*orZero(a.pageSize) >= orZero(a.total)
	var signs []bool // whether each says that the list ends here
	if a.hasMore != nil {
		signs = append(signs, !*a.hasMore)
	}
	if a.totalPages != nil {
		signs = append(signs, int64(page) >= orZero(a.totalPages))
	}
	switch {
	case len(signs) > 0 || a.total == nil:
	case a.pageSize == nil:
		signs = append(signs, read >= total)
	case read >= total || !reached:
		signs = append(signs, reached)
	}
	return slices.Contains(signs, true) || len(a.rows) == 0, slices.Contains(signs, false)
}

// empty reports whether an empty page contradicts the rest of what it says: more
// is promised, or rows on this very page. That has_more is false explains no page
// that is empty where the totals count rows.
func (a reply) empty(page int, read int64) bool {
	before := int64(page - 1)
	switch {
	case len(a.rows) > 0:
		return false
	case a.hasMore != nil && *a.hasMore:
		return true
	case a.total != nil && *a.total == 0:
		return false
	case a.totalPages != nil:
		return before < orZero(a.totalPages)
	case a.total != nil && a.pageSize != nil && a.hasMore == nil:
		return before*orZero(a.pageSize) < orZero(a.total)
	}
	// The size of a page is not told; that a whole one is missing is certain.
	return a.short(page-1, read)
}

// lacks reports whether rows of the list are missing by the declared total.
func (a reply) lacks(read int64) bool { return read < orZero(a.total) }

// short reports whether a page or more is missing of a list that was read in so
// many pages.
func (a reply) short(pages int, read int64) bool {
	return a.total != nil && extract.MissingPage(orZero(a.total), read, int64(pages))
}

// last is the number of the last page, as far as the page tells; 0: it does not.
func (a reply) last() int {
	if a.totalPages != nil {
		return int(*a.totalPages)
	}
	if size := orZero(a.pageSize); size > 0 {
		return int((orZero(a.total) + size - 1) / size)
	}
	return 0
}

// size is what the page declares of the whole list, by which one notices that
// the list moved; 0: nothing.
func (a reply) size() int64 { return orZero(cmp.Or(a.total, a.totalPages)) }

// declared is how many rows the whole list has, or must have at least where the
// page counts pages only; 0: it does not say.
func (a reply) declared() int64 {
	if a.total == nil && a.totalPages != nil && a.pageSize != nil && *a.totalPages > 0 {
		return max(int64(*a.totalPages-1)*int64(*a.pageSize)+1, 0)
	}
	return max(orZero(a.total), 0)
}

// orZero is a number of the page, or 0 where it does not have it.
func orZero(n *extract.LenientInt) int64 {
	if n == nil {
		return 0
	}
	return int64(*n)
}
