package export_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/load/export"
)

// What no error of the storage may show.
const (
	tokenCanary = "c4n4ry/Session+Token==5555"
	keyCanary   = "c4n4rySecretKey5555"
	bodyCanary  = "jane.doe@example.com"
)

// hostile is a store that repeats in each answer how it was asked, and the URL by
// which an export reaches it.
func hostile(t *testing.T, status int, code string) (path string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked := fmt.Sprint(r.URL, r.Header, bodyCanary)
		w.Header().Set("X-Amz-Request-Id", r.Header.Get("X-Amz-Security-Token"))
		w.Header().Set("Date", r.Header.Get("X-Amz-Security-Token")) // of which the SDK warns
		w.WriteHeader(status)
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>", strings.ReplaceAll(code, "TOKEN", r.Header.Get("X-Amz-Security-Token")))
		_ = xml.EscapeText(w, []byte(asked))
		_, _ = io.WriteString(w, "</Message></Error>")
	}))
	t.Cleanup(server.Close)
	return "s3://lake/p?region=us-east-1&use_path_style=true&kmskeyid=" + keyCanary + "&endpoint=" + url.QueryEscape(server.URL)
}

func withCredentials(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAC4N4RY5555")
	t.Setenv("AWS_SECRET_ACCESS_KEY", keyCanary)
	t.Setenv("AWS_SESSION_TOKEN", tokenCanary)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
}

// requireNoCanary holds a text to nothing of what the store was asked by or answered.
func requireNoCanary(t *testing.T, text string) {
	t.Helper()
	for _, canary := range []string{tokenCanary, keyCanary, bodyCanary, "AKIAC4N4RY5555", "c4n4ry", "kmskeyid="} {
		require.NotContains(t, text, canary)
		require.NotContains(t, text, url.QueryEscape(canary))
	}
}

func TestAnErrorOfTheStorageShowsNothingOfTheRequestOrTheAnswer(t *testing.T) {
	conn := warehouse(t, 10)
	withCredentials(t)
	for _, test := range []struct {
		status int
		code   string
		want   string
	}{
		{403, "AccessDenied", "access is denied; look at what the AWS credentials may do"},
		{403, "SignatureDoesNotMatch", "the secret key does not fit the access key; look at the AWS credentials in the environment"},
		{400, "ExpiredToken", "the session token has expired; get a new one"},
		{404, "NoSuchBucket", ""}, // there is no manifest yet, so this is said of the write
		{400, "SomethingElse", "status 400 Bad Request"},
		{403, "TOKEN", "status 403 Forbidden"},
		{418, "<no/>xml", "status 418 I'm a teapot"},
		{200, "x", "the store's answer cannot be used"},
	} {
		_, err := export.Write(t.Context(), conn, inStorage(t, hostile(t, test.status, test.code)), at)
		require.Error(t, err, test.code)
		requireNoCanary(t, err.Error())
		if test.want != "" && test.status != 200 {
			require.EqualError(t, err, "export contacts: object storage: bucket lake: read p.sync/manifest.json: "+test.want)
		}
	}
}

func TestAMistakeInTheURLOfAStorageShowsNoValue(t *testing.T) {
	conn := warehouse(t, 3)
	withCredentials(t)
	for path, want := range map[string]string{
		"s3://lake/p?" + keyCanary:                          "path has a parameter that is not known; known are accelerate, anonymous, ",
		"s3://lake/p?region=x&secret=" + keyCanary:          "path has a parameter that is not known",
		"s3://lake/p?fips=" + keyCanary:                     "the parameter fips of path is neither true nor false",
		"s3://lake/p?use_path_style=" + keyCanary:           "the parameter use_path_style of path is neither true nor false",
		"s3://lake/p?role=" + keyCanary:                     "the parameter role of path is not the ARN of a role",
		"s3://lake/p?endpoint=http://a:" + keyCanary + "@h": "the parameter endpoint of path is not an http or https address",
		"s3://lake/p?ssetype=" + keyCanary:                  "the parameter ssetype of path is no kind of encryption",
		"s3://lake/p?rate_limiter_capacity=" + keyCanary:    "the parameter rate_limiter_capacity of path is not a number",
		"s3://lake/p?request_checksum_calculation=x":        "is neither when_supported nor when_required",
		"s3://lake/p?region=%zz" + keyCanary:                "the parameters of path cannot be read",
		"s3://lake/?region=x":                               "path names a bucket and no prefix in it; add one, as in s3://bucket/contacts",
		"s3://lake/a//b":                                    "path has a part of no name, . or ..",
		"s3://AKIA:" + keyCanary + "@lake/p":                "path holds a user name; credentials come from the environment",
		"gs://AKIA:" + keyCanary + "@lake/p?" + keyCanary:   "path gs://lake/p is not of the form s3://bucket/prefix",
	} {
		_, err := export.Write(t.Context(), conn, inStorage(t, path), at)
		require.ErrorContains(t, err, want, path)
		requireNoCanary(t, err.Error())
		require.EqualError(t, export.Check(t.Context(), conn, inStorage(t, path)), strings.TrimPrefix(err.Error(), "export contacts: "))
	}
}

func TestAStorageWithoutCredentialsOrRegionSaysWhatToSet(t *testing.T) {
	conn := warehouse(t, 3)
	withCredentials(t)
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_DEFAULT_REGION", "")
	_, err := export.Write(t.Context(), conn, inStorage(t, "s3://lake/p"), at)
	const failed = "export contacts: object storage: bucket lake: open it: "
	require.EqualError(t, err, failed+"no region is set; add ?region=... to path, or set AWS_REGION")
	_, err = export.Write(t.Context(), conn, inStorage(t, "s3://lake/p?region=us%20east"), at)
	require.EqualError(t, err, failed+"the region that is set is none that can be; correct region in path, or AWS_REGION (such as us-east-1)")
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	_, err = export.Write(t.Context(), conn, inStorage(t, "s3://lake/p?region=us-east-1"), at)
	require.EqualError(t, err, failed+"no AWS credentials can be had; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role")
	_, err = export.Write(t.Context(), conn, inStorage(t, "s3://lake/p?region=us-east-1&profile="+keyCanary), at)
	require.ErrorContains(t, err, "the AWS settings cannot be read")
	requireNoCanary(t, err.Error())
}

// TestTheSDKWritesNothingToStderr asks a store of which the SDK warns by itself.
func TestTheSDKWritesNothingToStderr(t *testing.T) {
	conn := warehouse(t, 3)
	withCredentials(t)
	stderr, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	require.NoError(t, err)
	before := os.Stderr
	os.Stderr = stderr
	defer func() { os.Stderr = before }()
	_, err = export.Write(t.Context(), conn, inStorage(t, hostile(t, 403, "AccessDenied")), at)
	require.Error(t, err)
	text, err := os.ReadFile(stderr.Name())
	require.NoError(t, err)
	require.Empty(t, string(text))
}
