package normal

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
	requireReadings(t, LinkedInSlug, []reading{
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
	requireReadings(t, TwitterHandle, []reading{
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
	requireReadings(t, TwitterUserID, []reading{
		{"158487331", "158487331"},
		{"1234567890123456789", "1234567890123456789"},
		{"https://twitter.com/i/user/12", "12"},
		{"https://twitter.com/intent/user?user_id=12", "12"},
		{"0", ""}, {"012", ""}, {"12a", ""}, {"-1", ""}, {"1.5", ""}, {"", ""}, {"123456789012345678901", ""},
	})
}

func TestFacebookHandle(t *testing.T) {
	requireReadings(t, FacebookHandle, []reading{
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
