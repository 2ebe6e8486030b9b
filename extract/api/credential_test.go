package api

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/schema"
)

func TestEachVendorGetsTheCredentialWhereItLooksForIt(t *testing.T) {
	type sent struct{ key, apiKey, authorization string }
	for name, test := range map[string]struct {
		source string
		only   []Scheme
		want   sent
	}{
		"toofr":                 {schema.Toofr, nil, sent{key: testCredential}},
		"intent":                {schema.Intent, nil, sent{apiKey: testCredential}},
		"statsocial":            {schema.StatSocial, nil, sent{authorization: "Bearer " + testCredential}},
		"audiencelab":           {schema.AudienceLab, nil, sent{apiKey: testCredential}},
		"audiencelab by bearer": {schema.AudienceLab, []Scheme{Bearer}, sent{authorization: "Bearer " + testCredential}},
		"audiencelab by key":    {schema.AudienceLab, []Scheme{APIKey}, sent{apiKey: testCredential}},
	} {
		t.Run(name, func(t *testing.T) {
			var got sent
			session := newTestSession(t, test.source, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = sent{r.URL.Query().Get("key"), r.Header.Get("X-Api-Key"), r.Header.Get("Authorization")}
				require.Equal(t, "1", r.URL.Query().Get("page"))
				ok(w, r)
			}), func(s *Settings) {
				if test.only != nil {
					s.Schemes = test.only
				}
			})
			r := get("/x")
			r.Query = map[string][]string{"page": {"1"}}
			_, err := session.Do(t.Context(), r)
			require.NoError(t, err)
			require.Equal(t, test.want, got)
			require.NotContains(t, r.Query, "key", "the caller's query is its own")
		})
	}
}

func TestAudienceLabFallsBackToBearerAndRemembersIt(t *testing.T) {
	var schemes []string
	session := newTestSession(t, schema.AudienceLab, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			schemes = append(schemes, "X-Api-Key")
			answer(w, 401, `{"error":"no bearer token"}`)
			return
		}
		schemes = append(schemes, "Bearer")
		ok(w, r)
	}))
	for range 3 {
		_, err := session.Do(t.Context(), get("/audiences"))
		require.NoError(t, err)
	}
	require.Equal(t, []string{"X-Api-Key", "Bearer", "Bearer", "Bearer"}, schemes)
}

func TestARefusedCredentialIsTriedOncePerScheme(t *testing.T) {
	const callers = 8
	for source, schemes := range map[string]int64{schema.Toofr: 1, schema.Intent: 1, schema.StatSocial: 1, schema.AudienceLab: 2} {
		forbidden := schemes
		if source == schema.AudienceLab { // it may be one resource, so each caller finds out by itself
			forbidden *= callers
		}
		for code, tries := range map[int]int64{401: schemes, 403: forbidden} {
			server, n := inTurn(status(code))
			session := newTestSession(t, source, server, func(s *Settings) { s.Concurrency = 4 })
			var all sync.WaitGroup
			for range callers {
				all.Go(func() {
					_, err := session.Do(t.Context(), get("/x"))
					var refusal *Error
					require.ErrorAs(t, err, &refusal)
					require.True(t, refusal.Refused())
					require.Contains(t, err.Error(), "the vendor refuses the credential in sources."+source+".api_key")
				})
			}
			all.Wait()
			require.Equal(t, tries, n.Load(), "%s %d", source, code)
		}
	}
}

func TestAForbiddenResourceLeavesTheOthers(t *testing.T) {
	for name, bearer := range map[string]int{"bearer is unknown": 401, "bearer is forbidden, too": 403} {
		t.Run(name, func(t *testing.T) {
			var all sync.WaitGroup
			session := newTestSession(t, schema.AudienceLab, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.Header.Get("X-Api-Key") == "":
					answer(w, bearer, `{"message":"no key"}`)
				case r.URL.Path == "/segments/of_others":
					answer(w, 403, `{"message":"belongs to another workspace"}`)
				default:
					ok(w, r)
				}
			}), func(s *Settings) { s.Concurrency = 4 })
			for range 4 {
				all.Go(func() {
					_, err := session.Do(t.Context(), get("/segments/of_others"))
					require.ErrorContains(t, err, "belongs to another workspace")
				})
				all.Go(func() {
					_, err := session.Do(t.Context(), get("/segments/mine"))
					require.NoError(t, err)
				})
			}
			all.Wait()
			_, err := session.Do(t.Context(), get("/segments/of_others"))
			require.ErrorContains(t, err, "belongs to another workspace")
		})
	}
}

