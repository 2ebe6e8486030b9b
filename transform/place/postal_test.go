package place

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
)

//go:embed testdata/postal.txt
var postalExamples string

// TestPostalCodesOfAllCountriesFit feeds examples of all countries: as they are, without
// spaces and dashes in small letters, with the country before them, and as numbers that
// lost their zeros. All spellings of a code have to become one, with its letters and digits.
func TestPostalCodesOfAllCountriesFit(t *testing.T) {
	right, total := 0, 0
	for _, term := range lists.Table(postalExamples) {
		country := countryCode(term.Value)
		_, known := postalForms()[country]
		require.True(t, known || isMailedByUSPS(country), country)
		for _, example := range term.Phrases {
			want, _, _ := postalCode(example, country, "")
			for _, sent := range spellings(example, country) {
				total++
				if got, _, _ := postalCode(sent, country, ""); got == want && squeeze(got) == squeeze(example) {
					right++
				} else {
					t.Errorf("%s: %q is %q, not %q", country, sent, got, example)
				}
			}
		}
	}
	t.Logf("%d of %d spellings of the codes of %d countries", right, total, len(lists.Table(postalExamples)))
}

func spellings(example, country string) []string {
	all := []string{example, strings.ToLower(squeeze(example)), country + "-" + example, country + " " + squeeze(example)}
	if number := strings.TrimLeft(squeeze(example), "0"); len(number) >= 3 && normal.IsDigits(number) {
		all = append(all, number, number+".0")
	}
	return all
}

func TestPostalCodesAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct{ sent, region, country, want string }{
		{`="02134"`, "MA", "", "02134"}, {"'02134", "MA", "", "02134"}, {`"02134"`, "", "", "02134"}, {"#02134.", "MA", "", "02134"},
		{"02134-0000", "MA", "", "02134"}, {"021340000", "", "", "02134"}, {"02134-", "MA", "", "02134"}, {"02134-1001", "MA", "", "02134-1001"},
		{"02134–1001", "MA", "", "02134-1001"}, {"０２１３４", "MA", "", "02134"}, {"02134 1001", "", "", "02134-1001"}, {"21341001", "MA", "", "02134-1001"},
		{"2134", "MA", "", "02134"}, {"2134.0", "MA", "", "02134"}, {"2134.00", "MA", "", "02134"}, {"2,134", "MA", "", "02134"}, {"501", "NY", "", "00501"},
		{"9791234", "PR", "", "00979-1234"}, {"2134", "", "", "2134"}, {"02134-12", "MA", "", "02134-12"}, {"123456", "MA", "", "123456"},
		{"MA 02134", "MA", "", "02134"}, {"MA02134", "MA", "", "02134"}, {"MA-02134", "MA", "", "02134"}, {"02134 MA", "MA", "", "02134"},
		{"Massachusetts 02134-1001", "MA", "", "02134-1001"}, {"Boston, MA 02134", "MA", "", "02134"}, {"Boston MA 02134", "MA", "", "02134"},
		{"US-02134", "MA", "", "02134"}, {"02134, USA", "MA", "", "02134"}, {"ZIP: 02134", "MA", "", "02134"}, {"Zip Code 02134", "", "", "02134"},
		{"NH 02134", "MA", "", "NH 02134"}, {"TX 02134", "", "", "TX 02134"}, {"DE 10115", "", "", "DE 10115"}, {"DE 10115", "", "DE", "10115"},
		{"02134, 02135", "MA", "", "02134, 02135"}, {"TBD", "MA", "", "TBD"},
		{"00000", "MA", "", ""}, {"00000-0000", "MA", "", ""}, {"99999", "", "", ""}, {"99999-9999", "MA", "", ""}, {"0", "", "", ""}, {"000", "", "FR", ""}, {"0.0", "", "", ""},
		{"9999", "", "AU", "9999"}, {"12345", "NY", "", "12345"}, {"11111", "", "", "11111"},
		{"m5v3l9", "", "", "M5V 3L9"}, {"m5v-3l9", "ON", "", "M5V 3L9"}, {"ON M5V3L9", "ON", "", "M5V 3L9"}, {"Québec h2x1y4", "QC", "", "H2X 1Y4"},
		{"M5V 3L9, Canada", "", "CA", "M5V 3L9"}, {"MSV 3L9", "", "CA", "MSV 3L9"}, {"D5V3L9", "", "CA", "D5V3L9"},
		{"ec1a-1bb", "", "UK", "EC1A 1BB"}, {"ec1a1bb", "", "", "EC1A 1BB"}, {"m11ae", "", "GB", "M1 1AE"}, {"b338th", "", "England", "B33 8TH"},
		{"w1a 1ab", "", "GB", "W1A 1AB"}, {"EC1A 1BB, UK", "", "GB", "EC1A 1BB"}, {"GB-EC1A 1BB", "", "GB", "EC1A 1BB"}, {"je23ab", "", "JE", "JE2 3AB"}, {"bfpo61", "", "GB", "BFPO 61"},
		{"1012ab", "", "NL", "1012 AB"}, {"1012ab", "", "", "1012 AB"}, {"NL-1012 AB", "", "NL", "1012 AB"}, {"1012", "", "NL", "1012"},
		{"D-10115", "", "DE", "10115"}, {"DE 10115", "", "DE", "10115"}, {"10115 Deutschland", "", "DE", "10115"}, {"1067", "", "DE", "01067"}, {"1067.0", "", "DE", "01067"},
		{"F-75001", "", "FR", "75001"}, {"1000", "", "FR", "01000"}, {"75008 CEDEX 08", "", "FR", "75008"}, {"I-187", "", "IT", "00187"}, {"8001", "", "ES", "08001"},
		{"800", "", "AU", "0800"}, {"1000001", "", "JP", "100-0001"}, {"600000", "", "JP", "060-0000"}, {"〒100-0001", "", "JP", "100-0001"}, {"１００－０００１", "", "JP", "100-0001"},
		{"01310100", "", "BR", "01310-100"}, {"1310100", "", "BR", "01310-100"}, {"00950", "", "PL", "00-950"}, {"950", "", "PL", "00-950"},
		{"S-11122", "", "SE", "111 22"}, {"110 001", "", "IN", "110001"}, {"CH-8001", "", "CH", "8001"}, {"150", "", "NO", "0150"}, {"100", "", "FI", "00100"},
		{"1000205", "", "PT", "1000-205"}, {"1010", "", "LV", "LV-1010"}, {"LT-01100", "", "LT", "01100"}, {"d02x285", "", "IE", "D02 X285"}, {"d6wxy00", "", "IE", "D6W XY00"},
		{"11000", "", "CZ", "110 00"}, {"1001", "", "SK", "010 01"}, {"10431", "", "GR", "104 31"}, {"10000", "", "CN", "010000"}, {"6000", "", "MX", "06000"},
		{"901", "", "Puerto Rico", "00901"}, {"96960", "", "MH", "96960"}, {"ky11100", "", "KY", "KY1-1100"}, {"1", "", "ZA", "0001"}, {"80331", "Bavaria", "", "80331"},
	} {
		got, _ := Normal("", c.region, c.sent, c.country)
		require.Equal(t, c.want, got.PostalCode, "%q in %s %s", c.sent, c.region, c.country)
		again, _ := Normal(got.City, got.Region, got.PostalCode, got.Country)
		require.Equal(t, got, again)
	}
}

func TestPostalCodesProveStateAndCountry(t *testing.T) {
	for sent, want := range map[string]Place{
		"02134": {"", "", "02134", "US"}, "MA 02134": {"", "MA", "02134", "US"}, "46201 IN": {"", "IN", "46201", "US"}, "DE 19801": {"", "DE", "19801", "US"},
		"m5v3l9": {"", "", "M5V 3L9", "CA"}, "ON M5V 3L9": {"", "ON", "M5V 3L9", "CA"}, "SW1A 1AA": {"", "", "SW1A 1AA", ""}, "1012 AB": {"", "", "1012 AB", ""},
	} {
		got, _ := Normal("", "", sent, "")
		require.Equal(t, want, got, sent)
	}
}

func TestChangesOfPostalCodesAreTold(t *testing.T) {
	for sent, want := range map[string]Changes{
		"02134": 0, "02134-1001": 0, "02134 1001": 0, "02134-0000": 0, "2134": PostalCodeRepaired, "MA 02134": PostalCodeRepaired, `="02134"`: PostalCodeRepaired,
		"00000": PostalCodeDropped, "what": 0,
	} {
		_, got := Normal("Boston", "MA", sent, "US")
		require.Equal(t, want, got, sent)
	}
}
