package stage

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/schema"
	"contactsync/transform"
)

func TestDroppingReachesThePersonWithinWhateverWayItWasSent(t *testing.T) {
	rules, err := transform.RulesOf(schema.AudienceLab)
	require.NoError(t, err)
	for raw, want := range map[string]string{
		`{"NET_WORTH":1,"a":1}`:                                   `{"a":1}`,
		`{"resolution":{"NET_WORTH":1,"a":1}}`:                    `{"resolution":{"a":1}}`,
		`{"event_data":{"resolution":{"NET_WORTH":1}}}`:           `{"event_data":{"resolution":{}}}`,
		`{"resolution":"{\"NET_WORTH\":1,\"a\":1}"}`:              `{"resolution":{"a":1}}`,
		`{"event_data":"{\"resolution\":{\"NET_WORTH\":1}}"}`:     `{"event_data":{"resolution":{}}}`,
		`{"resolution":"{\"a\":1}","event":"page_view"}`:          `{"resolution":"{\"a\":1}","event":"page_view"}`,
		`{"resolution":null,"event":{"NET_WORTH":1},"data":true}`: `{"resolution":null,"event":{},"data":true}`,
	} {
		kept, err := Dropper{"NET_*"}.Apply(json.RawMessage(raw), rules)
		require.NoError(t, err, raw)
		require.JSONEq(t, want, string(kept), raw)
	}
	_, err = Dropper{"NET_*"}.Apply(json.RawMessage(`{"resolution":"{\"NET_WORTH\":1"}`), rules)
	require.Error(t, err, "nobody can tell what of it must not be stored")
}