func TestTheFirstRequestGoesAlone(t *testing.T) {
	first, waiting := make(chan struct{}), make(chan struct{})
	var n atomic.Int64
	session := newTestSession(t, schema.AudienceLab, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) == 1 {
			close(first)
			<-waiting
			require.EqualValues(t, 1, n.Load())
		}
		ok(w, r)
	}))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			_, err := session.Do(t.Context(), get("/x"))
			require.NoError(t, err)
		})
	}
	<-first
	close(waiting)
	all.Wait()
}

func TestALaterRefusalConcernsOneResourceOnly(t *testing.T) {
	session := newTestSession(t, schema.AudienceLab, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/forbidden" {
			answer(w, 403, `{}`)
			return
		}
		ok(w, r)
	}))
	for _, path := range []string{"/x", "/forbidden", "/x"} {
		_, err := session.Do(t.Context(), get(path))
		require.Equal(t, path == "/forbidden", err != nil)
	}
	require.EqualValues(t, 3, session.Meter.Requests(), "the other scheme is not tried again")
}

func TestCredentialsNeverFollowARedirectToAnotherHost(t *testing.T) {
	for _, source := range schema.Sources {
		var visits atomic.Int64
		elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			visits.Add(1)
			for name, values := range r.Header {
				require.NotContains(t, strings.Join(values, " "), testCredential, name)
			}
			require.Empty(t, r.Referer())
			require.NotContains(t, r.URL.RawQuery, testCredential)
			_, _ = w.Write([]byte("a file"))
		}))
		defer elsewhere.Close()
		session := newTestSession(t, source, http.RedirectHandler(elsewhere.URL+"/there?signature=1", http.StatusFound))

		_, err := session.Do(t.Context(), get("/x"))
		require.ErrorContains(t, err, "redirects to "+elsewhere.URL+", which does not get the credential; if the vendor moved there, set base_url")
		require.NotContains(t, err.Error(), "signature")
		require.Zero(t, visits.Load())

		// A file may well lie elsewhere.
		require.Equal(t, "a file", readFile(t, session, session.Settings().BaseURL+"/file"))
		require.EqualValues(t, 1, visits.Load())
	}
}

func TestARedirectWithinTheHostIsFollowed(t *testing.T) {
	session := newTestSession(t, schema.AudienceLab, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/x" {
			http.Redirect(w, r, "/y", http.StatusMovedPermanently)
			return
		}
		require.Equal(t, testCredential, r.Header.Get("X-Api-Key"))
		require.Empty(t, r.Referer())
		ok(w, r)
	}))
	_, err := session.Do(t.Context(), get("/x"))
	require.NoError(t, err)

	session = newTestSession(t, schema.AudienceLab, http.RedirectHandler("/x", http.StatusFound))
	_, err = session.Do(t.Context(), get("/x"))
	require.ErrorContains(t, err, "too many redirects")
	require.EqualValues(t, 1, session.Meter.Requests())
}

func TestARedirectKeepsItsMethodOrIsNotFollowed(t *testing.T) {
	for code, followed := range map[int]bool{301: false, 302: false, 303: false, 307: true, 308: true} {
		var asked []string
		session := newTestSession(t, schema.Intent, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			asked = append(asked, r.Method+" "+r.URL.Path+" "+string(body))
			if r.URL.Path == "/x" {
				http.Redirect(w, r, "/v2/x?signature="+testCredential, code)
				return
			}
			ok(w, r)
		}))
		_, err := session.Do(t.Context(), Request{Method: http.MethodPost, Path: "/x", Body: []byte(`{"limit":1}`)})
		if followed {
			require.NoError(t, err)
			require.Equal(t, []string{`POST /x {"limit":1}`, `POST /v2/x {"limit":1}`}, asked)
			continue
		}
		require.EqualError(t, err, fmt.Sprintf("intent: POST /x: status %d: redirects to /v2/x, where the POST would become a GET without its body; if the vendor moved there, set base_url", code))
		require.Equal(t, []string{`POST /x {"limit":1}`}, asked)
	}
}

