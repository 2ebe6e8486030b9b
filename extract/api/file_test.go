package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/schema"
)

func readFile(t *testing.T, session *Session, address string) string {
	t.Helper()
	file, err := session.Open(t.Context(), address)
	require.NoError(t, err)
	defer file.Close()
	text, err := io.ReadAll(file)
	require.NoError(t, err)
	return string(text)
}

func TestAFileIsUnpackedByItsFirstBytes(t *testing.T) {
	const text = "ss_id,md5\n1,2\n"
	for name, body := range map[string][]byte{
		"plain": []byte(text), "gzip": pack(t, text), "gzip in gzip": pack(t, string(pack(t, text))), "empty": nil, "one byte": []byte("1"),
	} {
		t.Run(name, func(t *testing.T) {
			session := newTestSession(t, schema.StatSocial, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
			got := readFile(t, session, session.Settings().BaseURL+"/f")
			if len(body) < 2 {
				require.Equal(t, string(body), got)
				return
			}
			require.Equal(t, text, got)
		})
	}
}

func TestOnlyTheVendorsOwnHostGetsTheCredentialForAFile(t *testing.T) {
	var authorization string
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		authorization = r.Header.Get("Authorization")
		_, _ = io.WriteString(w, "x")
	})
	session := newTestSession(t, schema.StatSocial, handler)
	readFile(t, session, session.Settings().BaseURL+"/f")
	require.Equal(t, "Bearer "+testCredential, authorization)

	elsewhere := httptest.NewServer(handler)
	defer elsewhere.Close()
	readFile(t, session, elsewhere.URL+"/f")
	require.Empty(t, authorization)
}

func TestAFileElsewhereDoesNotJudgeTheCredential(t *testing.T) {
	session := newTestSession(t, schema.StatSocial, http.HandlerFunc(ok))
	elsewhere := httptest.NewServer(status(403))
	defer elsewhere.Close()
	_, err := session.Open(t.Context(), elsewhere.URL+"/f?signature=secret")
	require.EqualError(t, err, `statsocial: GET `+elsewhere.URL+`/f: status 403: not now`)
	_, err = session.Do(t.Context(), get("/x"))
	require.NoError(t, err)
}

// A stream that breaks off again and again, each time a little later, is read to its end.
func TestAFileThatBreaksOffIsReadOn(t *testing.T) {
	text := strings.Repeat("a line of some file\n", 5000)
	for name, body := range map[string]string{"plain": text, "gzip": string(pack(t, text))} {
		t.Run(name, func(t *testing.T) {
			part := 0
			session := newTestSession(t, schema.StatSocial, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				part++
				if part%3 == 2 {
					status(503)(w, r)
					return
				}
				w.Header().Set("Content-Length", strconv.Itoa(len(body)))
				_, _ = io.WriteString(w, body[:min(len(body), part*len(body)/10)])
			}))
			require.Equal(t, text, readFile(t, session, session.Settings().BaseURL+"/f"))
		})
	}
}

func TestAFileThatChangesWhileItIsReadIsAnError(t *testing.T) {
	for name, second := range map[string]string{"other content": strings.Repeat("b", 100), "shorter": strings.Repeat("a", 10)} {
		t.Run(name, func(t *testing.T) {
			server, _ := inTurn(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "100")
				_, _ = io.WriteString(w, strings.Repeat("a", 50))
			}, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, second) })
			session := newTestSession(t, schema.StatSocial, server)
			file, err := session.Open(t.Context(), session.Settings().BaseURL+"/f")
			require.NoError(t, err)
			defer file.Close()
			_, err = io.ReadAll(file)
			require.ErrorContains(t, err, "the file changed while it was read")
		})
	}
}

func TestAFileThatKeepsBreakingOffIsAnError(t *testing.T) {
	session := newTestSession(t, schema.StatSocial, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "half")
	}))
	file, err := session.Open(t.Context(), session.Settings().BaseURL+"/f")
	require.NoError(t, err)
	defer file.Close()
	_, err = io.ReadAll(file)
	require.ErrorContains(t, err, "the file breaks off after 4 bytes")
}

func TestAFileThatStallsEndsWithTheTimeout(t *testing.T) {
	session := newTestSession(t, schema.StatSocial, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}), func(s *Settings) { s.Timeout, s.MaxAttempts = 10*time.Millisecond, 2 })
	file, err := session.Open(t.Context(), session.Settings().BaseURL+"/f")
	require.NoError(t, err)
	defer file.Close()
	_, err = io.ReadAll(file)
	require.ErrorContains(t, err, "nothing came for 10ms")
}

func TestAFilesAddressMustBeHTTP(t *testing.T) {
	session := newTestSession(t, schema.StatSocial, http.HandlerFunc(ok))
	for _, address := range []string{"", "file:///etc/passwd", "s3://bucket/x", "http://", ":"} {
		_, err := session.Open(t.Context(), address)
		require.ErrorContains(t, err, "no http or https URL", address)
	}
}
