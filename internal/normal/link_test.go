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

// TestInnermostProfileOfWhateverCame has links as tools, spreadsheets and people wrap them.
func TestInnermostProfileOfWhateverCame(t *testing.T) {
	requireReadings(t, LinkedInSlug, []reading{
		{"https://linkedin.com/in/linkedin.com/in/jane-doe", "jane-doe"},
		{"https://www.linkedin.com/in/https://www.linkedin.com/in/jane-doe", "jane-doe"},
		{"https://www.linkedin.com/in/http:/linkedin.com/in/jane-doe/", "jane-doe"},
		{"https://www.linkedin.com/in/www.linkedin.com/in/jane-doe/", "jane-doe"},
		{"https://www.linkedin.com/in/in/jane-doe", "jane-doe"},
		{"linkedin.com/in//in/jane-doe/", "jane-doe"},
		{"linkedin.com/in/pub/jane-doe/a7/576/b50", "jane-doe-b50576a7"},
		{"https:/www.linkedin.com/in/jane-doe", "jane-doe"},
		{"https//www.linkedin.com/in/jane-doe", "jane-doe"},
		{"https:www.linkedin.com/in/jane-doe", "jane-doe"},
		{"http:\\\\www.linkedin.com\\in\\jane-doe", "jane-doe"},
		{`https:\/\/www.linkedin.com\/in\/jane-doe`, "jane-doe"},
		{"https://touch.www.linkedin.com/#in/jane-doe", "jane-doe"},
		{"https://touch.www.linkedin.com/?sessionid=1#in/jane-doe", "jane-doe"},
		{"https://www.linkedin.com/#!/in/jane-doe", "jane-doe"},
		{"https://www.linkedin.com:443/in/jane-doe", "jane-doe"},
		{"https://www.linkedin.com./in/jane-doe", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe.", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe!", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe”", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe)", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe,", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe'", "jane-doe"},
		{"(https://www.linkedin.com/in/jane-doe).", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe<br>", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe&trk=abc", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe;jsessionid=1", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe%3Ftrk%3Dx", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe%2F", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe%20", "jane-doe"},
		{"https://www.linkedin.com/in/jane%2Ddoe", "jane-doe"},
		{"https%3A%2F%2Fwww.linkedin.com%2Fin%2Fjane-doe", "jane-doe"},
		{"https%253A%252F%252Fwww.linkedin.com%252Fin%252Fjane-doe%253Ftrk%253Dx", "jane-doe"},
		{"https://www.google.com/url?q=https://www.linkedin.com/in/jane-doe&sa=D", "jane-doe"},
		{"https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fjane-doe%3Fx&h=y", "jane-doe"},
		{"https://web.archive.org/web/2020/https://www.linkedin.com/in/jane-doe", "jane-doe"},
		{"https://webcache.example.com/search?q=cache:x:linkedin.com/in/jane-doe", "jane-doe"},
		{"https://www.linkedin.com/authwall?trk=x&sessionRedirect=https%3A%2F%2Fde.linkedin.com%2Fin%2Fjane-doe", "jane-doe"},
		{"https://www.linkedin.com/uas/login?session_redirect=%2Fin%2Fjane-doe%2F&x=1", "jane-doe"},
		{"android-app://com.linkedin.android/https/www.linkedin.com/in/jane-doe", "jane-doe"},
		{"LinkedIn: https://www.linkedin.com/in/jane-doe", "jane-doe"},
		{"see linkedin.com/in/jane-doe (profile)", "jane-doe"},
		{"https:// www.linkedin.com/in/jane-doe", "jane-doe"},
		{"linkedin.com/in/jane-doe - LinkedIn", "jane-doe"},
		{"linkedin.com/in/jane-doe and linkedin.com/in/ann-lee", "jane-doe"},
		{"www.linkedin.com/ in/jane-doe", "jane-doe"},
		{`{"url":"https://www.linkedin.com/in/jane-doe"}`, "jane-doe"},
		{"www.http://linkedin.com/in/jane-doe", "jane-doe"},
		{"https://www,linkedin.com/in/jane-doe", "jane-doe"},
		{"linkedin/in/jane-doe", "jane-doe"},
		{"www.linkedin/in/jane-doe", "jane-doe"},
		{"#in/jane-doe", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe https://www.linkedin.com/in/jane-d", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doehttps://www.linkedin.com/in/jane-d", "jane-doe"},
		{"https://www.linkedin.com/company/acme https://www.linkedin.com/in/jane-doe", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe?next=https://www.linkedin.com/in/john-doe", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe/details/experience/", "jane-doe"},
		{"https://www.linkedin.com/in/jane-doe/?locale=de_DE#about", "jane-doe"},
		{"https://m.linkedin.com/m/in/jane-doe", "jane-doe"},
		{"https://www.linkedin.com/public-profile/in/jane-doe", "jane-doe"},
		{"https://www.linkedin.com/in/ACoAAAbCdEfGhIjKlMn", "acoaaabcdefghijklmn"},
	})
}

func TestSlugHoldsWhatNamesHold(t *testing.T) {
	requireReadings(t, LinkedInSlug, []reading{
		{"https://www.linkedin.com/in/jane-doe-🚀-12345", "jane-doe-🚀-12345"},
		{"https://www.linkedin.com/in/jane-doe-%F0%9F%9A%80-123", "jane-doe-🚀-123"},
		{"https://www.linkedin.com/in/jane-👩‍💻-doe", "jane-👩‍💻-doe"},
		{"https://www.linkedin.com/in/jane-doe-mba®", "jane-doe-mba®"},
		{"https://www.linkedin.com/in/o'brien", "o'brien"},
		{"https://www.linkedin.com/in/o%27brien", "o'brien"},
		{"https://www.linkedin.com/in/o’brien", "o’brien"},
		{"https://www.linkedin.com/in/jane–doe", "jane–doe"},
		{"https://www.linkedin.com/in/jane-doe-", "jane-doe-"},
		{"https://www.linkedin.com/in/jane.doe", "jane.doe"},
		{"https://www.linkedin.com/in/дмитрий-иванов", "дмитрий-иванов"},
		{"https://www.linkedin.com/in/%D0%B4%D0%BC%D0%B8", "дми"},
		{"https://www.linkedin.com/in/testa", "testa"},
		{"https://www.linkedin.com/in/me-and-you", "me-and-you"},
		{"https://www.linkedin.com/in/linkedin-coach-jane", "linkedin-coach-jane"},
	})
}

func TestNoProfile(t *testing.T) {
	for _, s := range []string{
		"https://www.linkedin.com/in/me", "https://www.linkedin.com/in/me/", "https://www.linkedin.com/in/edit", "https://www.linkedin.com/in/edit/forms/intro",
		"https://www.linkedin.com/in/unavailable", "https://linkedin.com/in/profile", "https://www.linkedin.com/in/n/a", "https://www.linkedin.com/in/N%2FA",
		"https://www.linkedin.com/in/na", "https://www.linkedin.com/in/none", "https://www.linkedin.com/in/null", "https://www.linkedin.com/in/undefined",
		"https://www.linkedin.com/in/0", "https://www.linkedin.com/in/12345", "https://www.linkedin.com/in/no", "https://www.linkedin.com/in/true",
		"https://www.linkedin.com/in/-", "https://www.linkedin.com/in/---", "https://www.linkedin.com/in/.", "https://www.linkedin.com/in/#",
		"https://www.linkedin.com/in/company/acme", "https://www.linkedin.com/in/linkedin.com", "https://www.linkedin.com/in/www.linkedin.com",
		"https://www.linkedin.com/in/uk.linkedin.com/", "https://www.linkedin.com/in/linkedin", "https://www.linkedin.com/in/www.acme.example",
		"https://www.linkedin.com/in/acme.com", "https://www.linkedin.com/in/index.html", "https://www.linkedin.com/in/https://", "https://www.linkedin.com/in/http",
		"https://www.linkedin.com/in/jane@acme.example", "https://www.linkedin.com/in/your-name", "https://www.linkedin.com/in/YourProfile",
		"https://www.linkedin.com/in/firstname-lastname", "https://www.linkedin.com/in/user_name", "https://www.linkedin.com/in/public-profile",
		"https://www.linkedin.com/in/xxx", "https://www.linkedin.com/in/xxxxxxxx", "https://www.linkedin.com/in/jane-xxxxx", "https://www.linkedin.com/in/j***",
		"https://www.linkedin.com/in/***", "https://www.linkedin.com/in/j•••-doe", "https://www.linkedin.com/in/jane-d...",
		"https://www.linkedin.com/in/jane-d…", "https://www.linkedin.com/in/jane-d%E2%80%A6",
		"https://www.linkedin.com/in/jane doe", "https://www.linkedin.com/in/jane%20doe", "https://www.linkedin.com/in/jane+doe",
		"https://www.linkedin.com/in/jane-(doe)",
		"https://www.linkedin.com/in/{slug}", "https://www.linkedin.com/in/%s", "https://www.linkedin.com/in/jos%E9", "https://www.linkedin.com/in/🚀",
		"https://www.linkedin.com/in", "https://www.linkedin.com/pub/dir/?first=jane", "https://www.linkedin.com/pub/dir/jane/doe", "https://www.linkedin.com/pub/",
		"https://www.linkedin.com/search/results/people/?keywords=jane", "https://www.linkedin.com/sales/lead/ACwAAAbCd,NAME_SEARCH,x",
		"https://www.linkedin.com/sales/people/ACwAAAbCd", "https://www.linkedin.com/recruiter/profile/1,x,CAP", "https://www.linkedin.com/talent/profile/AEMAAx",
		"https://www.linkedin.com/profile/view?id=12", "https://www.linkedin.com/company/acme", "https://www.linkedin.com/school/acme",
		"https://www.linkedin.com/showcase/acme",
		"https://www.linkedin.com/jobs/view/1", "https://www.linkedin.com/feed/", "https://www.linkedin.com/feed/update/urn:li:activity:1",
		"https://www.linkedin.com/posts/jane-doe_x-1",
		"https://www.linkedin.com/learning/in/jane", "https://lnkd.in/abc", "https://www.linkedin.com/groups/1", "https://www.linkedin.com/pulse/in/jane",
		"https://linkedin.com.evil.example/in/jane-doe", "https://linkedin.com@evil.example/in/jane-doe",
		"https://my-linkedin.com/in/jane-doe", "linkedin", "in", "in/", "jane-doe",
	} {
		slug, ok := LinkedInSlug(s)
		require.Falsef(t, ok, "%s gave %s", s, slug)
	}
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
		{"search", ""},
		{"https://twitter.com/search?q=x", ""},
		{"https://twitter.com/", ""},
		{"https://example.com/jack", ""},
		{"https://box.com/jack", ""},
		{"this_handle_is_too_long", ""},
		{"jack-x", ""},
		{"null", ""},
		{"@jack_x.", "jack_x"},
		{"@jack_x @jill_x", "jack_x"},
		{"Twitter: @jack_x", "jack_x"},
		{"twitter.com/@jack_x", "jack_x"},
		{"twitter.com/jack_x,", "jack_x"},
		{"https:/twitter.com/jack_x", "jack_x"},
		{"https%3A%2F%2Ftwitter.com%2Fjack_x%3Fs%3D20", "jack_x"},
		{`https:\/\/twitter.com\/jack_x`, "jack_x"},
		{"https://twitter.com/https://twitter.com/jack_x", "jack_x"},
		{"https://twitter.com/twitter.com/jack_x", "jack_x"},
		{"https://twitter.com/www.x.com/jack_x", "jack_x"},
		{"https://twitter.com/@https://twitter.com/jack_x", "jack_x"},
		{"https://www.google.com/url?q=https://twitter.com/jack_x&sa=D", "jack_x"},
		{"https://web.archive.org/web/2020/https://twitter.com/jack_x", "jack_x"},
		{"https://twitter.com/jack_x https://twitter.com/jill_x", "jack_x"},
		{"https://fr.twitter.com/jack_x", "jack_x"},
		{"https://twitter.com/intent/follow?x=1&screen_name=@jack_x", "jack_x"},
		{"https://x.com/jack_x/with_replies", "jack_x"},
		{"", ""},
	})
}

