package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"contactsync/schema"
)

// faulty are answers of success that carry an error.
var faulty = map[string]string{
	"beside null data":          `{"data":null,"error":"upstream timeout"}`,
	"beside empty data":         `{"data":[],"error":{"code":"X","message":"no"},"total":0}`,
	"a list of errors":          `{"data":[],"errors":[{"message":"no"}]}`,
	"in any case":               `{"Data":[],"ERROR":"no"}`,
	"beside rows":               `{"data":[{"a":1}],"error":"half of it"}`,
	"after what looks complete": `{"data":[],"meta":{"status":"ready","hasMore":false},"error":true}`,
	"a number":                  `{"prospects":[],"error":17}`,
	"in the meta":               `{"data":[],"meta":{"status":"ready","error":{"message":"oops"}}}`,
	"in the response":           `{"response":{"errors":["no"]},"information":{}}`,
	"in the information":        `{"response":[],"information":{"version":"0.0.1","error":"no"}}`,
	"in the data":               `{"data":{"error":"no"}}`,
	"in the result":             `{"result":{"Errors":["no"]}}`,
	"in a nested envelope":      `{"response":{"data":{"error":"no"}}}`,
	"success is false":          `{"success":false,"data":[]}`,
	"ok is false":               `{"ok":false,"prospects":[],"total":0}`,
	"success is the word false": `{"success":"false","data":[]}`,
	"a status of HTTP":          `{"status":500,"data":[]}`,
	"a status as a text":        `{"statusCode":"503","data":[],"total_records":0}`,
	"a fault":                   `{"data":[],"fault":{"faultstring":"policy failed"}}`,
	"an exception":              `{"data":[],"exception":"java.lang.IllegalStateException","total":0}`,
	"a code of HTTP":            `{"code":429,"message":"slow down"}`,
	"a message and a code":      `{"errorCode":"TIMEOUT","error_message":"late","data":[]}`,
}

// faultless are answers that must not be taken for failures.
var faultless = map[string]string{
	"null":              `{"data":[{"a":1}],"error":null,"errors":null}`,
	"false":             `{"data":[{"a":1}],"error":false}`,
	"zero":              `{"data":[{"a":1}],"error":0,"errors":0.0}`,
	"empty text":        `{"data":[{"a":1}],"error":"","errors":" "}`,
	"empty object":      `{"data":[{"a":1}],"error":{}}`,
	"empty list":        `{"data":[{"a":1}],"errors":[]}`,
	"nothing inside":    `{"data":[{"a":1}],"error":{"code":0,"message":"","details":[null,{}]}}`,
	"a word for none":   `{"data":[{"a":1}],"error":"None"}`,
	"success":           `{"success":true,"ok":1,"data":[]}`,
	"success not told":  `{"success":null,"data":[]}`,
	"in a row":          `{"data":[{"error":"x","success":false,"status":500}],"total":1}`,
	"in an object else": `{"data":[],"filters":{"error":"x"}}`,
	"a status of HTTP":  `{"status":200,"code":0,"data":[]}`,
	"a code as a text":  `{"code":"200","fault":null,"exception":"","data":[]}`,
	"a word of a state": `{"status":"failed","data":[]}`,
	"a bare list":       `[{"error":"x"}]`,
	"a text":            `"error"`,
}

func TestAnAnswerThatCarriesAnErrorIsAFailedPage(t *testing.T) {
	for name, body := range faulty {
		t.Run(name, func(t *testing.T) {
			fault := func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, body) }
			server, n := inTurn(fault, fault, ok)
			_, err := newTestSession(t, schema.AudienceLab, server).Do(t.Context(), get("/x"))
			require.NoError(t, err, "it is retried like a 5xx")
			require.EqualValues(t, 3, n.Load())

			server, n = inTurn(fault)
			_, err = newTestSession(t, schema.AudienceLab, server, func(s *Settings) { s.MaxAttempts = 3 }).Do(t.Context(), get("/x"))
			require.ErrorIs(t, err, ErrInAnswer)
			require.ErrorContains(t, err, "audiencelab: GET /x: status 200: the answer carries an error: ")
			require.EqualValues(t, 3, n.Load())
		})
	}
}

