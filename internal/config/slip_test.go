package config

import (
	"testing"

	"contactsync/internal/config/proxy"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

const oneKey = "version: 1\nsources:\n  toofr: {api_key: \"${KEY}\"}\n"

func TestWhatClipboardsAddToAKeyIsTrimmed(t *testing.T) {
	for _, held := range []string{
		"sk_1", "sk_1\n", "sk_1\r\n", " sk_1\t", "\ufeffsk_1\u200b", "\u00a0sk_1 ", `"sk_1"`, "'sk_1'\n", "Bearer sk_1", "bearer  sk_1\n", "sk_1\n\n", "sk_1\x00",
	} {
		settings, err := parse(t, oneKey, env(map[string]string{"KEY": held})).Settings(schema.Toofr)
		require.NoError(t, err)
		require.Equal(t, "sk_1", settings.Credential.Reveal(), "%q", held)
	}
	written := parse(t, "version: 1\nsources:\n  toofr: {api_key: \"sk_1\\n\"}\n", noEnv)
	settings, err := written.Settings(schema.Toofr)
	require.NoError(t, err)
	require.Equal(t, "sk_1", settings.Credential.Reveal())
}

func TestAKeyThatNoHeaderCanCarryIsAProblemWithItsPlace(t *testing.T) {
	for held, want := range map[string]string{
		"sk_1\nsk_2":   `"${KEY}" holds a line break within`,
		"sk_1\r\nsk_2": `"${KEY}" holds a line break within`,
		"sk_1\tsk_2":   `"${KEY}" holds a control character or an invisible one within`,
		"sk_1\x00sk_2": `"${KEY}" holds a control character or an invisible one within`,
		"sk\u200b_1":   `"${KEY}" holds a control character or an invisible one within`,
		"sk_1 sk_2":    `"${KEY}" holds a blank within`,
		"sk_\u201c1":   `"${KEY}" holds a character that no key of a vendor has`,
		" \t ":         `"${KEY}" holds nothing but blanks`,
	} {
		found := problems(t, oneKey, env(map[string]string{"KEY": held}))
		require.Len(t, found, 1, "%q", held)
		require.Contains(t, found[0].String(), "pipelines.yaml:3:20: sources.toofr.api_key: "+want)
		require.NotContains(t, found[0].String(), "sk_")
	}
	found := problems(t, "version: 1\nsources:\n  toofr: {api_key: \"sk_1\\nsk_2\"}\n", noEnv)
	require.Contains(t, found[0].String(), "sources.toofr.api_key: the value holds a line break within")
	require.NotContains(t, found[0].String(), "sk_")
}

func TestATokenOfTheUsersOwnMayHoldBlanks(t *testing.T) {
	c := parse(t, "version: 1\nserve: {auth_token: \"${TOKEN}\"}\n", env(map[string]string{"TOKEN": "correct horse báttery\n"}))
	require.Equal(t, "correct horse báttery", c.Serve.AuthToken.Reveal())
	found := problems(t, "version: 1\nserve: {auth_token: \"${TOKEN}\"}\n", env(map[string]string{"TOKEN": "a\nb"}))
	require.Len(t, found, 1)
}

func TestALineBreakAtTheEndOfAVariableIsNoPartOfIt(t *testing.T) {
	c := parse(t, "version: 1\ntimezone: \"${ZONE}\"\n", env(map[string]string{"ZONE": "America/New_York\r\n"}))
	require.Equal(t, "America/New_York", c.Timezone.String())
}

func TestABaseURLOfTheVendorIsUnderstoodOrRefused(t *testing.T) {
	for given, want := range map[string][2]string{
		"https://api.aws53.cloud/v1":                        {schema.Intent, "https://api.aws53.cloud"},
		"https://api.aws53.cloud/v1/intent/":                {schema.Intent, "https://api.aws53.cloud"},
		"https://api.aws53.cloud/v1/intent/audiences/query": {schema.Intent, "https://api.aws53.cloud"},
		"https://www.toofr.com/api/v1":                      {schema.Toofr, "https://www.toofr.com"},
		"https://app.toofr.com/api/v1/audiences":            {schema.Toofr, "https://app.toofr.com"},
		"https://www.findemails.com/api":                    {schema.Toofr, "https://www.findemails.com"},
		"https://api.statsocial.com/platform/v0":            {schema.StatSocial, "https://api.statsocial.com"},
		"https://api.statsocial.com/platform/v0/audiences":  {schema.StatSocial, "https://api.statsocial.com"},
		"https://api.audiencelab.io/segments/2f1c":          {schema.AudienceLab, "https://api.audiencelab.io"},
		"https://api.audiencelab.io/pixels/7/v4":            {schema.AudienceLab, "https://api.audiencelab.io"},
		"http://localhost:8080/lab":                         {schema.AudienceLab, "http://localhost:8080/lab"},
	} {
		key := "api_key"
		if want[0] == schema.StatSocial {
			key = "token"
		}
		c := parse(t, "version: 1\nsources:\n  "+want[0]+": {"+key+": k, base_url: \""+given+"\"}\n", noEnv)
		settings, err := c.Settings(want[0])
		require.NoError(t, err)
		require.Equal(t, want[1], settings.BaseURL, given)
	}
	found := problems(t, "version: 1\nsources:\n  audiencelab: {api_key: k, base_url: \"https://api.audiencelab.io/v1\"}\n", noEnv)
	require.Len(t, found, 1)
	require.Equal(t, "pipelines.yaml:3:39: sources.audiencelab.base_url: holds /v1, below which the vendor serves nothing; its base URL is https://api.audiencelab.io",
		found[0].String())
	found = problems(t, "version: 1\nsources:\n  audiencelab: {api_key: k, base_url: \"https://api.audiencelab.io/segments/a?page=1&page_size=50\"}\n", noEnv)
	require.Len(t, found, 1)
	require.Contains(t, found[0].Message, "must end before ? and #")
}

func TestAProxyThatIsNoAddressIsAnError(t *testing.T) {
	good := []string{
		"", "http://proxy:3128", "https://proxy.example.com", "socks5://127.0.0.1:1080", "proxy:3128", "proxy", "http://u:p%40ss@proxy:3128/",
		"HTTP://proxy:3128", "http://[::1]:3128", "10.0.0.1:8080/", "http://proxy:8080/proxy.pac",
	}
	bad := []string{
		"http//proxy:3128", "http:/proxy:3128", "proxy:port", "http://proxy:port", "ftp://proxy:21", "http://", "http://[::1", "://proxy", "http://a b:80",
		"proxy:80:80", "http://:3128", "http://proxy:99999", "http://user:p#ss@proxy:3128",
	}
	names := []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}
	for _, name := range names {
		t.Setenv(name, "")
	}
	for _, name := range names {
		for _, value := range good {
			t.Setenv(name, value)
			require.NoError(t, proxy.Check(), "%s=%s", name, value)
		}
		for _, value := range bad {
			t.Setenv(name, value)
			var refused *proxy.Error
			require.ErrorAs(t, proxy.Check(), &refused, "%s=%s", name, value)
			require.Equal(t, name, refused.Variable)
			_, err := parse(t, oneKey, env(map[string]string{"KEY": "k"})).Settings(schema.Toofr)
			require.ErrorAs(t, err, &refused)
		}
		t.Setenv(name, "")
	}
	t.Setenv("HTTPS_PROXY", "http://proxy:3128")
	t.Setenv("https_proxy", "no address at all")
	require.NoError(t, proxy.Check(), "the first that is set counts")
}
