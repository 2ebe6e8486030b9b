package transform_test

import (
	"encoding/json"
	"testing"

	"contactsync/schema"
	"contactsync/transform"

	"github.com/stretchr/testify/require"
)

func TestFoldKeepsWhatTheNewerPayloadLacksAndClearsWhatItEmpties(t *testing.T) {
	for _, c := range []struct{ name, source, older, newer, want string }{
		{"first version", schema.Toofr, ``, `{"a":1}`, `{"a":1}`},
		{"same keys", schema.Toofr, `{"a":1,"b":2}`, `{"b":3,"a":4}`, `{"b":3,"a":4}`},
		{"narrow over wide", schema.Toofr, `{"a":1,"b":2}`, `{"a":3}`, `{"a":3,"b":2}`},
		{"present but empty clears", schema.Toofr, `{"a":"x","b":"y"}`, `{"a":"","b":null}`, `{"a":"","b":null}`},
		{"objects are values", schema.Toofr, `{"a":{"x":1,"y":2}}`, `{"a":{"x":3}}`, `{"a":{"x":3}}`},
		{"two keys that differ in case", schema.Toofr, `{"A":1}`, `{"a":2}`, `{"A":1,"a":2}`},
		{"one key in either case", schema.AudienceLab, `{"CITY":"Austin","ZIP":"73301"}`, `{"city":"Waco"}`, `{"ZIP":"73301","city":"Waco"}`},
		{"either case, present but empty", schema.AudienceLab, `{"city":"Austin"}`, `{"CITY":""}`, `{"CITY":""}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			once, err := transform.Fold(c.source, json.RawMessage(c.older), json.RawMessage(c.newer))
			require.NoError(t, err)
			require.Equal(t, c.want, string(once))
			twice, err := transform.Fold(c.source, once, json.RawMessage(c.newer))
			require.NoError(t, err)
			require.JSONEq(t, string(once), string(twice), "folding again changes nothing")
		})
	}
	_, err := transform.Fold(schema.Toofr, json.RawMessage(`[1]`), json.RawMessage(`{}`))
	require.ErrorContains(t, err, "older payload")
}