func TestErrorsHoldNoSecretsAndNoPeople(t *testing.T) {
	body := `<p>jane.doe@example.com, O'Brien+x@example.org (phone +1 202-555-0123, 2025550123) on 2026-11-20:
		key=abcdef ` + testCredential + ` sk_test_987 "api_key":"s3cret" Bearer abc.def.ghi hash ` + strings.Repeat("0af9", 16) + `</p>`
	session := newTestSession(t, schema.Toofr, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(400)
		_, _ = w.Write([]byte(body))
	}))
	_, err := session.Do(t.Context(), get("/x"))
	require.EqualError(t, err, `toofr: GET /x: status 400: <p>[address], [address] (phone [number], [number]) on 2026-11-20: key=[secret] [secret] [secret] "api_key":"[secret]" [secret] hash [hash]</p>`)
}

func TestHalfAPageOfPeopleStandsInNoError(t *testing.T) {
	server := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"data":[{"UUID":"dc00","FIRST_NAME":"Jane","LAST_`)
	})
	session := newTestSession(t, schema.AudienceLab, server, func(s *Settings) { s.MaxAttempts = 1 })
	_, err := session.Do(t.Context(), get("/x"))
	require.EqualError(t, err, "audiencelab: GET /x: status 200: unexpected EOF")
}

func TestABodyInAnErrorIsShort(t *testing.T) {
	session := newTestSession(t, schema.Toofr, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(400)
		_, _ = w.Write([]byte(strings.Repeat("é\n\x00", 50_000)))
	}))
	_, err := session.Do(t.Context(), get("/x"))
	var refusal *Error
	require.ErrorAs(t, err, &refusal)
	require.Len(t, []rune(refusal.Body), 200)
}

func TestAnErrorOfTheNetworkDoesNotShowTheKey(t *testing.T) {
	session := newTestSession(t, schema.Toofr, http.NotFoundHandler(), func(s *Settings) {
		s.BaseURL, s.MaxAttempts = nobodyThere(), 1
	})
	_, err := session.Do(t.Context(), get("/x"))
	require.Error(t, err)
	require.NotContains(t, err.Error(), testCredential)

	session = newTestSession(t, schema.Toofr, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://[broken?"+r.URL.RawQuery)
		w.WriteHeader(302)
	}))
	_, err = session.Do(t.Context(), get("/x"))
	require.Error(t, err)
	require.NotContains(t, err.Error(), testCredential)
}

func TestErrorsHoldNoSecretInDisguise(t *testing.T) {
	const secret = "ab/cd+ef==12345"
	for _, said := range []string{
		`{"message":"bad key ab\/cd+ef==12345 given"}`, `{"message":"bad key \u0061b/cd\u002bef==12345 given"}`,
		`<p>the key is ab&#x2F;cd+ef==12345</p>`, `Cannot GET /api/v1/audiences?x=ab%2fcd%2bef%3d%3d12345`,
	} {
		session := newTestSession(t, schema.Toofr, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(401)
			_, _ = w.Write([]byte(said))
		}), func(s *Settings) { s.Credential = schema.NewSecret(secret) })
		_, err := session.Do(t.Context(), get("/x"))
		require.ErrorContains(t, err, "[secret]")
		require.NotContains(t, err.Error(), "12345")
		require.NotContains(t, err.Error(), "cd")
	}
}

// TestACredentialThatTheVendorRepeatsGoesNoFurther asks vendors that say in each
// record how they were asked.
func TestACredentialThatTheVendorRepeatsGoesNoFurther(t *testing.T) {
	const secret = "ab/cd+ef==c4n4ry12345"
	for said, want := range map[string]string{
		`{"data":[{"self":"/x?key=ab/cd+ef==c4n4ry12345&page=1"}]}`:         `{"data":[{"self":"/x?key=[secret]&page=1"}]}`,
		`{"data":[{"self":"/x?key=ab%2Fcd%2bef%3D%3Dc4n4ry12345&page=1"}]}`: `{"data":[{"self":"/x?key=[secret]&page=1"}]}`,
		`{"data":[{"key":"ab\/cd\u002bef==\u0063\u0034n4ry12345"}]}`:        `{"data":[{"key":"[secret]"}]}`,
		`{"data":[{"key":"ab/cd+ef"}]}`:                                     `{"data":[{"key":"ab/cd+ef"}]}`,
	} {
		session := newTestSession(t, schema.AudienceLab, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, said)
		}), func(s *Settings) { s.Credential = schema.NewSecret(secret) })
		answer, err := session.Do(t.Context(), get("/x"))
		require.NoError(t, err)
		require.Equal(t, want, string(answer.Body))
		require.Equal(t, want, readFile(t, session, session.Settings().BaseURL+"/file"))
	}
}
