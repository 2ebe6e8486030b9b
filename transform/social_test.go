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

func TestLinkedInSlug(t *testing.T) {
	requireReadings(t, linkedInSlug, []reading{
		{"https://www.linkedin.com/in/bizstone/", "bizstone"},
		{"http://linkedin.com/in/BizStone", "bizstone"},
		{"linkedin.com/in/bizstone", "bizstone"},
		{"www.linkedin.com/in/bizstone?trk=x&y=z", "bizstone"},
		{"https://uk.linkedin.com/in/bizstone/en", "bizstone"},
		{"HTTPS://WWW.LINKEDIN.COM/IN/BIZSTONE", "bizstone"},
		{"//de.linkedin.com/in/bizstone#about", "bizstone"},
		{"https://www.linkedin.com/mwlite/in/bizstone", "bizstone"},
		{"https://www.linkedin.com/comm/in/bizstone", "bizstone"},
		{"https://www.linkedin.com//in//bizstone", "bizstone"},
		{"/in/bizstone", "bizstone"},
		{"in/bizstone", "bizstone"},
		{"https://fr.linkedin.com/in/jos%C3%A9-garc%C3%ADa", "josé-garcía"},
		{"https://fr.linkedin.com/in/jos%25C3%25A9", "josé"},
		{"https://fr.linkedin.com/in/josé", "josé"},
		{"https://www.linkedin.com/in/王小明-1", "王小明-1"},
		{"https://sy.linkedin.com/pub/jane-doe/a7/576/b50?trk=biz", "jane-doe-b50576a7"},
		{"https://www.linkedin.com/pub/jane-doe", "jane-doe"},
		{"https://www.linkedin.com/pub/jane-doe/en", "jane-doe"},
		{"https://www.linkedin.com/pub/jane-doe/a7/57/b5", ""},
		{"https://www.linkedin.com/pub/jane-doe/a7/576", ""},
		{"https://www.linkedin.com/in/", ""},
		{"https://www.linkedin.com/in/null", ""},
		{"https://www.linkedin.com/in/jane doe", ""},
		{"https://www.linkedin.com/company/acme", ""},
		{"https://www.linkedin.com/profile/view?id=1", ""},
		{"https://www.linkedin.com", ""},
		{"https://evil-linkedin.com/in/bizstone", ""},
		{"https://example.com/in/bizstone", ""},
		{"bizstone", ""},
		{"", ""},
	})
}

func TestTwitterHandle(t *testing.T) {
	requireReadings(t, twitterHandle, []reading{
		{"@Jack_X", "jack_x"},
		{"Jack_X", "jack_x"},
		{"https://twitter.com/Jack_X", "jack_x"},
		{"https://x.com/jack_x?s=20", "jack_x"},
		{"https://mobile.twitter.com/@jack_x/status/123", "jack_x"},
		{"twitter.com/#!/jack_x", "jack_x"},
		{"https://twitter.com/intent/user?screen_name=jack_x", "jack_x"},
		{"search", "search"},
		{"https://twitter.com/search?q=x", ""},
		{"https://twitter.com/", ""},
		{"https://example.com/jack", ""},
		{"https://box.com/jack", ""},
		{"this_handle_is_too_long", ""},
		{"jack-x", ""},
		{"null", ""},
		{"", ""},
	})
}

func TestTwitterID(t *testing.T) {
	requireReadings(t, twitterUserID, []reading{
		{"158487331", "158487331"},
		{"1234567890123456789", "1234567890123456789"},
		{"https://twitter.com/i/user/12", "12"},
		{"https://twitter.com/intent/user?user_id=12", "12"},
		{"0", ""}, {"012", ""}, {"12a", ""}, {"-1", ""}, {"1.5", ""}, {"", ""}, {"123456789012345678901", ""},
	})
}

func TestFacebookHandle(t *testing.T) {
	requireReadings(t, facebookHandle, []reading{
		{"https://www.facebook.com/Jane.Doe", "jane.doe"},
		{"facebook.com/jane.doe/", "jane.doe"},
		{"https://m.facebook.com/jane.doe?ref=x", "jane.doe"},
		{"https://www.facebook.com/profile.php?id=1000123", "1000123"},
		{"https://www.facebook.com/people/Jane-Doe/1000123/", "1000123"},
		{"https://www.facebook.com/pages/Acme/12", ""},
		{"https://www.facebook.com/groups/12", ""},
		{"https://www.facebook.com/", ""},
		{"https://example.com/jane", ""},
		{"jane.doe", ""},
	})
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
