package name

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
		{"ANN", "LEE, PHD", "Ann", "Lee"},
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
		n, _ := Normal(c.first, c.last, "")
		require.Equal(t, c.wantFirst, n.First, c.first)
		require.Equal(t, c.wantLast, n.Last, c.last)
		require.Equal(t, c.wantFirst+" "+c.wantLast, n.Full)
	}
}

func TestMissingPartsOfANameComeFromTheWhole(t *testing.T) {
	for _, c := range []struct {
		first, last, full string
		want              Name
	}{
		{"", "", "Biz Stone", Name{"Biz", "Stone", "Biz Stone"}},
		{"biz", "", "Biz Stone", Name{"Biz", "Stone", "Biz Stone"}},
		{"", "stone", "Biz Stone", Name{"Biz", "Stone", "Biz Stone"}},
		{"", "", "JANE Q. VAN DER BERG", Name{"Jane", "van der Berg", "Jane Q. van der Berg"}},
		{"", "", "Doe, Jane Q.", Name{"Jane", "Doe", "Jane Q. Doe"}},
		{"", "", "Jane Doe, MBA", Name{"Jane", "Doe", "Jane Doe"}},
		{"", "", "Jane Doe III", Name{"Jane", "Doe", "Jane Doe III"}},
		{"", "", "Cher", Name{"Cher", "", "Cher"}},
		{"Jane", "", "", Name{"Jane", "", "Jane"}},
		{"", "Doe", "", Name{"", "Doe", "Doe"}},
		{"Mary", "", "Jane Doe", Name{"Mary", "", "Mary"}},
		{"JANE", "DOE", "JANE Q. DOE", Name{"Jane", "Doe", "Jane Q. Doe"}},
		{"Jane", "Roe", "Jane Doe", Name{"Jane", "Roe", "Jane Roe"}},
		{"", "", "", Name{}},
	} {
		n, _ := Normal(c.first, c.last, c.full)
		require.Equal(t, c.want, n, c)
	}
}

func TestPeopleCalledNullOrNanKeepTheirNames(t *testing.T) {
	for sent, absent := range map[string]bool{
		"Null": false, "Nan": false, "Nil": false, "null": true, "NULL": true, "nan": true, "NAN": true, "NaN": true, "None": true, "none": true, "N/A": true, "": true,
	} {
		require.Equal(t, absent, IsNull(sent), sent)
	}
}
