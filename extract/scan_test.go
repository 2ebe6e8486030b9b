package extract

import (
	"bytes"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// scanned is all that a Scanner finds in a text: brackets, names and scalars.
func scanned(text []byte) (found []string) {
	s := Scan(text)
	for depth := 0; s.Kind() != 0; {
		switch kind := s.Kind(); kind {
		case '{', '[':
			found = append(found, string(kind))
			s.Enter()
			depth++
		case '}', ']':
			found = append(found, string(kind))
			_ = s.More()
			depth--
		default:
			found = append(found, string(s.Value()))
		}
	}
	return found
}

// parsed is the same by a parser that validates.
func parsed(t testing.TB, text []byte) (found []string) {
	d := jsontext.NewDecoder(bytes.NewReader(text), LenientJSON)
	for {
		switch kind := d.PeekKind(); kind {
		case '{', '[', '}', ']':
			_, err := d.ReadToken()
			require.NoError(t, err)
			found = append(found, string(rune(kind)))
		default:
			value, err := d.ReadValue()
			if err != nil {
				return found
			}
			found = append(found, string(value))
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		`{"data":[{"UUID":"a\\","N":"\"x\\\"","E":""},[],{} , null ,-1.5e3,true],"page" : 1}`, ` [ "\\\\" , {"a":{"b":["]","}"]}} ] `,
		`"x"`, `7`, `{"a`, `{"a":[`, `]`, `{"a\`, ``, `{"\"":1}`, "[1\n,2]",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s := Scan(text)
		value := s.Value()
		found := scanned(text)
		if !jsontext.Value(text).IsValid(LenientJSON) {
			return // it came to an end
		}
		require.Equal(t, parsed(t, text), found)
		require.Equal(t, string(bytes.TrimSpace(text)), string(value))
	})
}
