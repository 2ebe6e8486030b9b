package name

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
)

func FuzzName(f *testing.F) {
	for _, s := range [][3]string{
		{"JOHN", "O'BRIEN-MCDONALD III", ""}, {"", "", "van der Berg, Jane"}, {"ÉLODIE", "ΠΑΠΠΆΣ", ""}, {"", "", "JANE DOE, PHD"},
		{"ǆ", "ŉ", "İI"}, {"aj", "", "AJ X"},
	} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, first, last, full string) {
		if !utf8.ValidString(first + last + full) {
			t.Skip("payloads are valid UTF-8")
		}
		once := Normal(normal.Text(first), normal.Text(last), normal.Text(full))
		for _, s := range []string{once.First, once.Last, once.Full} {
			require.Equal(t, normal.Text(s), s)
		}
		require.Equal(t, once, Normal(once.First, once.Last, once.Full))
	})
}
