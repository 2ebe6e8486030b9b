package company

import (
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
)

func FuzzDomain(f *testing.F) {
	for _, s := range []string{"https://u:p@www.acme.co.uk:80/x", "münchen.example", "a@b@c.example", "http://[::1]",
		"a.b.c.d.kobe.jp", "xn--.com"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, why := Domain([]string{s})
		if why != "" {
			return
		}
		require.Equal(t, normal.Text(once), once)
		twice, why := Domain([]string{once})
		require.Empty(t, why, "%q became %q, which is refused", s, once)
		require.Equal(t, once, twice, "from %q", s)
	})
}
