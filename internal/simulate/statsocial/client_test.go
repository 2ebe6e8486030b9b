package statsocial

import (
	"net/http"
	"testing"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
)

// start serves a small universe without waiting, unless the options say otherwise.
func start(t testing.TB, o api.Options) apitest.Client {
	t.Helper()
	return apitest.Serve(t, Vendor(), sign, o)
}

func sign(r *http.Request) {
	r.Header.Set("Authorization", "Bearer "+Vendor().DefaultKey)
}
