package extract

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWebsiteIsTheBareDomain(t *testing.T) {
	for in, want := range map[string]string{
		"google.com": "google.com", "https://www.google.com": "google.com", "HTTP://Google.com:80/a?b#c": "google.com",
		" www.google.com. ": "google.com", "user@google.com": "google.com", "münchen.example": "xn--mnchen-3ya.example",
		"": "", "localhost": "", "a b.com": "", "http://": "", "a,b.com": "",
	} {
		got, ok := Website(in)
		require.Equal(t, want, got, "%q", in)
		require.Equal(t, want != "", ok, "%q", in)
	}
}