func TestAnAnswerWithoutAnErrorIsNone(t *testing.T) {
	for name, body := range faultless {
		t.Run(name, func(t *testing.T) {
			server, n := inTurn(func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, body) })
			res, err := newTestSession(t, schema.Intent, server).Do(t.Context(), get("/x"))
			require.NoError(t, err)
			require.JSONEq(t, body, string(res.Body))
			require.EqualValues(t, 1, n.Load())
		})
	}
}

func TestAnAnswerThatSaysWaitMayGiveItsReason(t *testing.T) {
	server, _ := inTurn(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 202, `{"error":"wait and try again","prospects":[]}`)
	})
	res, err := newTestSession(t, schema.Toofr, server).Do(t.Context(), get("/x"))
	require.NoError(t, err)
	require.Equal(t, 202, res.Status)
}

func TestTheErrorOfAnAnswerIsQuotedWithoutSecretsAndPeople(t *testing.T) {
	server, _ := inTurn(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"data":[{"FIRST_NAME":"Zebediah"}],"error":{"message":"key `+testCredential+` of jo@example.com"}}`)
	})
	_, err := newTestSession(t, schema.Intent, server, func(s *Settings) { s.MaxAttempts = 1 }).Do(t.Context(), get("/x"))
	require.ErrorContains(t, err, `"error": {"message":"key [secret] of `)
	require.NotContains(t, err.Error(), testCredential)
	require.NotContains(t, err.Error(), "jo@example.com")
	require.NotContains(t, err.Error(), "Zebediah")
}

func TestAnErrorWithoutRowsCostsNothing(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		cost int64
	}{
		"no rows": {`{"error":"backend down","total":0,"prospects":[]}`, 0},
		"rows":    {`{"error":"backend down","total":1,"prospects":[{"id":1}]}`, 10},
	} {
		t.Run(name, func(t *testing.T) {
			server, _ := inTurn(func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, test.body) }, ok)
			session := newTestSession(t, schema.Toofr, server)
			r := get("/x")
			r.Lost = 10
			_, err := session.Do(t.Context(), r)
			require.NoError(t, err)
			require.Equal(t, test.cost, session.Meter.Credits())
		})
	}
}

func TestRowsOfAnAnswerAreBounded(t *testing.T) {
	for _, body := range []string{`{"data":[{}` + strings.Repeat(",{}", maxRows) + `]}`, `[0` + strings.Repeat(",0", maxRows) + `]`} {
		server, n := inTurn(func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, body) })
		_, err := newTestSession(t, schema.Intent, server).Do(t.Context(), get("/x"))
		require.ErrorIs(t, err, errTooManyRows)
		require.EqualValues(t, 1, n.Load(), "it would be as large again")
	}
}

func FuzzInspect(f *testing.F) {
	for _, bodies := range []map[string]string{faulty, faultless} {
		for _, body := range bodies {
			f.Add([]byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		_, err := inspect(body)
		require.Equal(t, valid(body), err == nil, "it accepts what is JSON, and nothing else")
	})
}

func valid(body []byte) bool { return jsontext.Value(body).IsValid(LenientJSON) }

func TestABrokenBodyIsAskedForTwice(t *testing.T) {
	for body, place := range map[string]string{
		`{"data":[{"a":1},` + "\n" + `{"a":tru}]}`: "line 2, byte 26, at /data/1/a: invalid character '}'",
		`{"data":[1,]}`:           "line 1, byte 11, at /data/1: invalid character ']'",
		`{"data":[]} and more`:    "line 1, byte 12",
		`{"data":[]} {"data":[]}`: "line 1, byte 12: invalid character",
		`nothing of the kind`:     "line 1, byte 1",
	} {
		broken := func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, body) }
		server, n := inTurn(broken)
		_, err := newTestSession(t, schema.Toofr, server).Do(t.Context(), get("/x"))
		require.ErrorContains(t, err, "toofr: GET /x: status 200: the answer came whole and is no JSON: "+place)
		require.EqualValues(t, 2, n.Load())

		server, _ = inTurn(broken, ok)
		_, err = newTestSession(t, schema.Toofr, server).Do(t.Context(), get("/x"))
		require.NoError(t, err)
	}
}
