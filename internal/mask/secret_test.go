package mask

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestASecretIsTakenOutOfDataInAnyDisguise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`[!-~]{8,40}`).Draw(t, "secret") + "x"
		secrets := NewSecrets("another-0123456789", value)
		for name, disguise := range disguises {
			text := "<" + disguise(value) + ">"
			require.NotContains(t, string(secrets.Data([]byte(text))), disguise(value), name)
			require.NotContains(t, secrets.Text(text), disguise(value), name)
		}
		for range 2 {
			name := rapid.SampledFrom(slices.Sorted(maps.Keys(disguises))).Draw(t, "disguise")
			text := "<" + disguises[name](value) + ">"
			before := strings.Repeat("é", rapid.IntRange(chunk/2-400, chunk/2).Draw(t, "before"))
			read, err := io.ReadAll(secrets.Reader(strings.NewReader(before + text + before)))
			require.NoError(t, err)
			require.Equal(t, before+"<"+place+">"+before, string(read), name)
		}
	})
}

func TestWhatHoldsNoSecretIsLeftAsItIs(t *testing.T) {
	secrets := NewSecrets("c4n4ry-k3y-of-toofr", "", "12345678", "short")
	for _, text := range []string{
		`{"email":"jane@example.com","id":12345678,"note":"short, \u0026 100%41 &#97; c4n4ry-k3y-of"}`,
		"", "\xff\xfe%zz\\u00", "&#", "&#x", "%2", "%25",
	} {
		require.Equal(t, text, string(secrets.Data([]byte(text))))
		read, err := io.ReadAll(iotest.OneByteReader(secrets.Reader(strings.NewReader(text))))
		require.NoError(t, err)
		require.Equal(t, text, string(read))
	}
	require.Equal(t, "id [secret]", secrets.Text("id 12345678"), "a message may lose a number")
}

// A stream may be cut anywhere, even within the last character of a secret, whose
// beginning is one, too: "&" of "&amp;", and "&#120" of "&#120;".
func TestAStreamIsMaskedWhereverItIsCut(t *testing.T) {
	const value = "c4n4ry-k3y-of-toofr&"
	secrets := NewSecrets(value)
	for name, disguise := range disguises {
		text := "<" + disguise(value) + ">"
		for cut := range len(text) {
			parts := io.MultiReader(strings.NewReader(text[:cut]), strings.NewReader(text[cut:]))
			read, err := io.ReadAll(secrets.Reader(parts))
			require.NoError(t, err)
			require.Equal(t, "<"+place+">", string(read), "%s, cut at %d", name, cut)
		}
		read, err := io.ReadAll(iotest.OneByteReader(secrets.Reader(iotest.OneByteReader(strings.NewReader(text)))))
		require.NoError(t, err)
		require.Equal(t, "<"+place+">", string(read), name)
	}
}

func TestAStreamThatBreaksOffSaysSo(t *testing.T) {
	secrets := NewSecrets("c4n4ry-k3y-of-toofr")
	broken := io.MultiReader(strings.NewReader("whole c4n4ry-k3y-of-toofr"), iotest.ErrReader(io.ErrUnexpectedEOF))
	read, err := io.ReadAll(secrets.Reader(broken))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Equal(t, "whole [secret]", string(read))
}

// page is what a vendor sends for a page of people, without a secret in it.
func page() []byte {
	var rows []map[string]any
	for i := range 2000 {
		rows = append(rows, map[string]any{
			"uuid": fmt.Sprintf("%032x", i), "email": fmt.Sprintf("p%d@example.com", i), "name": "Zoë & Söhne",
			"url":   "https://example.com/a%20b?c=d",
			"title": strings.Repeat("senior \"director\" of things, ", 20),
		})
	}
	data, _ := json.Marshal(rows)
	return data
}

func BenchmarkDataWithoutASecret(b *testing.B) {
	data, secrets := page(), NewSecrets("c4n4ry-k3y-0f-toofr-5555")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		secrets.Data(data)
	}
}

func BenchmarkDataWithASecret(b *testing.B) {
	data, secrets := append(page(), " c4n4ry-k3y-0f-toofr-5555"...), NewSecrets("c4n4ry-k3y-0f-toofr-5555")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		secrets.Data(data)
	}
}