func TestNoHandle(t *testing.T) {
	for _, s := range []string{
		"https://twitter.com/compose/tweet", "https://twitter.com/jobs", "https://twitter.com/account", "https://twitter.com/download", "https://twitter.com/n/a",
		"https://twitter.com/i/status/1", "https://x.com/i/flow/login", "https://twitter.com/home", "https://twitter.com/share?url=x",
		"https://twitter.com/hashtag/x",
		"https://twitter.com/who_to_follow/suggestions", "https://twitter.com/#!/search/x", "https://twitter.com/explore", "https://twitter.com/en/tos",
		"https://twitter.com/logout", "https://twitter.com/settings/account", "https://twitter.com/oauth/authorize", "https://twitter.com/personalization",
		"https://twitter.com/following", "https://twitter.com/twitter", "https://twitter.com/intent/tweet?text=x", "https://twitter.com/privacy", "https://x.com/x",
		"https://twitter.com/search?q=jack", "https://twitter.com/search-advanced", "https://pic.twitter.com/abcdef",
		"https://help.twitter.com/rules", "https://t.co/abc",
		"https://nitter.example/jack", "https://fxtwitter.com/jack", "https://twitter.com.evil.example/jack", "https://twitter.com/jack-x",
		"https://twitter.com/jack doe",
		"https://twitter.com/j***", "https://twitter.com/jack...", "https://twitter.com/ja…", "https://twitter.com/jack@acme.example",
		"https://twitter.com/undefined",
		"yes", "no", "Y", "N", "none", "true", "FALSE", "0", "1", "12345", "n/a", "N.A.", "na", "-", "_", "__", "@", "unknown", "@unknown",
		"not available", "no twitter",
		"login", "compose", "@home", "twitter", "@twitter", "x", "xxxx", "jxxxx", "***", "@username", "your_handle", "yourhandle",
		"jack@acme.example", "www.acme.example", "acme.com",
	} {
		handle, ok := TwitterHandle(s)
		require.Falsef(t, ok, "%s gave %s", s, handle)
	}
}

