package normal

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var hosts = []string{
	"", ".", "a", "a.b", "acme.example", "mail.acme.co.uk", "Acme.example", "xn--bcher-kva.example", "a--b.example", "ab--c.example", "ab--.example", "-a.example", "a-.example",
	"a..b", ".a.b", "a.b.", "a.b..", "1.2.3.4", "1a.2b", "a_b.example", "a b.example", "bücher.example", "a\u0301.example", "a.xn--p1ai", "xn--a", "0.example", "a.-b.c",
	strings.Repeat("a", 63) + ".example", strings.Repeat("a", 64) + ".example", strings.Repeat("a.", 126) + "a", strings.Repeat("a.", 127) + "a", strings.Repeat("ab.", 85), "a\x00b.example",
}

// requireHost holds what is taken for plain at a glance to the library.
func requireHost(t *testing.T, s string) {
	t.Helper()
	if !isPlainHost(s) {
		return
	}
	host, err := hostNames.ToASCII(s)
	require.NoError(t, err, "%q", s)
	require.Equal(t, s, host)
}

func TestAPlainHostIsWhatTheLibraryMakesOfIt(t *testing.T) {
	for _, s := range hosts {
		requireHost(t, s)
	}
	require.True(t, isPlainHost("mail.acme-1.co.uk"))
	require.False(t, isPlainHost("xn--a.example"))
}

func FuzzAPlainHostIsWhatTheLibraryMakesOfIt(f *testing.F) {
	for _, s := range hosts {
		f.Add(s)
	}
	f.Fuzz(requireHost)
}

// requireList holds the short way through a list of addresses to the long one.
func requireList(t *testing.T, s string) {
	t.Helper()
	short := appendPlainList(nil, s)
	if len(short) == 0 || len(s) > maxValue {
		return
	}
	var long []string
	for _, item := range Split([]string{s}, Separators) {
		long = appendAddresses(long, item)
	}
	require.Equal(t, long, short, "%q", s)
}

func TestAPlainListIsReadAsAnyOther(t *testing.T) {
	for _, s := range addressLists {
		requireList(t, s)
	}
	require.Len(t, appendPlainList(nil, "a@b.example, c@d.example"), 2)
}

var addressLists = []string{
	"a@b.example,c@d.example", " a@b.example , c@d.example ", "a@b.example,", ",a@b.example", "a@b.example;c@d.example", "a@b.example,\tc@d.example", "[a@b.example,c@d.example]", "a@b@c,d@e.f", "a@b.example,x",
}

func FuzzAPlainListIsReadAsAnyOther(f *testing.F) {
	for _, s := range addressLists {
		f.Add(s)
	}
	f.Fuzz(requireList)
}
