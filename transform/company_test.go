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

func TestCompanyDomainIsTheRegistrableDomain(t *testing.T) {
	requireReadings(t, func(s string) (string, bool) { return normalDomain([]string{s}) }, []reading{
		{"acme.example", "acme.example"},
		{"www.Acme.example.", "acme.example"},
		{"https://user:pw@shop.acme.co.uk:8443/path?x#y", "acme.co.uk"},
		{"//acme.example/about", "acme.example"},
		{"jane@mail.acme.example", "acme.example"},
		{"acme.github.io", "acme.github.io"},
		{"localhost, acme.example", "acme.example"},
		{"münchen.example", "xn--mnchen-3ya.example"},
		{"gmail.com", ""},
		{"192.0.2.1", ""},
		{"http://[2001:db8::1]/", ""},
		{"gitbook.io", "gitbook.io"},
		{"https://www.myshopify.com/", "myshopify.com"},
		{"s3.amazonaws.com", "amazonaws.com"},
		{"co.uk", ""},
		{"acme", ""},
		{"", ""},
	})
}
