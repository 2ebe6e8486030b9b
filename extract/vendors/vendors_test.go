package vendors

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/extract/vendortest"
	"contactsync/schema"
)

func TestNoVendorLeavesAnythingOut(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range All() {
		t.Run(v.Name, func(t *testing.T) {
			vendortest.Check(t, v)
			found, ok := Of(v.Name)
			require.True(t, ok)
			require.Equal(t, v.Name, found.Name)
			for _, s := range v.Streams {
				require.False(t, seen[s.Name], "two streams are called %s", s.Name)
				seen[s.Name] = true
				stream, of, ok := Stream(s.Name)
				require.True(t, ok)
				require.Equal(t, []string{s.Name, v.Name}, []string{stream.Name, of.Name})
			}
		})
	}
	require.Len(t, Streams(), len(seen))
	_, _, ok := Stream("nobody.nothing")
	require.False(t, ok)
	_, ok = Of("nobody")
	require.False(t, ok)
}

// The packages below know the names of the sources by schema's list.
func TestEveryVendorIsATrustedSource(t *testing.T) {
	var names []string
	for _, v := range All() {
		names = append(names, v.Name)
	}
	require.ElementsMatch(t, schema.Sources, names)
}

func TestEachVendorGetsTheCredentialWhereItLooksForIt(t *testing.T) {
	type sent struct{ key, apiKey, authorization string }
	for source, want := range map[string]sent{
		schema.Toofr:       {key: vendortest.Credential},
		schema.Intent:      {apiKey: vendortest.Credential},
		schema.StatSocial:  {authorization: "Bearer " + vendortest.Credential},
		schema.AudienceLab: {apiKey: vendortest.Credential},
	} {
		t.Run(source, func(t *testing.T) {
			var got sent
			env := envOf(t, source, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = sent{r.URL.Query().Get("key"), r.Header.Get("X-Api-Key"), r.Header.Get("Authorization")}
				require.Equal(t, "1", r.URL.Query().Get("page"))
				vendortest.OK(w, r)
			}))
			r := api.Request{Method: http.MethodGet, Path: "/x", Query: map[string][]string{"page": {"1"}}}
			_, err := env.API.Do(t.Context(), r)
			require.NoError(t, err)
			require.Equal(t, want, got)
			require.NotContains(t, r.Query, "key", "the caller's query is its own")
		})
	}
}

func TestOneRefusalEndsARunOfAnyVendor(t *testing.T) {
	for _, v := range All() {
		for _, code := range []int{401, 403} {
			server, n := vendortest.InTurn(vendortest.Status(code))
			env := vendortest.Env(t, v, server, func(s *extract.Settings) { s.Concurrency = 4 })
			_, err := env.API.Do(t.Context(), api.Request{Method: http.MethodGet, Path: "/x"})
			require.ErrorContains(t, err, "the vendor refuses the credential in "+env.Client.Settings().CredentialKey)
			require.EqualValues(t, len(env.Client.Settings().Schemes), n.Load(), "%s %d", v.Name, code)
		}
	}
}
