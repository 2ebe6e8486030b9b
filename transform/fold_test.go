package transform_test

import (
	"encoding/json"
	"testing"

	"contactsync/transform"

	"github.com/stretchr/testify/require"
)

func TestFoldKeepsWhatTheNewerPayloadLacksAndClearsWhatItEmpties(t *testing.T) {
	for _, c := range []struct{ name, older, newer, want string }{
		{"first version", ``, `{"a":1}`, `{"a":1}`},
		{"same keys", `{"a":1,"b":2}`, `{"b":3,"a":4}`, `{"b":3,"a":4}`},
		{"narrow over wide", `{"a":1,"b":2}`, `{"a":3}`, `{"a":3,"b":2}`},
		{"present but empty clears", `{"a":"x","b":"y"}`, `{"a":"","b":null}`, `{"a":"","b":null}`},
		{"objects are values", `{"a":{"x":1,"y":2}}`, `{"a":{"x":3}}`, `{"a":{"x":3}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			once, err := transform.Fold(json.RawMessage(c.older), json.RawMessage(c.newer))
			require.NoError(t, err)
			require.Equal(t, c.want, string(once))
			twice, err := transform.Fold(once, json.RawMessage(c.newer))
			require.NoError(t, err)
			require.JSONEq(t, string(once), string(twice), "folding again changes nothing")
		})
	}
	_, err := transform.Fold(json.RawMessage(`[1]`), json.RawMessage(`{}`))
	require.ErrorContains(t, err, "older payload")
}
