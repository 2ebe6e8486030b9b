package stage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"

	"github.com/stretchr/testify/require"
)

// marshalledHash is the definition of the record hash.
func marshalledHash(t *testing.T, r load.Record, ids []schema.Identifier, d *transform.Document) string {
	t.Helper()
	r.Payload = d.Canonical()
	r.RecordHash, r.RunID = "", ""
	r.FirstSeenAt, r.LastSeenAt, r.UpdatedAt = time.Time{}, time.Time{}, time.Time{}
	text, err := json.Marshal(struct {
		Record      load.Record
		Identifiers []schema.Identifier
	}{r, ids})
	require.NoError(t, err)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func TestTheRecordHashIsThatOfTheMarshalledRecord(t *testing.T) {
	rules, err := transform.RulesOf(schema.AudienceLab)
	require.NoError(t, err)
	document, err := rules.Parse("1", `{"UUID":"1","NAME":"<é>\u2028&\"\\ \t😀"}`)
	require.NoError(t, err)
	for _, text := range []string{"", "plain", "a \"b\" <c> & \\", "é\u2028\u2029\ufffd😀", "\x00\b\f\n\r\t\x1f\x7f", "\xff\xe2\x80", "\xe2\x80\xa8\xed\xa0\x80"} {
		var r load.Record
		fill(reflect.ValueOf(&r).Elem(), text)
		for _, ids := range [][]schema.Identifier{nil, {}, {{Kind: schema.Phone, Value: text}, {Source: text, Address: text}}} {
			hash, err := recordHash(&r, ids, document)
			require.NoError(t, err)
			require.Equal(t, marshalledHash(t, r, ids, document), hash, "%q", text)
		}
	}
	r := load.Record{SourceContact: schema.SourceContact{AsOf: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)}}
	_, err = recordHash(&r, nil, document)
	require.Error(t, err, "a year that JSON cannot hold")
}

// fill sets every field of a struct to something that holds the text, but leaves all
// empty where the text is.
func fill(v reflect.Value, text string) {
	if text == "" {
		return
	}
	for i := range v.NumField() {
		switch f := v.Field(i); field := f.Addr().Interface().(type) {
		case *[]string:
			*field = []string{text, "", text}
		case *time.Time:
			*field = time.Date(2026, 11, 1, 12, 0, len(text), len(text), time.UTC)
		case **bool:
			*field = new(len(text)%2 == 0)
		case *int64:
			*field = -int64(len(text))
		default:
			if f.Kind() == reflect.String {
				f.SetString(text)
			} else {
				fill(f, text)
			}
		}
	}
}
