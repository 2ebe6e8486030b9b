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
		{"Dr. Jane", "Doe, MBA", "Doe, Dr. Jane Q., Ph. D."},
		{"", "", "Jane (she/her) \"Jay\" Doe-Ray III 🙂 | Sales"}, {"", "", "Mr. & Mrs. JOSÉ VINN Y SOLM"},
		{"IŞIL", "DELL'ORTO", ""}, {"", "", "Lt. Gen. Quay in 't Veld, Jr., CPA/CFE"},
		{"Jane Doe", "MBA", ""}, {"", "DOE", "DOE JANE Q"}, {"", "", "Secretary of the Sea Pell e Kolm"},
		{"", "", "www.example.com"}, {"", "", "Ulla Wren née Yarrow"}, {"", "", "(Jane)"}, {"𝓙ane", "abdul salam", "Sr. Abdul Salam s/o Raja"},
	} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, first, last, full string) {
		if !utf8.ValidString(first + last + full) {
			t.Skip("payloads are valid UTF-8")
		}
		once, _ := Normal(normal.Text(first), normal.Text(last), normal.Text(full))
		for _, s := range []string{once.First, once.Last, once.Full} {
			require.Equal(t, normal.Text(s), s)
		}
		again, _ := Normal(once.First, once.Last, once.Full)
		require.Equal(t, once, again)
	})
}
