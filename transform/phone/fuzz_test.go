package phone

import (
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
)

// FuzzPhone: every number of a text is in normal form, which stays as it is in any
// country.
func FuzzPhone(f *testing.F) {
	for _, s := range []string{
		"+112025550123", "(202) 555-0123 ext. 5", "+44 20 7946 0000", "1-800-FLOWERS", "tel:+1;x=2", "٢٠٢٥٥٥٠١٢٣", "+390612345678", "+5215512345678",
		"0024762889", "011 44 20 7946 0000", "376312345", "6282296386.0", "2.125550123E+09", "983-980-0034 (mobile)", "945·623·7945",
		"212-555-0123 / 310-555-0123", "212-555-0123 or (212) 555-0124 310-555-0123", "+44 (0)20 7946 0000", "030/123456", "9012345678",
		"Tel.: 030 123456 Fax: 030 654321", "+1 0011 44 20 7946 0000", "212-555-****", "2) 212-555-0123 x4", "＋１２０２５５５０１２３", "011 15 2345-6789",
	} {
		for _, country := range []string{"", "US", "DE", "IN", "AR", "AC"} {
			f.Add(s, country)
		}
	}
	f.Fuzz(func(t *testing.T, s, country string) {
		for _, n := range Append(nil, s, country) {
			require.Equal(t, normal.Text(n.E164), n.E164)
			for _, elsewhere := range []string{"", "US", country, "IT", "AR"} {
				require.Equal(t, []Number{{E164: n.E164}}, Append(nil, n.E164, elsewhere), "from %q in %q", s, country)
			}
		}
	})
}
