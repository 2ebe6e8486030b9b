package audiencelab

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

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
	status     extract.StatusText
	message    string
	id, name   string
}

// decode reads a page, which the client knows to be JSON, in one pass: a full page is
// most of a megabyte, and of its rows only the key and the date are looked at. The
// rows are parts of the body.
func decode(body []byte) (reply, error) {
	p := pageReader{Scanner: extract.Scan(body), body: body}
	var err error
	switch p.Kind() {
	case '{':
		p.object()
	case '[':
		p.data() // webhooks send bare arrays, so a proxy of theirs may
	default:
		err = errors.New("the answer is no page of rows")
	}
	p.reply.status = p.reply.status.Or(extract.LenientText(p.reply.message))
	p.reply.print = printOf(p.reply.rows)
	return p.reply, err
}

// printOf is the fingerprint of a page's rows. Nobody needs to be kept from making two
// pages that look alike, so it is a fast one.
func printOf(rows []schema.Record) string {
	h := xxh3.New()
	for _, r := range rows {
		_, _ = h.Write(r.Raw) // which never fails
		_, _ = h.Write([]byte{'\n'})
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

type pageReader struct {
	extract.Scanner
	body  []byte
	reply reply
}

func (p *pageReader) object() {
	for p.Enter(); p.More(); {
		p.member(strings.ToLower(string(p.Value())))
	}
}

// member reads what stands under a name, which is still in its quotes.
func (p *pageReader) member(name string) {
	switch name {
	case `"data"`, `"events"`, `"result"`: // the last two of pixels (vendors' README 4.9)
		p.data()
	case `"has_more"`:
		value(p.Value(), &p.reply.hasMore)
	case `"total"`, `"total_records"`:
		value(p.Value(), &p.reply.total)
	case `"total_pages"`:
		value(p.Value(), &p.reply.totalPages)
	case `"page"`:
		value(p.Value(), &p.reply.page)
	case `"page_size"`:
		value(p.Value(), &p.reply.pageSize)
	case `"status"`:
		_ = p.reply.status.UnmarshalJSON(p.Value()) // of another type it says nothing
	case `"message"`:
		text(p.Value(), &p.reply.message)
	case `"id"`:
		text(p.Value(), &p.reply.id)
	case `"name"`, `"segment_name"`, `"audience_name"`:
		text(p.Value(), &p.reply.name)
	default:
		p.Value()
	}
}

func (p *pageReader) data() {
	p.reply.hasData = true
	if kind := p.Kind(); kind != '[' {
		p.reply.wrongData = p.reply.wrongData || kind != 'n' // null is what Go servers make of an empty list
		p.Value()
		return
	}
	for p.Enter(); p.More(); {
		p.reply.rows = append(p.reply.rows, p.row())
	}
}

// row reads one row: its bytes, its key and its date, whatever their case. The key is
// the UUID; only of a row without one more is read, to make a key of it. The
// date of an event is when it happened, or when the visit it is part of began; of a
// person the newest *_LAST_UPDATED.
func (p *pageReader) row() (row schema.Record) {
	var happened, began, updated time.Time
	kind, start := p.Kind(), p.Offset()
	if kind != '{' {
		p.Value() // no record, which is for others to say
	} else {
		for p.Enter(); p.More(); {
			switch key := p.Value(); {
			case isField(key, `"UUID"`):
				text(p.Value(), &row.ID)
			case isField(key, `"EVENT_TIMESTAMP"`):
				newest(p.Value(), &happened)
			case isField(key, `"ACTIVITY_START_DATE"`):
				newest(p.Value(), &began)
			case len(key) > len(lastUpdated) && isField(key[len(key)-len(lastUpdated):], lastUpdated):
				newest(p.Value(), &updated)
			default:
				p.Value()
			}
		}
	}
	end := p.Offset()
	row.Source, row.AsOf, row.Raw = name, cmp.Or(happened, began, updated), p.body[start:end:end]
	if normal.IsNull(row.ID) {
		row.ID = derivedKey(row.Raw)
	}
	return row
}

const lastUpdated = `_LAST_UPDATED"`

// isField reports whether a name as sent is that of a field, in whatever case. Most
// differ in length.
func isField(sent []byte, field string) bool {
	return len(sent) == len(field) && strings.EqualFold(string(sent), field)
}

// The following read a value. One of another type leaves into as it was.

// newest keeps the later of into and a date.
func newest(raw []byte, into *time.Time) {
	var written string
	text(raw, &written)
	if date, ok := schema.ParseTime(written); ok && date.After(*into) {
		*into = date
	}
}

func text(raw []byte, into *string) {
	var text extract.LenientText
	if text.UnmarshalJSON(raw) == nil && text != "" {
		*into = string(text)
	}
}

func value[T any](raw []byte, into **T) {
	var v *T
	if json.Unmarshal(raw, &v) == nil && v != nil {
		*into = v
	}
}

// notReady reports whether the list is still in the making, which AudienceLab
// says in a successful answer: {"status":"no data"}. It is not an empty list.
func (a reply) notReady() bool {
	if !a.hasData {
		return a.status != "" && a.id == "" // what has an id is an audience itself
	}
	return len(a.rows) == 0 && extract.Judge(string(a.status), false) == extract.StatusWaiting
}

// growing reports whether rows are there and the list is still in the making: they are
// data, and others may be missing.
func (a reply) growing() bool {
	return len(a.rows) > 0 && extract.StatusOf(string(a.status)) == extract.StatusWaiting
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
	case extract.StatusOf(string(a.status)) == extract.StatusFailed:
		return fmt.Errorf("%w (status %.40q)", errFailed, a.status)
	}
	return nil
}
