package name

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
)

func TestWhatStandsAroundANameIsNone(t *testing.T) {
	for _, c := range []struct{ full, first, last, want string }{
		// honorifics
		{"Mr. Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"MRS ORIN LUMA", "Orin", "Luma", "Orin Luma"},
		{"mx orin luma", "Orin", "Luma", "Orin Luma"},
		{"Dr. Luma", "", "Luma", "Luma"},
		{"Herr Luma", "", "Luma", "Luma"},
		{"Sir Orin", "Orin", "", "Orin"},
		{"Prof. Dr. med. Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Prof. Dr. Dr. h.c. Orin von Luma", "Orin", "von Luma", "Orin von Luma"},
		{"Dr. rer. nat. Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Dipl.-Ing. Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Dr.-Ing. Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Ing. Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Dott.ssa Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Sra. Orin Luma de Vinn", "Orin", "de Vinn", "Orin Luma de Vinn"},
		{"Sr. Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Mme Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Lt. Col. Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Lt Col Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Capt. Orin Luma, USN (Ret.)", "Orin", "Luma", "Orin Luma"},
		{"Hon. Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"The Honorable Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"The Rt. Hon. Orin Luma MP", "Orin", "Luma", "Orin Luma"},
		{"Judge Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"US District Judge Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Rev. Dr. Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Fr. Orin Luma, SJ", "Orin", "Luma", "Orin Luma"},
		{"Major General Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Mr. & Mrs. Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Mr and Mrs Luma", "", "Luma", "Luma"},
		{"Д-р Иван Петров", "Иван", "Петров", "Иван Петров"},
		{"Frau Dr. Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Mevr. Orin van der Luma", "Orin", "van der Luma", "Orin van der Luma"},
		{"Luma, Mr. Orin", "Orin", "Luma", "Orin Luma"},
		{"Luma, Orin, Mr.", "Orin", "Luma", "Orin Luma"},
		{"Luma, Dr.", "", "Luma", "Luma"},
		{"Orin Luma, Dr.", "Orin", "Luma", "Orin Luma"},
		// and what looks like one
		{"Judge Luma", "Judge", "Luma", "Judge Luma"},
		{"Dean Luma", "Dean", "Luma", "Dean Luma"},
		{"Dean Orin Luma", "Dean", "Luma", "Dean Orin Luma"},
		{"Major Luma", "Major", "Luma", "Major Luma"},
		{"Orin King", "Orin", "King", "Orin King"},
		{"Prince Luma", "Prince", "Luma", "Prince Luma"},
		{"Orin Do", "Orin", "Do", "Orin Do"},
		{"Orin Ma", "Orin", "Ma", "Orin Ma"},
		{"Orin MA", "Orin", "MA", "Orin MA"},
		{"Ma, Orin", "Orin", "Ma", "Orin Ma"},
		{"Do, Anh", "Anh", "Do", "Anh Do"},
		{"Ed Luma", "Ed", "Luma", "Ed Luma"},
		{"Luma, Ed", "Ed", "Luma", "Ed Luma"},
		{"Luma, JP", "JP", "Luma", "JP Luma"},
		{"Luma, J.R.", "J.R.", "Luma", "J.R. Luma"},
		{"Md Rahman", "Md", "Rahman", "Md Rahman"},
		{"Van Luma", "Van", "Luma", "Van Luma"},
		{"Sri Luma", "Sri", "Luma", "Sri Luma"},
		{"Miss Orin Luma", "Orin", "Luma", "Orin Luma"},
		{"Doctor Luma", "Doctor", "Luma", "Doctor Luma"},
		{"M. Luma", "M.", "Luma", "M. Luma"},
		{"Orin Mba", "Orin", "Mba", "Orin Mba"},
		{"Jean Orin Mba", "Jean", "Mba", "Jean Orin Mba"},
		{"Jean Claude LUMA", "Jean", "Luma", "Jean Claude Luma"},
		{"Orin LUMA", "Orin", "Luma", "Orin Luma"},
		{"Orin NG", "Orin", "NG", "Orin NG"},
		// degrees
		{"Orin Luma, MBA", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma MBA", "Orin", "Luma", "Orin Luma"},
		{"ORIN LUMA, MBA", "Orin", "Luma", "Orin Luma"},
		{"orin luma mba", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, PMP®", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, PMP®, CSM®, SAFe 6 SPC", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, Ph.D.", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma PhD", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma Ph D", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, P.Eng", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, P. Eng.", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, LL.M.", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, B.Sc. (Hons)", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma MBA PMP", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma CPA CA", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, RN, BSN, CCRN-K", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, XYZQ", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, MBA, Sales Leader", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, Director of Sales", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, CPA/CFE", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, MSc MRICS", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma MSc", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, M.Ed", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, EdD", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, SPHR, SHRM-SCP", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, Esq.", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma Esq", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, Jr., MD", "Orin", "Luma", "Orin Luma Jr."},
		{"Orin Luma III, CFA", "Orin", "Luma", "Orin Luma III"},
		{"Orin Luma Sr.", "Orin", "Luma", "Orin Luma Sr."},
		{"Luma, Orin, MD, PhD", "Orin", "Luma", "Orin Luma"},
		{"LUMA, ORIN, MD", "Orin", "Luma", "Orin Luma"},
		{"Luma Jr., Orin", "Orin", "Luma", "Orin Luma Jr."},
		{"GARRO LUMA, ORIN", "Orin", "Garro Luma", "Orin Garro Luma"},
		{"Luma, Orin Q.", "Orin", "Luma", "Orin Q. Luma"},
		{"Orin, M.D.", "", "Orin", "Orin"},
		{"Orin Luma, CEO", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma CRNP", "Orin", "Luma", "Orin Luma"},
		// pronouns, nicknames, names of birth
		{"Orin Luma (she/her)", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma (She/Her/Hers)", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma she/her", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, he/him", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma - they / them", "Orin", "Luma", "Orin Luma"},
		{"Orin (they/them) Luma", "Orin", "Luma", "Orin Luma"},
		{"Orin [She/Her] Luma", "Orin", "Luma", "Orin Luma"},
		{"Orin \"Ozzy\" Luma", "Orin", "Luma", "Orin Luma"},
		{"Orin “Ozzy” Luma", "Orin", "Luma", "Orin Luma"},
		{"Orin ‘Ozzy’ Luma", "Orin", "Luma", "Orin Luma"},
		{"Orin ''Ozzy'' Luma", "Orin", "Luma", "Orin Luma"},
		{"Orin 'Ozzy' O'Luma", "Orin", "O'Luma", "Orin O'Luma"},
		{"Orin «Ozzy» Luma", "Orin", "Luma", "Orin Luma"},
		{"Luma, Orin \"Ozzy\"", "Orin", "Luma", "Orin Luma"},
		{"(Orin Luma)", "Orin", "Luma", "Orin Luma"},
		{"\"Orin Luma\"", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma (Garro", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma née Wren", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, née Wren", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma geb. Wren", "Orin", "Luma", "Orin Luma"},
		{"Orin Nee", "Orin", "Nee", "Orin Nee"},
		{"Orin Luma <orin@example.com>", "Orin", "Luma", "Orin Luma"},
		// symbols and slogans
		{"🌟 Orin Luma 🌟", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma 👩‍💻", "Orin", "Luma", "Orin Luma"},
		{"Orin🚀Luma", "Orin", "Luma", "Orin Luma"},
		{"★ Orin Luma ★", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma | Sales Leader", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma • MBA", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma - Helping you sell", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma – We are hiring!", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma ~ Realtor", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma @ Acme", "Orin", "Luma", "Orin Luma"},
		{"~Orin Luma~", "Orin", "Luma", "Orin Luma"},
		{"*Orin* Luma", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma™", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma #OpenToWork", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma,", "Orin", "Luma", "Orin Luma"},
		{"- Orin Luma -", "Orin", "Luma", "Orin Luma"},
		{"Jean - Luc", "Jean-Luc", "", "Jean-Luc"},
		{"Orin Gal·la", "Orin", "Gal·la", "Orin Gal·la"},
		{"Luma, O.P.", "O.P.", "Luma", "O.P. Luma"},
		{"Luma O. P.", "Luma", "P.", "Luma O. P."},
		{"Orin Luma orin@example.com", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma +1 202 555 0100", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, Data Scientist", "Orin", "Luma", "Orin Luma"},
		{"Orin Luma, Senior", "Orin", "Luma", "Orin Luma Senior"},
		{"orin.luma", "Orin", "Luma", "Orin Luma"},
		{"orin_luma", "Orin", "Luma", "Orin Luma"},
		{"Orin v.d. Luma", "Orin", "v.d. Luma", "Orin v.d. Luma"},
		{"FNU Luma", "", "Luma", "Luma"},
		{"Unknown de la Luma", "", "de la Luma", "de la Luma"},
		{"Orin Unknown", "Orin", "", "Orin"},
		{"Orin LNU", "Orin", "", "Orin"},
		// no name
		{"https://example.com/orin", "", "", ""},
		{"www.example.com", "", "", ""},
		{"example.com", "", "", ""},
		{"+1 202 555 0100", "", "", ""},
		{"12345", "", "", ""},
		{"!!!", "", "", ""},
		{"🙂", "", "", ""},
		{"Dr.", "", "", ""},
	} {
		n, _ := Normal("", "", c.full)
		require.Equal(t, Name{c.first, c.last, c.want}, n, c.full)
	}
}

func TestFamilyNamesStayWhole(t *testing.T) {
	for _, c := range []struct{ full, first, last, want string }{
		{"Orin van 't Hoff", "Orin", "van 't Hoff", ""},
		{"ORIN VAN ’T HOFF", "Orin", "van ’t Hoff", ""},
		{"Orin in 't Veld", "Orin", "in 't Veld", ""},
		{"Orin op den Kamp", "Orin", "op den Kamp", ""},
		{"ORIN TE WINKEL", "Orin", "te Winkel", ""},
		{"Orin ter Luma", "Orin", "ter Luma", ""},
		{"Orin bin Zaid", "Orin", "bin Zaid", ""},
		{"ORIN IBN ZAID", "Orin", "ibn Zaid", ""},
		{"Orin al-Zaid", "Orin", "al-Zaid", ""},
		{"Orin El Sayed", "Orin", "El Sayed", ""},
		{"ORIN EL SAYED", "Orin", "El Sayed", ""},
		{"Orin bin Zaid al-Luma", "Orin", "bin Zaid al-Luma", ""},
		{"Orin St. James", "Orin", "St. James", ""},
		{"ORIN ST JAMES", "Orin", "St James", ""},
		{"Orin Le Goff", "Orin", "Le Goff", ""},
		{"ORIN LE GOFF", "Orin", "Le Goff", ""},
		{"Orin La Luma", "Orin", "La Luma", ""},
		{"Orin Mac Luma", "Orin", "Mac Luma", ""},
		{"Orin O' Luma", "Orin", "O' Luma", ""},
		{"Orin dos Luma", "Orin", "dos Luma", ""},
		{"ORIN VON UND ZU LUMA", "Orin", "von und zu Luma", ""},
		{"Orin Freiherr von Luma", "Orin", "Freiherr von Luma", ""},
		{"Orin de la Luma", "Orin", "de la Luma", ""},
		{"Orin De La Luma", "Orin", "De La Luma", ""},
		{"Orin della Luma", "Orin", "della Luma", ""},
		{"ORIN DELL'ORTO", "Orin", "Dell'Orto", ""},
		{"Orin ap Luma", "Orin", "ap Luma", ""},
		{"Orin ben Luma", "Orin", "ben Luma", ""},
		{"Orin Ben Luma", "Orin", "Luma", "Orin Ben Luma"},
		{"Orin Garro y Luma", "Orin", "Garro y Luma", ""},
		{"ORIN GARRO Y LUMA", "Orin", "Garro y Luma", ""},
		{"Orin Garro e Luma", "Orin", "Garro e Luma", ""},
		{"Orin Y Luma", "Orin", "Luma", "Orin Y Luma"},
		{"ORIN E LUMA", "Orin", "Luma", "Orin E Luma"},
		{"Orin E. van der Luma", "Orin", "van der Luma", "Orin E. van der Luma"},
		{"de la Luma", "", "de la Luma", "de la Luma"},
		{"Orin von Garro Luma", "Orin", "von Garro Luma", ""},
		{"Maria del Carmen Luma", "Maria", "Luma", "Maria del Carmen Luma"},
		{"Abdul Salam Luma", "Abdul Salam", "Luma", ""},
		{"Orin s/o Luma", "Orin", "s/o Luma", ""},
		{"Orin O'Luma-McDonald", "Orin", "O'Luma-McDonald", ""},
		{"王 小明", "王", "小明", ""},
		{"김철수", "김철수", "", "김철수"},
		{"محمد بن سلمان", "محمد", "بن سلمان", ""},
		{"عبد العزيز آل لوما", "عبد العزيز", "آل لوما", ""},
		{"نور الدين لوما", "نور الدين", "لوما", ""},
		{"לוי בן שבת", "לוי", "בן שבת", ""},
		{"Jan van't Luma", "Jan", "van't Luma", ""},
		{"Abdul Van Luma", "Abdul", "Van Luma", ""},
		{"HR Luma", "HR", "Luma", ""},
		{"Luma, van der, Jan", "Jan", "van der Luma", "Jan van der Luma"},
		{"Luma, Vi", "Vi", "Luma", "Vi Luma"},
		{"דוד לוי", "דוד", "לוי", ""},
		{"ИВАН ПЕТРОВ", "Иван", "Петров", ""},
		{"Pell and Ketta Luma", "Pell and Ketta", "Luma", ""},
		{"Pell & Ketta Luma", "Pell & Ketta", "Luma", ""},
	} {
		n, lost := Normal("", "", c.full)
		want := c.want
		if want == "" {
			want = c.first + " " + c.last
		}
		require.Equal(t, Name{c.first, c.last, want}, n, c.full)
		require.Zero(t, lost, c.full)
	}
}

func TestWhatStoodInBracketsIsTold(t *testing.T) {
	for _, c := range []struct {
		full string
		want Loss
	}{
		{"Orin (Ori) Luma", Nickname},
		{"Orin Luma (he/him)", Pronouns},
		{"Orin [He / Him] Luma", Pronouns},
		{"Orin (Ori) Luma (he/him)", Nickname | Pronouns},
		{"Orin Luma ()", 0},
		{"Orin Luma (***)", Symbols},
		{"(he/him) Orin Luma", Pronouns},
	} {
		n, lost := Normal("", "", c.full)
		require.Equal(t, Name{"Orin", "Luma", "Orin Luma"}, n, c.full)
		require.Equal(t, c.want, lost, c.full)
	}
}

func TestPartsDecideTheOrderAndAreCleaned(t *testing.T) {
	for _, c := range []struct {
		first, last, full string
		want              Name
	}{
		{"Jane", "Doe", "DOE JANE", Name{"Jane", "Doe", "Jane Doe"}},
		{"JANE", "DOE", "DOE JANE", Name{"Jane", "Doe", "Jane Doe"}},
		{"JANE", "DOE", "DOE JANE Q", Name{"Jane", "Doe", "Jane Q Doe"}},
		{"stephen", "macleod", "Stephen MacLeod", Name{"Stephen", "MacLeod", "Stephen MacLeod"}},
		{"STEPHEN", "MACLEOD", "MacLeod, Stephen Q.", Name{"Stephen", "MacLeod", "Stephen Q. MacLeod"}},
		{"LEANNE", "VAN DYKE", "LeAnne Van Dyke", Name{"LeAnne", "Van Dyke", "LeAnne Van Dyke"}},
		{"stephen", "macleod", "stephen MACLEOD", Name{"Stephen", "Macleod", "Stephen Macleod"}},
		{"Jane", "Doe", "Doe, Jane Q.", Name{"Jane", "Doe", "Jane Q. Doe"}},
		{"Jane", "Doe", "Dr. Jane Q. Doe, MD", Name{"Jane", "Doe", "Jane Q. Doe"}},
		{"Jane", "Doe", "jane doe", Name{"Jane", "Doe", "Jane Doe"}},
		{"Jane", "Doe", "Jane Doe Jr.", Name{"Jane", "Doe", "Jane Doe Jr."}},
		{"Jane", "Doe", "Jane Doe-Ray", Name{"Jane", "Doe", "Jane Doe"}},
		{"Jane", "Garro Doe", "GARRO DOE JANE", Name{"Jane", "Garro Doe", "Jane Garro Doe"}},
		{"Dr. Jane", "Doe", "", Name{"Jane", "Doe", "Jane Doe"}},
		{"Jane", "Doe, MBA", "", Name{"Jane", "Doe", "Jane Doe"}},
		{"Jane", "Doe MBA", "", Name{"Jane", "Doe", "Jane Doe"}},
		{"JANE", "DOE MBA", "", Name{"Jane", "Doe", "Jane Doe"}},
		{"Jane", "Doe, Jr.", "", Name{"Jane", "Doe Jr.", "Jane Doe Jr."}},
		{"Jane", "Doe Jr.", "Jane Doe Jr.", Name{"Jane", "Doe Jr.", "Jane Doe Jr."}},
		{"Jane", "Doe Jr., MD", "", Name{"Jane", "Doe Jr.", "Jane Doe Jr."}},
		{"Jane (she/her)", "Doe", "", Name{"Jane", "Doe", "Jane Doe"}},
		{"Jane", "Doe (she/her)", "", Name{"Jane", "Doe", "Jane Doe"}},
		{"Jane 🌟", "Doe 🌟", "", Name{"Jane", "Doe", "Jane Doe"}},
		{"Robert (Bob)", "Doe", "", Name{"Robert", "Doe", "Robert Doe"}},
		{"Robert \"Bob\"", "Doe", "", Name{"Robert", "Doe", "Robert Doe"}},
		{"Jane", "Doe | Sales", "", Name{"Jane", "Doe", "Jane Doe"}},
		{"Jane", "Doe - Realtor", "", Name{"Jane", "Doe", "Jane Doe"}},
		{"Jane", "Doe - Ray", "", Name{"Jane", "Doe-Ray", "Jane Doe-Ray"}},
		{"Jane Doe", "Doe", "", Name{"Jane", "Doe", "Jane Doe"}},
		{"Doe, Jane", "", "", Name{"Jane", "Doe", "Jane Doe"}},
		{"Dr.", "Doe", "Dr. Jane Doe", Name{"Jane", "Doe", "Jane Doe"}},
		{"Mr", "Doe", "", Name{"", "Doe", "Doe"}},
		{"Judge", "Doe", "", Name{"Judge", "Doe", "Judge Doe"}},
		{"Jane", "MD", "", Name{"Jane", "", "Jane"}},
		{"Jane Doe", "MBA", "", Name{"Jane", "Doe", "Jane Doe"}},
		{"Jane", "Do", "", Name{"Jane", "Do", "Jane Do"}},
		{"Jane", "Ma", "", Name{"Jane", "Ma", "Jane Ma"}},
		{"Mary Ann", "", "Mary Ann Doe", Name{"Mary Ann", "Doe", "Mary Ann Doe"}},
		{"", "van der Berg", "Jane van der Berg", Name{"Jane", "van der Berg", "Jane van der Berg"}},
		{"Jane", "", "DOE JANE", Name{"Jane", "Doe", "Jane Doe"}},
		{"Jane", "DOE", "Jane DOE", Name{"Jane", "Doe", "Jane Doe"}},
		{"Jane", "Doe", "Acme, Inc.", Name{"Jane", "Doe", "Jane Doe"}},
		{"Jane", "Doe", "www.example.com", Name{"Jane", "Doe", "Jane Doe"}},
		{"MARIA", "COSTA E SILVA", "MARIA COSTA E SILVA", Name{"Maria", "Costa e Silva", "Maria Costa e Silva"}},
		{"İBRAHİM", "YILDIZ", "İBRAHİM YILDIZ", Name{"İbrahim", "Yıldız", "İbrahim Yıldız"}},
		{"IŞIL", "IRMAK", "", Name{"Işıl", "Irmak", "Işıl Irmak"}},
		{"ışıl", "ırmak", "", Name{"Işıl", "Irmak", "Işıl Irmak"}},
		{"İbrahi̇m", "Yildiz", "", Name{"İbrahim", "Yildiz", "İbrahim Yildiz"}},
		{"IONUŢ", "ŞERBAN", "", Name{"Ionuţ", "Şerban", "Ionuţ Şerban"}},
		{"GÜLŞAH", "AYDIN", "", Name{"Gülşah", "Aydın", "Gülşah Aydın"}},
		{"ANNA", "DALL’OGLIO", "", Name{"Anna", "Dall’Oglio", "Anna Dall’Oglio"}},
		{"LA'TOYA", "D'ANGELO", "", Name{"La'Toya", "D'Angelo", "La'Toya D'Angelo"}},
		{"DE'ANDRE", "L'HEUREUX", "", Name{"De'Andre", "L'Heureux", "De'Andre L'Heureux"}},
		{"DA'UD", "SANT'ANNA", "", Name{"Da'ud", "Sant'Anna", "Da'ud Sant'Anna"}},
		{"JAN", "IN 'T VELD", "", Name{"Jan", "in 't Veld", "Jan in 't Veld"}},
		{"URSULA", "VON DER LEYEN", "", Name{"Ursula", "von der Leyen", "Ursula von der Leyen"}},
		{"ΝΊΚΟΣ", "ΠΑΠΠΆΣ", "", Name{"Νίκος", "Παππάς", "Νίκος Παππάς"}},
		{"JÖRG", "WEIẞ", "", Name{"Jörg", "Weiß", "Jörg Weiß"}},
		{"ნინო", "ლუმა", "", Name{"ნინო", "ლუმა", "ნინო ლუმა"}},
		{"JAN", "GROß", "", Name{"Jan", "Groß", "Jan Groß"}},
		{"GÜLSÜM", "KILIÇ", "", Name{"Gülsüm", "Kılıç", "Gülsüm Kılıç"}},
		{"ORIN", "O´BRIEN", "", Name{"Orin", "O´Brien", "Orin O´Brien"}},
		{"ORIN", "LUMA", "ORIN Q E LUMA", Name{"Orin", "Luma", "Orin Q E Luma"}},
		{"ORIN", "RIBA", "", Name{"Orin", "Riba", "Orin Riba"}},
		{"ORIN", "MD", "", Name{"Orin", "", "Orin"}},
		{"Jan", "Luma, van der", "", Name{"Jan", "van der Luma", "Jan van der Luma"}},
		{"", "", "Luma, Jan van der", Name{"Jan", "van der Luma", "Jan van der Luma"}},
		{"", "", "Orin Maria Cik", Name{"Orin", "Cik", "Orin Maria Cik"}},
		{"JEAN", "FITZGERALD", "", Name{"Jean", "Fitzgerald", "Jean Fitzgerald"}},
	} {
		n, _ := Normal(c.first, c.last, c.full)
		require.Equal(t, c.want, n, c)
	}
}

// However the parts are put together, the same two are the name.
func TestOrdersOfANameAgree(t *testing.T) {
	forms := []func(title, given, family, suffix string) string{
		func(title, given, family, suffix string) string {
			return title + " " + given + " " + family + " " + suffix
		},
		func(title, given, family, suffix string) string {
			return title + " " + given + " " + family + ", " + suffix
		},
		func(title, given, family, suffix string) string {
			return family + ", " + title + " " + given + " " + suffix
		},
		func(title, given, family, suffix string) string {
			return family + ", " + title + " " + given + ", " + suffix
		},
	}
	for _, title := range []string{"", "Dr.", "Mr", "Lt. Gen.", "Prof. Dr."} {
		for _, given := range []string{"Orin", "Orin Q.", "Orin E", "Orin Q. Vinn", "Jean-Orin"} {
			for _, family := range []string{
				"Luma", "de la Luma", "Garro y Luma", "Luma-Elka", "van 't Hoff", "St. James", "O'Luma", "von und zu Luma", "Le Goff", "bin Zaid",
			} {
				for _, suffix := range []string{"", "Jr.", "III", "MD", "Ph.D.", "CPA CFE", "Jr. MD"} {
					for _, form := range forms {
						whole := normal.Text(form(title, given, family, suffix))
						for _, sent := range []string{whole, strings.ToUpper(whole)} {
							n, _ := Normal("", "", sent)
							first, _, _ := strings.Cut(given, " ")
							require.Equal(t, first+"|"+family, n.First+"|"+n.Last, sent)
						}
					}
				}
			}
		}
	}
}
