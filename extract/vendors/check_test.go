package vendors

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
	"contactsync/schema"
)

func TestCheckAsksForWhatIsFree(t *testing.T) {
	for name, test := range map[string]struct {
		source  string
		answers map[string]string
		want    string
	}{
		"toofr":                   {schema.Toofr, map[string]string{"/api/v1/credits/balance": `{"credits":2047,"plan_name":"Expert","overage_rate":0.1}`}, "2047 credits, plan Expert"},
		"toofr without plan":      {schema.Toofr, map[string]string{"/api/v1/credits/balance": `{"credits":"-3","plan_name":null}`}, "-3 credits"},
		"toofr without balance":   {schema.Toofr, nil, "the vendor has no balance to ask for; the key is first tried by a run"},
		"toofr with other answer": {schema.Toofr, map[string]string{"/api/v1/credits/balance": `[]`}, "the key is accepted; the balance is not told"},
		"intent":                  {schema.Intent, map[string]string{"/v1/intent/audiences": `{"data":[{}]}`}, "1 saved audience"},
		"statsocial":              {schema.StatSocial, map[string]string{"/platform/v0/credits": `{"response":{"builds":12}}`}, "12 builds left"},
		"statsocial unlimited":    {schema.StatSocial, map[string]string{"/platform/v0/credits": `{"response":{"builds":-1}}`}, "unlimited builds"},
		"statsocial in words":     {schema.StatSocial, map[string]string{"/platform/v0/credits": `{"response":"enough"}`}, "the token is accepted; credits are not told"},
		"audiencelab":             {schema.AudienceLab, map[string]string{"/audiences": `{"data":[],"total":399}`}, "399 saved audiences"},
		"audiencelab, attributes": {schema.AudienceLab, map[string]string{"/audiences": `{"total_records":0}`, "/audiences/attributes": `{"attributes":[{},{}]}`}, "0 saved audiences, 2 attributes"},
	} {
		t.Run(name, func(t *testing.T) {
			env := envOf(t, test.source, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if body, known := test.answers[r.URL.Path]; known {
					vendortest.Answer(w, 200, body)
					return
				}
				vendortest.Answer(w, 404, `{}`)
			}))
			status, err := check(t, test.source, env)
			require.NoError(t, err)
			require.Equal(t, test.want, status.Detail)
			require.Zero(t, env.Meter.Credits())
		})
	}
}

func TestCheckNamesARefusedCredential(t *testing.T) {
	for _, source := range schema.Sources {
		env := envOf(t, source, vendortest.Status(401))
		_, err := check(t, source, env)
		require.ErrorContains(t, err, "the vendor refuses the credential in sources."+source+"."+map[bool]string{true: "token", false: "api_key"}[source == schema.StatSocial])
	}
}

func envOf(t *testing.T, source string, h http.Handler, change ...func(*extract.Settings)) extract.Env {
	t.Helper()
	v, ok := Of(source)
	require.True(t, ok)
	return vendortest.Env(t, v, h, change...)
}

func check(t *testing.T, source string, env extract.Env) (extract.AccountStatus, error) {
	t.Helper()
	v, ok := Of(source)
	require.True(t, ok)
	return v.Check(t.Context(), env)
}
