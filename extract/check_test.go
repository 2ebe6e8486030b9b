package extract

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

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
			env := newTestEnv(t, test.source, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if body, known := test.answers[r.URL.Path]; known {
					answer(w, 200, body)
					return
				}
				answer(w, 404, `{}`)
			}))
			status, err := Check(t.Context(), env)
			require.NoError(t, err)
			require.Equal(t, test.want, status.Detail)
			require.Zero(t, env.Meter.Credits())
		})
	}
}

func TestCheckNamesARefusedCredential(t *testing.T) {
	for _, source := range schema.Sources {
		env := newTestEnv(t, source, status(401))
		_, err := Check(t.Context(), env)
		require.ErrorContains(t, err, "the vendor refuses the credential in sources."+source+".api_key")
	}
}
