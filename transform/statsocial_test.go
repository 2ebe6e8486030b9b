package transform

import (
	"testing"

	"github.com/stretchr/testify/require"
)

type reading struct{ sent, want string }

func requireReadings(t *testing.T, read func(string) (string, bool), readings []reading) {
	t.Helper()
	for _, r := range readings {
		got, ok := read(r.sent)
		require.Equal(t, r.want != "", ok, r.sent)
		if ok {
			require.Equal(t, r.want, got, r.sent)
		}
	}
}

func TestMobileAdIDs(t *testing.T) {
	requireReadings(t, mobileAdID, []reading{
		{"38400000-8CF0-11BD-B23E-10B96E40000D", "38400000-8cf0-11bd-b23e-10b96e40000d"},
		{"00000000-0000-0000-0000-000000000000", ""},
		{"", ""},
	})
}

func TestPlaceholdersAreNobodysID(t *testing.T) {
	requireReadings(t, opaqueID, []reading{
		{" a-1 ", "a-1"}, {"10", "10"}, {"na", "na"},
		{"unknown", ""}, {"Not available", ""}, {"n/a", ""}, {"null", ""}, {"-", ""}, {"xxxx", ""}, {"0", ""}, {"#REF!", ""}, {"", ""},
	})
	requireReadings(t, mobileAdID, []reading{{"Unknown", ""}, {"none", ""}})
}
