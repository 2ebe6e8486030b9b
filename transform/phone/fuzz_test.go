package phone

import (
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
)

func FuzzPhone(f *testing.F) {
	for _, s := range []string{
		"+112025550123", "(202) 555-0123 ext. 5", "+44 20 7946 0000", "1-800-FLOWERS", "tel:+1;x=2", "٢٠٢٥٥٥٠١٢٣", "+390612345678", "+5215512345678",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, _, ok := Normal(s)
		if !ok {
			return
		}
		require.Equal(t, normal.Text(once), once)
		twice, _, ok := Normal(once)
		require.True(t, ok, "%q became %q, which is refused", s, once)
		require.Equal(t, once, twice, "from %q", s)
	})
}
