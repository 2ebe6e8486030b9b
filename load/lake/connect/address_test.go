package connect

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	tests := map[string]Address{
		"sc://spark":                           {Host: "spark"},
		" sc://10.0.0.7:443/\n":                {Host: "10.0.0.7", Port: "443"},
		"sc://[::1]:15002/;":                   {Host: "::1"},
		"sc://h/;use_ssl=true":                 {Host: "h", TLS: true},
		"sc://h;use_ssl=false;user_id=a%20b":   {Host: "h", UserID: "a b"},
		"sc://h/;user_agent=x;;token=a%3Db%25": {Host: "h", UserAgent: "x", TLS: true, token: "a=b%"},
		"sc://h/;token=YWI=":                   {Host: "h", TLS: true, token: "YWI="},
		"sc://localhost/;token=t":              {Host: "localhost", token: "t"},
		"sc://127.0.0.1/;token=t;use_ssl=true": {Host: "127.0.0.1", TLS: true, token: "t"},
		"sc://h/;x-cluster-id=1;x-o_o=2":       {Host: "h", headers: map[string]string{"x-cluster-id": "1", "x-o_o": "2"}},
	}
	for address, want := range tests {
		t.Run(address, func(t *testing.T) {
			got, err := Parse(address)
			require.NoError(t, err)
			want.Port = cmp.Or(want.Port, "15002")
			want.UserID, want.UserAgent = cmp.Or(want.UserID, "contactsync"), cmp.Or(want.UserAgent, "contactsync")
			assert.Equal(t, want, got)
		})
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	tests := map[string]string{
		"":                                    "does not begin with sc://",
		"https://h/;token=hunter2":            "does not begin with sc://",
		"sc://":                               "names no host",
		"sc://;token=hunter2":                 "names no host",
		"sc://h:0":                            "not a number from 1 to 65535",
		"sc://h:70000/;token=hunter2":         "not a number from 1 to 65535",
		"sc://h:port":                         "no host that can be read",
		"sc://hunter2@h":                      "only a host and a port stand",
		"sc://h/hunter2":                      "only a host and a port stand",
		"sc://h?token=hunter2":                "only a host and a port stand",
		"sc://h/;hunter2":                     "parameter 1 has no =",
		"sc://h/;hunter2==":                   "parameter 1 is none of use_ssl, token, user_id, user_agent and x-...",
		"sc://h/;use_ssl=true;Token=x":        "parameter 2 is none of",
		"sc://h/;x-a-bin=hunter2":             "parameter 1 is none of",
		"sc://h/;token=hunter2%":              "parameter 1 has a % that begins no %-code",
		"sc://h/;token=hunter2%0Ax":           "parameter 1 holds a character that cannot be sent",
		"sc://h/;token=":                      "parameter 1 is empty",
		"sc://h/;use_ssl=yes":                 "neither use_ssl=true nor use_ssl=false",
		"sc://h/;token=hunter2;use_ssl=false": "use_ssl=false would send the token in clear",
	}
	for address, want := range tests {
		t.Run(address, func(t *testing.T) {
			_, err := Parse(address)
			require.ErrorContains(t, err, want)
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestAnAddressIsPrintedWithoutSecrets(t *testing.T) {
	a, err := Parse("sc://spark:443/;token=hunter2;x-key=hunter2")
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		assert.Equal(t, "sc://spark:443", fmt.Sprintf(verb, a), verb)
	}
	assert.Equal(t, "sc://spark:443", a.String())
}

// What Parse accepts can be dialled, sent as headers, and printed without its token; what it refuses is refused in one line.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"sc://h:1/;use_ssl=true;token=tttttttt", "sc://[::1]", "sc://h;x-a=%20", "http://h", "sc://h/;tttttttt"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		a, err := Parse(address)
		if err != nil {
			assert.NotContains(t, err.Error(), "\n")
			return
		}
		assert.NotEmpty(t, a.Host)
		if len(a.token) >= 8 && !strings.Contains(a.Host, a.token) {
			assert.NotContains(t, fmt.Sprintf("%v %#v", a, a), a.token)
		}
		if a.token != "" && !a.isLocal() {
			assert.True(t, a.TLS)
		}
		again, err := Parse(a.String())
		require.NoError(t, err)
		assert.Equal(t, a.String(), again.String())
	})
}
