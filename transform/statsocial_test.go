package transform

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIDsOfStatSocial(t *testing.T) {
	for _, c := range []struct {
		read       func(string) (string, bool)
		sent, want string
	}{
		{mobileAdID, "38400000-8CF0-11BD-B23E-10B96E40000D", "38400000-8cf0-11bd-b23e-10b96e40000d"},
		{mobileAdID, "00000000-0000-0000-0000-000000000000", ""},
		{mobileAdID, "", ""}, {mobileAdID, "Unknown", ""}, {mobileAdID, "none", ""},
		{opaqueID, " a-1 ", "a-1"}, {opaqueID, "10", "10"}, {opaqueID, "na", "na"},
		{opaqueID, "unknown", ""}, {opaqueID, "Not available", ""}, {opaqueID, "n/a", ""}, {opaqueID, "null", ""}, {opaqueID, "-", ""},
		{opaqueID, "xxxx", ""}, {opaqueID, "0", ""}, {opaqueID, "#REF!", ""}, {opaqueID, "", ""},
	} {
		got, ok := c.read(c.sent)
		require.Equal(t, c.want != "", ok, c.sent)
		if ok {
			require.Equal(t, c.want, got, c.sent)
		}
	}
}
