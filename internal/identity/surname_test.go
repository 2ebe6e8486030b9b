package identity

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSpellingsOfASurnameFoldToOneForm(t *testing.T) {
	for _, test := range []struct{ last, full, want string }{
		{"Smith", "", "smith"},
		{"  SMITH ", "", "smith"},
		{"Smith Jr.", "", "smith"},
		{"Smith, III", "", "smith"},
		{"Smith Jr., Ph.D.", "", "smith"},
		{"Smith-Jones", "", "smithjones"},
		{"Smith Jones", "", "smithjones"},
		{"O'Brien", "", "obrien"},
		{"O’Brien", "", "obrien"},
		{"Núñez", "", "nunez"},
		{"Nu\u0301n\u0303ez", "", "nunez"},
		{"Müßig", "", "mussig"},
		{"SØRENSEN", "", "sorensen"},
		{"Łukasz", "", "lukasz"},
		{"YILDIZ", "", "yildiz"},
		{"Yıldız", "", "yildiz"},
		{"李", "", "李"},
		{"Doe1", "", "doe1"},
		{"Doe 2", "", "doe2"},
		{"Ii", "", "ii"},
		{"van der Berg", "", "vanderberg"},
		{"", "Ludwig van der Berg, PhD", "vanderberg"},
		{"", "van der Berg, Ludwig", "vanderberg"},
		{"", "Van Morrison", "morrison"},
		{"", "Maria Nunez", "nunez"},
		{"", "Nunez, Maria", "nunez"},
		{"", "John Q. Smith Jr.", "smith"},
		{"", "John Smith, MBA", "smith"},
		{"", "John Smith, PMP", "smith"},
		{"", "Smith, Jr.", ""},
		{"", "Madonna", ""},
		{"S.", "John Smith", "smith"},
		{"S.", "", ""},
		{"-", "Jane Doe", "doe"},
		{"", "", ""},
	} {
		require.Equal(t, test.want, FoldSurname(test.last, test.full), "last %q, full %q", test.last, test.full)
	}
}

func TestFoldingASurnameTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		folded := FoldSurname(rapid.String().Draw(t, "last"), rapid.String().Draw(t, "full"))
		require.Equal(t, folded, FoldSurname(folded, ""))
	})
}

func TestOnlyTheMissingSurnameHashesToZero(t *testing.T) {
	require.Zero(t, SurnameHash("", "Madonna"))
	require.NotZero(t, SurnameHash("Smith", ""))
	require.Equal(t, SurnameHash("Smith-Jones", ""), SurnameHash("SMITH JONES JR", "x"))
	require.NotEqual(t, SurnameHash("Smith", ""), SurnameHash("Jones", ""))
}

func BenchmarkSurnameHash(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		SurnameHash("Smith-Jones", "Ann Smith-Jones")
	}
}
