package transform

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNamesAreCasedForPeople(t *testing.T) {
	for _, c := range []struct{ first, last, wantFirst, wantLast string }{
		{"JOHN", "O'BRIEN", "John", "O'Brien"},
		{"john", "o'brien", "John", "O'Brien"},
		{"john", "o’brien", "John", "O’Brien"},
		{"RONALD", "MCDONALD", "Ronald", "McDonald"},
		{"VINCENT", "VAN DER BERG", "Vincent", "van der Berg"},
		{"maria", "de la cruz", "Maria", "de la Cruz"},
		{"ludwig", "smith iii", "Ludwig", "Smith III"},
		{"SAMMY", "DAVIS JR.", "Sammy", "Davis Jr."},
		{"ANN", "LEE, PHD", "Ann", "Lee, PhD"},
		{"JEAN-LUC", "SMITH-MCKAY", "Jean-Luc", "Smith-McKay"},
		{"j.p.", "morgan", "J.P.", "Morgan"},
		{"ÉLODIE", "MÜLLER", "Élodie", "Müller"},
		{"élodie", "ßen", "Élodie", "Ssen"},
		{"SA'AD", "N'DIAYE", "Sa'ad", "N'Diaye"},
		{"ΓΙΏΡΓΟΣ", "ΠΑΠΠΆΣ", "Γιώργος", "Παππάς"},
		{"ИВАН", "ПЕТРОВ", "Иван", "Петров"},
		{"AJ", "Smith", "AJ", "Smith"},
		{"AJ", "SMITH", "Aj", "Smith"},
		{"JOHN", "Smith", "John", "Smith"},
		{"DeShawn", "MacArthur", "DeShawn", "MacArthur"},
		{"bell", "hooks", "Bell", "Hooks"},
		{"小明", "王", "小明", "王"},
		{"Van", "Nguyen", "Van", "Nguyen"},
		{"VAN", "NGUYEN", "Van", "Nguyen"},
		{"MARIA DEL CARMEN", "RUIZ", "Maria del Carmen", "Ruiz"},
		{"J", "K", "J", "K"},
	} {
		n := normalName(c.first, c.last, "")
		require.Equal(t, c.wantFirst, n.first, c.first)
		require.Equal(t, c.wantLast, n.last, c.last)
		require.Equal(t, c.wantFirst+" "+c.wantLast, n.full)
	}
}

func TestMissingPartsOfANameComeFromTheWhole(t *testing.T) {
	for _, c := range []struct {
		first, last, full string
		want              personName
	}{
		{"", "", "Biz Stone", personName{"Biz", "Stone", "Biz Stone"}},
		{"biz", "", "Biz Stone", personName{"Biz", "Stone", "Biz Stone"}},
		{"", "stone", "Biz Stone", personName{"Biz", "Stone", "Biz Stone"}},
		{"", "", "JANE Q. VAN DER BERG", personName{"Jane", "van der Berg", "Jane Q. van der Berg"}},
		{"", "", "Doe, Jane Q.", personName{"Jane", "Doe", "Jane Q. Doe"}},
		{"", "", "Jane Doe, MBA", personName{"Jane", "Doe", "Jane Doe, MBA"}},
		{"", "", "Jane Doe III", personName{"Jane", "Doe", "Jane Doe III"}},
		{"", "", "Cher", personName{"Cher", "", "Cher"}},
		{"Jane", "", "", personName{"Jane", "", "Jane"}},
		{"", "Doe", "", personName{"", "Doe", "Doe"}},
		{"Mary", "", "Jane Doe", personName{"Mary", "", "Mary"}},
		{"JANE", "DOE", "JANE Q. DOE", personName{"Jane", "Doe", "Jane Q. Doe"}},
		{"Jane", "Roe", "Jane Doe", personName{"Jane", "Roe", "Jane Roe"}},
		{"", "", "", personName{}},
	} {
		require.Equal(t, c.want, normalName(c.first, c.last, c.full), c)
	}
}

func TestPeopleCalledNullOrNanKeepTheirNames(t *testing.T) {
	for sent, absent := range map[string]bool{
		"Null": false, "Nan": false, "Nil": false, "null": true, "NULL": true, "nan": true, "NAN": true, "NaN": true, "None": true, "none": true, "N/A": true, "": true,
	} {
		require.Equal(t, absent, isNullName(sent), sent)
	}
}

func TestAddressInPlaceOfANameIsDropped(t *testing.T) {
	p := new(person)
	p.named("jane@example.com", "Doe", "")
	require.Equal(t, "", p.profile.FirstName)
	require.Equal(t, "Doe", p.profile.FullName)
	require.Equal(t, []string{"name: address in place of a name dropped"}, p.notes)
}
