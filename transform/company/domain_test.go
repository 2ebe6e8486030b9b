package company

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCompanyDomainIsTheRegistrableDomain(t *testing.T) {
	for _, c := range [][2]string{
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
	} {
		domain, ok := Domain([]string{c[0]})
		require.Equal(t, c[1], domain, c[0])
		require.Equal(t, c[1] != "", ok, c[0])
	}
}
