package stage

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"contactsync/extract"
	"contactsync/schema"
	"contactsync/transform"
)

// No vendor documents more than ninety fields of a person, or more than some
// kilobytes. What is far beyond is a mistake, and would take the memory of a whole
// night: it is a reject, of which the beginning is kept.
const (
	maxRecordBytes  = 4 << 20
	maxRecordFields = 5_000
	maxKeyBytes     = 1 << 10
	keptBytes       = 64 << 10
)

// bound makes a reject of a record that is larger than any record is.
func (v *served) bound() {
	n := len(v.Raw)
	if bytes, limit := len(v.ID), maxKeyBytes; bytes > limit {
		v.ID = "" // which nothing could be kept under
		v.refuse("its key has %d bytes, and a key has at most %d", bytes, limit)
	}
	if n > maxRecordBytes {
		v.refuse("it has %d bytes, and a record has at most %d", n, maxRecordBytes)
	} else if fields := fieldsOf(v.Raw); fields > maxRecordFields {
		v.refuse("it has %d fields, and a record has at most %d", fields, maxRecordFields)
	}
	if v.reject != nil && n > keptBytes {
		v.Raw = cut(v.Raw)
		v.reject.Reason += fmt.Sprintf("; its first %d bytes are kept", len(v.Raw))
	}
}

func (v *served) refuse(reason string, size, limit int) {
	v.reject = &transform.RejectError{Reason: "the record is too large: " + fmt.Sprintf(reason, size, limit)}
}

// fieldsOf counts the members of an object, where it is long enough to have too many.
func fieldsOf(raw []byte) (n int) {
	const shortest = len(`"":0,`)
	if len(raw) < maxRecordFields*shortest {
		return 0
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(raw), extract.LenientJSON)
	if d.PeekKind() != '{' {
		return 0
	}
	_, err := d.ReadToken()
	for ; err == nil && d.PeekKind() != '}'; n++ {
		if err = d.SkipValue(); err == nil {
			err = d.SkipValue()
		}
	}
	return n
}

// cut is the beginning of a text, in memory of its own: it is part of a whole page.
func cut(raw []byte) []byte {
	if len(raw) <= keptBytes {
		return raw
	}
	end := keptBytes
	for end > keptBytes-utf8.UTFMax && !utf8.RuneStart(raw[end]) {
		end--
	}
	return bytes.Clone(raw[:end])
}

// usable are the records that are not rejected yet.
func usable(list []*served) []*served {
	rejected := func(v *served) bool { return v.reject != nil }
	if !slices.ContainsFunc(list, rejected) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), rejected)
}

// refuseAudience makes a reject of an audience that says more of itself than any does.
func (b *build) refuseAudience(p extract.Page, a schema.Audience) bool {
	n := max(len(a.Attributes), len(a.Name), len(a.AudienceID))
	if n <= maxRecordBytes {
		return false
	}
	refused := &served{Record: schema.Record{Source: a.Source, Raw: cut([]byte(a.Attributes))}, listing: listingOf(p)}
	b.quarantine(refused, fmt.Sprintf("the audience is too large: it has %d bytes, and at most %d are kept", n, maxRecordBytes))
	return true
}
