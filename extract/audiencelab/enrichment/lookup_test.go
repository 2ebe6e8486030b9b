package enrichment

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
)

func TestOnePersonIsAskedForInBothForms(t *testing.T) {
	for form, want := range map[string]string{
		apiEnrichments: `/enrich {"filter":{"email":"ann@x.example"},"fields":["UUID"],"is_or_match":false}`,
		apiJobs:        `/enrich/contact {"email":"ann@x.example","fields":["UUID"]}`,
	} {
		t.Run(form, func(t *testing.T) {
			var got string
			env := vendortest.Env(t, vendor(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				got = r.URL.Path + " " + string(body)
				vendortest.Answer(w, 200, `{"timestamp":"2026-11-26T00:00:00Z","found":1,"result":[{"UUID":"u1","JOB_TITLE":"","SKILLS":["a","b"],"AGE":41}]}`)
			}))
			answers, err := Enrich(t.Context(), env, form, Question{Email: "ann@x.example"}, []string{"UUID"})
			require.NoError(t, err)
			require.Equal(t, want, got)
			require.Len(t, answers, 1)
			require.Equal(t, []Field{{"UUID", "u1"}, {"SKILLS", `["a","b"]`}, {"AGE", "41"}}, answers[0].Fields)
		})
	}
}

func TestWhoIsFoundStandsInManyForms(t *testing.T) {
	for body, want := range map[string]int{
		`{"found":0,"result":[]}`: 0, `{"found":0,"result":null}`: 0, `{"found":0}`: 0, `{"status":"NO_DATA"}`: 0, `{"result":[{"UUID":"1"},{"UUID":"2"}]}`: 2,
		`{"data":{"UUID":"1"}}`: 1, `{"UUID":"1"}`: 1, `{"contact":{"UUID":"1"}}`: 1, `{"data":[]}`: 0,
	} {
		rows, err := foundIn([]byte(body))
		require.NoError(t, err, body)
		require.Len(t, rows, want, body)
	}
	for _, body := range []string{`{}`, `[]`, `"x"`, `{"result":"none"}`, `{"message":"hello"}`} {
		_, err := foundIn([]byte(body))
		require.Error(t, err, body)
	}
}

func TestALostLookUpIsNotSentAgain(t *testing.T) {
	server, n := vendortest.InTurn(vendortest.HangUp)
	_, err := Enrich(t.Context(), vendortest.Env(t, vendor(), server, func(s *extract.Settings) { s.MaxAttempts = 5 }), apiEnrichments, Question{Email: "a@x.example"}, nil)
	require.Error(t, err)
	require.EqualValues(t, 1, n.Load())
}
