package extract

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestABaseURLMayRepeatTheDocumentedPath(t *testing.T) {
	const home = "https://api.example.com"
	paths := []string{"/v1/things/{id}/parts", "/v1/query", "/parts"}
	for given, want := range map[string]string{
		home:                                "https://api.example.com",
		home + "/":                          "https://api.example.com",
		home + "/v1":                        "https://api.example.com",
		home + "//v1/":                      "https://api.example.com",
		home + "/V1/Things":                 "https://api.example.com",
		home + "/v1/query":                  "https://api.example.com",
		home + "/v1/things/7":               "https://api.example.com",
		home + "/v1/things/7/parts":         "https://api.example.com",
		home + "/parts":                     "https://api.example.com",
		"https://proxy.example.org/lab":     "https://proxy.example.org/lab",
		"https://proxy.example.org/lab/":    "https://proxy.example.org/lab",
		"https://proxy.example.org/lab/v1":  "https://proxy.example.org/lab",
		"http://127.0.0.1:8099/v1/things":   "http://127.0.0.1:8099",
		"https://proxy.example.org/v1/v1":   "https://proxy.example.org/v1",
		"https://proxy.example.org/a%20b/x": "https://proxy.example.org/a%20b/x",
	} {
		got, err := homeOf(given, home, paths)
		require.NoError(t, err, given)
		require.Equal(t, want, got, given)
	}
	for given, want := range map[string]string{
		home + "/v2":                             "holds /v2, below which the vendor serves nothing; its base URL is https://api.example.com",
		home + "/v2/query":                       "holds /v2/query, below which",
		home + "/v2/v1":                          "holds /v2, below which",
		"https://proxy.example.org/v1/things/7":  "ends in /v1/things/7, the path of one thing",
		"https://proxy.example.org/x/v1/things/": "",
	} {
		got, err := homeOf(given, home, paths)
		if want == "" {
			require.NoError(t, err, given)
			continue
		}
		require.ErrorContains(t, err, want)
		require.Equal(t, given, got)
	}
}
