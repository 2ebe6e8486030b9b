package stage

import (
	"testing"
	"unicode/utf8"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAnyPayloadIsStoredAsTextWithoutLoss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOf(rapid.Byte()).Draw(t, "raw")
		payload, encoding := encodePayload(raw)
		require.True(t, utf8.ValidString(payload))
		require.Equal(t, utf8.Valid(raw), encoding == "")
		require.Equal(t, string(raw), string(decodePayload(schema.Reject{Payload: payload, Encoding: encoding})))
	})
}
