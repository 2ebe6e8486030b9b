package extract

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"contactsync/schema"
)

// Identify finds the key and the date that a stored record of a source says of
// itself, by the rules by which its pages are read now: a record that had no key
// once may have one for a newer version of this program. "" and zero where it
// says nothing; a date that only the page told is not found.
func Identify(source string, raw json.RawMessage) (id string, asOf time.Time) {
	if !jsontext.Value(raw).IsValid(lenientJSON) {
		return "", time.Time{}
	}
	switch source {
	case schema.Toofr:
		return string(prospectOf(raw).ID), time.Time{}
	case schema.Intent:
		return intentRecordID(raw), time.Time{}
	case schema.StatSocial:
		return statSocialRecordID(raw), time.Time{}
	case schema.AudienceLab:
		d := labDecoder{Decoder: jsontext.NewDecoder(bytes.NewBuffer(raw), lenientJSON), body: raw}
		row, err := d.row()
		if err != nil {
			return "", time.Time{}
		}
		return row.ID, row.AsOf
	}
	return "", time.Time{}
}

// statSocialRecordID is the key of a row that is kept as one object.
func statSocialRecordID(raw json.RawMessage) string {
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return ""
	}
	var values []fileValue
	for _, name := range slices.Sorted(maps.Keys(object)) {
		values = append(values, fileValue{name, object[name]})
	}
	return newFileRow(values, "", "").ID
}
