package plainjson_test

import (
	"encoding/json"
	"testing"

	"contactsync/internal/plainjson"

	"github.com/stretchr/testify/require"
)

var texts = []string{
	"", "plain", "a \"b\" <c> & \\ /", "é\u2028\u2029\ufffd😀", "\x00\b\f\n\r\t\x1f\x7f", "\xff\xe2\x80", "\xe2\x80\xa8\xed\xa0\x80", "<", "ends in \xe2",
}

func requireAsTheLibrary(t *testing.T, s string) {
	t.Helper()
	want, err := json.Marshal(s)
	require.NoError(t, err)
	require.Equal(t, string(want), string(plainjson.AppendString(nil, s)))
}

func TestStringsAreWrittenAsTheLibraryDoes(t *testing.T) {
	for _, s := range texts {
		requireAsTheLibrary(t, s)
	}
}

func FuzzStringsAreWrittenAsTheLibraryDoes(f *testing.F) {
	for _, s := range texts {
		f.Add(s)
	}
	f.Fuzz(requireAsTheLibrary)
}

// The scanner is held to a decoder in transform, whose records it reads.
func TestTheScannerTellsPlainStrings(t *testing.T) {
	for text, want := range map[string]struct{ plain, ok bool }{
		`"x"`: {true, true}, `""`: {true, true}, `"a\n"`: {false, true}, `"é"`: {false, true}, `"<"`: {false, true}, `12`: {false, true}, `[1,{"a":null}]`: {false, true},
		`1.5`: {}, `"\ud83d"`: {}, "\"\xff\"": {}, `"x`: {}, `nul`: {}, `[1,]`: {},
	} {
		s := plainjson.Scanner{Text: text}
		plain, ok := s.Value()
		require.Equal(t, want.plain, plain, text)
		require.Equal(t, want.ok, ok, text)
		require.True(t, !ok || s.IsOver(), text)
	}
}

func TestOnlyEscapesThatAreNeededAreMinimal(t *testing.T) {
	for text, want := range map[string]bool{`"x"`: true, `"a\nb\"\\"`: true, `"\\u0041"`: true, `"\u0041"`: false, `"\/"`: false, `"\n\/"`: false} {
		require.Equal(t, want, plainjson.IsMinimal(text), text)
	}
}