func TestTwitterID(t *testing.T) {
	requireReadings(t, TwitterUserID, []reading{
		{"158487331", "158487331"},
		{"1234567890123456789", "1234567890123456789"},
		{"https://twitter.com/i/user/12", "12"},
		{"https://twitter.com/intent/user?user_id=12", "12"},
		{"158487331.0", "158487331"},
		{"https%3A%2F%2Fx.com%2Fi%2Fuser%2F12", "12"},
		{"1", ""}, {"111111", ""}, {"123456", ""}, {"1234567890", ""}, {"2147483647", ""}, {"9223372036854775807", ""}, {"1.58E8", ""},
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
		{"https://www.facebook.com/https://www.facebook.com/jane.doe", "jane.doe"},
		{"https%3A%2F%2Fwww.facebook.com%2Fjane.doe%3Fref%3Dx", "jane.doe"},
		{"https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.facebook.com%2Fjane.doe&h=x", "jane.doe"},
		{"https://de-de.facebook.com/jane.doe/about", "jane.doe"},
		{"https://www.facebook.com/#!/jane.doe", "jane.doe"},
		{"https://www.facebook.com/#!/profile.php?id=1000123", "1000123"},
		{"https://www.facebook.com/jane.doe.", "jane.doe"},
		{"https://www.facebook.com/1000123", "1000123"},
		{"https://www.facebook.com/sharer/sharer.php?u=https://acme.example", ""},
		{"https://www.facebook.com/pg/acme/about", ""},
		{"https://www.facebook.com/marketplace/item/1", ""},
		{"https://www.facebook.com/profile.php", ""},
		{"https://www.facebook.com/profile.php?id=0", ""},
		{"https://www.facebook.com/people/_/1", ""},
		{"https://www.facebook.com/n/a", ""},
		{"https://www.facebook.com/null", ""},
		{"https://www.facebook.com/0", ""},
		{"https://www.facebook.com/me", ""},
		{"https://www.facebook.com/facebook.com", ""},
		{"https://www.facebook.com/your.name", ""},
		{"https://www.facebook.com/j***.doe", ""},
		{"https://www.facebook.com/jane...", ""},
		{"https://developers.facebook.com/docs", ""},
	})
}
