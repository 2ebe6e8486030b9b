package stage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"contactsync/internal/plainjson"
	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"
)

// recordHash is the hash of everything a record says, its identifiers and what
// identity needs of it included, but not of when and by whom it was stored.
//
// Hashed is what [json.Marshal] makes of the record with its canonical payload, and of
// its identifiers: warehouses hold such hashes, and with others a record that is folded
// again would count as changed. It is written by hand, into memory that is used again,
// since nothing but the hash is wanted of it.
func recordHash(r *load.Record, ids []schema.Identifier, d *transform.Document) (string, error) {
	h := hashers.Get().(*hasher)
	defer hashers.Put(h)
	h.record = *r
	h.record.RecordHash, h.record.RunID = "", ""
	h.record.FirstSeenAt, h.record.LastSeenAt, h.record.UpdatedAt = time.Time{}, time.Time{}, time.Time{}
	h.document, h.owned = d, 0
	err := h.write(ids)
	h.document = nil
	sum := sha256.Sum256(h.text)
	var text [2 * sha256.Size]byte
	hex.Encode(text[:], sum[:])
	return string(text[:]), err
}

// hasher is the memory in which a record is written to be hashed.
type hasher struct {
	record   load.Record
	document *transform.Document
	text     []byte

	owner, owned int // where the first identifier of the record says whose it is, and how long that is
}

var hashers = sync.Pool{New: func() any { return new(hasher) }}

// write writes the record and its identifiers.
func (h *hasher) write(ids []schema.Identifier) (err error) {
	h.text = append(h.text[:0], `{"Record":`...)
	fields := recordFields()
	for i := range fields {
		f := &fields[i]
		value := f.Field(&h.record)
		if f.omitZero && isZero(value) {
			continue
		}
		h.text = append(append(h.text, comma(i)), f.name...)
		if f.Name == "payload" {
			h.text = h.document.AppendCanonical(h.text)
			continue
		}
		if h.text, err = appendValue(h.text, value); err != nil {
			return err
		}
	}
	h.text = append(h.text, `},"Identifiers":`...)
	if ids == nil {
		h.text = append(h.text, "null}"...)
		return nil
	}
	h.text = append(h.text, '[')
	for i := range ids {
		if i > 0 {
			h.text = append(h.text, ',')
		}
		h.identifier(&ids[i])
	}
	h.text = append(h.text, "]}"...)
	return nil
}

// identifier writes an identifier. All fields are texts, and the first two say whose it is,
// which is the record's, as a rule.
func (h *hasher) identifier(id *schema.Identifier) {
	fields, first := identifierFields(), 0
	if id.Source == h.record.Source && id.SourceID == h.record.SourceID {
		if h.owned == 0 {
			h.owner = len(h.text)
			h.fields(id, fields[:2], 0)
			h.owned = len(h.text) - h.owner
		} else {
			h.text = append(h.text, h.text[h.owner:h.owner+h.owned]...)
		}
		first = 2
	}
	h.fields(id, fields[first:], first)
	h.text = append(h.text, '}')
}

// fields writes some fields of an identifier, of which the first is its n-th.
func (h *hasher) fields(id *schema.Identifier, fields []hashed[schema.Identifier], n int) {
	for i := range fields {
		h.text = append(append(h.text, comma(n+i)), fields[i].name...)
		h.text, _ = appendValue(h.text, fields[i].Field(id))
	}
}

// comma is what stands before the i-th field of an object.
func comma(i int) byte {
	if i == 0 {
		return '{'
	}
	return ','
}

// hashed is a column as [json.Marshal] writes its field.
type hashed[R any] struct {
	schema.Column[R]
	name     string // with its quotes and the colon
	omitZero bool
}

var (
	recordColumns     = schema.ColumnsOf[load.Record]()
	identifierColumns = schema.ColumnsOf[schema.Identifier]()

	recordFields     = sync.OnceValue(func() []hashed[load.Record] { return hashedFields(recordColumns) })
	identifierFields = sync.OnceValue(func() []hashed[schema.Identifier] { return hashedFields(identifierColumns) })
)

// hashedFields are the fields of a row, each of which is a column.
func hashedFields[R any](columns []schema.Column[R]) []hashed[R] {
	fields := make([]hashed[R], 0, len(columns))
	for _, f := range reflect.VisibleFields(reflect.TypeFor[R]()) {
		if !f.Anonymous {
			fields = append(fields, hashed[R]{columns[len(fields)], strconv.Quote(f.Name) + ":", strings.HasSuffix(f.Tag.Get("json"), ",omitzero")})
		}
	}
	return fields
}

// isZero reports whether a field is left out that may be.
func isZero(field any) bool {
	switch v := field.(type) {
	case *string:
		return *v == ""
	case *time.Time:
		return v.IsZero()
	}
	return false
}

// appendValue appends a field's value as [json.Marshal] writes it.
func appendValue(text []byte, field any) ([]byte, error) {
	switch v := field.(type) {
	case *string:
		return plainjson.AppendString(text, *v), nil
	case *[]string:
		if *v == nil {
			return append(text, "null"...), nil
		}
		text = append(text, '[')
		for i, s := range *v {
			if i > 0 {
				text = append(text, ',')
			}
			text = plainjson.AppendString(text, s)
		}
		return append(text, ']'), nil
	case *time.Time:
		return appendTime(text, *v)
	case **bool:
		if *v == nil {
			return append(text, "null"...), nil
		}
		return strconv.AppendBool(text, **v), nil
	case *int64:
		return strconv.AppendInt(text, *v, 10), nil
	}
	return text, fmt.Errorf("a record's hash knows no fields of type %T", field)
}

func appendTime(text []byte, t time.Time) ([]byte, error) {
	text, err := t.AppendText(append(text, '"'))
	return append(text, '"'), err
}
